import type { Fact, Value } from "../facts.ts";

/** Why a value is not known. `error` is a computation without a result: a division by zero, an index out of range. */
export type Reason = "absent" | "invalid" | "failed" | "error";

/** What an expression comes to. There is no third way out: evaluation neither throws nor prints. */
export type Outcome =
  | { readonly known: true; readonly value: Value }
  | { readonly known: false; readonly because: Reason };

export const ABSENT: Outcome = { known: false, because: "absent" };
export const INVALID: Outcome = { known: false, because: "invalid" };
export const FAILED: Outcome = { known: false, because: "failed" };
export const ERROR: Outcome = { known: false, because: "error" };
export const TRUE: Outcome = { known: true, value: true };
export const FALSE: Outcome = { known: true, value: false };

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

export function known(value: Value): Outcome {
  return value === true ? TRUE : value === false ? FALSE : { known: true, value };
}

/** An int, which has 64 bits; more of them are no result. */
export function knownInt(value: bigint): Outcome {
  return value <= MAX_INT && value >= MIN_INT ? known(value) : ERROR;
}

/** What reading a fact comes to. */
export function ofFact(fact: Fact): Outcome {
  switch (fact.state) {
    case "present":
      return known(fact.value);
    case "absent":
      return ABSENT;
    case "invalid":
      return INVALID;
    case "failed":
      return FAILED;
  }
}

/** Whether a fact is there. An invalid or failed value is neither there nor not there. */
export function presence(fact: Fact): Outcome {
  return fact.state === "present" ? TRUE : fact.state === "absent" ? FALSE : ofFact(fact);
}

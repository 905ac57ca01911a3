import type { Value } from "../facts.ts";
import type { BinaryOperator } from "../plan.ts";
import { ERROR, FALSE, known, knownInt, type Outcome } from "./outcome.ts";

/** CEL equality: deep on lists and maps, by instant on timestamps, false between types. */
export function equal(left: Value, right: Value): boolean {
  if (left instanceof Date) return right instanceof Date && left.getTime() === right.getTime();
  if (Array.isArray(left)) {
    if (!Array.isArray(right)) return false;
    const [a, b] = [left as Value[], right as Value[]];
    return a.length === b.length && a.every((each, index) => equal(each, b[index] as Value));
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [key, each] of left as Map<string, Value>) {
      const other = (right as Map<string, Value>).get(key);
      if (other === undefined || !equal(each, other)) return false;
    }
    return true;
  }
  return left === right;
}

/** Orders two scalars of one type, or an int and a double; `undefined` where there is no order (NaN). */
export function order(left: Value, right: Value): number | undefined {
  const [a, b] = [left instanceof Date ? left.getTime() : left, right instanceof Date ? right.getTime() : right];
  if (a < b) return -1;
  if (a > b) return 1;
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : 0;
}

type Operator = (left: Value, right: Value) => Outcome;

const sum = arithmetic(
  (a, b) => a + b,
  (a, b) => a + b,
);
const quotient = arithmetic(
  (a, b) => a / b,
  (a, b) => a / b,
);
const remainder = arithmetic(
  (a, b) => a % b,
  () => Number.NaN,
);

/** What each operator of two operands comes to. */
export const OPERATORS: { readonly [op in BinaryOperator]: Operator } = {
  "==": (left, right) => known(equal(left, right)),
  "!=": (left, right) => known(!equal(left, right)),
  "<": compared((result) => result < 0),
  "<=": compared((result) => result <= 0),
  ">": compared((result) => result > 0),
  ">=": compared((result) => result >= 0),
  in: (left, right) =>
    right instanceof Map
      ? known(right.has(left))
      : known((right as readonly Value[]).some((each) => equal(left, each))),
  "+": (left, right) => {
    if (typeof left === "string" && typeof right === "string") return known(left + right);
    if (Array.isArray(left) && Array.isArray(right)) return known([...(left as Value[]), ...(right as Value[])]);
    return sum(left, right);
  },
  "-": arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  "*": arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "/": (left, right) => (right === 0n ? ERROR : quotient(left, right)),
  "%": (left, right) => (right === 0n ? ERROR : remainder(left, right)),
};

function compared(holds: (order: number) => boolean): Operator {
  return (left, right) => {
    const result = order(left, right);
    return result === undefined ? FALSE : known(holds(result));
  };
}

/** One arithmetic operator on two ints or two doubles. */
function arithmetic(ints: (a: bigint, b: bigint) => bigint, doubles: (a: number, b: number) => number): Operator {
  return (left, right) => {
    if (typeof left === "bigint" && typeof right === "bigint") return knownInt(ints(left, right));
    if (typeof left === "number" && typeof right === "number") return known(doubles(left, right));
    return ERROR;
  };
}

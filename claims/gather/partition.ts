import { ClaimsError } from "../claims-error.ts";
import { evaluate, type Look, type World } from "../evaluate/evaluate.ts";
import type { Plan } from "../plan.ts";

const NAME = /\{partition\.(\w+)\}/g;

/** Whether a text differs from partition to partition. */
export function isPartitioned(text: string): boolean {
  return text.search(NAME) >= 0;
}

/** Fills in every `{partition.NAME}` of a text. */
export function fillPartition(text: string, given: (name: string) => string): string {
  return text.replace(NAME, (_, name: string) => given(name));
}

/**
 * A table, region or key of the plan as it is for this subject.
 *
 * @throws {ClaimsError} `PARTITION_UNKNOWN` for a name that the subject's partition does not give.
 */
export function partitionText(plan: Plan, look: Look, text: string): string {
  if (plan.partition === undefined) return text;
  return fillPartition(text, (name) => {
    const fact = look(["partition", name]);
    if (fact.state === "present" && typeof fact.value === "string") return fact.value;
    throw new ClaimsError("PARTITION_UNKNOWN", `partition: nothing is known as "${name}" for this subject`);
  });
}

/**
 * What the subject's partition gives, by name.
 *
 * @throws {ClaimsError} `PARTITION_UNKNOWN` when `by` is unknown, or comes to a value that has no entry.
 */
export function choosePartition(
  { by, values }: NonNullable<Plan["partition"]>,
  world: World,
): { readonly [name: string]: string } {
  const chosen = evaluate(by, world);
  const texts = chosen.known && typeof chosen.value === "string" ? own(values, chosen.value) : undefined;
  if (texts === undefined) {
    throw new ClaimsError("PARTITION_UNKNOWN", "partition: it is not known in which one this subject is");
  }
  return texts;
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

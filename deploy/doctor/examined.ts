import type { Plan } from "../../claims/plan.ts";
import type { Code } from "./codes.ts";
import { type Outcome, unchecked } from "./outcome.ts";
import type { PoolExport } from "./pool-export.ts";

/** The names of variables by which something in the function's process would print events. */
export type EventLogging = (variables: { readonly [name: string]: string | undefined }) => readonly string[];

/** What a decision record says of the function that wrote it. */
export type LastRecord = { readonly resolvedSha256?: string | undefined };

/** Everything that checks look at. */
export type Examined = {
  readonly pool: PoolExport;
  /** As it was compiled; null where no map was given. */
  readonly plan: Plan | null;
  /** With the function's own variables filled in; null where that cannot be done. */
  readonly bound: Plan | null;
  /** Why it is null. */
  readonly unbound: string;
  /** The function's variables whose values are known; null where they were not read. */
  readonly variables: { readonly [name: string]: string } | null;
  /** The map's readers of a resource server as ARNs; null where a variable among them is not known. */
  readonly readersOf: (readers: readonly string[]) => readonly string[] | null;
  readonly lastRecord: LastRecord | null;
  readonly eventLogging: EventLogging;
};

/** A family of checks. */
export type Checks = (examined: Examined) => readonly Outcome[];

/** Why a part of an export is not there, which is named as it was asked for: `clients.1example23456789`. */
export function notRead({ pool }: Examined, part: string): string {
  const refused = pool.notRead?.find((each) => each.part === part || part.startsWith(`${each.part}.`));
  return refused?.why === undefined ? "it is not in the export" : `it could not be read: ${refused.why}`;
}

/** Makes checks of a part of an export, or says that they were not made. */
export function ofPart<T>(
  examined: Examined,
  part: string,
  value: T | undefined,
  codes: readonly Code[],
  check: (value: T) => readonly Outcome[],
  place: readonly string[] = [part],
): readonly Outcome[] {
  return value === undefined ? [unchecked(codes, place, notRead(examined, part))] : check(value);
}

/** Makes checks against the map with its variables filled in, or says that they were not made. */
export function ofBound(
  { bound, unbound }: Examined,
  codes: readonly Code[],
  check: (bound: Plan) => readonly Outcome[],
): readonly Outcome[] {
  return bound === null ? [unchecked(codes, ["map"], unbound)] : check(bound);
}

/** Makes checks against the map as it is written, or says that they were not made. */
export function ofPlan(
  { plan, unbound }: Examined,
  codes: readonly Code[],
  check: (plan: Plan) => readonly Outcome[],
): readonly Outcome[] {
  return plan === null ? [unchecked(codes, ["map"], unbound)] : check(plan);
}

/** Whether a map has anything to do with people; taken to, where there is none. */
export function isForPeople(plan: Plan | null): boolean {
  return plan === null || plan.unmatched !== "deny" || plan.profiles.some(({ grants }) => grants.includes("user"));
}

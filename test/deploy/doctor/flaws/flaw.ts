import type { Plan } from "../../../../claims/plan.ts";
import type { Code } from "../../../../deploy/doctor/codes.ts";
import type { Doc } from "../a-clean-pool.ts";

/** A pool with one thing wrong. */
export type Flaw = {
  readonly code: Code;
  readonly name: string;
  /** Where the finding says it is. */
  readonly place: string;
  /** A part of what it says. */
  readonly says: string;
  readonly plan?: Plan;
  readonly spoil?: (pool: Doc) => unknown;
  readonly resolvedSha256?: string;
};

/** A member of an export, by its path. */
export function at(pool: Doc, ...path: readonly (string | number)[]): Doc {
  return path.reduce<unknown>((value, step) => (value as Doc)[step], pool) as Doc;
}

export const web = (pool: Doc): Doc => at(pool, "clients", 0);

export const set = (value: Doc, changes: Doc): unknown => Object.assign(value, changes);

/** A change of a map's text. */
export type Change = readonly [from: string, to: string];

export const ANY: Change = ["usernames: opaque", "usernames: any"];

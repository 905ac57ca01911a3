import { isDeepStrictEqual } from "node:util";
import { type Answer, LEAST, type Shown, WHOLE } from "./answer.ts";
import type { Person, Policy } from "./people.ts";
import type { World } from "./world.ts";

/** Who signs in for a sweep: each policy once, and two people who make a difference to theirs. */
const SIGN_INS: Readonly<Record<string, readonly [Policy, Person]>> = {
  deny: ["deny", "known"],
  unknown: ["unknown", "known"],
  restricts: ["restricts", "known"],
  refuse: ["refuse", "known"],
  suspended: ["refuse", "suspended"],
  required: ["required", "known"],
  stale: ["stale", "known"],
  unseen: ["stale", "other"],
  sealed: ["sealed", "known"],
};

export type Sweep = Readonly<Record<keyof typeof SIGN_INS, string>>;

/** What comes of every policy where nothing is wrong. */
export const ALL_WELL: Sweep = {
  deny: "whole",
  unknown: "whole",
  restricts: "whole",
  refuse: "whole",
  suspended: "MAP_SUSPENDED",
  required: "whole",
  stale: "whole",
  unseen: "whole",
  sealed: "whole",
};

/** What comes of every policy where no row can be read, within a minute of the last one that could. */
export const NO_TABLE: Sweep = {
  deny: "SOURCE_UNAVAILABLE",
  unknown: "least",
  restricts: "CLAIM_RESTRICTS_UNKNOWN",
  refuse: "MAP_SUSPENDED",
  suspended: "MAP_SUSPENDED",
  required: "CLAIM_REQUIRED",
  stale: "whole",
  unseen: "SOURCE_UNAVAILABLE",
  sealed: "SOURCE_UNAVAILABLE",
};

/** The same where none could be read before either. */
export const NO_TABLE_EVER: Sweep = { ...NO_TABLE, stale: "SOURCE_UNAVAILABLE" };

/** The codes of `NO_TABLE`. */
export const NO_TABLE_CODES: readonly string[] = [
  "CLAIM_REQUIRED",
  "CLAIM_RESTRICTS_UNKNOWN",
  "MAP_SUSPENDED",
  "SOURCE_UNAVAILABLE",
];

/** What comes of every policy where there is no data key. */
export const NO_KEY: Sweep = {
  ...ALL_WELL,
  deny: "unsealed",
  unknown: "unsealed",
  stale: "unsealed",
  unseen: "unsealed",
  sealed: "SEAL_UNAVAILABLE",
};

export const NO_KEY_CODES: readonly string[] = ["MAP_SUSPENDED", "SEAL_UNAVAILABLE"];

/** What comes of every policy where there was never a row nor a key. */
export const NOTHING: Sweep = { ...NO_TABLE_EVER, unknown: "least, unsealed" };

/** One sign-in under every policy, one after the other. */
export async function sweep(world: World): Promise<Sweep> {
  const outcomes: Record<string, string> = {};
  for (const [name, [policy, person]] of Object.entries(SIGN_INS)) {
    outcomes[name] = outcomeOf(policy, await world.signIn(policy, person));
  }
  return outcomes;
}

/** A code, or the token in a word; one that is like no other, as it is. */
export function outcomeOf(policy: Policy, { code, shows }: Pick<Answer, "code" | "shows">): string {
  if (shows === null) return code ?? "";
  const kinds: readonly (readonly [string, Shown])[] = [
    ["whole", WHOLE[policy]],
    ["unsealed", { ...WHOLE[policy], sealed: null }],
    ...(policy === "unknown"
      ? ([
          ["least", LEAST],
          ["least, unsealed", { ...LEAST, sealed: null }],
        ] as const)
      : []),
  ];
  return kinds.find(([, shown]) => isDeepStrictEqual(shown, shows))?.[0] ?? JSON.stringify(shows);
}

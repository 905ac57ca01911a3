import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import { type DrawnMap, drawMap } from "./draw-map.ts";
import { everywhere, inTheAccessToken, type Pair, privatePair, unexplained, untrustedPair } from "./pairs.ts";
import { type Ready, ready, type Seen, type SignIn, signIn } from "./sign-in.ts";

/**
 * The promise behind CS4xx and CS5xx, as pairs of runs over random maps and random facts: in a map that passes the
 * check, private values show nowhere but where somebody signed for it, and nobody grants themselves anything.
 */
const MAPS = Math.max(2_000, Number(process.env["CLAIMSEAL_RANDOM_MAPS"] ?? 0));
const SEED = Number(process.env["CLAIMSEAL_RANDOM_SEED"] ?? 20_261_122);
const PAIRS_PER_MAP = 3;

/** Every part of the language that is drawn, each of them in at least this share of the maps that pass. */
const FEATURES: readonly (readonly [feature: string, share: number])[] = [
  ["V1", 0.05],
  ["V3", 0.2],
  ["tenant", 0.1],
  ["keyed by the tenant", 0.01],
  ["keyed by a source", 0.02],
  ["keyed by the caller", 0.05],
  ["keyDeclassify", 0.02],
  ["partition", 0.1],
  ["partitioned key", 0.03],
  ["partitioned table", 0.03],
  ["define", 0.1],
  ["claim set", 0.1],
  ["machines", 0.03],
  ["refuse", 0.1],
  ["only", 0.1],
  ["remove", 0.1],
  ["asked for", 0.1],
  ["otherwise", 0.05],
  ["declassify", 0.05],
  ["endorse", 0.02],
  ["group filter", 0.1],
  ["query", 0.2],
  ["rows", 0.03],
  ["hook", 0.1],
  ["macro", 0.1],
  ["optional", 0.1],
  ["pseudonym", 0.05],
  ["matches", 0.05],
  ["drop", 0.05],
  ["pad", 0.2],
];

type Count = { maps: number; passed: number; private: number; sensitive: number; same: number; more: number };

async function run(plan: Ready, { one, other }: Pair): Promise<readonly [SignIn, SignIn]> {
  return [await signIn(plan, one), await signIn(plan, other)];
}

/** What two sign-ins show differently; null where one of them is refused. */
async function difference(plan: Ready, pair: Pair, view: (seen: Seen) => unknown): Promise<readonly unknown[] | null> {
  const [one, other] = await run(plan, pair);
  if (one.seen === null || other.seen === null) return null;
  const views = [view(one.seen), view(other.seen)];
  return isDeepStrictEqual(views[0], views[1]) ? [] : views;
}

/** Runs a map that passed in every kind of pair, and fails with the map and the seed to draw it again by. */
async function compare(map: DrawnMap, plan: Ready, seed: readonly number[], count: Count): Promise<void> {
  const hold = (promise: string, broken: readonly unknown[]): void => {
    if (broken.length === 0) return;
    throw new Error(`${promise}; by seed ${seed.join(", ")}:\n${JSON.stringify(broken)}\n${map.text}`);
  };
  const shown = await difference(plan, privatePair(map, seed, "pii"), inTheAccessToken);
  hold("private values show in an access token", shown ?? []);
  const told = await difference(plan, privatePair(map, seed, "sensitive"), everywhere);
  hold("sensitive values show", told ?? []);
  count.private += Number(shown !== null);
  count.sensitive += Number(told !== null);
  for (const asks of ["the same", "more"] as const) {
    const [one, other] = await run(plan, untrustedPair(map, seed, asks));
    hold(`somebody decides what is allowed to them, asking for ${asks}`, unexplained(one, other, asks));
    const isCompared = one.seen !== null && other.seen !== null && one.tenant === other.tenant;
    count[asks === "more" ? "more" : "same"] += Number(isCompared);
  }
}

describe("in a map that passes the check", () => {
  test(
    "private values show nowhere and nobody decides what is allowed to them, but where somebody signed for it",
    async () => {
      const count: Count = { maps: 0, passed: 0, private: 0, sensitive: 0, same: 0, more: 0 };
      const features = new Map<string, number>();
      for (; count.maps < MAPS; count.maps += 1) {
        const map = drawMap([SEED, count.maps]);
        const { plan, findings } = checkClaimMap(map.text, { format: "json" });
        // What is drawn may be illegal; it is never misshapen, or the check would have nothing to say of flows.
        const isMisshapen = findings.some(({ level, code }) => level === "error" && /^CS[12]/.test(code));
        if (isMisshapen) throw new Error(`a map of the wrong shape:\n${JSON.stringify(findings)}\n${map.text}`);
        if (plan === null) continue;
        count.passed += 1;
        for (const feature of map.features) features.set(feature, (features.get(feature) ?? 0) + 1);
        const compiled = ready(plan);
        for (let pair = 0; pair < PAIRS_PER_MAP; pair += 1)
          await compare(map, compiled, [SEED, count.maps, pair], count);
      }
      // What the promise was held to: without these, nothing would have been compared.
      expect(count.passed).toBeGreaterThan(count.maps / 3);
      const least = (PAIRS_PER_MAP * count.passed) / 4;
      for (const compared of [count.private, count.sensitive, count.same, count.more]) {
        expect(compared).toBeGreaterThan(least);
      }
      const rare = FEATURES.filter(([feature, share]) => (features.get(feature) ?? 0) < share * count.passed);
      expect(rare).toEqual([]);
    },
    6 * 60 * 60_000,
  );
});

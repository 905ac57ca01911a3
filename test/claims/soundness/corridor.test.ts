import { createSecretKey, randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { bindPlan } from "../../../claims/bind.ts";
import { checkClaimMap } from "../../../claims/check.ts";
import { compilePatterns } from "../../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";
import type { Plan } from "../../../claims/plan.ts";
import { simulateTokens, type TokenClaims, type TriggerEvent } from "../../../cognito/simulator.ts";
import { customizeToken } from "../../../triggers/pre-token-generation.ts";
import { Refusal } from "../../../triggers/refusal.ts";
import { staleRows } from "../../../triggers/stale-rows.ts";
import { drawMap } from "./draw-map.ts";
import { NOW, subjectOf, tablesOf, type World } from "./facts.ts";
import { privatePair } from "./pairs.ts";
import { ready, signIn } from "./sign-in.ts";

/**
 * Non-interference of whole tokens, sealed with real keys, where claims are dropped from tokens that grow too large:
 * which of them go must not depend on what is sealed, nor on anything else that is private.
 */
const MAPS = Math.max(250, Number(process.env["CLAIMSEAL_RANDOM_MAPS"] ?? 0) / 10);
const SEED = Number(process.env["CLAIMSEAL_RANDOM_SEED"] ?? 20_261_122);
const PAIRS_PER_MAP = 3;

const KEY = { key: createSecretKey(randomBytes(32)), wrapped: randomBytes(184) };

type Tokens = { readonly access: TokenClaims; readonly id: TokenClaims | null };

/** The tokens of one sign-in as Cognito would issue them; null where it is refused. */
async function tokensOf(plan: Plan, world: World): Promise<Tokens | null> {
  const event = eventOf(world);
  const trigger = customizeToken({
    plan,
    pools: [],
    loadAttributes: tablesOf(world),
    invokeFunction: null,
    staleRows: staleRows(),
    takeDataKey: () => Promise.resolve(KEY),
    takePublicKey: () => Promise.reject(new Error("these maps seal with data keys")),
    encrypt: () => Promise.reject(new Error("these maps seal with data keys")),
    loadPseudonyms: () => Promise.resolve((_, attribute, value) => `${attribute}:${value.length % 3}`),
    patterns: compilePatterns(plan.patterns, compilePattern),
    now: () => NOW.getTime(),
    steady: () => performance.now(),
    budgetMs: () => 60_000,
  });
  try {
    const { accessToken, idToken } = simulateTokens({ poolVersion: "V2", event, response: await trigger(event) });
    if (accessToken === null) throw new Error("Cognito takes every answer of the trigger");
    return { access: accessToken, id: idToken };
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

function eventOf(world: World): TriggerEvent {
  const { sub, groups, attributes, userName, clientId, trigger, poolId, region, scopes, metadata } = subjectOf(world);
  return {
    version: "2",
    triggerSource: trigger,
    region,
    userPoolId: poolId,
    userName,
    callerContext: { awsSdkVersion: "none", clientId },
    request: {
      userAttributes: { sub, ...Object.fromEntries(attributes) },
      groupConfiguration: { groupsToOverride: [...groups], iamRolesToOverride: [], preferredRole: null },
      scopes: [...scopes],
      clientMetadata: Object.fromEntries(metadata),
    },
    response: { claimsAndScopeOverrideDetails: null },
  };
}

/** Sealed again, an envelope is another text; how long it is must not differ. */
function withLengths(token: TokenClaims): unknown {
  return Object.entries(token).map(([name, value]) => [
    name,
    name.startsWith("sealed_") && typeof value === "string" ? value.length : value,
  ]);
}

const everything = ({ access, id }: Tokens): unknown => [withLengths(access), id];

describe("tokens that claims are dropped from", () => {
  test(
    "lose the same ones whatever is private, and show nothing else of it",
    async () => {
      const count = { passed: 0, private: 0, sensitive: 0, sealed: 0, dropped: 0 };
      for (let index = 0; index < MAPS; index += 1) {
        const map = drawMap([SEED, index, 1], { isDropping: true });
        const { plan: compiled } = checkClaimMap(map.text, { format: "json" });
        if (compiled === null) continue;
        count.passed += 1;
        const plan = bindPlan(compiled, { KEY: "arn:aws:kms:eu-central-1:111122223333:key/random" });
        for (let pair = 0; pair < PAIRS_PER_MAP; pair += 1) {
          const seed = [SEED, index, pair];
          for (const level of ["pii", "sensitive"] as const) {
            const { one, other } = privatePair(map, seed, level);
            const [here, there] = [await tokensOf(plan, one), await tokensOf(plan, other)];
            if (here === null || there === null) continue;
            const view = level === "pii" ? ({ access }: Tokens) => withLengths(access) : everything;
            if (!isDeepStrictEqual(view(here), view(there))) {
              const seen = JSON.stringify([view(here), view(there)]);
              throw new Error(`${level} values show; by seed ${seed.join(", ")}:\n${seen}\n${map.text}`);
            }
            count[level === "pii" ? "private" : "sensitive"] += 1;
            count.sealed += Number(Object.keys(here.access).some((name) => name.startsWith("sealed_")));
            const { seen } = await signIn(ready(plan), one);
            count.dropped += Number([...(seen?.access.keys() ?? [])].some((name) => !Object.hasOwn(here.access, name)));
          }
        }
      }
      // What the promise was held to: without these, nothing would have been compared.
      expect(count.passed).toBeGreaterThan(MAPS / 5);
      expect(Math.min(count.private, count.sensitive)).toBeGreaterThan(count.passed);
      expect(count.sealed).toBeGreaterThan(count.passed / 2);
      expect(count.dropped).toBeGreaterThan(count.passed / 20);
    },
    6 * 60 * 60_000,
  );
});

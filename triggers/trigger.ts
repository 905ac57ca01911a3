import { performance } from "node:perf_hooks";
import { dynamoAttributes } from "../aws/dynamo-attributes.ts";
import { dynamoClient } from "../aws/dynamo-client.ts";
import { type KmsSender, kmsClient } from "../aws/kms-client.ts";
import { kmsDataKeys } from "../aws/kms-data-keys.ts";
import { kmsEncrypt } from "../aws/kms-encrypt.ts";
import { kmsPseudonymRoot } from "../aws/kms-pseudonym-root.ts";
import { kmsPublicKey } from "../aws/kms-public-key.ts";
import { bindPlan, refuseAliases, refuseMissingHooks, refuseUnsupported } from "../claims/bind.ts";
import { planDigest } from "../claims/digest.ts";
import { type CompilePattern, compilePatterns } from "../claims/evaluate/pattern.ts";
import type { Plan } from "../claims/plan.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { pseudonymizer } from "../crypto/pseudonym.ts";
import { pseudonymRootOnce } from "../crypto/pseudonym-root.ts";
import { BUDGET_MS } from "./deadline.ts";
import { type Hooks, withHooks } from "./hooks.ts";
import { customizeToken } from "./pre-token-generation.ts";
import type { LoadPseudonyms } from "./pseudonyms.ts";
import { Refusal } from "./refusal.ts";
import { type SealingKms, sealingPorts } from "./sealing-ports.ts";

export type { HookSubject } from "../claims/facts.ts";
export type { Plan } from "../claims/plan.ts";
export type { TriggerEvent } from "../cognito/trigger-event.ts";
export type { Hook, Hooks } from "./hooks.ts";
export { Refusal, type RefusalCode } from "./refusal.ts";

/** A plan, and the digest it must have. */
export type TriggerOptions = {
  /** What `claimseal build` wrote to `plan.json`, parsed. */
  readonly plan: Plan;
  /** From `manifest.json`. Absent or different, every event is refused: what runs must be what was deployed. */
  readonly sha256: string | undefined;
  /** The engine of a plan that has patterns; the prebuilt bundle finds it beside itself. */
  readonly compilePattern?: CompilePattern;
  /** The functions behind `custom` sources; the prebuilt bundle finds them in `hooks.mjs`. */
  readonly hooks?: Hooks;
  /** `process.env` where it is not given. */
  readonly environment?: { readonly [name: string]: string | undefined };
};

/** A Lambda handler for the Pre Token Generation trigger. */
export type Trigger = (event: unknown) => Promise<TriggerEvent>;

/**
 * Makes the trigger: the composition root, for the prebuilt bundle and for a function of one's own alike. Call it once,
 * outside the handler.
 *
 * ```ts
 * export const handler = createTrigger({ plan, sha256: process.env["CLAIMSEAL_PLAN_SHA256"] });
 * ```
 *
 * The handler throws a `Refusal` for every token there is not to be.
 *
 * @throws {ClaimsError} `ENV_MISSING` naming every variable of the map that is not set, `CLIENTS_OVERLAP`, `KEY_ALIAS`,
 * `NOT_IN_VERSION`, `HOOK_MISSING`, `ENGINE_MISSING`.
 * @throws {TypeError} for a `CLAIMSEAL_MODE` this version does not have, and for a public key that is none.
 */
export function createTrigger({
  plan,
  sha256,
  compilePattern,
  hooks = {},
  environment = process.env,
}: TriggerOptions): Trigger {
  if (planDigest(plan) !== sha256) {
    return async () => {
      throw new Refusal("PLAN_MISMATCH", "the plan's digest is not CLAIMSEAL_PLAN_SHA256");
    };
  }
  const mode = environment["CLAIMSEAL_MODE"] || "enforce";
  if (mode !== "enforce") {
    throw new TypeError(`CLAIMSEAL_MODE: "${mode}" is not a mode of this version; use "enforce"`);
  }
  const kms = perRegion((region) => kmsClient({ region }));
  const bound = bindPlan(plan, environment);
  refuseAliases(bound);
  refuseUnsupported(bound);
  refuseMissingHooks(bound, functionsAmong(hooks));
  const patterns = compilePatterns(bound.patterns, compilePattern);
  let startMs = coldStartMs();
  return customizeToken({
    plan: bound,
    pools: listOf(environment["CLAIMSEAL_POOLS"]),
    loadAttributes: withHooks(dynamoAttributes(perRegion(dynamoClient)), hooks),
    ...sealingPorts(bound, (region) => sealingKms(kms(region))),
    loadPseudonyms: pseudonymsOf(bound, kms),
    patterns,
    now: Date.now,
    budgetMs: () => {
      const budget = BUDGET_MS - startMs;
      startMs = 0;
      return budget;
    },
  });
}

/** Lambda ends a start that takes longer (developer guide, "Init phase"); whatever is older did not start just now. */
const LONGEST_START_MS = 10_000;

/**
 * A cold start counts against Cognito's 5 s too. What is taken off is the start itself, not the time since: an
 * environment that was started ahead of traffic may wait for hours.
 */
function coldStartMs(): number {
  const age = performance.now();
  return age <= LONGEST_START_MS ? age : 0;
}

function sealingKms(client: KmsSender): SealingKms {
  return {
    generateDataKey: kmsDataKeys(client),
    loadPublicKey: kmsPublicKey(client),
    encrypt: kmsEncrypt(client),
  };
}

/** One root for the life of the process, asked for by the first event that needs it. */
function pseudonymsOf({ pseudonyms }: Plan, kms: (region: string | undefined) => KmsSender): LoadPseudonyms {
  if (pseudonyms === undefined) return async () => null;
  const { key, region } = pseudonyms;
  const loadRoot = pseudonymRootOnce((of, signal) => kmsPseudonymRoot(kms(region))(of, signal));
  return async (poolId, signal) => pseudonymizer(await loadRoot(key, signal), poolId);
}

/** A module's exports may hold other things as well. */
function functionsAmong(hooks: Hooks): readonly string[] {
  return Object.entries(hooks).flatMap(([name, hook]) => (typeof hook === "function" ? [name] : []));
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

/** One client per region, made when it is first needed and kept for the life of the process. */
function perRegion<T>(make: (region: string | undefined) => T): (region: string | undefined) => T {
  const made = new Map<string | undefined, T>();
  return (region) => {
    const known = made.get(region) ?? make(region);
    made.set(region, known);
    return known;
  };
}

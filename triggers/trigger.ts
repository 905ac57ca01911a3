import { performance } from "node:perf_hooks";
import { dynamoAttributes } from "../aws/dynamo-attributes.ts";
import { dynamoClient } from "../aws/dynamo-client.ts";
import { type KmsSender, kmsClient } from "../aws/kms-client.ts";
import { kmsDataKeys } from "../aws/kms-data-keys.ts";
import { kmsEncrypt } from "../aws/kms-encrypt.ts";
import { kmsPseudonymRoot } from "../aws/kms-pseudonym-root.ts";
import { kmsPublicKey } from "../aws/kms-public-key.ts";
import { perRegion } from "../aws/per-region.ts";
import { rehearse } from "../aws/rehearse.ts";
import { dynamoSending, kmsSending, type Sending } from "../aws/sending.ts";
import { bindPlan, refuseAliases, refuseMissingHooks, refuseMissingInvoke } from "../claims/bind.ts";
import { ClaimsError } from "../claims/claims-error.ts";
import { planDigest } from "../claims/digest.ts";
import { type CompilePattern, compilePatterns } from "../claims/evaluate/pattern.ts";
import type { Plan } from "../claims/plan.ts";
import { suppressionOnly } from "../claims/suppression-only.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { type LoadPseudonymRoot, pseudonymizer } from "../crypto/pseudonym.ts";
import { pseudonymRootOnce } from "../crypto/pseudonym-root.ts";
import { subjectHash } from "../crypto/subject-hash.ts";
import { asItCame, asItWas } from "./as-it-was.ts";
import type { InvokeFunction } from "./chain.ts";
import { keyRegions, tableRegions } from "./client-regions.ts";
import { BUDGET_MS, READ_MS } from "./deadline.ts";
import { refuseEventLogging } from "./event-logging.ts";
import { type Hooks, withHooks } from "./hooks.ts";
import { limitedLoad } from "./limited-load.ts";
import { mapNames, NO_NAMES } from "./map-names.ts";
import { poolsServed } from "./pools-served.ts";
import { customizeToken } from "./pre-token-generation.ts";
import type { DecisionRecord } from "./record.ts";
import { linesTo, STDOUT } from "./record-stdout.ts";
import { recordWriter, type WriteLine } from "./record-writer.ts";
import { type Invocation, type Recording, recorded } from "./recorded.ts";
import { Refusal } from "./refusal.ts";
import { type SealingKms, sealingPorts } from "./sealing-ports.ts";
import { staleRows } from "./stale-rows.ts";

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
  /** Calls the functions behind `chain` sources; the prebuilt bundle finds it in `chain.mjs`. */
  readonly invokeFunction?: InvokeFunction;
  /** `process.env` where it is not given. */
  readonly environment?: { readonly [name: string]: string | undefined };
  /** Where records go, a line each: standard output where it is not given. */
  readonly writeLine?: WriteLine;
  /** How many errors nobody caught so far, where somebody counts them: the prebuilt bundle does. */
  readonly strays?: () => number;
};

/** A Lambda handler for the Pre Token Generation trigger. */
export type Trigger = (event: unknown, context?: Invocation) => Promise<TriggerEvent>;

/**
 * Makes the trigger: the composition root, for the prebuilt bundle and for a function of one's own alike. Call it once,
 * outside the handler.
 *
 * ```ts
 * export const handler = createTrigger({ plan, sha256: process.env["CLAIMSEAL_PLAN_SHA256"] });
 * ```
 *
 * The handler throws a `Refusal` for every token there is not to be, and writes one record for every event.
 *
 * @throws {ClaimsError} `EVENT_LOGGING` where something would print events, `MODE_UNKNOWN`, `ENV_MISSING` naming every
 * variable of the map that is not set, `CLIENTS_OVERLAP`, `KEY_ALIAS`, `HOOK_MISSING`, `CHAIN_MISSING`,
 * `CHAIN_CIRCULAR`, `CHAIN_SEVERAL` in mode `shadow`, `ENGINE_MISSING`.
 * @throws {TypeError} for a public key that is none.
 */
export function createTrigger({
  plan,
  sha256,
  compilePattern,
  hooks = {},
  invokeFunction,
  environment = process.env,
  writeLine = linesTo(STDOUT),
  strays = () => 0,
}: TriggerOptions): Trigger {
  refuseEventLogging(environment);
  const mode = modeOf(environment["CLAIMSEAL_MODE"] || "enforce");
  const planSha256 = planDigest(plan);
  const [dynamodb, kms] = [dynamoSending(), kmsSending()];
  const recording: Recording = {
    plan,
    names: NO_NAMES,
    planSha256,
    mode,
    asItWas: asItCame,
    write: recordWriter(writeLine),
    traffic: () => ({ dynamodb: dynamodb.traffic(), kms: kms.traffic() }),
    strays,
    subjectHash: () => null,
    now: Date.now,
    steady: performance.now.bind(performance),
  };
  // Also in mode `shadow`: what was not deployed is not to be run, not even to be looked at.
  if (planSha256 !== sha256) return recorded(mismatch, { ...recording, mode: "enforce" });
  const bound = bindPlan(plan, environment);
  refuseAliases(bound);
  refuseMissingHooks(bound, functionsAmong(hooks));
  refuseMissingInvoke(bound, invokeFunction !== undefined, {
    name: environment["AWS_LAMBDA_FUNCTION_NAME"],
    region: environment["AWS_REGION"],
  });
  const patterns = compilePatterns(bound.patterns, compilePattern);
  const dynamoIn = perRegion(dynamoClient);
  const kmsIn = perRegion((region) => kmsClient({ region }));
  if (mode !== "minimal") readyClients(bound, dynamoIn, kmsIn);
  const rows = limitedLoad(dynamoAttributes(dynamoIn, dynamodb), () => READ_MS);
  const loadRoot = pseudonymRoot(bound, kmsIn, kms);
  let startMs = coldStartMs();
  const customize = customizeToken({
    plan: mode === "minimal" ? suppressionOnly(bound) : bound,
    pools: poolsServed(environment),
    loadAttributes: withHooks(rows, hooks),
    invokeFunction: invokeFunction ?? null,
    staleRows: staleRows(),
    ...sealingPorts(bound, (region) => sealingKms(kmsIn(region), kms)),
    loadPseudonyms: async (poolId, signal) => loadRoot && pseudonymizer(await loadRoot(signal), poolId),
    patterns,
    now: recording.now,
    steady: recording.steady,
    budgetMs: () => {
      const budget = BUDGET_MS - startMs;
      startMs = 0;
      return budget;
    },
  });
  return recorded(customize, {
    ...recording,
    names: mapNames(bound),
    resolvedSha256: planDigest(bound),
    ...(mode === "shadow" && { asItWas: asItWas(bound, invokeFunction ?? null) }),
    subjectHash: mode === "minimal" ? () => null : subjectHashes(loadRoot),
  });
}

/** Makes clients at the start, which has a whole processor to itself; what a partition decides on waits until then. */
function readyClients(
  bound: Plan,
  dynamoIn: (region: string | undefined) => unknown,
  kmsIn: (region: string | undefined) => unknown,
): void {
  const clients = [...[...tableRegions(bound)].map(dynamoIn), ...[...keyRegions(bound)].map(kmsIn)];
  if (clients.length > 0) void rehearse();
}

async function mismatch(): Promise<never> {
  throw new Refusal("PLAN_MISMATCH", "the plan's digest is not CLAIMSEAL_PLAN_SHA256");
}

const MODES: readonly DecisionRecord["mode"][] = ["enforce", "shadow", "minimal"];

function modeOf(text: string): DecisionRecord["mode"] {
  const mode = MODES.find((each) => each === text);
  if (mode !== undefined) return mode;
  throw new ClaimsError("MODE_UNKNOWN", `CLAIMSEAL_MODE is none of ${MODES.join(", ")}`);
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

function sealingKms(client: KmsSender, sending: Sending): SealingKms {
  return {
    generateDataKey: kmsDataKeys(client, sending),
    loadPublicKey: kmsPublicKey(client, sending),
    encrypt: kmsEncrypt(client, sending),
  };
}

type LoadRoot = (signal: AbortSignal) => ReturnType<LoadPseudonymRoot>;

/** One root for the life of the process, asked for by the first event; null where the plan names no key for it. */
function pseudonymRoot(
  { pseudonyms }: Plan,
  kmsIn: (region: string | undefined) => KmsSender,
  sending: Sending,
): LoadRoot | null {
  if (pseudonyms === undefined) return null;
  const { key, region } = pseudonyms;
  const load = pseudonymRootOnce((of, signal) => kmsPseudonymRoot(kmsIn(region), sending)(of, signal));
  return (signal) => load(key, signal);
}

/** How long a root may take that nobody waits for, in milliseconds. */
const ROOT_MS = 2_000;

/** Names for subjects in records, once there is a root: it is asked for again with each event until then. */
function subjectHashes(loadRoot: LoadRoot | null): Recording["subjectHash"] {
  let root: Awaited<ReturnType<LoadRoot>> | null = null;
  const ask = async (load: LoadRoot): Promise<void> => {
    root = await load(AbortSignal.timeout(ROOT_MS));
  };
  return () => {
    if (root === null && loadRoot !== null) ask(loadRoot).catch(() => {});
    const made = root;
    return made && ((poolId, sub) => subjectHash(made, poolId)(sub));
  };
}

/** A module's exports may hold other things as well. */
function functionsAmong(hooks: Hooks): readonly string[] {
  return Object.entries(hooks).flatMap(([name, hook]) => (typeof hook === "function" ? [name] : []));
}

import { createSecretKey, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { compilePatterns } from "../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import { simulateTokens } from "../../cognito/simulator.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { readEnvelope } from "../../crypto/envelope-form.ts";
import { pseudonymizer } from "../../crypto/pseudonym.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import { withHooks } from "../../triggers/hooks.ts";
import { RESERVE_MS } from "../../triggers/limited-load.ts";
import { type CustomizeToken, customizeToken, type House } from "../../triggers/pre-token-generation.ts";
import { Refusal, refusalText } from "../../triggers/refusal.ts";
import { staleRows } from "../../triggers/stale-rows.ts";
import { type Allowances, allowancesOf } from "./allowances.ts";
import { wronglyIssued, wronglyRefused, wrongScopesAndGroups } from "./expected.ts";
import { type Fault, failingKeys, failingLoader, failingPseudonyms } from "./faults.ts";
import { type Keys, keysInMemory } from "./keys.ts";
import { checkOpened } from "./opened.ts";
import { hooksOf, loader, watchedKeys, watchedLoader } from "./ports.ts";
import type { Collector } from "./printed.ts";
import { runRecorded } from "./run-recorded.ts";
import type { Sink } from "./scanner.ts";
import { PERSON, type Scene } from "./scene.ts";
import { overBounds } from "./token-bounds.ts";
import type { World } from "./world.ts";

/** The whole trigger, as `customizeToken` makes it. */
export type Trigger = (house: House) => CustomizeToken;

/** Everything that left the trigger in one event. */
export type Observation = {
  /** `issued`, `untouched`, or the code of a refusal. */
  readonly outcome: string;
  readonly sinks: readonly Sink[];
  /** What is wrong with envelopes, refusals and records. */
  readonly problems: readonly string[];
  /** Envelopes opened, and the claims in them that were not null. */
  readonly opened: { readonly envelopes: number; readonly values: number };
  /** Also one of the sinks. */
  readonly printed: string;
};

type Outcome = Omit<Observation, "printed">;

const PERSON_ONLY: ReadonlySet<string> = new Set([PERSON]);
/** Faults in which something throws what is none of our errors. */
const THROWING: ReadonlySet<Fault> = new Set([
  "loader throws",
  "loader throws text",
  "key request throws",
  "poison row",
]);
const PSEUDONYM_ROOT = createSecretKey(randomBytes(32));
/** For events in which a port never answers; a loader is asked in what is left when sealing has its part. */
const SHORT_BUDGETS_MS: Partial<Record<Fault, number>> = { "loader hangs": RESERVE_MS + 5, "key request hangs": 2 };

/** Runs one event through the trigger and Cognito's part, with real cryptography, and keeps all that came out. */
export async function runScene(
  world: World,
  scene: Scene,
  printed: Collector,
  trigger: Trigger = customizeToken,
): Promise<Observation> {
  const sinks: Sink[] = [];
  const keys = keysInMemory();
  const house: House = {
    plan: world.plan,
    pools: scene.fault === "foreign pool" ? ["eu-central-1_Another01"] : [],
    loadAttributes: watchedLoader(
      sinks,
      failingLoader(scene.fault, scene.secret, withHooks(loader(scene), hooksOf(world, scene))),
    ),
    invokeFunction: null,
    staleRows: staleRows(),
    takePublicKey: () => Promise.reject(new Error("these maps seal with data keys")),
    encrypt: () => Promise.reject(new Error("these maps seal with data keys")),
    takeDataKey: watchedKeys(sinks, failingKeys(scene.fault, scene.secret, keys.take)),
    loadPseudonyms: failingPseudonyms(scene.fault, scene.secret, async (poolId) =>
      pseudonymizer(PSEUDONYM_ROOT, poolId),
    ),
    patterns: compilePatterns(world.plan.patterns, compilePattern),
    now: () => scene.now,
    steady: () => performance.now(),
    budgetMs: () => SHORT_BUDGETS_MS[scene.fault] ?? BUDGET_MS,
  };
  const { ended, lines, problems } = await runRecorded(trigger(house), house, PSEUDONYM_ROOT, scene.event);
  const rest = "answer" in ended ? await issued(world, scene, keys, ended.answer) : refused(world, scene, ended.thrown);
  const text = printed.take();
  const records = lines.map((line) => ({ place: "record", content: withoutTime(line, scene.now) }));
  return {
    ...rest,
    sinks: [...sinks, ...rest.sinks, ...records, { place: "printed", content: text }],
    problems: [...problems, ...rest.problems],
    printed: text,
  };
}

/** A date is one in 800 to look like any other for a window; the time of the event is known, and is nobody's value. */
function withoutTime(line: string, now: number): string {
  return line.replaceAll(new Date(now).toISOString(), "").replaceAll(String(now), "");
}

function refused(world: World, scene: Scene, thrown: unknown): Outcome {
  const isOurs = thrown instanceof Refusal;
  const isFixed = isOurs && thrown.message === refusalText(thrown.code) && !thrown.message.startsWith("undefined");
  const isUnexpected = isOurs && thrown.code === "INTERNAL" && !THROWING.has(scene.fault);
  return {
    outcome: isOurs ? thrown.code : "strange error",
    sinks: errorSinks(thrown),
    problems: [
      ...(isFixed ? [] : ["an error that is no refusal with its fixed text"]),
      ...(isUnexpected ? ["an error nobody foresaw, where nothing throws"] : []),
      ...(isOurs ? wronglyRefused(world, scene, thrown.code) : []),
    ],
    opened: { envelopes: 0, values: 0 },
  };
}

/** All an error says: to people, to logs, to debuggers, and to whoever turns it into JSON. */
export function errorSinks(thrown: unknown): readonly Sink[] {
  const { message = "", stack = "" } = thrown instanceof Error ? thrown : {};
  const own = typeof thrown === "object" && thrown !== null ? Object.getOwnPropertyNames(thrown) : [];
  const members = own.map((name) => [name, (thrown as { readonly [name: string]: unknown })[name]]);
  return [
    { place: "error message", content: message },
    { place: "error stack", content: stack },
    { place: "error as inspected", content: inspect(thrown, { depth: 10, showHidden: true }) },
    { place: "error's own members", content: asJson(members) },
  ];
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // It goes in circles, or resists: nobody gets it as JSON, and it was inspected.
    return "";
  }
}

async function issued(world: World, scene: Scene, keys: Keys, answer: TriggerEvent): Promise<Outcome> {
  const none = { envelopes: 0, values: 0 };
  if (answer === scene.event) {
    // Other clients of the pool keep Cognito's own tokens, if the map says so; nobody else does.
    const isMeant = scene.profile === null && typeof world.document.unmatched === "object";
    const problems = isMeant ? [] : ["a token left as it was"];
    return { outcome: "untouched", sinks: [], problems, opened: none };
  }
  const issuedAt = Math.floor(scene.now / 1000) + 1;
  const simulated = simulateTokens({
    poolVersion: world.document.pool.events,
    event: scene.event as TriggerEvent,
    response: answer,
    issued: { iat: issuedAt, authTime: issuedAt },
  });
  const allowances = allowancesOf(world.document, scene.profile);
  if (simulated.refused) {
    return { outcome: "issued", sinks: [], problems: [`Cognito refuses: ${simulated.refused.reason}`], opened: none };
  }
  const { idToken, accessToken } = simulated;
  const { sinks, problems, opened } = await checkOpened(world, scene, keys, accessToken, allowances);
  return {
    outcome: "issued",
    sinks: [...answerSinks(answer, scene.event, allowances), ...tokenSinks(idToken, accessToken, allowances), ...sinks],
    problems: [
      ...problems,
      ...wronglyIssued(world, scene),
      ...tooLarge(world, scene, { access: accessToken, id: idToken }),
      ...wrongScopesAndGroups(world, scene, idToken, accessToken),
    ],
    opened,
  };
}

/** A map's promise about sizes holds for as many scopes and as long a username as its limits say. */
function tooLarge(
  { plan, document }: World,
  { event, profile, fault }: Scene,
  tokens: Parameters<typeof overBounds>[2],
): readonly string[] {
  const { userName = "" } = event as { readonly userName?: string };
  const isLonger = userName.length > (document.pool.usernames === "opaque" ? 36 : 128);
  const [name = null] = Object.entries(document.profiles).find(([, each]) => each === profile) ?? [];
  return fault === "long scopes" || isLonger ? [] : overBounds(plan, name, tokens);
}

/**
 * The response part by part, since ID-token claims may hold what the rest may not, and whatever else of the event did
 * not come back as it was.
 */
function answerSinks({ response, ...answer }: TriggerEvent, event: unknown, allowances: Allowances): readonly Sink[] {
  const sent = event as { readonly [name: string]: unknown };
  const changed = Object.entries(answer).filter(([name, value]) => sent[name] !== value);
  const v1 = response?.claimsOverrideDetails;
  const v2 = response?.claimsAndScopeOverrideDetails;
  const { claimsToAddOrOverride: idClaims = {}, ...idRest } = v1 ?? v2?.idTokenGeneration ?? {};
  const { claimsToAddOrOverride: accessClaims = {}, ...accessRest } = v2?.accessTokenGeneration ?? {};
  const { groupOverrideDetails: v1Groups, ...v1Rest } = idRest as { readonly groupOverrideDetails?: unknown };
  const { groupOverrideDetails = v1Groups, ...v2Rest } = v2 ?? {};
  const others = { ...v2Rest, idTokenGeneration: null, accessTokenGeneration: null };
  const strange = { ...response, claimsOverrideDetails: null, claimsAndScopeOverrideDetails: null };
  return [
    ...idSinks("response, ID claim", idClaims, allowances),
    { place: "response, ID token", content: JSON.stringify(v1Rest) },
    {
      place: "response, groups",
      content: JSON.stringify(groupOverrideDetails ?? null),
      allowed: allowances.inGroups,
    },
    { place: "response, access claims", content: JSON.stringify(withoutEnvelopes(accessClaims, allowances)) },
    { place: "response, scopes", content: JSON.stringify(accessRest) },
    { place: "response, the rest", content: JSON.stringify([others, strange, changed]) },
  ];
}

function tokenSinks(idToken: TokenClaims | null, accessToken: TokenClaims, allowances: Allowances): readonly Sink[] {
  const { scope = "", ...claims } = accessToken;
  return [
    ...idSinks("ID token", idToken ?? {}, allowances),
    { place: "access token", content: JSON.stringify(withoutEnvelopes(claims, allowances)), allowed: PERSON_ONLY },
    { place: "scopes", content: JSON.stringify(scope) },
  ];
}

function idSinks(place: string, claims: TokenClaims, { inIdClaim }: Allowances): readonly Sink[] {
  return Object.entries(claims).map(([name, value]) => ({
    place: `${place} ${name}`,
    content: JSON.stringify([name, value]),
    allowed: inIdClaim(name),
  }));
}

/** Only what has an envelope's form, where the map puts one, is left out of the scan. */
function withoutEnvelopes(claims: TokenClaims, { envelopes }: Allowances): TokenClaims {
  const places = new Set(envelopes.values());
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, places.has(name) && isEnvelope(value) ? null : value]),
  );
}

function isEnvelope(value: unknown): boolean {
  try {
    return typeof value === "string" && readEnvelope(value) !== null;
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { bindPlan, refuseUnsupported } from "../claims/bind.ts";
import { compilePatterns } from "../claims/pattern.ts";
import type { Plan } from "../claims/plan.ts";
import { compilePattern } from "../claims/re2-pattern.ts";
import type { Dropped } from "../cognito/dropped.ts";
import type { JsonValue } from "../cognito/json.ts";
import { readSubject } from "../cognito/read-subject.ts";
import { simulateTokens } from "../cognito/simulator.ts";
import type { TokenClaims } from "../cognito/token-claims.ts";
import { tokenBytes } from "../cognito/token-size.ts";
import type { TriggerEvent, TriggerResponse } from "../cognito/trigger-event.ts";
import type { DataKey } from "../crypto/data-key.ts";
import { openEnvelope } from "../crypto/open-envelope.ts";
import { pseudonymizer } from "../crypto/pseudonym.ts";
import { BUDGET_MS } from "../triggers/deadline.ts";
import { customizeToken } from "../triggers/pre-token-generation.ts";
import { refusalOf } from "../triggers/refusal.ts";
import type { TableRows } from "./dynamodb.ts";
import { rowsInMemory } from "./rows-in-memory.ts";

export type PreviewInput = {
  readonly plan: Plan;
  /** A whole Cognito event. */
  readonly event: unknown;
  readonly tables: TableRows;
  /** Values for the map's `${env:NAME}`. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
};

/** One token as issued. */
export type PreviewedToken = { readonly claims: TokenClaims; readonly bytes: number };

export type Preview = {
  readonly ok: boolean;
  /** `detail` names the claim or source; `message` is what people would see. */
  readonly denied: { readonly code: string; readonly message: string; readonly detail: string } | null;
  readonly response: TriggerResponse | null;
  readonly idToken: PreviewedToken | null;
  readonly accessToken: PreviewedToken | null;
  /** What each resource server opens, by its name in the map. */
  readonly opened: { readonly [resourceServer: string]: { readonly [claim: string]: JsonValue } };
  /** Items of our response that Cognito would not apply. */
  readonly dropped: readonly Dropped[];
};

const DENIED: Omit<Preview, "denied"> = {
  ok: false,
  response: null,
  idToken: null,
  accessToken: null,
  opened: {},
  dropped: [],
};

/**
 * Shows what an event would give: the same corridor as the Lambda's, real envelopes under keys that live for this call,
 * tables in memory, and Cognito's part simulated.
 *
 * @throws {ClaimsError} `ENV_MISSING` or `CLIENTS_OVERLAP` from binding the plan, `NOT_IN_VERSION`.
 */
export async function previewToken({
  plan,
  event,
  tables,
  environment,
  now = Date.now,
}: PreviewInput): Promise<Preview> {
  const bound = bindPlan(plan, environment);
  refuseUnsupported(bound);
  const keys = keysInMemory();
  const root = createSecretKey(randomBytes(32));
  const trigger = customizeToken({
    plan: bound,
    pools: [],
    loadAttributes: rowsInMemory(tables),
    takeDataKey: keys.take,
    loadPseudonyms: async (poolId) => pseudonymizer(root, poolId),
    patterns: compilePatterns(bound.patterns, compilePattern),
    now,
    budgetMs: () => BUDGET_MS,
  });
  let answer: TriggerEvent;
  try {
    answer = await trigger(event);
  } catch (error) {
    const { code, message, detail } = refusalOf(error);
    return { ...DENIED, denied: { code, message, detail } };
  }
  const issuedAt = Math.floor(now() / 1000);
  const simulated = simulateTokens({
    poolVersion: plan.events,
    event: event as TriggerEvent,
    response: answer,
    issued: { iat: issuedAt, authTime: issuedAt },
  });
  if (simulated.refused) {
    const { error, message, reason } = simulated.refused;
    return { ...DENIED, denied: { code: error, message, detail: reason } };
  }
  const { idToken, accessToken, dropped } = simulated;
  return {
    ok: true,
    denied: null,
    response: answer.response ?? null,
    idToken: idToken && { claims: idToken, bytes: tokenBytes(idToken) },
    accessToken: { claims: accessToken, bytes: tokenBytes(accessToken) },
    opened: await openAll(bound, event, accessToken, issuedAt, keys.unwrap),
    dropped,
  };
}

/** Data keys without a KMS: made here, known here, gone with this call. */
function keysInMemory(): {
  readonly take: () => Promise<DataKey>;
  readonly unwrap: (wrapped: Uint8Array) => Promise<KeyObject>;
} {
  const made = new Map<string, KeyObject>();
  return {
    take: async () => {
      const wrapped = randomBytes(184);
      const key = createSecretKey(randomBytes(32));
      made.set(wrapped.toString("hex"), key);
      return { key, wrapped };
    },
    unwrap: async (wrapped) => {
      const key = made.get(Buffer.from(wrapped).toString("hex"));
      if (key === undefined) throw new Error("an envelope of another run");
      return key;
    },
  };
}

async function openAll(
  plan: Plan,
  event: unknown,
  accessToken: TokenClaims,
  iat: number,
  unwrap: (wrapped: Uint8Array) => Promise<KeyObject>,
): Promise<Preview["opened"]> {
  const { sub } = readSubject(event);
  const opened = await Promise.all(
    Object.entries(plan.resourceServers).map(async ([name, { claim }]) => {
      const value = accessToken[claim];
      if (typeof value !== "string") return [];
      return [[name, Object.fromEntries(await openEnvelope(value, { sub, iat }, unwrap))] as const];
    }),
  );
  return Object.fromEntries(opened.flat());
}

import { compilePatterns } from "../claims/evaluate/pattern.ts";
import { compilePattern } from "../claims/evaluate/re2-pattern.ts";
import type { LoadAttributes } from "../claims/facts.ts";
import type { Plan } from "../claims/plan.ts";
import type { Dropped } from "../cognito/dropped.ts";
import type { JsonValue } from "../cognito/json.ts";
import { readSubject } from "../cognito/read-subject.ts";
import { simulateTokens } from "../cognito/simulator.ts";
import type { TokenClaims } from "../cognito/token-claims.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { type CustomizeToken, customizeToken, type House } from "../triggers/pre-token-generation.ts";
import { refusalOf } from "../triggers/refusal.ts";
import { staleRows } from "../triggers/stale-rows.ts";
import { type KeysInMemory, keysInMemory, pseudonymsInMemory } from "./keys-in-memory.ts";

/** A corridor without AWS, and what opens its envelopes. */
export type HouseInMemory = { readonly house: House; readonly keys: KeysInMemory };

/** How a sign-in ends: with tokens, or without. */
export type Issue =
  | {
      readonly refused: null;
      readonly answer: TriggerEvent;
      readonly idToken: TokenClaims | null;
      readonly accessToken: TokenClaims;
      /** What each resource server opens, by its name in the map. */
      readonly opened: Opened;
      /** Items of our response that Cognito would not apply. */
      readonly dropped: readonly Dropped[];
    }
  | {
      /** `detail` names the claim or source; `message` is what people would see. */
      readonly refused: { readonly code: string; readonly message: string; readonly detail: string };
    };

export type Opened = { readonly [resourceServer: string]: { readonly [claim: string]: JsonValue } };

/** The corridor of a bound plan over `loadAttributes`, with real envelopes under keys that live as long as it does. */
export function houseInMemory(
  plan: Plan,
  loadAttributes: LoadAttributes,
  now: () => number,
  budgetMs: number,
): HouseInMemory {
  const keys = keysInMemory();
  return {
    keys,
    house: {
      plan,
      pools: [],
      loadAttributes,
      invokeFunction: null,
      staleRows: staleRows(),
      ...keys.ports,
      loadPseudonyms: pseudonymsInMemory(plan),
      patterns: compilePatterns(plan.patterns, compilePattern),
      now,
      steady: () => performance.now(),
      budgetMs: () => budgetMs,
    },
  };
}

/**
 * Runs one event through the corridor and Cognito's part, and opens every envelope as its resource server would.
 *
 * @param customize The corridor of this house, where something is to be noted of it.
 */
export async function issueTokens(
  { house, keys }: HouseInMemory,
  event: unknown,
  customize: CustomizeToken = customizeToken(house),
): Promise<Issue> {
  let answer: TriggerEvent;
  try {
    answer = await customize(event);
  } catch (error) {
    const { code, message, detail } = refusalOf(error);
    return { refused: { code, message, detail } };
  }
  const issuedAt = Math.floor(house.now() / 1000);
  const simulated = simulateTokens({
    poolVersion: house.plan.events,
    event: event as TriggerEvent,
    response: answer,
    issued: { iat: issuedAt, authTime: issuedAt },
  });
  if (simulated.refused) {
    const { error, message, reason } = simulated.refused;
    return { refused: { code: error, message, detail: reason } };
  }
  const { idToken, accessToken, dropped } = simulated;
  const opened = await openAll(house.plan, keys, event, accessToken, issuedAt);
  return { refused: null, answer, idToken, accessToken, opened, dropped };
}

async function openAll(
  plan: Plan,
  keys: KeysInMemory,
  event: unknown,
  accessToken: TokenClaims,
  iat: number,
): Promise<Opened> {
  const { sub, poolId, clientId } = readSubject(event);
  const opened = await Promise.all(
    Object.entries(plan.resourceServers).map(async ([name, { claim, identifier, seal }]) => {
      const value = accessToken[claim];
      if (typeof value !== "string" || seal === undefined) return [];
      const claims = await keys.open(value, { identifier, seal }, { sub, iat, clientId, poolId });
      return [[name, Object.fromEntries(claims)] as const];
    }),
  );
  return Object.fromEntries(opened.flat());
}

import { type ChangedToken, changeClaims, finalScopes, overrideGroups } from "./apply-changes.ts";
import { type DefaultClaims, defaultClaims, type Issued, scopeClaim, sentScopes } from "./default-claims.ts";
import { type Dropped, dropped } from "./dropped.ts";
import type { JsonValue } from "./json.ts";
import { type LambdaRefusal, refusalFor, unrecognizable } from "./lambda-refusal.ts";
import { isFields, own } from "./own-fields.ts";
import { readSubject } from "./read-subject.ts";
import { type ResponseChanges, readResponse, saysAnything } from "./response-changes.ts";
import type { Subject } from "./subject.ts";
import type { TokenClaims } from "./token-claims.ts";
import type { TriggerEvent } from "./trigger-event.ts";

export type { Dropped } from "./dropped.ts";
export type { FederationEvent, FederationResponse, ProviderAttributes } from "./federation-event.ts";
export type { TokenClaims } from "./token-claims.ts";
export type { TriggerEvent, TriggerResponse } from "./trigger-event.ts";

/** The LambdaVersion of a pool's trigger configuration. */
export type PoolVersion = "V1" | "V2" | "V3";

export type SimulationInput = {
  readonly poolVersion: PoolVersion;
  /** The event Cognito sends. */
  readonly event: TriggerEvent;
  /** What the function returned: the event with its `response`, or whatever it is that came back. */
  readonly response: unknown;
  readonly issued?: Issued;
};

/** The tokens Cognito would issue, or how it would refuse; and every part of the response it would not apply. */
export type Simulation =
  | {
      readonly refused: null;
      /** Null for machines, and for a sign-in without `openid`. */
      readonly idToken: TokenClaims | null;
      readonly accessToken: TokenClaims;
      readonly dropped: readonly Dropped[];
    }
  | {
      readonly refused: LambdaRefusal;
      readonly idToken: null;
      readonly accessToken: null;
      readonly dropped: readonly Dropped[];
    };

/** Claims and scopes of both tokens together. Source: Amazon Cognito developer guide, "Quotas". */
export const MAX_CLAIMS_AND_SCOPES = 5000;

/**
 * The tokens Amazon Cognito would issue when the trigger answers `event` with `response`. What AWS documents is
 * followed; what it leaves open is decided in `assumptions.ts`.
 *
 * @throws {CognitoError} `EVENT_MALFORMED` when the event is none that Cognito sends.
 * @example
 * const { idToken, accessToken, dropped } = simulateTokens({ poolVersion: "V3", event, response: await handler(event) });
 */
export function simulateTokens({ poolVersion, event, response, issued = {} }: SimulationInput): Simulation {
  const subject = readSubject(event);
  const defaults = defaultClaims(subject, issued);
  const answer = asJson(response);
  if (answer === undefined) return refuse(refusalFor({ kind: "threw", text: "Unable to stringify response body" }));
  if (subject.grant === "client_credentials" && poolVersion !== "V3") return uncustomized(defaults, answer);
  const lack = missingFrom(answer, event);
  if (lack !== null) return refuse(unrecognizable(lack));
  const read = readResponse(poolVersion === "V1" ? "V1" : "V2", subject.grant, responseOf(answer));
  if (read.problem !== null) return refuse(unrecognizable(read.problem));
  return changed(subject, defaults, sentScopes(subject, issued), read.changes, read.dropped);
}

function changed(
  subject: Subject,
  defaults: DefaultClaims,
  sent: readonly string[],
  changes: ResponseChanges,
  alreadyDropped: readonly Dropped[],
): Simulation {
  const token = (kind: "id" | "access", claims: ReadonlyMap<string, JsonValue>): ChangedToken => {
    const grouped = changes.groups === "leave" ? claims : overrideGroups(kind, claims, changes.groups);
    return changeClaims(kind, grouped, changes[kind], subject.clientId);
  };
  const id = defaults.id && token("id", defaults.id);
  const access = token("access", defaults.access);
  const scopes = finalScopes(sent, changes.scopesToAdd, changes.scopesToSuppress);
  const total = (id?.claims.size ?? 0) + access.claims.size + scopes.length;
  // How a transaction above the limit fails is not documented. Assumed: claim-limit.
  if (total > MAX_CLAIMS_AND_SCOPES) {
    return refuse(unrecognizable(`${total} claims and scopes, and ${MAX_CLAIMS_AND_SCOPES} is the most`));
  }
  return {
    refused: null,
    idToken: id && Object.fromEntries(id.claims),
    accessToken: Object.fromEntries(withScopes(access.claims, scopes)),
    dropped: [...alreadyDropped, ...(id ? id.dropped : withoutIdToken(changes)), ...access.dropped],
  };
}

/** In its old place where there was a `scope` already. */
function withScopes(claims: ReadonlyMap<string, JsonValue>, scopes: readonly string[]): ReadonlyMap<string, JsonValue> {
  const scope = scopeClaim(scopes);
  const complete = new Map(claims);
  if (scope === undefined) complete.delete("scope");
  else complete.set("scope", scope);
  return complete;
}

function withoutIdToken({ id }: ResponseChanges): readonly Dropped[] {
  return [...id.add.keys()].map((name) => dropped("id", name, "no-id-token"));
}

/** Below V3 a machine's token is issued without asking the trigger. Source: "Pre token generation Lambda trigger". */
function uncustomized({ access }: DefaultClaims, answer: JsonValue): Simulation {
  return {
    refused: null,
    idToken: null,
    accessToken: Object.fromEntries(access),
    dropped: saysAnything(responseOf(answer)) ? [dropped("access", "response", "not-invoked")] : [],
  };
}

/** What Lambda makes of a return value; undefined where it cannot be said in JSON. */
function asJson(value: unknown): JsonValue | undefined {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null") as JsonValue;
  } catch {
    return undefined;
  }
}

/** Cognito wants its event back, with every part it sent. Assumed: whole-event. */
function missingFrom(answer: JsonValue, event: TriggerEvent): string | null {
  if (!isFields(answer)) return "the function did not return the event";
  const sent = Object.entries(event).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const missing = [...sent, "response"].find((name) => own(answer, name) === undefined);
  return missing === undefined ? null : `the returned event has no "${missing}"`;
}

function responseOf(answer: JsonValue): unknown {
  return isFields(answer) ? own(answer, "response") : undefined;
}

function refuse(refused: LambdaRefusal): Simulation {
  return { refused, idToken: null, accessToken: null, dropped: [] };
}

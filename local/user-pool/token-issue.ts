import { randomUUID } from "node:crypto";
import type { Issued } from "../../cognito/default-claims.ts";
import { simulateTokens } from "../../cognito/simulator.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { type AppClient, lifetimesOf } from "./app-client.ts";
import type { TokenKeys } from "./token-keys.ts";
import { callTrigger, type InvokeTrigger, refusedBy, type TriggerLimits } from "./trigger-call.ts";
import { type EventPool, type TokenRequest, tokenGenerationEvent } from "./trigger-request.ts";

/** What a pool needs to issue tokens. */
export type TokenIssuer = EventPool & {
  readonly issuer: string;
  readonly keys: TokenKeys;
  /** Null where the pool has no trigger. */
  readonly trigger: InvokeTrigger | null;
  readonly triggerLimits: TriggerLimits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** What all tokens of one sign-in share, refreshed ones too. Assumed: refreshed-marks. */
export type SignInMarks = Required<Pick<Issued, "authTime" | "originJti" | "eventId">>;

/** Signed tokens; no ID token for a machine. */
export type IssuedTokens = {
  readonly idToken: string | null;
  readonly accessToken: string;
  readonly expiresInS: number;
};

/** The marks of a sign-in that takes place now. */
export function newMarks({ now }: Pick<TokenIssuer, "now">): SignInMarks {
  return { authTime: seconds(now()), originJti: randomUUID(), eventId: randomUUID() };
}

/**
 * Issues tokens the way Cognito does: event, trigger, response rules, signature.
 *
 * @throws {UserPoolError} what Cognito makes of a trigger that fails or answers oddly.
 */
export async function issueTokens(
  pool: TokenIssuer,
  client: AppClient,
  request: TokenRequest,
  marks: SignInMarks,
): Promise<IssuedTokens> {
  const event = tokenGenerationEvent(pool, client.id, request);
  const tokens = simulateTokens({
    poolVersion: pool.lambdaVersion,
    event,
    response: await askTrigger(pool, request, event),
    issued: issuedNow(pool, client, request, marks),
  });
  if (tokens.refused !== null) throw refusedBy(tokens.refused);
  return {
    idToken: tokens.idToken === null ? null : await pool.keys.sign("id", tokens.idToken),
    accessToken: await pool.keys.sign("access", tokens.accessToken),
    expiresInS: lifetimesOf(client).access,
  };
}

/** The trigger's answer; where none is asked the event itself, which changes nothing. */
async function askTrigger(pool: TokenIssuer, { person }: TokenRequest, event: TriggerEvent): Promise<unknown> {
  // Below V3 a machine's token is made without asking, and nobody is told.
  if (pool.trigger === null || (person === null && pool.lambdaVersion !== "V3")) return event;
  return callTrigger(pool.trigger, event, pool.triggerLimits);
}

function issuedNow(pool: TokenIssuer, client: AppClient, { scopes }: TokenRequest, marks: SignInMarks): Issued {
  const { id, access } = lifetimesOf(client);
  const iat = seconds(pool.now());
  return {
    ...marks,
    iat,
    exp: { id: iat + id, access: iat + access },
    jti: { id: randomUUID(), access: randomUUID() },
    scopes,
    issuer: pool.issuer,
  };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

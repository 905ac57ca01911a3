import { createHash, randomUUID } from "node:crypto";
import type { Issued } from "../../cognito/default-claims.ts";
import { type Simulation, simulateTokens } from "../../cognito/simulator.ts";
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

/** What all tokens of one sign-in share, refreshed ones too; `deviceKey` where devices are tracked. Assumed: refreshed-marks. */
export type SignInMarks = Required<Pick<Issued, "authTime" | "originJti" | "eventId">> & Pick<Issued, "deviceKey">;

/** Signed tokens; no ID token for a machine, nor for a sign-in without `openid` at managed login. */
export type IssuedTokens = {
  readonly idToken: string | null;
  readonly accessToken: string;
  readonly expiresInS: number;
};

/** Tokens as the trigger will have them, still without times and signatures. */
export type AgreedTokens = {
  readonly client: AppClient;
  readonly marks: SignInMarks;
  readonly scopes: readonly string[];
  readonly event: TriggerEvent;
  /** What the trigger answered. */
  readonly response: unknown;
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
  return signTokens(pool, await agreeOnTokens(pool, client, request, marks));
}

/**
 * The first half: the trigger is asked and its answer checked. At managed login this happens at the sign-in, long
 * before the tokens are fetched.
 *
 * @throws {UserPoolError} what Cognito makes of a trigger that fails or answers oddly.
 */
export async function agreeOnTokens(
  pool: TokenIssuer,
  client: AppClient,
  request: TokenRequest,
  marks: SignInMarks,
): Promise<AgreedTokens> {
  const event = tokenGenerationEvent(pool, client.id, request);
  const response = await askTrigger(pool, request, event);
  const agreed: AgreedTokens = { client, marks, scopes: request.scopes, event, response };
  applyAnswer(pool, agreed);
  return agreed;
}

/** The second half: times, token ids, signatures. A `nonce` goes into the ID token. */
export async function signTokens(pool: TokenIssuer, agreed: AgreedTokens, nonce?: string): Promise<IssuedTokens> {
  const { accessToken: claims, idToken: idClaims } = applyAnswer(pool, agreed, nonce);
  const accessToken = await pool.keys.sign("access", claims);
  const hash = agreed.scopes.includes("openid") ? { at_hash: atHash(accessToken) } : {};
  return {
    idToken: idClaims === null ? null : await pool.keys.sign("id", { ...hash, ...idClaims }),
    accessToken,
    expiresInS: lifetimesOf(agreed.client).access,
  };
}

/** Ties an ID token to the access token it came with. Source: OpenID Connect Core 1.0, section 3.1.3.6. Assumed: at-hash-at-page. */
function atHash(accessToken: string): string {
  return createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
}

/** The trigger's answer; where none is asked the event itself, which changes nothing. */
async function askTrigger(pool: TokenIssuer, { person }: TokenRequest, event: TriggerEvent): Promise<unknown> {
  // Below V3 a machine's token is made without asking, and nobody is told.
  if (pool.trigger === null || (person === null && pool.lambdaVersion !== "V3")) return event;
  return callTrigger(pool.trigger, event, pool.triggerLimits);
}

function applyAnswer(
  pool: TokenIssuer,
  { client, marks, scopes, event, response }: AgreedTokens,
  nonce?: string,
): Extract<Simulation, { readonly refused: null }> {
  const { id, access } = lifetimesOf(client);
  const iat = seconds(pool.now());
  const issued: Issued = {
    ...marks,
    iat,
    exp: { id: iat + id, access: iat + access },
    jti: { id: randomUUID(), access: randomUUID() },
    scopes,
    issuer: pool.issuer,
    ...(nonce === undefined ? {} : { nonce }),
  };
  const tokens = simulateTokens({ poolVersion: pool.lambdaVersion, event, response, issued });
  if (tokens.refused !== null) throw refusedBy(tokens.refused);
  return tokens;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

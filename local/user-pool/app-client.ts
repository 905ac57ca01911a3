import { createHmac, timingSafeEqual } from "node:crypto";
import { SELF_SERVICE_SCOPES } from "../../cognito/standard-attributes.ts";
import { UserPoolError } from "./error.ts";

/** What an app client may do: its ExplicitAuthFlows and AllowedOAuthFlows in one list, by Cognito's names. */
export type ClientFlow =
  | "ALLOW_USER_PASSWORD_AUTH"
  | "ALLOW_USER_SRP_AUTH"
  | "ALLOW_ADMIN_USER_PASSWORD_AUTH"
  | "ALLOW_REFRESH_TOKEN_AUTH"
  | "ALLOW_CLIENT_TOKEN_AUTH"
  | "client_credentials"
  | "code";

/** Lifetimes in seconds. */
export type TokenLifetimes = { readonly id: number; readonly access: number; readonly refresh: number };

/** An app client of the embedded pool. */
export type AppClient = {
  readonly id: string;
  readonly name: string;
  /** Absent on public clients. */
  readonly secret?: string;
  readonly flows: readonly ClientFlow[];
  /** AllowedOAuthScopes. API sign-in ignores them, as Cognito does; machines get custom ones of these only. */
  readonly allowedScopes: readonly string[];
  readonly lifetimes?: TokenLifetimes;
  /** RefreshTokenRotation: seconds, 60 at most, for which a token that was exchanged stays good. Absent: disabled. */
  readonly rotation?: { readonly graceS: number };
  /** EnableTokenRevocation; on where it is not said, as with new clients. */
  readonly revocation?: boolean;
  /** CallbackURLs, compared as they are written. */
  readonly callbackUrls?: readonly string[];
  /** LogoutURLs, compared as they are written. */
  readonly logoutUrls?: readonly string[];
};

/** A resource server and the names of its scopes, without the identifier in front. */
export type PoolResourceServer = { readonly identifier: string; readonly scopes: readonly string[] };

/** Cognito's defaults for a new app client: an hour, an hour, thirty days. */
const defaultLifetimes: TokenLifetimes = { id: 3600, access: 3600, refresh: 30 * 86_400 };

/**
 * The clients by id, checked the way Cognito checks a client when it is made.
 *
 * @throws {TypeError} for a client id used twice, a scope that no resource server has, a machine client without a
 * secret or with scopes that are not custom, flows that exclude each other, or a rotation that is out of bounds.
 */
export function readClients(
  clients: readonly AppClient[],
  resourceServers: readonly PoolResourceServer[],
): ReadonlyMap<string, AppClient> {
  const custom = new Set(
    resourceServers.flatMap(({ identifier, scopes }) => scopes.map((scope) => `${identifier}/${scope}`)),
  );
  const byId = new Map<string, AppClient>();
  for (const client of clients) {
    if (byId.has(client.id)) throw new TypeError(`app client "${client.name}": its id is used twice`);
    checkFlows(client);
    const machine = client.flows.some((flow) => machineFlows.has(flow));
    for (const scope of client.allowedScopes) {
      if (custom.has(scope) || (!machine && SELF_SERVICE_SCOPES.includes(scope))) continue;
      throw new TypeError(`app client "${client.name}": scope "${scope}" is on no resource server`);
    }
    byId.set(client.id, client);
  }
  return byId;
}

/** Flows that issue a token to the client itself. */
const machineFlows: ReadonlySet<ClientFlow> = new Set(["client_credentials", "ALLOW_CLIENT_TOKEN_AUTH"]);

/**
 * Sources: Amazon Cognito developer guide, "Scopes, M2M, and resource servers" and "Refresh tokens";
 * API reference, RefreshTokenRotationType.
 */
function checkFlows({ name, flows, secret, rotation, callbackUrls = [], logoutUrls = [] }: AppClient): void {
  const machine = flows.find((flow) => machineFlows.has(flow));
  if (machine !== undefined && secret === undefined) {
    throw new TypeError(`app client "${name}": ${machine} needs a client secret`);
  }
  if (flows.includes("ALLOW_CLIENT_TOKEN_AUTH") && flows.length > 1) {
    throw new TypeError(`app client "${name}": ALLOW_CLIENT_TOKEN_AUTH must be its only flow`);
  }
  if (flows.includes("client_credentials") && flows.includes("code")) {
    throw new TypeError(`app client "${name}": client_credentials and code exclude each other`);
  }
  if (flows.includes("code") && callbackUrls.length === 0) {
    throw new TypeError(`app client "${name}": code needs a callback URL`);
  }
  for (const url of [...callbackUrls, ...logoutUrls]) {
    if (isReturnUrl(url)) continue;
    throw new TypeError(
      `app client "${name}": a callback or logout URL is https, an app's own scheme, or http on loopback, and has no fragment`,
    );
  }
  if (rotation === undefined) return;
  if (flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) {
    throw new TypeError(`app client "${name}": with rotation there is no ALLOW_REFRESH_TOKEN_AUTH`);
  }
  if (!Number.isInteger(rotation.graceS) || rotation.graceS < 0 || rotation.graceS > 60) {
    throw new TypeError(`app client "${name}": the grace period of a rotation is 0 to 60 seconds`);
  }
}

/** Source: Amazon Cognito developer guide, "App client settings". Assumed: loopback-callbacks. */
function isReturnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, hash } = new URL(url);
  return hash === "" && (protocol !== "http:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

/** How long this client's tokens live. */
export function lifetimesOf(client: AppClient): TokenLifetimes {
  return client.lifetimes ?? defaultLifetimes;
}

/**
 * Demands a SECRET_HASH exactly where the client has a secret: base64 of HMAC-SHA-256(secret, username + client id).
 * Source: Amazon Cognito developer guide, "Computing secret hash values".
 *
 * @throws {UserPoolError} `NotAuthorizedException`.
 */
export function checkSecretHash(client: AppClient, username: string, received: string | undefined): void {
  if (client.secret === undefined) {
    if (received === undefined) return;
    throw new UserPoolError(
      "NotAuthorizedException",
      `Client ${client.id} is not configured for secret but secret hash was received`,
    );
  }
  if (received === undefined) {
    throw new UserPoolError(
      "NotAuthorizedException",
      `Client ${client.id} is configured with secret but SECRET_HASH was not received`,
    );
  }
  const expected = createHmac("sha256", client.secret)
    .update(username + client.id)
    .digest("base64");
  if (!sameText(expected, received)) {
    throw new UserPoolError("NotAuthorizedException", `SecretHash does not match for the client: ${client.id}`);
  }
}

/** Whether `received` is what the client must show at the token endpoint: its secret, or nothing where it has none. */
export function showsItsSecret(client: AppClient, received: string | undefined): boolean {
  if (client.secret === undefined || received === undefined) return client.secret === received;
  return sameText(client.secret, received);
}

/**
 * Demands the secret itself, as operations do that take a ClientSecret. Assumed: client-secret-text.
 *
 * @throws {UserPoolError} with `code`.
 */
export function checkClientSecret(
  client: AppClient,
  received: string | undefined,
  code: "NotAuthorizedException" | "UnauthorizedException",
): void {
  if (!showsItsSecret(client, received)) {
    throw new UserPoolError(code, `Unable to verify secret for client: ${client.id}`);
  }
}

function sameText(expected: string, received: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(received)];
  return a.length === b.length && timingSafeEqual(a, b);
}

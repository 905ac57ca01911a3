import { createHmac, timingSafeEqual } from "node:crypto";
import { SELF_SERVICE_SCOPES } from "../../cognito/standard-attributes.ts";
import { UserPoolError } from "./error.ts";

/** What an app client may do: its ExplicitAuthFlows and AllowedOAuthFlows in one list, by Cognito's names. */
export type ClientFlow = "ALLOW_USER_PASSWORD_AUTH" | "ALLOW_REFRESH_TOKEN_AUTH" | "client_credentials";

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
};

/** A resource server and the names of its scopes, without the identifier in front. */
export type PoolResourceServer = { readonly identifier: string; readonly scopes: readonly string[] };

/** Cognito's defaults for a new app client: an hour, an hour, thirty days. */
const defaultLifetimes: TokenLifetimes = { id: 3600, access: 3600, refresh: 30 * 86_400 };

/**
 * The clients by id, checked the way Cognito checks a client when it is made.
 *
 * @throws {TypeError} for a client id used twice, a scope that no resource server has, or a machine client without a
 * secret or with scopes that are not custom.
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
    const machine = client.flows.includes("client_credentials");
    if (machine && client.secret === undefined) {
      throw new TypeError(`app client "${client.name}": client_credentials needs a client secret`);
    }
    for (const scope of client.allowedScopes) {
      if (custom.has(scope) || (!machine && SELF_SERVICE_SCOPES.includes(scope))) continue;
      throw new TypeError(`app client "${client.name}": scope "${scope}" is on no resource server`);
    }
    byId.set(client.id, client);
  }
  return byId;
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

function sameText(expected: string, received: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(received)];
  return a.length === b.length && timingSafeEqual(a, b);
}

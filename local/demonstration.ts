import { KMSClient } from "@aws-sdk/client-kms";
import type { PlanResourceServer } from "../claims/plan.ts";
import { isPublicKey } from "../claims/public-key.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { TokenClaims } from "../cognito/token-claims.ts";
import { createOpener, isOpenerError } from "../resource-server/open.ts";
import { localCredentials } from "./local-account.ts";
import type { Stack } from "./stack.ts";
import type { SetupPerson } from "./stack-setup.ts";

/** What one resource server got out of an access token: its sealed claims, or the code it refused with. */
export type Opening = {
  readonly resourceServer: string;
  readonly opened: { readonly [claim: string]: JsonValue } | null;
  readonly refused: string | null;
};

/** One grant, from the request to what every resource server sees of its token. */
export type Shown = {
  readonly title: string;
  /** The error people would see, when no token was issued. */
  readonly denied: string | null;
  readonly idToken: TokenClaims | null;
  readonly accessToken: TokenClaims | null;
  /** Bytes of the access token as sent. */
  readonly bytes: number;
  readonly openings: readonly Opening[];
};

/** A sign-in to renew, and what goes along with it. */
type Refresh = {
  readonly name: string;
  readonly clientId: string;
  readonly token: string;
  readonly metadata: SetupPerson["metadata"];
};

/** Tokens as the pool answered, or the text of its refusal. */
type Answer = {
  readonly accessToken?: string;
  readonly idToken?: string;
  readonly refreshToken?: string;
  readonly denied?: string;
};

/**
 * Signs everybody in over HTTP, one after the other, refreshes the sign-in of whoever has something to send along, or
 * else the first, lets every machine ask for a token, and opens each access token as every resource server would: with
 * `claimseal/open`, against the embedded KMS.
 */
export async function* demonstrate(stack: Stack): AsyncGenerator<Shown> {
  const refreshes: Refresh[] = [];
  for (const { attributes, client, password, metadata } of stack.people) {
    const clientId = stack.clients.find(({ name }) => name === client)?.id ?? "";
    const name = attributes["name"] ?? attributes["given_name"] ?? attributes["email"] ?? "";
    const answer = await authenticate(stack, "InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: clientId,
      AuthParameters: { USERNAME: attributes["email"] ?? "", PASSWORD: password },
    });
    const { refreshToken: token } = answer;
    if (token !== undefined && (metadata || refreshes.length === 0))
      refreshes.push({ name, clientId, token, metadata });
    yield shown(stack, `${name} signs in to ${client}`, answer);
  }
  const choosing = refreshes.filter(({ metadata }) => metadata !== undefined);
  for (const { name, clientId, token, metadata } of choosing.length > 0 ? choosing : refreshes) {
    // Cognito hands metadata over at this operation; at a refresh by InitiateAuth it does not.
    const answer = await authenticate(stack, "GetTokensFromRefreshToken", {
      ClientId: clientId,
      RefreshToken: token,
      ...(metadata && { ClientMetadata: metadata }),
    });
    const sent = Object.entries(metadata ?? {}).map(([key, value]) => `${key} ${value}`);
    const title = sent.length > 0 ? `refresh, asking for ${sent.join(", ")}` : "refresh: everything is worked out anew";
    yield shown(stack, `${name}'s ${title}`, answer);
  }
  for (const { id, name, grants, secret = "" } of stack.clients) {
    if (!grants.includes("client_credentials")) continue;
    yield shown(stack, `the machine ${name} asks for a token`, await clientCredentials(stack, id, secret));
  }
}

async function authenticate({ urls }: Stack, operation: string, input: object): Promise<Answer> {
  const response = await fetch(urls.cognitoIdp, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as {
    readonly message?: string;
    readonly AuthenticationResult?: { readonly [token in "AccessToken" | "IdToken" | "RefreshToken"]?: string };
  };
  const { AccessToken, IdToken, RefreshToken } = body.AuthenticationResult ?? {};
  return {
    ...(AccessToken && { accessToken: AccessToken }),
    ...(IdToken && { idToken: IdToken }),
    ...(RefreshToken && { refreshToken: RefreshToken }),
    ...(!AccessToken && { denied: body.message ?? `HTTP ${response.status}` }),
  };
}

async function clientCredentials({ urls }: Stack, id: string, secret: string): Promise<Answer> {
  const response = await fetch(`${urls.oauth}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token, error, error_description } = (await response.json()) as {
    readonly access_token?: string;
    readonly error?: string;
    readonly error_description?: string;
  };
  if (access_token !== undefined) return { accessToken: access_token };
  return { denied: [error ?? `HTTP ${response.status}`, error_description].filter(Boolean).join(": ") };
}

async function shown(stack: Stack, title: string, { accessToken, idToken, denied = "" }: Answer): Promise<Shown> {
  if (accessToken === undefined) return { title, denied, idToken: null, accessToken: null, bytes: 0, openings: [] };
  const openings = Object.entries(stack.plan.resourceServers).map(([name, server]) =>
    open(stack, name, server, accessToken),
  );
  return {
    title,
    denied: null,
    idToken: idToken === undefined ? null : claimsOf(idToken),
    accessToken: claimsOf(accessToken),
    bytes: accessToken.length,
    openings: await Promise.all(openings),
  };
}

async function open(
  { plan, pool, urls }: Stack,
  name: string,
  { identifier, scopes, seal }: PlanResourceServer,
  accessToken: string,
): Promise<Opening> {
  // Of a key that its readers hold themselves, this machine has only the public half.
  const own = seal && !isPublicKey(seal.key) ? seal : null;
  const client = new KMSClient({
    endpoint: urls.kms,
    region: own?.key.split(":")[3] ?? pool.region,
    credentials: localCredentials,
  });
  const opener = createOpener({
    resourceServer: { name, identifier },
    userPoolId: pool.poolId,
    clientId: null,
    scope: scopes.map((scope) => `${identifier}/${scope}`),
    map: plan.name,
    seal: own && { mode: own.mode, keys: [own.key], bindClient: own.bindClient ?? false, optional: true },
    jwks: {
      fetch: async () =>
        (await fetch(`${urls.oauth}/${pool.poolId}/.well-known/jwks.json`)).json() as Promise<{ keys: object[] }>,
    },
    kms: client,
  });
  try {
    const { sealed } = await opener.open(accessToken);
    const opened = Object.entries(sealed).map(([claim, secret]) => [claim, secret.reveal()] as const);
    return { resourceServer: name, opened: Object.fromEntries(opened), refused: null };
  } catch (error) {
    if (!isOpenerError(error)) throw error;
    return { resourceServer: name, opened: null, refused: error.code };
  } finally {
    client.destroy();
  }
}

/** The payload of a token this stack has just issued. */
function claimsOf(token: string): TokenClaims {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as TokenClaims;
}

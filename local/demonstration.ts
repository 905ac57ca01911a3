import { KMSClient } from "@aws-sdk/client-kms";
import type { PlanResourceServer } from "../claims/plan.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { TokenClaims } from "../cognito/token-claims.ts";
import { createOpener, isOpenerError } from "../resource-server/open.ts";
import { localCredentials } from "./local-account.ts";
import type { Stack } from "./stack.ts";

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

/** Tokens as the pool answered, or the text of its refusal. */
type Answer = {
  readonly accessToken?: string;
  readonly idToken?: string;
  readonly refreshToken?: string;
  readonly denied?: string;
};

/**
 * Signs everybody in over HTTP, one after the other, refreshes the first sign-in, lets every machine ask for a token,
 * and opens each access token as every resource server would: with `claimseal/open`, against the embedded KMS.
 */
export async function* demonstrate(stack: Stack): AsyncGenerator<Shown> {
  let refresh: { readonly name: string; readonly clientId: string; readonly token: string } | undefined;
  for (const { attributes, client, password } of stack.people) {
    const clientId = stack.clients.find(({ name }) => name === client)?.id ?? "";
    const name = attributes["name"] ?? attributes["given_name"] ?? attributes["email"] ?? "";
    const answer = await initiateAuth(stack, "USER_PASSWORD_AUTH", clientId, {
      USERNAME: attributes["email"] ?? "",
      PASSWORD: password,
    });
    if (answer.refreshToken) refresh ??= { name, clientId, token: answer.refreshToken };
    yield shown(stack, `${name} signs in to ${client}`, answer);
  }
  if (refresh) {
    const answer = await initiateAuth(stack, "REFRESH_TOKEN_AUTH", refresh.clientId, { REFRESH_TOKEN: refresh.token });
    yield shown(stack, `${refresh.name}'s refresh: everything is worked out anew`, answer);
  }
  for (const { id, name, grants, secret = "" } of stack.clients) {
    if (!grants.includes("client_credentials")) continue;
    yield shown(stack, `the machine ${name} asks for a token`, await clientCredentials(stack, id, secret));
  }
}

async function initiateAuth(
  { urls }: Stack,
  flow: string,
  clientId: string,
  parameters: { readonly [name: string]: string },
): Promise<Answer> {
  const response = await fetch(urls.cognitoIdp, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({ AuthFlow: flow, ClientId: clientId, AuthParameters: parameters }),
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
  const key = seal?.key;
  const client = new KMSClient({
    endpoint: urls.kms,
    region: key?.split(":")[3] ?? pool.region,
    credentials: localCredentials,
  });
  const opener = createOpener({
    resourceServer: { name, identifier },
    userPoolId: pool.poolId,
    clientId: null,
    scope: scopes.map((scope) => `${identifier}/${scope}`),
    map: plan.name,
    seal: key === undefined ? null : { mode: "envelope", keys: [key], optional: true },
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

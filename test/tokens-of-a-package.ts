import {
  type AuthenticationResultType,
  type AuthFlowType,
  CognitoIdentityProviderClient,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { KMSClient } from "@aws-sdk/client-kms";
import type { PlanResourceServer } from "../claims/plan.ts";
import { readerPolicy } from "../deploy/reader-policy.ts";
import type { AccessKey } from "../local/identities/identities.ts";
import { localCredentials } from "../local/local-account.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import type { createOpener } from "../resource-server/open.ts";
import type { DeployedPackage } from "./a-deployed-package.ts";

/** An access token for a person, or the text the person sees in place of one. */
export async function signIn(stack: DeployedPackage, email: string): Promise<string> {
  const password = { USERNAME: email, PASSWORD: stack.passwords.get(email) ?? "" };
  const { AccessToken, refused } = await authenticate(stack, email, "USER_PASSWORD_AUTH", password);
  return AccessToken ?? refused ?? "";
}

/** The same after a refresh, with which the person's app sends along what it has to say. */
export async function refreshed(stack: DeployedPackage, email: string): Promise<string> {
  const password = { USERNAME: email, PASSWORD: stack.passwords.get(email) ?? "" };
  const { RefreshToken, refused } = await authenticate(stack, email, "USER_PASSWORD_AUTH", password);
  if (RefreshToken === undefined) return refused ?? "";
  const { metadata } = stack.setup.people.find(({ attributes }) => attributes["email"] === email) ?? {};
  const ClientId = clientOf(stack, email);
  const { AccessToken, ...none } = await answerOf(stack, (cognito) =>
    cognito.send(new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId, ClientMetadata: { ...metadata } })),
  );
  return AccessToken ?? none.refused ?? "";
}

function authenticate(
  stack: DeployedPackage,
  email: string,
  AuthFlow: AuthFlowType,
  AuthParameters: Record<string, string>,
): Promise<Answer> {
  const command = new InitiateAuthCommand({ AuthFlow, ClientId: clientOf(stack, email), AuthParameters });
  return answerOf(stack, (cognito) => cognito.send(command));
}

type Answer = AuthenticationResultType & { readonly refused?: string };

async function answerOf(
  { urls, packaged }: DeployedPackage,
  ask: (
    cognito: CognitoIdentityProviderClient,
  ) => Promise<{ AuthenticationResult?: AuthenticationResultType | undefined }>,
): Promise<Answer> {
  const cognito = new CognitoIdentityProviderClient({
    endpoint: urls.pool,
    region: packaged.region,
    credentials: localCredentials,
  });
  return ask(cognito)
    .then(
      ({ AuthenticationResult = {} }) => AuthenticationResult,
      ({ message }: Error) => ({ refused: message }),
    )
    .finally(() => cognito.destroy());
}

/** The id of the client that a person signs in by. */
function clientOf({ setup }: DeployedPackage, email: string): string | undefined {
  const { client } = setup.people.find(({ attributes }) => attributes["email"] === email) ?? {};
  return setup.clients.find(({ name }) => name === client)?.id;
}

/** An access token for a machine, by its client's name, or the error it gets. */
export async function clientCredentials({ urls, secret, setup }: DeployedPackage, client: string): Promise<string> {
  const { id } = setup.clients.find(({ name }) => name === client) ?? {};
  const response = await fetch(`${urls.pool}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token, ...refused } = (await response.json()) as { access_token?: string };
  return access_token ?? JSON.stringify(refused);
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
}

/** Who opens what: a resource server by its name, whose role it is and which key of KMS it goes by. */
export type Reader = {
  readonly name: string;
  readonly server: PlanResourceServer;
  readonly role: string;
  readonly key: string;
};

/** Opens one server's envelope under the credentials of a role, whoever that is: a reader's name, or `issuer`. */
export type OpenAs = (
  role: string,
  server: string,
  token: string,
  scope: string | null,
) => Promise<Record<string, unknown>>;

/** Makes the readers' roles, each with the policy that is made for it and nothing else. */
export function openersOf(
  { identities, issuer, urls, pool, setup, packaged }: DeployedPackage,
  readers: readonly Reader[],
  createOpenerOfPackage: typeof createOpener,
): OpenAs {
  const made = readers.map(({ name, server, role, key }) => {
    const own = readerPolicy(server, [key]) as PolicyDocument;
    return [name, identities.createIdentity(role, [own])] as const;
  });
  const credentials: { readonly [role: string]: AccessKey } = { ...Object.fromEntries(made), issuer };
  return async (role, name, token, scope) => {
    const { server, key } = readers.find((reader) => reader.name === name)!;
    const kms = new KMSClient({ endpoint: urls.kms, region: key.split(":")[3]!, credentials: credentials[role]! });
    try {
      const opener = createOpenerOfPackage({
        resourceServer: { name, identifier: server.identifier },
        userPoolId: pool.poolId,
        clientId: setup.clients.map(({ id }) => id),
        scope,
        map: packaged.map,
        seal: { mode: "envelope", keys: [key] },
        jwks: {
          fetch: async () =>
            (await fetch(`${urls.pool}/${pool.poolId}/.well-known/jwks.json`)).json() as Promise<{ keys: object[] }>,
        },
        kms,
      });
      const { sealed } = await opener.open(token);
      return Object.fromEntries(Object.entries(sealed).map(([claim, secret]) => [claim, secret.reveal()]));
    } finally {
      kms.destroy();
    }
  };
}

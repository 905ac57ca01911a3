import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { KMSClient } from "@aws-sdk/client-kms";
import type { JsonValue } from "../../cognito/json.ts";
import type { OpenerOptions } from "../../resource-server/open.ts";
import { localCredentials } from "../local-account.ts";
import { LocalError, type LocalErrorCode } from "../local-error.ts";
import type { StackSetup } from "../stack-setup.ts";

/** What runs, each part as a file's path or as its content. */
export type TestStackOptions = {
  /** The path of a claim map. */
  readonly map: string;
  /** Rows by table name; `NAME.tables.json` beside the map where not given. */
  readonly tables?: string | { readonly [table: string]: readonly { readonly [attribute: string]: JsonValue }[] };
  /** Clients, people and variables; `NAME.dev.json` beside the map where not given. */
  readonly setup?: string | StackSetup;
  /** The module behind `custom` sources; `NAME.hooks.mjs` beside the map where not given and needed. */
  readonly hooks?: string;
  /** The module behind `chain` sources, which exports `handler`; `NAME.chain.mjs` likewise. */
  readonly chain?: string;
};

export type TestPerson = { readonly email: string; readonly password: string; readonly clientId: string };

/** What is running, as its process tells. */
export type RunningStack = {
  readonly urls: {
    readonly dynamodb: string;
    readonly kms: string;
    readonly cognitoIdp: string;
    readonly oauth: string;
    readonly lambda: string;
  };
  readonly userPoolId: string;
  readonly issuer: string;
  readonly map: string;
  readonly clients: readonly { readonly id: string; readonly name: string; readonly secret?: string }[];
  readonly people: readonly TestPerson[];
  readonly servers: {
    readonly [name: string]: Pick<OpenerOptions, "resourceServer" | "seal">;
  };
};

/** DynamoDB, KMS, the trigger and a user pool on loopback, for integration tests. */
export type TestStack = Omit<RunningStack, "servers"> & {
  /** Points the AWS SDK at the stack: variables for a service in a process of its own. */
  readonly environment: { readonly [name: string]: string };
  /** Options of `createOpener` for a resource server of the map, that fetch keys and open envelopes here. */
  readonly openerOptions: (resourceServer: string) => OpenerOptions & { readonly kms: KMSClient };
  /** Signs a person of the setup in by password, as an app would. */
  readonly signIn: (email: string) => Promise<{ readonly accessToken: string; readonly idToken: string }>;
  /** An access token for a machine of the setup, by its client's name. */
  readonly machineToken: (client: string) => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** What the process answers: what runs, or why nothing does. */
export type StackAnswer =
  | { readonly running: RunningStack }
  | { readonly failed: { readonly code: LocalErrorCode | null; readonly message: string } };

/**
 * Starts the embedded stack in a process of its own, so that it runs the same whatever the test runner makes of modules
 * and globals; the process ends with this one.
 *
 * @param processFile The compiled `stack-process.js`.
 * @throws {LocalError} what is missing: a package with the command that installs it, a table, a build.
 * @throws {Error} with the findings of a map that has errors.
 */
export async function testStack(processFile: string, options: TestStackOptions): Promise<TestStack> {
  if (!existsSync(processFile)) {
    throw new LocalError("RUNTIME_NOT_BUILT", "the stack is not there: leave claimseal/testing out of bundles");
  }
  // Not the runner's flags: some of them load its own hooks into every child.
  const child = fork(processFile, [JSON.stringify(options)], { execArgv: [], stdio: "inherit" });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const answer = await new Promise<StackAnswer>((resolve) => {
    child.once("message", (message) => resolve(message as StackAnswer));
    child.once("error", ({ message }) => resolve({ failed: { code: null, message } }));
    child.once("exit", () => resolve({ failed: { code: null, message: "the stack ended before it was ready" } }));
  });
  if ("failed" in answer) {
    const { code, message } = answer.failed;
    throw code === null ? new Error(message) : new LocalError(code, message);
  }
  // A test that forgets to stop it must still end.
  child.unref();
  child.channel?.unref();
  const { servers, ...running } = answer.running;
  const clients: KMSClient[] = [];
  return {
    ...running,
    environment: environmentOf(running),
    openerOptions: (name) => {
      const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
      if (server === undefined) {
        throw new TypeError(`there is no resource server "${name}"; there are: ${Object.keys(servers).join(", ")}`);
      }
      const [key = ""] = server.seal?.keys ?? [];
      const region = (typeof key === "string" && key.split(":")[3]) || regionOf(running);
      const kms = new KMSClient({ region, endpoint: running.urls.kms, credentials: localCredentials });
      clients.push(kms);
      const { userPoolId, map } = running;
      const keysAt = `${running.urls.oauth}/${userPoolId}/.well-known/jwks.json`;
      const jwks = { fetch: async () => (await (await fetch(keysAt)).json()) as { keys: object[] } };
      return { ...server, userPoolId, clientId: running.clients.map(({ id }) => id), scope: null, map, jwks, kms };
    },
    signIn: (email) => signIn(running, email),
    machineToken: (client) => machineToken(running, client),
    stop: async () => {
      for (const client of clients.splice(0)) client.destroy();
      child.ref();
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

function regionOf({ userPoolId }: Pick<RunningStack, "userPoolId">): string {
  return userPoolId.split("_")[0] ?? "";
}

function environmentOf({ urls, userPoolId }: Pick<RunningStack, "urls" | "userPoolId">): TestStack["environment"] {
  return {
    AWS_REGION: regionOf({ userPoolId }),
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: localCredentials.sessionToken,
    AWS_ENDPOINT_URL_DYNAMODB: urls.dynamodb,
    AWS_ENDPOINT_URL_KMS: urls.kms,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: urls.cognitoIdp,
  };
}

async function signIn(
  { urls, people }: Pick<RunningStack, "urls" | "people">,
  email: string,
): Promise<{ readonly accessToken: string; readonly idToken: string }> {
  const person = people.find((each) => each.email === email);
  if (person === undefined) throw new TypeError("signIn: no person of the setup has this email");
  const response = await fetch(urls.cognitoIdp, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: person.clientId,
      AuthParameters: { USERNAME: person.email, PASSWORD: person.password },
    }),
  });
  const body = (await response.json()) as {
    readonly message?: string;
    readonly AuthenticationResult?: { readonly AccessToken: string; readonly IdToken: string };
  };
  const { AccessToken, IdToken } = body.AuthenticationResult ?? {};
  if (AccessToken === undefined || IdToken === undefined) {
    throw new Error(`the pool refused the sign-in: ${body.message ?? `HTTP ${response.status}`}`);
  }
  return { accessToken: AccessToken, idToken: IdToken };
}

async function machineToken({ urls, clients }: Pick<RunningStack, "urls" | "clients">, name: string): Promise<string> {
  const client = clients.find((each) => each.name === name && each.secret !== undefined);
  if (client === undefined) throw new TypeError(`machineToken: the setup has no machine "${name}"`);
  const response = await fetch(`${urls.oauth}/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: token, error } = (await response.json()) as { access_token?: string; error?: string };
  if (token === undefined) throw new Error(`the pool refused the machine: ${error ?? `HTTP ${response.status}`}`);
  return token;
}

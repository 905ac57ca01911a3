import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { type AskEndpoint, lambdaCredentials } from "../../aws/lambda-credentials.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { type Loopback, type LoopbackRequest, serveLoopback } from "../../local/loopback.ts";

const START = Date.parse("2026-11-30T10:00:00Z");
const MINUTE_MS = 60_000;
const ENDPOINT = "http://127.0.0.1:9001/credentials";

const answer = (name: string, expiresMs: number): string =>
  JSON.stringify({
    AccessKeyId: name,
    SecretAccessKey: "endpoint-secret",
    Token: "endpoint-token",
    Expiration: new Date(expiresMs).toISOString(),
  });

/** An endpoint whose next answer a test decides, and a clock that it sets. */
function world(environment: Record<string, string> = { AWS_CONTAINER_CREDENTIALS_FULL_URI: ENDPOINT }) {
  const state = { now: START, asked: 0, next: async () => answer("first", START + 60 * MINUTE_MS) };
  const ask: AskEndpoint = () => {
    state.asked += 1;
    return state.next();
  };
  return { state, environment, find: lambdaCredentials(environment, ask, () => state.now) };
}

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("credentials in the environment", () => {
  const fixed = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" };

  test("are taken as they are, and no endpoint is asked", async () => {
    const { state, find } = world({ ...fixed, AWS_CONTAINER_CREDENTIALS_FULL_URI: ENDPOINT });
    expect(await find()).toEqual({ accessKeyId: "id", secretAccessKey: "secret", sessionToken: "token" });
    expect(state.asked).toBe(0);
  });

  test("are read anew each time", async () => {
    const { environment, find } = world({ ...fixed });
    await find();
    environment["AWS_ACCESS_KEY_ID"] = "another";
    expect(await find()).toMatchObject({ accessKeyId: "another" });
  });

  test("need no session", async () => {
    const { find } = world({ AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "" });
    expect(await find()).toEqual({ accessKeyId: "id", secretAccessKey: "secret" });
  });

  test.for([
    ["nothing", {}],
    ["no secret", { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "" }],
    ["a profile, which is not looked for", { AWS_PROFILE: "someone" }],
  ] as const)("are missing where there is %s", async ([, environment]) => {
    expect(await failure(world({ ...environment }).find())).toMatchObject({
      name: "CredentialsProviderError",
      message: "no AWS credentials: there are none in the environment, and no endpoint for them",
    });
  });
});

test("a client without credentials asks for no key, and says so by its code", async () => {
  const client = new KMSClient({ region: "eu-central-1", endpoint: "http://127.0.0.1:9", credentials: world({}).find });
  const context = encryptionContext("care-api", "eu-central-1_A");
  expect(await failure(kmsDataKeys(client)("key", context, new AbortController().signal))).toEqual(
    new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: no AWS credentials"),
  );
});

describe("credentials of the endpoint", () => {
  test("are kept until five minutes before they expire", async () => {
    const { state, find } = world();
    expect(await find()).toEqual({
      accessKeyId: "first",
      secretAccessKey: "endpoint-secret",
      sessionToken: "endpoint-token",
      expiration: new Date(START + 60 * MINUTE_MS),
    });
    state.now = START + 55 * MINUTE_MS - 1;
    expect(await find()).toMatchObject({ accessKeyId: "first" });
    expect(state.asked).toBe(1);
    state.now = START + 55 * MINUTE_MS;
    state.next = async () => answer("second", START + 120 * MINUTE_MS);
    expect(await find()).toMatchObject({ accessKeyId: "second" });
    expect(state.asked).toBe(2);
  });

  test("serve for as long as they are good while the endpoint fails, which is asked again each time", async () => {
    const { state, find } = world();
    await find();
    state.next = () => Promise.reject(new Error("down"));
    state.now = START + 60 * MINUTE_MS - 1;
    expect(await find()).toMatchObject({ accessKeyId: "first" });
    state.now = START + 60 * MINUTE_MS;
    expect(await failure(find())).toMatchObject({ name: "CredentialsProviderError" });
    state.next = async () => answer("second", START + 120 * MINUTE_MS);
    expect(await find()).toMatchObject({ accessKeyId: "second" });
    expect(state.asked).toBe(4);
  });

  test("are asked for once by all who need them together", async () => {
    const { state, find } = world();
    const found = await Promise.all([find(), find(), find()]);
    expect(found.map(({ accessKeyId }) => accessKeyId)).toEqual(["first", "first", "first"]);
    expect(state.asked).toBe(1);
  });

  test.for([
    "https://credentials.example.com/",
    "http://localhost:9001/",
    "http://127.0.0.1:9001/",
    "http://[::1]:9001/",
    "http://169.254.170.2/role",
    "http://169.254.170.23/role",
  ])("may be at %s", async (address) => {
    const { find } = world({ AWS_CONTAINER_CREDENTIALS_FULL_URI: address });
    expect(await find()).toMatchObject({ accessKeyId: "first" });
  });

  test.for([
    "http://credentials.example.com/",
    "http://127.0.0.1.example.com/",
    "http://169.254.169.254/latest/meta-data/",
    "file:///var/credentials",
  ])("are not sent for to %s", async (address) => {
    const { state, find } = world({ AWS_CONTAINER_CREDENTIALS_FULL_URI: address });
    expect(await failure(find())).toMatchObject({
      name: "CredentialsProviderError",
      message: "no AWS credentials: their endpoint is not on this machine",
    });
    expect(state.asked).toBe(0);
  });

  test("are not there where the address is none", async () => {
    const { find } = world({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "/relative" });
    expect(await failure(find())).toMatchObject({ message: "no AWS credentials: their endpoint's address is none" });
  });

  test.for([
    ["no JSON", "<html>secret-of-the-endpoint</html>", "their endpoint did not answer"],
    ["nothing", "null", "their endpoint answered with something else"],
    ["a list", "[]", "their endpoint answered with something else"],
    ["no token", answer("x", START).replace('"Token"', '"Tokens"'), "their endpoint answered with something else"],
    ["no key", answer("", START), "their endpoint answered with something else"],
    ["no expiry", answer("x", START).replace(/"2026[^"]*"/, '"soon"'), "their endpoint answered with something else"],
    ["an expiry that is a number", '{"Expiration":1}', "their endpoint answered with something else"],
  ] as const)("are not taken from an answer with %s, and nothing of it is told", async ([, text, why]) => {
    const { state, find } = world();
    state.next = async () => text;
    const error = await failure(find());
    expect(error).toMatchObject({ name: "CredentialsProviderError", message: `no AWS credentials: ${why}` });
    expect((error as Error).cause).toBeUndefined();
  });
});

describe("an endpoint on this machine", () => {
  let server: Loopback;
  let requests: LoopbackRequest[] = [];
  let status = 200;
  beforeAll(async () => {
    server = await serveLoopback(async (request) => {
      requests.push(request);
      const headers = { "content-type": "application/json", location: "/elsewhere" };
      return { status, headers, body: answer("real", Date.now() + 60 * MINUTE_MS) };
    });
  });
  afterAll(() => server.stop());

  const find = (token: object = {}) =>
    lambdaCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/role`, ...token })();

  test("is asked with the token that belongs to it", async () => {
    requests = [];
    expect(await find({ AWS_CONTAINER_AUTHORIZATION_TOKEN: "its-token" })).toMatchObject({ accessKeyId: "real" });
    expect(requests).toEqual([expect.objectContaining({ method: "GET", path: "/role" })]);
    expect(requests[0]?.headers).toMatchObject({ authorization: "its-token" });
  });

  test.for([302, 403, 500])("that answers %i has none", async (answered) => {
    requests = [];
    status = answered;
    expect(await failure(find())).toMatchObject({ message: "no AWS credentials: their endpoint did not answer" });
    expect(requests).toHaveLength(1);
  });
});

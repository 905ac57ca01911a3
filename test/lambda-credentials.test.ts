import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkClaimMap } from "../claims/check.ts";
import { writeFunctionDirectory } from "../local/function-directory.ts";
import { type Lambda, startLambda } from "../local/lambda/lambda.ts";
import { type Loopback, type LoopbackRequest, serveLoopback } from "../local/loopback.ts";

const event = readFileSync("test/events/v3.authentication.json", "utf8");
const { plan } = checkClaimMap(readFileSync("test/maps/events-v3.claims.yaml", "utf8"));
const SECRET = "secret-of-the-endpoint";

/** What AWS was asked, and what the execution environment was asked for credentials. */
let aws: { readonly server: Loopback; readonly requests: LoopbackRequest[] };
let endpoint: { readonly server: Loopback; readonly requests: LoopbackRequest[] };
const running: { stop: () => Promise<void> }[] = [];

async function listening(body: string): Promise<typeof aws> {
  const requests: LoopbackRequest[] = [];
  const server = await serveLoopback(async (request) => {
    requests.push(request);
    return { status: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body };
  });
  running.push(server);
  return { server, requests };
}

beforeEach(async () => {
  aws = await listening("{}");
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  endpoint = await listening(
    JSON.stringify({ AccessKeyId: "OFENDPOINT", SecretAccessKey: SECRET, Token: "session", Expiration: expires }),
  );
});
afterEach(async () => {
  for (const { stop } of running.splice(0).reverse()) await stop();
});

/** The deployed bundle where Lambda puts no credentials into the environment. */
async function deployed(environment: Record<string, string> = {}): Promise<Lambda> {
  if (plan === null) throw new Error("the map is not in order");
  const { path, manifest, remove } = await writeFunctionDirectory(plan);
  running.push({ stop: remove });
  await writeFile(join(path, "profiles"), "[default]\naws_access_key_id = OFAFILE\naws_secret_access_key = secret\n");
  const lambda = await startLambda({
    functionName: "pre-token-generation",
    directory: path,
    handler: "index.handler",
    timeoutMs: 5_000,
    credentials: { accessKeyId: "", secretAccessKey: "", sessionToken: "" },
    environment: {
      STAFF_TABLE: "staff",
      MACHINE_TABLE: "machines",
      CLAIMS_KEY_ARN: "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000",
      CLAIMSEAL_PLAN_SHA256: manifest.planSha256,
      AWS_ENDPOINT_URL: aws.server.url,
      ...environment,
    },
  });
  running.push(lambda);
  return lambda;
}

async function answerOf(lambda: Lambda): Promise<unknown> {
  return (await fetch(lambda.invokeUrl, { method: "POST", body: event })).json();
}

const refusal = (code: string): object =>
  expect.objectContaining({ errorType: "Refusal", errorMessage: expect.stringMatching(`\\(${code}\\)$`) });

test("without credentials nothing is sent, and the token is refused like any other whose source is not there", async () => {
  const lambda = await deployed();
  expect(await answerOf(lambda)).toEqual(refusal("SOURCE_UNAVAILABLE"));
  expect(aws.requests).toEqual([]);
  expect(lambda.logs()).not.toMatch(/credential|AWS_/i);
});

test("files with credentials are not looked for", async () => {
  // Relative to where the function runs, which is where it was unpacked.
  const lambda = await deployed({ AWS_SHARED_CREDENTIALS_FILE: "profiles", AWS_CONFIG_FILE: "profiles" });
  expect(await answerOf(lambda)).toEqual(refusal("SOURCE_UNAVAILABLE"));
  expect(aws.requests).toEqual([]);
});

test("an endpoint of the execution environment is asked once by each client, and what it gives signs every request", async () => {
  const lambda = await deployed({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint.server.url}/role`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "its-token",
  });
  await answerOf(lambda);
  await answerOf(lambda);
  const services = new Set(aws.requests.map(({ headers }) => String(headers["x-amz-target"]).split(/[._]/)[0]));
  expect(services).toEqual(new Set(["DynamoDB", "TrentService"]));
  expect(aws.requests.map(({ headers }) => [headers["authorization"], headers["x-amz-security-token"]])).toEqual(
    aws.requests.map(() => [expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=OFENDPOINT\//), "session"]),
  );
  expect(endpoint.requests.map(({ path, headers }) => [path, headers["authorization"]])).toEqual(
    [...services].map(() => ["/role", "its-token"]),
  );
  expect(lambda.logs()).not.toMatch(/OFENDPOINT|its-token|secret/);
});

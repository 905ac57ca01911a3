import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as kms from "@aws-sdk/client-kms";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultOf } from "../../aws/fault.ts";
import { type Loopback, type LoopbackAnswer, serveLoopback } from "../../local/loopback.ts";
import { bundleFlags } from "../../tools/bundle.mjs";
import { onlyWhatLambdaHas } from "../../tools/lambda/only-what-lambda-has.mjs";

type Sdk = Pick<typeof dynamodb, "DynamoDBClient" | "GetItemCommand"> &
  Pick<typeof kms, "KMSClient" | "GenerateDataKeyCommand">;

/** The SDK as it is installed, and as the Lambda bundle holds it. */
const whole: Sdk = { ...dynamodb, ...kms };
let bundled: Sdk;
const file = join(tmpdir(), `claimseal-sdk-${process.pid}.mjs`);

let server: Loopback;
let next: LoopbackAnswer;

beforeAll(async () => {
  server = await serveLoopback(async () => next);
  await build({
    ...bundleFlags,
    banner: {},
    plugins: [onlyWhatLambdaHas],
    stdin: {
      contents: `export { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
        export { GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";`,
      resolveDir: process.cwd(),
    },
    outfile: file,
  });
  bundled = (await import(pathToFileURL(file).href)) as Sdk;
});
afterAll(async () => {
  await server.stop();
  await rm(file, { force: true });
});

/** What can be told of an error. */
function told(error: unknown): object {
  const { name, $fault, $metadata, code } = error as Record<string, unknown> & {
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  };
  const { httpStatusCode, requestId } = $metadata ?? {};
  return { name, $fault, httpStatusCode, requestId, code, fault: faultOf(error) };
}

const settings = () => ({
  region: "eu-central-1",
  endpoint: server.url,
  credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  maxAttempts: 1,
});

const reads = ({ DynamoDBClient, GetItemCommand }: Sdk): Promise<unknown> =>
  new DynamoDBClient(settings()).send(new GetItemCommand({ TableName: "t", Key: { pk: { S: "k" } } }));

const seals = ({ KMSClient, GenerateDataKeyCommand }: Sdk): Promise<unknown> =>
  new KMSClient(settings()).send(new GenerateDataKeyCommand({ KeyId: "k", KeySpec: "AES_256" }));

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => told(error),
  );

const ERRORS = [
  ["DynamoDB", "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", 400, reads],
  ["DynamoDB", "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded", 400, reads],
  ["DynamoDB", "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", 400, reads],
  ["DynamoDB", "com.amazonaws.dynamodb.v20120810#InternalServerError", 500, reads],
  ["DynamoDB", "com.amazon.coral.service#ThrottlingException", 400, reads],
  ["DynamoDB", "com.amazon.coral.service#AccessDeniedException", 400, reads],
  ["DynamoDB", "com.amazon.coral.validate#ValidationException", 400, reads],
  ["KMS", "DependencyTimeoutException", 500, seals],
  ["KMS", "DisabledException", 400, seals],
  ["KMS", "InvalidKeyUsageException", 400, seals],
  ["KMS", "KMSInternalException", 500, seals],
  ["KMS", "KMSInvalidStateException", 400, seals],
  ["KMS", "KeyUnavailableException", 500, seals],
  ["KMS", "LimitExceededException", 400, seals],
  ["KMS", "NotFoundException", 400, seals],
  ["KMS", "AccessDeniedException", 400, seals],
  ["KMS", "ThrottlingException", 400, seals],
] as const;

test.for(ERRORS)("of %s, %s is the same error in the bundle", async ([, type, status, send]) => {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "r-1" };
  next = { status, headers, body: JSON.stringify({ __type: type, message: "no" }) };
  const expected = await failure(send(whole));
  expect(expected).toMatchObject({ name: type.split("#").at(-1), httpStatusCode: status });
  expect(await failure(send(bundled))).toEqual(expected);
});

test.for([
  ["a page", { status: 503, headers: { "content-type": "text/html" }, body: "<html>Service Unavailable</html>" }],
  ["half an answer", { status: 200, headers: {}, body: '{"Item":{"pk":' }],
  ["an error of no name", { status: 400, headers: {}, body: "{}" }],
] as const)("%s instead of an answer fails in the bundle as it does without", async ([, answer]) => {
  next = answer;
  for (const send of [reads, seals]) {
    const expected = await failure(send(whole));
    expect(expected).toHaveProperty("name");
    expect(await failure(send(bundled))).toEqual(expected);
  }
});

test("an answer is the same in the bundle, numbers and bytes included", async () => {
  const item = { n: { N: "12345678901234567890.5" }, b: { B: "AAEC" }, l: { L: [{ BOOL: true }, { NULL: true }] } };
  next = {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify({ Item: item }),
  };
  const { Item } = (await reads(whole)) as dynamodb.GetItemCommandOutput;
  expect(Item).toMatchObject({ b: { B: Uint8Array.of(0, 1, 2) } });
  expect(await reads(bundled)).toMatchObject({ Item });
  next = { ...next, body: JSON.stringify({ KeyId: "k", Plaintext: "AAEC", CiphertextBlob: "AwQ=" }) };
  expect(await seals(bundled)).toMatchObject({
    KeyId: "k",
    Plaintext: Uint8Array.of(0, 1, 2),
    CiphertextBlob: Uint8Array.of(3, 4),
  });
});

// Cold start of the Lambda bundle beside a bare handler with the same two clients, bundled with the same flags: fresh
// processes on this machine, in turn, medians and the ratio of one run. `npm run build` first, then
// `node bench/cold-start.mjs [RUNS]`.

import { readFileSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checkClaimMap } from "../dist/claims/check.js";
import { createTables, startDynamoDb } from "../dist/local/dynamodb.js";
import { writeFunctionDirectory } from "../dist/local/function-directory.js";
import { createKms } from "../dist/local/kms/kms.js";
import { serveKms } from "../dist/local/kms/server.js";
import { startLambda } from "../dist/local/lambda/lambda.js";
import { bundleFlags } from "../tools/bundle.mjs";

const runs = Number(process.argv[2] ?? 15);
const root = fileURLToPath(new URL("..", import.meta.url));
const event = JSON.parse(readFileSync(`${root}test/events/v3.authentication.json`, "utf8"));
const sub = event.request.userAttributes.sub;

const BARE = `
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
const dynamodb = new DynamoDBClient({});
const kms = new KMSClient({});
export const handler = async (event) => {
  const [{ Item }] = await Promise.all([
    dynamodb.send(new GetItemCommand({ TableName: "staff", Key: { pk: { S: "STAFF#" + event.request.userAttributes.sub } } })),
    kms.send(new GenerateDataKeyCommand({ KeyId: process.env.CLAIMS_KEY_ARN, KeySpec: "AES_256" })),
  ]);
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { n: String(Object.keys(Item).length) } } } };
  return event;
};`;

const dynamodb = await startDynamoDb();
await createTables(
  dynamodb.url,
  {
    staff: [{ pk: `STAFF#${sub}`, roles: ["a"], clearance: 3, limits: { x: 1 }, legalName: "Nora Lind" }],
    machines: [],
  },
  { staff: ["pk"], machines: ["pk"] },
);
const kms = createKms();
const key = kms.createKey({ region: "eu-west-1" });
const kmsServer = await serveKms(kms);

const bareDirectory = await mkdtemp(join(tmpdir(), "bare-"));
await writeFile(join(bareDirectory, "source.mjs"), BARE);
await build({
  ...bundleFlags,
  stdin: { contents: BARE, resolveDir: root, loader: "js" },
  outfile: join(bareDirectory, "index.mjs"),
});
const { plan } = checkClaimMap(readFileSync(`${root}test/maps/events-v3.claims.yaml`, "utf8"));
const ours = await writeFunctionDirectory(plan);

const contenders = { claimseal: ours.path, bare: bareDirectory };
const measured = { claimseal: [], bare: [] };
for (let run = 0; run <= runs; run += 1) {
  for (const [name, directory] of Object.entries(contenders)) {
    const lambda = await startLambda({
      functionName: name,
      directory,
      handler: "index.handler",
      timeoutMs: 5000,
      region: "eu-west-1",
      environment: {
        STAFF_TABLE: "staff",
        MACHINE_TABLE: "machines",
        CLAIMS_KEY_ARN: key,
        CLAIMSEAL_PLAN_SHA256: ours.manifest.planSha256,
        AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
        AWS_ENDPOINT_URL_KMS: kmsServer.url,
      },
    });
    const start = performance.now();
    const response = await fetch(lambda.invokeUrl, { method: "POST", body: JSON.stringify(event) });
    if (response.headers.get("x-amz-function-error")) throw new Error(`${name}: ${await response.text()}`);
    await response.text();
    // The first pair warms the disk cache and is not counted.
    if (run > 0) measured[name].push({ ready: lambda.coldStarts()[0], answer: performance.now() - start });
    await lambda.stop();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
for (const [name, directory] of Object.entries(contenders)) {
  const [ready, answer] = ["ready", "answer"].map((figure) => median(measured[name].map((each) => each[figure])));
  const size = Math.round(statSync(join(directory, "index.mjs")).size / 1024);
  console.log(
    `${name.padEnd(10)} ready ${ready.toFixed(0)} ms, first answer ${answer.toFixed(0)} ms, bundle ${size} KiB`,
  );
}
for (const figure of ["ready", "answer"]) {
  const ratios = measured.claimseal.map((each, index) => each[figure] / measured.bare[index][figure]);
  console.log(`${figure}: claimseal / bare, median of ${runs} pairs: ${median(ratios).toFixed(2)}`);
}

await Promise.all([dynamodb.stop(), kmsServer.stop(), ours.remove(), rm(bareDirectory, { recursive: true })]);

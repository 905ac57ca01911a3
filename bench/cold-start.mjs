// Cold start of the Lambda bundle beside a bare handler with the same two clients (`peers/bare.mjs`): fresh processes on
// this machine, in turn, under each version of Node there is (`node tools/engines.mjs` installs those of Lambda).
// `npm run build` first, then
//
//   node bench/cold-start.mjs [RUNS] [--peers] [--json]
//
// `--peers` starts the alternatives too, each bundled as anybody would.
//
// "Ready" is the time from spawning the process until it asks for the first event, "answer" the time until that is
// answered. Ratios are of the two processes of one round: medians, and the middle half of all in brackets.

import { readFileSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkClaimMap } from "../dist/claims/check.js";
import { createTables, startDynamoDb } from "../dist/local/dynamodb.js";
import { writeFunctionDirectory } from "../dist/local/function-directory.js";
import { createKms } from "../dist/local/kms/kms.js";
import { serveKms } from "../dist/local/kms/server.js";
import { startLambda } from "../dist/local/lambda/lambda.js";
import { engineFile } from "../tools/engine-list.mjs";
import { bundlePeer, ourFlags } from "./contenders.mjs";
import { FROZEN, PEERS } from "./peer-list.mjs";
import { spread } from "./statistics.mjs";

const { values, positionals } = parseArgs({
  options: { json: { type: "boolean" }, peers: { type: "boolean", default: false } },
  allowPositionals: true,
});
const runs = Number(positionals[0] ?? 15);
const root = fileURLToPath(new URL("..", import.meta.url));
const event = JSON.parse(readFileSync(`${root}test/events/v3.authentication.json`, "utf8"));
const { sub } = event.request.userAttributes;

const nodes = [
  { version: process.versions.node, node: process.execPath },
  ...["node22", "node24"].flatMap((name) => {
    const node = engineFile(name);
    return node === null ? [] : [{ version: name.slice("node".length), node }];
  }),
];

const dynamodb = await startDynamoDb();
const person = {
  pk: `STAFF#${sub}`,
  roles: ["a"],
  clearance: 3,
  limits: { x: 1 },
  legalName: "Nora Lind",
  profession: "nurse",
};
await createTables(dynamodb.url, { staff: [person], machines: [] }, { staff: ["pk"], machines: ["pk"] });
const kms = createKms();
const key = kms.createKey({ region: "eu-west-1" });
const kmsServer = await serveKms(kms);

const { plan } = checkClaimMap(readFileSync(`${root}test/maps/events-v3.claims.yaml`, "utf8"));
const ours = await writeFunctionDirectory(plan);
const contenders = {
  claimseal: { directory: ours.path, bundle: "index.mjs" },
  "bare as frozen": await bare("index.js", FROZEN),
  // AWS's runtime client 4 imports a function that is CommonJS; version 3 required it, which takes less.
  "bare as frozen, required": await bare("required.cjs", FROZEN, {
    "index.mjs": `import { createRequire } from "node:module";
export const { handler } = createRequire(import.meta.url)("./required.cjs");`,
  }),
  "bare with our flags": await bare("index.mjs", ourFlags),
};
for (const [name, file] of Object.entries(PEERS)) {
  if (values.peers && !["bare", "floor", "least"].includes(name)) contenders[name] = await bundlePeer(file);
}
const { CiphertextBlob } = await kms.call(
  "GenerateDataKey",
  { region: "eu-west-1", caller: null },
  { KeyId: key, KeySpec: "AES_256" },
);

const others = Object.keys(contenders).filter((name) => name !== "claimseal");

async function bare(bundle, flags, files = {}) {
  const made = await bundlePeer("bare.mjs", flags, bundle);
  for (const [file, contents] of Object.entries(files)) await writeFile(join(made.directory, file), contents);
  return made;
}

/** Starts a process for one event, and ends it. */
async function once(name, node) {
  const lambda = await startLambda({
    functionName: "bench",
    directory: contenders[name].directory,
    handler: "index.handler",
    timeoutMs: 5000,
    region: "eu-west-1",
    node,
    environment: {
      STAFF_TABLE: "staff",
      MACHINE_TABLE: "machines",
      CLAIMS_KEY_ARN: key,
      CLAIMS: "legalName",
      SERVERS: "claims-api",
      KEY_1: key,
      WRAPPED_1: Buffer.from(CiphertextBlob).toString("base64"),
      CLAIMSEAL_PLAN_SHA256: ours.manifest.planSha256,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
      AWS_ENDPOINT_URL_KMS: kmsServer.url,
    },
  });
  try {
    const start = performance.now();
    const response = await fetch(lambda.invokeUrl, { method: "POST", body: JSON.stringify(event) });
    const text = await response.text();
    if (response.headers.get("x-amz-function-error")) throw new Error(`${name}: ${text}`);
    return { ready: lambda.coldStarts()[0], answer: performance.now() - start };
  } finally {
    await lambda.stop();
  }
}

async function measure({ version, node }) {
  const rounds = [];
  for (let run = 0; run <= runs; run += 1) {
    const round = {};
    for (const name of Object.keys(contenders)) round[name] = await once(name, node);
    // The first round warms the disk cache and is not counted.
    if (run > 0) rounds.push(round);
  }
  const of = (name, figure) => rounds.map((round) => round[name][figure]);
  return {
    node: version,
    ms: byName((name) => ({ ready: spread(of(name, "ready")), answer: spread(of(name, "answer")) })),
    ratios: byName(
      (name) => ({
        ready: spread(rounds.map((round) => round.claimseal.ready / round[name].ready)),
        answer: spread(rounds.map((round) => round.claimseal.answer / round[name].answer)),
      }),
      others,
    ),
  };
}

function byName(make, names = Object.keys(contenders)) {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

const bytes = byName((name) => statSync(join(contenders[name].directory, contenders[name].bundle)).size);
const measured = [];
for (const node of nodes) measured.push(await measure(node));

if (values.json) {
  console.log(JSON.stringify({ runs, bytes, measured }, null, 2));
} else {
  const text = ({ median, q1, q3 }, digits) =>
    `${median.toFixed(digits)} (${q1.toFixed(digits)} to ${q3.toFixed(digits)})`;
  for (const { node, ms, ratios } of measured) {
    console.log(`Node ${node}, ${runs} rounds`);
    for (const [name, { ready, answer }] of Object.entries(ms)) {
      console.log(`  ${name.padEnd(24)}  ready ${text(ready, 0)} ms, answer ${text(answer, 0)} ms`);
    }
    for (const [name, { ready, answer }] of Object.entries(ratios)) {
      console.log(`  claimseal / ${name}: ready ${text(ready, 2)}, answer ${text(answer, 2)}`);
    }
  }
  console.log(`bundle: claimseal ${bytes.claimseal} bytes`);
  for (const name of others) console.log(`  claimseal / ${name}: ${(bytes.claimseal / bytes[name]).toFixed(2)}`);
}

await Promise.all([dynamodb.stop(), kmsServer.stop(), ours.remove()]);
for (const { directory } of Object.values(contenders)) await rm(directory, { recursive: true, force: true });

// The slowest reads with and without second copies: 3,000 of each in turn, in this process, over loopback, from a server
// that takes 5 ms, and 300 ms for 5 % of what it is sent, by the same chance for both. `npm run build` first, then
// `node bench/tail.mjs [READS]`. Prints JSON; fails where the ratio of the two p99 is over 0.35.

import { createServer } from "node:http";
import { dynamoAttributes } from "../dist/aws/dynamo-attributes.js";
import { dynamoClient } from "../dist/aws/dynamo-client.js";
import { dynamoSending, kmsSending } from "../dist/aws/sending.js";
import { listenLoopback } from "../dist/local/loopback.js";

const reads = Number(process.argv[2] ?? 3_000);
const LANES = 4;
const WARM_UP = 200;
const [FAST_MS, SLOW_MS, SLOW_SHARE, RATIO] = [5, 300, 0.05, 0.35];
const answer = JSON.stringify({
  Item: { pk: { S: "STAFF#1" }, role: { S: "nurse" } },
  ConsumedCapacity: { TableName: "staff", CapacityUnits: 1 },
});

/** The same chance in every run (a linear congruential generator, Numerical Recipes' constants). */
let state = 1;
const chance = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

const server = createServer((request, response) => {
  request.resume().on("end", () => {
    setTimeout(() => response.end(answer), chance() < SLOW_SHARE ? SLOW_MS : FAST_MS);
  });
});
const { url, stop } = await listenLoopback(server);
Object.assign(process.env, {
  AWS_ENDPOINT_URL_DYNAMODB: url,
  AWS_ACCESS_KEY_ID: "someone",
  AWS_SECRET_ACCESS_KEY: "something",
});

/** What KMS is asked by is the same but for second copies. */
const sendings = { hedged: dynamoSending(), plain: kmsSending() };
const runs = Object.fromEntries(
  Object.entries(sendings).map(([name, sending]) => {
    const client = dynamoClient("eu-central-1");
    return [name, { sending, client, load: dynamoAttributes(() => client, sending), ms: [], failed: 0 }];
  }),
);
const row = {
  kind: "row",
  source: "staff",
  table: "staff",
  region: "eu-central-1",
  key: { pk: "STAFF#1" },
  attributes: ["role"],
  consistent: true,
};

async function measure(run) {
  const start = performance.now();
  const [{ state: outcome }] = await run.load([row], AbortSignal.timeout(1_200));
  run.ms.push(performance.now() - start);
  if (outcome !== "found") run.failed += 1;
}

/** So many reads of either kind, a few at a time. */
async function interleaved(times) {
  let left = times;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      for (const run of Object.values(runs)) await measure(run);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

await interleaved(WARM_UP);
for (const run of Object.values(runs)) Object.assign(run, { ms: [], failed: 0, before: run.sending.traffic().sends });
await interleaved(reads);

const rounded = (number, digits) => Number(number.toFixed(digits));
const quantile = ({ ms }, share) => rounded(ms.toSorted((a, b) => a - b)[Math.ceil(ms.length * share) - 1], 1);
const figures = (run) => ({
  p50: quantile(run, 0.5),
  p95: quantile(run, 0.95),
  p99: quantile(run, 0.99),
  p999: quantile(run, 0.999),
  failed: run.failed,
  sends: run.sending.traffic().sends - run.before,
});
const [hedged, plain] = [figures(runs.hedged), figures(runs.plain)];
const ratio = rounded(hedged.p99 / plain.p99, 3);
console.log(JSON.stringify({ reads, slowShare: SLOW_SHARE, slowMs: SLOW_MS, hedged, plain, ratio, atMost: RATIO }));
if (!(ratio <= RATIO)) process.exitCode = 1;
for (const { client } of Object.values(runs)) client.destroy();
await stop();

// The slowest decisions with and without second copies of slow reads: 3,000 of each in turn, in this process, from the
// event to the answer with its envelope, over loopback, from a table that takes 5 ms, and 300 ms for 5 % of what it is sent,
// by the same chance for both. `npm run build` first, then `node bench/tail.mjs [DECISIONS]`. Prints JSON; fails where the
// ratio of the two p99 is over 0.35.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { dynamoAttributes } from "../dist/aws/dynamo-attributes.js";
import { dynamoClient } from "../dist/aws/dynamo-client.js";
import { dynamoSending, kmsSending } from "../dist/aws/sending.js";
import { bindPlan } from "../dist/claims/bind.js";
import { checkClaimMap } from "../dist/claims/check.js";
import { houseInMemory } from "../dist/local/issue-in-memory.js";
import { listenLoopback } from "../dist/local/loopback.js";
import { BUDGET_MS, READ_MS } from "../dist/triggers/deadline.js";
import { limitedLoad } from "../dist/triggers/limited-load.js";
import { customizeToken } from "../dist/triggers/pre-token-generation.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const event = JSON.parse(readFileSync(`${root}test/events/v3.authentication.json`, "utf8"));
const sub = event.request.userAttributes.sub;
const { plan } = checkClaimMap(readFileSync(`${root}test/maps/events-v3.claims.yaml`, "utf8"));
const bound = bindPlan(plan, {
  STAFF_TABLE: "staff",
  MACHINE_TABLE: "machines",
  CLAIMS_KEY_ARN: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
});

const decisions = Number(process.argv[2] ?? 3_000);
const LANES = 4;
const WARM_UP = 200;
const [FAST_MS, SLOW_MS, SLOW_SHARE, RATIO] = [5, 300, 0.05, 0.35];
const answer = JSON.stringify({
  Item: {
    pk: { S: `STAFF#${sub}` },
    roles: { L: [{ S: "adjuster" }] },
    clearance: { N: "3" },
    limits: { M: { payout: { N: "5000" } } },
    legalName: { S: "Nora Lind" },
  },
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
    const load = limitedLoad(
      dynamoAttributes(() => client, sending),
      () => READ_MS,
    );
    const decide = customizeToken(houseInMemory(bound, load, Date.now, BUDGET_MS).house);
    return [name, { sending, client, decide, ms: [], failed: 0 }];
  }),
);

async function measure(run) {
  const start = performance.now();
  await run.decide(event).catch(() => {
    run.failed += 1;
  });
  run.ms.push(performance.now() - start);
}

/** So many decisions of either kind, a few at a time. */
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
await interleaved(decisions);

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
console.log(JSON.stringify({ decisions, slowShare: SLOW_SHARE, slowMs: SLOW_MS, hedged, plain, ratio, atMost: RATIO }));
if (!(ratio <= RATIO)) process.exitCode = 1;
for (const { client } of Object.values(runs)) client.destroy();
await stop();

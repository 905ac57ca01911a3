// How issuing grows: with claims, resource servers, sources and rows, and by what exponent. Sizes of one contender take
// turns; how it compares with others at three claims is told by `issue`.
import { checkedBytes } from "../check-answers.mjs";
import { bytesOf, startContenders } from "../contenders.mjs";
import { startStandIn } from "../stand-in.mjs";
import { exponent, median, rounded } from "../statistics.mjs";
import { KMS_MS, TABLE_MS } from "./issue.mjs";

const CLAIMS = [1, 3, 8, 32];
const SERVERS = [1, 2, 4];
const SOURCES = [1, 2, 5, 10, 20];
const ROWS = [1, 10, 30, 100];

const ours = { peers: [], modes: ["envelope"] };
const peer = (name) => ({ peers: [name], modes: [] });

/** Every curve: what grows, in what, and whose it is. */
const CURVES = [
  ...["envelope", "asymmetric", "direct"].map((mode) => ["claims", CLAIMS, { peers: [], modes: [mode] }]),
  ...["hand-written", "Encryption SDK", "jose"].map((name) => ["claims", CLAIMS, peer(name)]),
  ["servers", SERVERS, ours],
  ...["hand-written", "jose"].map((name) => ["servers", SERVERS, peer(name)]),
  ["sources", SOURCES, ours],
  ["sources", SOURCES, { ...ours, oneTable: true }],
  ["rows", ROWS, ours],
];

export async function run({ quick, say }) {
  const { warmUp, rounds, perRound } = quick
    ? { warmUp: 3, rounds: 2, perRound: 2 }
    : { warmUp: 60, rounds: 7, perRound: 10 };
  const aws = await startStandIn({ tableMs: TABLE_MS, kmsMs: KMS_MS });
  const curves = [];
  try {
    for (const [index, [what, sizes, who]] of CURVES.entries()) {
      say(`curve ${index + 1} of ${CURVES.length}`);
      curves.push(await curve(aws, what, sizes, who, { warmUp, rounds, perRound }));
    }
  } finally {
    await aws.stop();
  }
  return { tableMs: TABLE_MS, kmsMs: KMS_MS, rounds, perRound, curves };
}

async function curve(aws, what, sizes, { oneTable = false, ...who }, { warmUp, rounds, perRound }) {
  const held = [];
  try {
    for (const size of sizes) {
      const { started, stop } = await startContenders(aws, { ...who, oneTable, [what]: size });
      const [contender] = started;
      held.push({ size, contender, stop, ms: [], cpu: [], counts: [] });
    }
    for (const one of held) {
      // Tables of one name differ from size to size.
      await serve(aws, one);
      const { answer } = await one.contender.worker.ask("call", warmUp);
      one.tokenBytes = await checkedBytes(one.contender, answer);
      assertRead(one.contender, answer, { [what]: one.size });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const one of round % 2 === 0 ? held : held.toReversed()) {
        await serve(aws, one);
        await aws.ask("forget");
        const { ms, cpuMs } = await one.contender.worker.ask("call", perRound);
        one.counts.push(await aws.ask("counts"));
        one.ms.push(median(ms));
        one.cpu.push(cpuMs);
      }
    }
    const perSignIn = (counts, of) => rounded(median(counts.map((count) => count[of])) / perRound);
    const points = held.map(({ size, ms, cpu, tokenBytes, counts, contender }) => ({
      size,
      p50Ms: rounded(median(ms)),
      cpuMs: rounded(median(cpu)),
      tokenBytes,
      bundleBytes: bytesOf(contender.bundle),
      tableRequests: perSignIn(counts, "table"),
      roundTrips: perSignIn(counts, "rounds"),
      kmsCalls: perSignIn(counts, "kms"),
    }));
    return {
      what: oneTable ? `${what} in one table` : what,
      name: held[0].contender.name,
      points,
      exponents: {
        p50: rounded(exponent(points.map(({ size, p50Ms }) => ({ size, cost: p50Ms }))), 3),
        cpu: rounded(exponent(points.map(({ size, cpuMs }) => ({ size, cost: cpuMs }))), 3),
      },
    };
  } finally {
    for (const { stop } of held) await stop();
  }
}

async function serve(aws, { contender }) {
  for (const [name, rows] of Object.entries(contender.scenario.tables)) await aws.ask("rows", { name, rows });
}

/** What was read must be in the answer: an open claim of each source, and a number that depends on every row. */
function assertRead({ name }, answer, { sources, rows }) {
  const { claimsToAddOrOverride: claims } = answer.response.claimsAndScopeOverrideDetails.accessTokenGeneration;
  for (let index = 1; index < (sources ?? 1); index += 1) {
    if (claims[`more${index}_level`] !== 3) throw new Error(`${name} has not read source ${index}`);
  }
  const high = Array.from({ length: rows ?? 0 }, (_, index) => index % 6).filter((level) => level > 3).length;
  if (rows && claims.highest !== high) throw new Error(`${name} has not looked at every row`);
}

// Issuing: three personal claims, one resource server, every contender in turn, in processes of their own.
import { checkedBytes } from "../check-answers.mjs";
import { bytesOf, startContenders } from "../contenders.mjs";
import { startStandIn } from "../stand-in.mjs";
import { median, quantile, ratios, rounded } from "../statistics.mjs";

export const TABLE_MS = 4;
export const KMS_MS = 8;

/**
 * So many sign-ins of each in all. An environment that people sign in through lives for hours: what is measured is what
 * V8 has compiled.
 */
const WHOLE = { warmUp: 1_240, rounds: 38, perRound: 20 };
const QUICK = { warmUp: 10, rounds: 3, perRound: 5 };

export async function run({ quick, say }) {
  const { warmUp, rounds, perRound } = quick ? QUICK : WHOLE;
  const aws = await startStandIn({ tableMs: TABLE_MS, kmsMs: KMS_MS });
  const { started, stop } = await startContenders(aws, { apart: true });
  try {
    const figures = new Map();
    for (const each of started) {
      const { answer } = await each.worker.ask("call", 1);
      figures.set(each.name, { tokenBytes: await checkedBytes(each, answer), p50: [], all: [], cpu: [] });
    }
    say("warming up");
    await Promise.all(started.map(({ worker }) => worker.ask("call", warmUp - 1)));
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      for (const { name, worker } of round % 2 === 0 ? started : started.toReversed()) {
        const of = figures.get(name);
        const { ms, cpuMs } = await worker.ask("call", perRound);
        of.p50.push(median(ms));
        of.all.push(...ms);
        of.cpu.push(cpuMs);
      }
    }
    const signIns = warmUp + rounds * perRound;
    // Tokens are opened by somebody else, whom nobody counts here.
    for (const { name, caller } of started) figures.get(name).calls = await aws.ask("counts", caller);
    const [bare, floor] = [figures.get("bare"), figures.get("floor")];
    return {
      tableMs: TABLE_MS,
      kmsMs: KMS_MS,
      signIns,
      rounds,
      contenders: started.map(({ name, bundle }) => {
        const { p50, all, cpu, calls, tokenBytes } = figures.get(name);
        return {
          name,
          p50Ms: rounded(median(p50)),
          p99Ms: rounded(quantile(all, 0.99)),
          cpuMs: rounded(median(cpu)),
          ofBare: { p50: kept(ratios(p50, bare.p50)), cpu: kept(ratios(cpu, bare.cpu)) },
          ofFloor: { p50: kept(ratios(p50, floor.p50)), cpu: kept(ratios(cpu, floor.cpu)) },
          kmsPer1000: rounded((calls.kms / signIns) * 1000),
          tablePer1000: rounded((calls.table / signIns) * 1000),
          tokenBytes,
          bundleBytes: bytesOf(bundle),
        };
      }),
    };
  } finally {
    await stop();
    await aws.stop();
  }
}

function kept({ median: middle, q1, q3 }) {
  return { median: rounded(middle), q1: rounded(q1), q3: rounded(q3) };
}

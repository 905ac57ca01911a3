// A KMS that lets too few requests pass: four processes of each sign people in as fast as they can, for some seconds.
import { startContenders } from "../contenders.mjs";
import { startStandIn } from "../stand-in.mjs";
import { quantile, rounded } from "../statistics.mjs";
import { KMS_MS, TABLE_MS } from "./issue.mjs";

/** Requests that pass in a second; the account's other services have used up the rest. */
const PER_SECOND = 50;
const PROCESSES = 4;

const WHO = [
  { modes: ["envelope"], peers: [] },
  { modes: ["direct"], peers: [] },
  { modes: [], peers: ["hand-written"] },
  { modes: [], peers: ["Encryption SDK"] },
];

export async function run({ quick, say }) {
  const forMs = quick ? 800 : 6_000;
  const contenders = [];
  for (const who of WHO) {
    const aws = await startStandIn({ tableMs: TABLE_MS, kmsMs: KMS_MS, kmsPerSecond: PER_SECOND });
    const fleets = [];
    try {
      for (let process = 0; process < PROCESSES; process += 1) fleets.push(await startContenders(aws, who));
      const workers = fleets.map(({ started: [{ worker }] }) => worker);
      const [{ name }] = fleets[0].started;
      say(name);
      // Warm, and one after the other: what a start costs is told elsewhere.
      for (const worker of workers) await worker.ask("load", 400);
      await aws.ask("forget");
      const loads = await Promise.all(workers.map((worker) => worker.ask("load", forMs)));
      const { kms, throttled } = await aws.ask("counts");
      const ms = loads.flatMap((load) => load.ms);
      const refused = loads.reduce((sum, load) => sum + load.refused, 0);
      contenders.push({
        name,
        signIns: ms.length,
        refusedShare: rounded(refused / ms.length, 3),
        issuedPerSecond: rounded((ms.length - refused) / (forMs / 1000), 3),
        p50Ms: rounded(quantile(ms, 0.5), 3),
        p99Ms: rounded(quantile(ms, 0.99), 3),
        kmsPerSignIn: rounded(kms / ms.length, 3),
        throttledShare: rounded(kms === 0 ? 0 : throttled / kms, 3),
      });
    } finally {
      for (const { stop } of fleets) await stop();
      await aws.stop();
    }
  }
  return { kmsPerSecond: PER_SECOND, processes: PROCESSES, seconds: forMs / 1000, contenders };
}

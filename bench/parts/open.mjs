// Opening: verifying alone, and verifying and opening three claims, every reader in turn, in processes of their own.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { answering } from "../commands.mjs";
import { bundleOurs, bundlePeer, environmentOf, keysFor, startWorker } from "../contenders.mjs";
import { PEERS } from "../peer-list.mjs";
import { readerConfig } from "../readers.mjs";
import { REGION, scenario } from "../scenario.mjs";
import { startStandIn } from "../stand-in.mjs";
import { median, ratios, rounded } from "../statistics.mjs";
import { accessClaims, signer } from "../tokens.mjs";
import { KMS_MS, TABLE_MS } from "./issue.mjs";

const TOKENS = 20;

/** Who opens what whom has sealed. */
const READERS = [
  { name: "verify only", reader: "verify only", peer: "jose" },
  { name: "hand-written", reader: "hand-written", peer: "hand-written" },
  { name: "Encryption SDK", reader: "Encryption SDK", peer: "Encryption SDK" },
  { name: "jose", reader: "jose", peer: "jose" },
  { name: "least (mode envelope, nothing checked)", reader: "least, of mode envelope", mode: "envelope" },
  { name: "claimseal, envelope", reader: "claimseal", mode: "envelope" },
  { name: "claimseal, asymmetric", reader: "claimseal", mode: "asymmetric" },
  { name: "claimseal, asymmetric, a key of its own", reader: "claimseal", mode: "asymmetric", ownKeys: true },
  { name: "claimseal, direct", reader: "claimseal", mode: "direct" },
];

export async function run({ quick, say }) {
  const { rounds, perRound, colds, warmUp } = quick
    ? { rounds: 2, perRound: 20, colds: 2, warmUp: 20 }
    : { rounds: 25, perRound: 200, colds: 11, warmUp: 2000 };
  const aws = await startStandIn({ tableMs: TABLE_MS, kmsMs: KMS_MS });
  const pool = signer();
  const started = [];
  try {
    for (const each of READERS) {
      say(`tokens for ${each.name}`);
      started.push(await start(aws, pool, each));
    }
    for (const { worker, figures } of started) {
      await aws.ask("forget");
      await worker.ask("warm", TOKENS);
      const { kms } = await aws.ask("counts");
      figures.kmsPer1000 = (kms / TOKENS) * 1000;
      // Where each opening waits for KMS, a tenth of as many tell as much.
      figures.times = kms > 0 ? Math.ceil(perRound / 20) : perRound;
      await worker.ask("warm", kms > 0 ? Math.ceil(warmUp / 20) : warmUp);
    }
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1} of ${rounds}`);
      for (const { worker, figures } of round % 2 === 0 ? started : started.toReversed()) {
        const { wallMs, cpuMs } = await worker.ask("warm", figures.times);
        figures.wall.push(wallMs);
        figures.cpu.push(cpuMs);
      }
      if (round >= colds) continue;
      for (const { worker, figures } of started) figures.cold.push((await worker.ask("cold")).wallMs);
    }
    const [alone] = started;
    return {
      kmsMs: KMS_MS,
      rounds,
      perRound,
      readers: started.map(({ name, figures: { wall, cpu, cold, kmsPer1000 } }) => {
        // Of the processor's time, which is all that verifying takes: what waits for KMS waits beside it.
        const ofVerify = ratios(cpu, alone.figures.cpu);
        return {
          name,
          warmMs: rounded(median(wall)),
          cpuMs: rounded(median(cpu)),
          coldMs: rounded(median(cold)),
          perSecondPerCore: Math.round(1000 / median(cpu)),
          kmsPer1000: rounded(kmsPer1000),
          ofVerify: Object.fromEntries(Object.entries(ofVerify).map(([which, ratio]) => [which, rounded(ratio)])),
        };
      }),
    };
  } finally {
    for (const { worker } of started) await worker.stop();
    await aws.stop();
  }
}

/** Has tokens issued, and starts the process that opens them. */
async function start(aws, pool, { name, reader, peer, mode = "envelope", ownKeys = false }) {
  const asked = scenario({ mode });
  const urls = await aws.ask("urls");
  for (const [table, rows] of Object.entries(asked.tables)) await aws.ask("rows", { name: table, rows });
  const keys = await keysFor(aws, asked, ownKeys);
  const bundle = peer ? await bundlePeer(PEERS[peer]) : await bundleOurs(asked);
  const issuer = await startWorker(bundle, environmentOf(urls, keys, asked, bundle.sha256));
  const tokens = [];
  for (let token = 0; token < TOKENS; token += 1) {
    const { answer } = await issuer.ask("call", 1);
    tokens.push(pool.sign(accessClaims(answer)));
  }
  await issuer.stop();
  await bundle.remove();
  const config = readerConfig(asked, keys, pool.jwks, urls);
  const child = fork(fileURLToPath(new URL("../open-worker.mjs", import.meta.url)), [], {
    env: {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "someone",
      AWS_SECRET_ACCESS_KEY: "something",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      BENCH_READER: JSON.stringify({ name, reader, config, tokens, personal: asked.personal }),
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return { name, worker: await answering(child), figures: { wall: [], cpu: [], cold: [] } };
}

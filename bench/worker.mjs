// A process that holds one handler and calls it when it is told to: `node worker.mjs FILE`, with the handler's own
// environment. Nothing but the calls is measured, one after the other, as Lambda makes them.
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const event = JSON.parse(readFileSync(process.env.BENCH_EVENT, "utf8"));
const loaded = await import(pathToFileURL(process.argv[2]).href);
const handler = loaded.handler ?? loaded.default.handler;
let calls = 0;

const PAUSE_MS = 2;

/** Every call has an event of its own, made before the clock starts. */
async function call(times) {
  const events = Array.from({ length: times }, () => structuredClone(event));
  const ms = [];
  let answer = null;
  const before = process.cpuUsage();
  for (const each of events) {
    // Nobody signs in back to back, and what still runs on behind an answer is counted too.
    await setTimeout(PAUSE_MS);
    const start = performance.now();
    calls += 1;
    answer = await handler(each, { awsRequestId: `bench-${calls}` });
    ms.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 / times, systemMs: system / 1000 / times, answer };
}

/** Calls for so long, whatever comes of it. */
async function load(forMs) {
  const ms = [];
  let refused = 0;
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    const start = performance.now();
    calls += 1;
    await handler(structuredClone(event), { awsRequestId: `bench-${calls}` }).catch(() => {
      refused += 1;
    });
    ms.push(performance.now() - start);
  }
  return { ms, refused };
}

const commands = { call, load };

process.on("message", async ({ id, name, value }) => {
  try {
    process.send({ id, value: await commands[name](value) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.once("SIGINT", () => process.exit(0));
process.once("disconnect", () => process.exit(0));
process.send({ ready: true });

// A process that opens tokens with one reader, one after the other, as often as it is told to; what comes out is compared
// with what was sealed before any clock runs.
import { assertOpens, READERS } from "./readers.mjs";

const { name, reader, config, tokens, personal } = JSON.parse(process.env.BENCH_READER);
const make = READERS[reader];
const kept = make(config);
if (reader !== "verify only") for (const token of tokens) await assertOpens(name, kept, token, personal);
let next = 0;

const commands = {
  /** With everything at hand that a reader keeps. */
  warm: async (times) => {
    const before = process.cpuUsage();
    const start = performance.now();
    for (let opened = 0; opened < times; opened += 1) {
      next = (next + 1) % tokens.length;
      await kept(tokens[next]);
    }
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    return { wallMs: wallMs / times, cpuMs: (user + system) / 1000 / times };
  },
  /** The first opening of a reader that knows nothing yet but the pool's signing keys. */
  cold: async () => {
    const fresh = make(config);
    const start = performance.now();
    await fresh(tokens[0]);
    return { wallMs: performance.now() - start };
  },
};

process.on("message", async ({ id, name: command, value }) => {
  try {
    process.send({ id, value: await commands[command](value) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.once("disconnect", () => process.exit(0));
process.send({ ready: true });

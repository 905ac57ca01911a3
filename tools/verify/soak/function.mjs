// The program of one of the function's processes: the deployed bundle, given events by whoever started it, one at a
// time as by Lambda. Its standard output belongs to the bundle; everything else is told by messages.
import { subscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Open connections by the port they lead to, and the most there were at once. */
const sockets = new Map();
const most = new Map();

subscribe("net.client.socket", ({ socket }) => {
  socket.once("connect", () => {
    const { remotePort } = socket;
    const open = (sockets.get(remotePort) ?? 0) + 1;
    sockets.set(remotePort, open);
    most.set(remotePort, Math.max(most.get(remotePort) ?? 0, open));
    socket.once("close", () => sockets.set(remotePort, sockets.get(remotePort) - 1));
  });
});

const { handler } = await import(pathToFileURL(join(process.env.LAMBDA_TASK_ROOT, "index.mjs")).href);

/** What nobody caught, and what Node warns of: of too many listeners, say. */
const counts = { strays: 0, warnings: 0 };
for (const event of ["unhandledRejection", "uncaughtException"]) process.on(event, () => (counts.strays += 1));
process.on("warning", () => (counts.warnings += 1));

async function answer({ id, event }) {
  const start = performance.now();
  const ended = await handler(event, { awsRequestId: id }).then(
    ({ response }) => ({ response }),
    ({ name, message }) => ({ error: { name, message } }),
  );
  process.send({ id, ...ended, ms: performance.now() - start });
}

function sample() {
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ sample: { rss, heapUsed, ...counts, open: [...sockets], most: [...most] } });
}

process.on("message", (message) => (message === "sample" ? sample() : void answer(message)));
process.on("disconnect", () => process.exit(0));
process.send("ready");

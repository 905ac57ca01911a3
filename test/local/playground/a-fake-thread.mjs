// Takes the place of the engine's thread: answers with what it was asked, never, or ends. Without a warm-up it is never ready.
import { parentPort, workerData } from "node:worker_threads";

if (workerData.warmUp.length > 0) parentPort.postMessage("ready");
parentPort.on("message", ({ body }) => {
  if (body.map === "never") return;
  if (body.map === "end") process.exit(1);
  if (body.map === "throw") throw new Error("broken");
  parentPort.postMessage({ answer: { asked: body.map, warmUp: workerData.warmUp.length } });
});

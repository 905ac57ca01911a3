// Takes the place of the engine's thread: answers with what it was asked, never, or ends.
import { parentPort, workerData } from "node:worker_threads";

parentPort.postMessage("ready");
parentPort.on("message", ({ body }) => {
  if (body.map === "never") return;
  if (body.map === "end") process.exit(1);
  if (body.map === "throw") throw new Error("broken");
  parentPort.postMessage({ answer: { asked: body.map, warmUp: workerData.warmUp.length } });
});

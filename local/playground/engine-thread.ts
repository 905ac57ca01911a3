// What the page asks for is worked out here, in a thread of its own: one that takes too long can be ended.
import { parentPort, workerData } from "node:worker_threads";
import type { Asked } from "./asked.ts";
import { createEngine, type TestsByExample } from "./engine.ts";
import type { Ending } from "./threaded-engine.ts";

const { tests, warmUp } = workerData as { readonly tests: TestsByExample; readonly warmUp: readonly Asked[] };
const answering = await createEngine(tests);
// The first answers are slow until the code has been run a few times; nobody waits for these.
for (const asked of warmUp) await answering(asked).catch(() => {});
const tell = (told: "ready" | Ending): void => parentPort?.postMessage(told);
tell("ready");
parentPort?.on("message", (asked: Asked) => {
  // Of an error nothing is told: it may hold what was sent.
  void answering(asked).then(
    (answer) => tell({ answer }),
    () => tell({ none: "broken" }),
  );
});

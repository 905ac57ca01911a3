import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { LocalError } from "../local-error.ts";
import type { Asked } from "./asked.ts";
import type { PlayAnswer, TestsByExample } from "./engine.ts";

/** An answer; or none: it took too long and was ended, nobody waits for it any more, or the engine broke. */
export type Ending = { readonly answer: PlayAnswer } | { readonly none: "late" | "gone" | "broken" };

/** An engine in a thread of its own, so that what takes too long can be ended and nothing else waits for it. */
export type ThreadedEngine = {
  readonly ask: (asked: Asked, signal: AbortSignal) => Promise<Ending>;
  /** Starts the thread, if there is none: somebody is about to ask. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
};

/** Whoever waits longer has a map that was made to be slow, or a machine that is busy with something else. */
const ANSWER_MS = 5_000;
/** All tests of a map, some of which wait for what never comes. */
const TESTS_MS = 30_000;

/** Threads run JavaScript only: from the sources, the built one. */
const THREAD = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../../dist/local/playground/engine-thread.js" : "./engine-thread.js",
    import.meta.url,
  ),
);

/**
 * Answers one request after the other. One that takes too long is ended with its thread, and the next one gets a new
 * thread; one whose asker is gone by its turn is left out.
 *
 * @param warmUp What is answered first, for nobody, so that the first answers are as quick as the others.
 * @throws {LocalError} `RUNTIME_NOT_BUILT` without `dist/`.
 */
export function threadedEngine(
  tests: TestsByExample,
  warmUp: readonly Asked[],
  limitMs: number = ANSWER_MS,
  file: string = THREAD,
): ThreadedEngine {
  if (!existsSync(file)) throw new LocalError("RUNTIME_NOT_BUILT", "dist/ is not built: npm run build");
  let thread: Thread | null = null;
  let before: Promise<unknown> = Promise.resolve();
  let isStopped = false;

  const started = (): Thread => {
    thread ??= startThread(file, { tests, warmUp });
    return thread;
  };

  const asked = async (request: Asked): Promise<Ending> => {
    const current = started();
    await current.ready;
    const limit = request.what === "run-tests" && limitMs === ANSWER_MS ? TESTS_MS : limitMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Ending>((resolve) => {
      timer = setTimeout(() => resolve({ none: "late" }), limit);
    });
    const ending = await Promise.race([current.ask(request), late]);
    clearTimeout(timer);
    if ("none" in ending) {
      if (thread === current) thread = null;
      await current.end();
    }
    return ending;
  };

  return {
    ask: (request, signal) => {
      const mine = before.then(() => (isStopped || signal.aborted ? ({ none: "gone" } as const) : asked(request)));
      before = mine;
      return mine;
    },
    wake: () => {
      if (!isStopped) started();
    },
    stop: async () => {
      isStopped = true;
      await thread?.end();
    },
  };
}

type Thread = {
  /** When it takes requests, or never will. */
  readonly ready: Promise<void>;
  readonly ask: (request: Asked) => Promise<Ending>;
  readonly end: () => Promise<void>;
};

function startThread(file: string, workerData: object): Thread {
  const worker = new Worker(file, { workerData });
  let settle: ((ending: Ending) => void) | undefined;
  let isOver = false;
  const ready = new Promise<void>((resolve) => {
    const over = (): void => {
      isOver = true;
      resolve();
      settle?.({ none: "broken" });
    };
    worker.on("message", (told: "ready" | Ending) => {
      if (told === "ready") resolve();
      else settle?.(told);
    });
    worker.once("error", over);
    worker.once("exit", over);
  });
  return {
    ready,
    ask: (request) =>
      new Promise((resolve) => {
        settle = resolve;
        if (isOver) resolve({ none: "broken" });
        else worker.postMessage(request);
      }),
    end: async () => {
      await worker.terminate();
    },
  };
}

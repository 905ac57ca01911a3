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

/** A thread that is not ready by then never will be; a machine that is busy takes seconds. */
const READY_MS = 30_000;

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
  readyMs: number = READY_MS,
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
    const limit = request.what === "run-tests" && limitMs === ANSWER_MS ? TESTS_MS : limitMs;
    const unready = await within(readyMs, current.ready);
    const ending = unready ?? (await within(limit, current.ask(request)));
    if ("none" in ending) {
      if (thread === current) thread = null;
      await current.end();
    }
    return ending;
  };

  return {
    ask: (request, signal) => {
      const mine = before.then(() => (isStopped || signal.aborted ? ({ none: "gone" } as const) : asked(request)));
      // What one request ends in is nothing to the next.
      before = mine.catch(() => {});
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

/** What a promise comes to, or that it took too long. */
async function within<T>(ms: number, awaited: Promise<T>): Promise<T | { readonly none: "late" }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ readonly none: "late" }>((resolve) => {
    timer = setTimeout(() => resolve({ none: "late" }), ms);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

type Thread = {
  /** Null once it takes requests, or never will. */
  readonly ready: Promise<null>;
  readonly ask: (request: Asked) => Promise<Ending>;
  readonly end: () => Promise<void>;
};

function startThread(file: string, workerData: object): Thread {
  const worker = new Worker(file, { workerData });
  let settle: ((ending: Ending) => void) | undefined;
  let isOver = false;
  const ready = new Promise<null>((resolve) => {
    const over = (): void => {
      isOver = true;
      resolve(null);
      settle?.({ none: "broken" });
    };
    worker.on("message", (told: "ready" | Ending) => {
      if (told === "ready") resolve(null);
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

import { Worker } from "node:worker_threads";

/** A pattern, and a text it is searched in and held against. */
export type Attack = { readonly name: string; readonly pattern: string; readonly text: string };

/** What an engine answered: whether the pattern occurs in the text, and whether it covers it. */
export type Verdict = { readonly occurs: boolean; readonly covers: boolean };

/** Finished, with every answer by its attack's name; or stopped from outside while it was busy with one attack. */
export type Outcome =
  | { readonly finished: true; readonly verdicts: ReadonlyMap<string, Verdict> }
  | { readonly finished: false; readonly busyWith: string | null };

/** Engines, each as the text of a function from a pattern to what answers for it. */
const ENGINES = {
  /** JavaScript's own, which backtracks. */
  RegExp: `async () => (pattern) => {
    const [anywhere, whole] = [new RegExp(pattern), new RegExp("^(?:" + pattern + ")$")];
    return { occursIn: (text) => anywhere.test(text), covers: (text) => whole.test(text) };
  }`,
  /** The bundle that is deployed, by its address. */
  ours: `async () => (await import(workerData.module)).compilePattern`,
} as const;

const PROGRAM = (engine: keyof typeof ENGINES): string => `
  const { parentPort, workerData } = require("node:worker_threads");
  (${ENGINES[engine]})().then((compilePattern) => {
    for (const { name, pattern, text } of workerData.attacks) {
      parentPort.postMessage({ busyWith: name });
      const compiled = compilePattern(pattern);
      parentPort.postMessage({ name, verdict: { occurs: compiled.occursIn(text), covers: compiled.covers(text) } });
    }
    parentPort.postMessage({ done: true });
  });
`;

type Message =
  | { readonly busyWith: string }
  | { readonly name: string; readonly verdict: Verdict }
  | { readonly done: true };

/**
 * Puts attacks to an engine, one after another, in a thread that is killed `killAfterMs` after the first: nothing else
 * stops a backtracking engine. The limit is no measure of speed, only far beyond anything linear.
 */
export async function runHostile(
  engine: keyof typeof ENGINES,
  attacks: readonly Attack[],
  { killAfterMs, module }: { readonly killAfterMs: number; readonly module?: string },
): Promise<Outcome> {
  const worker = new Worker(PROGRAM(engine), { eval: true, workerData: { attacks, module } });
  const verdicts = new Map<string, Verdict>();
  let busyWith: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const outcome = new Promise<Outcome>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message: Message) => {
      timer ??= setTimeout(() => resolve({ finished: false, busyWith }), killAfterMs);
      if ("done" in message) resolve({ finished: true, verdicts });
      else if ("verdict" in message) verdicts.set(message.name, message.verdict);
      else busyWith = message.busyWith;
    });
  });
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

import { randomBytes } from "node:crypto";
import { exited, type Outcome, timedOut } from "./function-outcome.ts";
import type { RuntimeProcess } from "./runtime-process.ts";

/** Where a function runs: a process at a time, one event at a time. */
export type ExecutionEnvironment = {
  /** Runs one event. Never rejects for what the function does: that is in the outcome, as Lambda reports it. */
  readonly run: (requestId: string, payload: string) => Promise<Outcome>;
  readonly stop: () => Promise<void>;
};

export type Limits = { readonly initMs: number; readonly timeoutMs: number };

/**
 * An execution environment that starts its process with the first event, keeps it for the next, and replaces it after
 * a crash, a timeout or a failed start.
 */
export function createExecutionEnvironment(
  start: () => Promise<RuntimeProcess>,
  functionArn: string,
  { initMs, timeoutMs }: Limits,
): ExecutionEnvironment {
  let current: Promise<RuntimeProcess> | undefined;
  let stopped = false;

  /** The process held, if it can go on, or a new one; none once everything is stopped. */
  async function usableProcess(): Promise<RuntimeProcess | undefined> {
    const held = await current;
    if (held?.usable()) return held;
    // One that reported its own failure may still be on its way out.
    await held?.kill();
    if (stopped) return undefined;
    current = start();
    return current;
  }

  return {
    run: async (requestId, payload) => {
      const process = await usableProcess();
      if (process === undefined) return exited(requestId, { code: 0, signal: null });
      const gone = process.exited.then((status) => exited(requestId, status));
      const failure = await within(initMs, Promise.race([process.initialized, gone]));
      if (failure === "over") return overdue(process, requestId, initMs);
      if (failure !== null) return failure;
      const invocation = { requestId, payload, functionArn, deadline: Date.now() + timeoutMs, traceId: newTraceId() };
      const outcome = await within(timeoutMs, Promise.race([process.deliver(invocation), gone]));
      return outcome === "over" ? overdue(process, requestId, timeoutMs) : outcome;
    },
    stop: async () => {
      stopped = true;
      await (await current)?.kill();
    },
  };
}

async function overdue(process: RuntimeProcess, requestId: string, ms: number): Promise<Outcome> {
  await process.kill();
  return timedOut(requestId, ms);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | "over"> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<"over">((resolve) => {
    timer = setTimeout(resolve, ms, "over");
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A trace header of AWS X-Ray, not sampled. */
function newTraceId(): string {
  const [epoch, root, parent] = [4, 12, 8].map((length) => randomBytes(length).toString("hex"));
  return `Root=1-${epoch}-${root};Parent=${parent};Sampled=0`;
}

import { setImmediate } from "node:timers/promises";
import { localAccount } from "../local-account.ts";
import { createExecutionEnvironment, type ExecutionEnvironment } from "./execution-environment.ts";
import type { FunctionSettings } from "./function-environment.ts";
import type { Outcome } from "./function-outcome.ts";
import { serveInvoke } from "./invoke-path.ts";
import { checkFunction, startRuntimeProcess } from "./runtime-process.ts";

export type LambdaOptions = Omit<FunctionSettings, "region" | "memory"> &
  Partial<Pick<FunctionSettings, "region" | "memory">> & {
    readonly timeoutMs: number;
    /** What it answers to, an alias or version included; one of the embedded account by default. */
    readonly functionArn?: string;
    /** How many processes at most; each takes one event at a time, and events queue for them. */
    readonly concurrency?: number;
    /** The Node binary that runs the function; this process's own by default. */
    readonly node?: string;
    readonly port?: number;
  };

/** One function as Lambda runs it, in processes of its own. */
export type Lambda = {
  /** The endpoint for Lambda clients. */
  readonly url: string;
  /** The function's Invoke path under that endpoint. */
  readonly invokeUrl: string;
  readonly functionArn: string;
  /** What all its processes printed, in the order it was read, up to the last 16 Mi characters. */
  readonly logs: () => string;
  /** Milliseconds from spawning a process to its asking for the first event, one figure for each. */
  readonly coldStarts: () => readonly number[];
  /** Ends every process, then resolves. Events under way are answered with the end of their process, or not at all. */
  readonly stop: () => Promise<void>;
};

/** Lambda allows no more for a start outside an invocation. */
const initMs = 10_000;
const logLimit = 16 * 1024 * 1024;

/**
 * Starts a Lambda with one function. Its first process starts with the first event, as on Lambda.
 *
 * @throws {LocalError} `RUNTIME_NOT_BUILT`, `FUNCTION_MISSING`, `NODE_MISSING`, `ENVIRONMENT_RESERVED`.
 */
export async function startLambda({
  timeoutMs,
  region = "eu-central-1",
  memory = 512,
  concurrency = 1,
  node = process.execPath,
  port = 0,
  functionName,
  functionArn = `arn:aws:lambda:${region}:${localAccount}:function:${functionName}`,
  ...code
}: LambdaOptions): Promise<Lambda> {
  const settings: FunctionSettings = { ...code, functionName, region, memory };
  checkFunction(settings, node);
  const log = boundedLog(logLimit);
  const coldStarts: number[] = [];
  const start = () =>
    startRuntimeProcess(settings, node, {
      printed: log.add,
      ready: (coldStartMs) => coldStarts.push(coldStartMs),
    });
  const environments = Array.from({ length: concurrency }, () =>
    createExecutionEnvironment(start, functionArn, { initMs, timeoutMs }),
  );
  const take = queueFor(environments);
  const server = await serveInvoke(
    functionArn,
    async (requestId, payload) => {
      const outcome = await take((environment) => environment.run(requestId, payload));
      // What it printed was in the pipes before it answered; one turn of the loop reads them.
      await setImmediate();
      return outcome;
    },
    port,
  );
  return {
    url: server.url,
    invokeUrl: `${server.url}/2015-03-31/functions/${functionName}/invocations`,
    functionArn,
    logs: log.text,
    coldStarts: () => [...coldStarts],
    stop: async () => {
      await server.stop();
      await Promise.all(environments.map((environment) => environment.stop()));
    },
  };
}

/** Gives work to an idle environment, the warmest first, or lets it wait for one in the order it came. */
function queueFor(
  environments: readonly ExecutionEnvironment[],
): (work: (environment: ExecutionEnvironment) => Promise<Outcome>) => Promise<Outcome> {
  const idle = [...environments];
  const waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  return async (work) => {
    const environment = idle.pop() ?? (await new Promise<ExecutionEnvironment>((resolve) => waiting.push(resolve)));
    try {
      return await work(environment);
    } finally {
      const next = waiting.shift();
      if (next === undefined) idle.push(environment);
      else next(environment);
    }
  };
}

function boundedLog(limit: number): { readonly add: (text: string) => void; readonly text: () => string } {
  const pieces: string[] = [];
  let length = 0;
  return {
    add: (text) => {
      pieces.push(text);
      length += text.length;
      while (length > limit) length -= pieces.shift()?.length ?? length;
    },
    text: () => pieces.join(""),
  };
}

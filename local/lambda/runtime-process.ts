import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { LocalError } from "../local-error.ts";
import { type FunctionSettings, functionEnvironment } from "./function-environment.ts";
import type { ExitStatus, Outcome } from "./function-outcome.ts";
import { type Invocation, serveRuntimeApi } from "./runtime-api.ts";

/** One process that runs a function, from its cold start to its end. */
export type RuntimeProcess = {
  /** Null once it is ready for events; the error it reported if it is not going to be. */
  readonly initialized: Promise<Outcome | null>;
  readonly deliver: (invocation: Invocation) => Promise<Outcome>;
  /** Resolves when it is gone and all it printed has been read. */
  readonly exited: Promise<ExitStatus>;
  /** Whether it can take another event. */
  readonly usable: () => boolean;
  readonly kill: () => Promise<void>;
};

/** What somebody may want to know of a process while it runs. */
export type ProcessEvents = {
  readonly printed: (text: string) => void;
  /** It is ready for its first event, so many milliseconds after it was spawned. */
  readonly ready: (coldStartMs: number) => void;
};

/** The compiled client: beside this file in a build; in the build, when this file runs from its source under test. */
const runtimeClient: string = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../../dist/local/lambda/runtime-client.js" : "./runtime-client.js",
    import.meta.url,
  ),
);

/**
 * Refuses a function that could not even be spawned.
 *
 * @throws {LocalError} `RUNTIME_NOT_BUILT`, `FUNCTION_MISSING`, `NODE_MISSING`, `ENVIRONMENT_RESERVED`.
 */
export function checkFunction(settings: FunctionSettings, node: string): void {
  if (!existsSync(runtimeClient)) throw new LocalError("RUNTIME_NOT_BUILT", "dist/ is not built: npm run build");
  if (!existsSync(settings.directory)) {
    throw new LocalError("FUNCTION_MISSING", `function "${settings.functionName}": its directory does not exist`);
  }
  if (!existsSync(node)) throw new LocalError("NODE_MISSING", "there is no Node binary at the path given");
  functionEnvironment(settings, "");
}

/** Spawns a process for the function. It gets nothing of this one's environment. */
export async function startRuntimeProcess(
  settings: FunctionSettings,
  node: string,
  events: ProcessEvents,
): Promise<RuntimeProcess> {
  const api = await serveRuntimeApi();
  const spawned = performance.now();
  const child = spawn(node, [`--max-old-space-size=${heapLimit(settings.memory)}`, runtimeClient], {
    cwd: settings.directory,
    env: functionEnvironment(settings, api.address),
    // Nothing is ever written to its standard input: the pipe tells it when this process is gone.
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdout.setEncoding("utf8").on("data", events.printed);
  child.stderr.setEncoding("utf8").on("data", events.printed);
  let gone = false;
  const exited = exitOf(child).then(async (status) => {
    gone = true;
    await api.stop();
    return status;
  });
  const initialized = api.initialized.then((failure) => {
    if (failure === null) events.ready(performance.now() - spawned);
    return failure;
  });
  return {
    initialized,
    deliver: api.deliver,
    exited,
    usable: () => !gone && !api.failed(),
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** What Lambda leaves to V8's old space: nine tenths. */
function heapLimit(memory: number): number {
  return Math.floor(memory * 0.9);
}

function exitOf(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => {
    // "close" comes after the last of what it printed; "error" where it could not be spawned at all.
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: 127, signal: null }));
  });
}

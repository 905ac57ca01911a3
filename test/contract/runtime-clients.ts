import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { type FunctionSettings, functionEnvironment } from "../../local/lambda/function-environment.ts";
import type { Outcome } from "../../local/lambda/function-outcome.ts";
import { type Invocation, serveRuntimeApi } from "../../local/lambda/runtime-api.ts";
import { startRuntimeProcess } from "../../local/lambda/runtime-process.ts";

/** A process that runs a function by way of our Runtime API, whoever wrote its client. */
export type ClientProcess = {
  readonly initialized: Promise<Outcome | null>;
  readonly deliver: (invocation: Invocation) => Promise<Outcome>;
  readonly exited: Promise<unknown>;
  readonly logs: () => string;
  readonly kill: () => Promise<void>;
};

export type StartClient = (settings: FunctionSettings) => Promise<ClientProcess>;

/** The client of `local/lambda`. */
export const ourClient: StartClient = async (settings) => {
  let printed = "";
  const add = (text: string): void => {
    printed += text;
  };
  const started = await startRuntimeProcess(settings, process.execPath, { printed: add, ready: () => {} });
  return { ...started, logs: () => printed };
};

/** AWS's own, `aws-lambda-ric`, given the native half that shows it was compiled. */
export function genuineClient(compiled: string): StartClient {
  const program = join(dirname(compiled), "index.mjs");
  return async (settings) => {
    const api = await serveRuntimeApi();
    const child = spawn(process.execPath, [program, settings.handler], {
      cwd: settings.directory,
      env: functionEnvironment(settings, api.address),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
    }
    const end = (): void => void child.kill("SIGKILL");
    process.once("exit", end);
    const exited = new Promise<void>((resolve) => {
      child.once("close", () => resolve());
    }).then(() => {
      process.off("exit", end);
      return api.stop();
    });
    return {
      initialized: api.initialized,
      deliver: api.deliver,
      exited,
      logs: () => printed,
      kill: async () => {
        end();
        await exited;
      },
    };
  };
}

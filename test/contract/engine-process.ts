import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A server that somebody else wrote, while it runs. */
export type RunningEngine = { readonly url: string; readonly stop: () => Promise<void> };

export type EngineCommand = { readonly command: string; readonly args: readonly string[]; readonly cwd?: string };

const startMs = 30_000;

/**
 * Starts a server on a free port and resolves once it answers HTTP. Rejects, with its process gone, where it ends or
 * stays silent instead. It does not outlive this process.
 */
export async function startEngine(commandFor: (port: number) => EngineCommand): Promise<RunningEngine> {
  const port = await freePort();
  const { command, args, cwd } = commandFor(port);
  const child = spawn(command, args, { ...(cwd !== undefined && { cwd }), stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const end = () => void child.kill("SIGKILL");
  process.once("exit", end);
  const gone = endOf(child).then(() => process.off("exit", end));
  const stop = async (): Promise<void> => {
    end();
    await gone;
  };
  const url = `http://127.0.0.1:${port}`;
  const over = Date.now() + startMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined || Date.now() > over) {
      await stop();
      throw new Error(`${command} did not start: ${printed}`);
    }
    await pause(20);
  }
  return { url, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(2000) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
}

/** A port nobody listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

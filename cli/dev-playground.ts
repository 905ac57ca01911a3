import type { TableRows } from "../local/dynamodb.ts";
import { LocalError } from "../local/local-error.ts";
import { exampleOfSetup } from "../local/playground/example.ts";
import { type RunningPlayground, startPlayground } from "../local/playground/playground.ts";
import type { StackSetup } from "../local/stack-setup.ts";
import type { Given } from "./command.ts";
import { CliError, EXIT, type Io } from "./io.ts";

/** What `claimseal dev` runs, as the playground's first example takes it. */
export type DevMap = {
  /** The map's path without its ending. */
  readonly base: string;
  readonly text: string;
  readonly tables: TableRows;
  readonly setup: StackSetup;
};

/**
 * The port that was asked for; 0 lets the system choose.
 *
 * @throws {CliError} exit 2 for what is no port.
 */
export function portFrom(given: Given): number {
  const text = given.text("port");
  if (text === undefined) return 0;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new CliError(EXIT.usage, "--port takes 1 to 65535");
  return port;
}

/**
 * Serves the playground for what `dev` runs.
 *
 * @throws {CliError} exit 3 where the port is taken, or `dist/` is not built.
 */
export async function playgroundFor(
  { base, text, tables, setup }: DevMap,
  port: number,
  version: string,
  io: Io,
): Promise<RunningPlayground> {
  const name = base.split(/[\\/]/).at(-1) ?? base;
  const tests = await io.readFile(`${base}.claims.test.yaml`).catch(() => null);
  try {
    const playground = await startPlayground(exampleOfSetup(name, text, tables, setup, tests), { version, port });
    if (playground.missing !== null) io.say(playground.missing);
    return playground;
  } catch (error) {
    if (error instanceof LocalError) throw new CliError(EXIT.environment, error.message);
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new CliError(EXIT.environment, `port ${port} is taken; name another one with --port, or none`);
  }
}

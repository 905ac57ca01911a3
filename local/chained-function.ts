import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plan } from "../claims/plan.ts";
import { type Lambda, startLambda } from "./lambda/lambda.ts";
import { LocalError } from "./local-error.ts";

/** The function a bound plan chains, by its ARN, and the source that names it; null where there is none. */
export type Chained = { readonly source: string; readonly functionArn: string };

/**
 * Finds the one function that a bound plan chains.
 *
 * @throws {LocalError} `CHAIN_MISSING` where there are several: only one can run here.
 */
export function chainedIn({ sources }: Plan): Chained | null {
  const [first, ...others] = Object.entries(sources).flatMap(([source, read]) =>
    read.kind === "chain" ? [{ source, functionArn: read.function }] : [],
  );
  if (first === undefined) return null;
  const other = others.find(({ functionArn }) => functionArn !== first.functionArn);
  if (other === undefined) return first;
  const message = `sources "${first.source}" and "${other.source}" chain two functions; only one can run here`;
  throw new LocalError("CHAIN_MISSING", message);
}

/**
 * Runs a module of somebody's, where it lies, as the function that a plan chains: what it exports as `handler`.
 *
 * @throws {LocalError} `CHAIN_MISSING` where there is no such module.
 */
export async function startChained(
  { source, functionArn }: Chained,
  module: string | null,
  environment: Readonly<Record<string, string>>,
): Promise<Pick<Lambda, "url" | "stop">> {
  if (module === null || !existsSync(module)) {
    const message = `the module behind source "${source}" is not there; it exports the chained function as \`handler\``;
    throw new LocalError("CHAIN_MISSING", message);
  }
  const [, , , region = "", , , functionName = ""] = functionArn.split(":");
  const directory = await mkdtemp(join(tmpdir(), "claimseal-"));
  const address = JSON.stringify(pathToFileURL(resolve(module)).href);
  // Not the module itself: Lambda would take a dot in its name for the end of it.
  const shim = `import * as module from ${address};\nexport const handler = module.handler ?? module.default?.handler;\n`;
  await writeFile(join(directory, "index.mjs"), shim);
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const lambda = await startLambda({
      functionName,
      functionArn,
      directory,
      handler: "index.handler",
      timeoutMs: 5000,
      region,
      environment,
    });
    const stop = async (): Promise<void> => {
      await lambda.stop();
      await remove();
    };
    return { url: lambda.url, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

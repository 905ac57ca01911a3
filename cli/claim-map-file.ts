import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkClaimMap } from "../claims/check.ts";
import type { Plan } from "../claims/plan.ts";
import { sealedSize } from "../crypto/envelope-size.ts";
import { readText } from "./files.ts";
import { type CheckedText, exitCode } from "./findings.ts";
import { textReport } from "./formats/text.ts";
import { CliError, EXIT, type Io } from "./io.ts";

export type CheckedFile = CheckedText & { readonly ok: boolean; readonly plan: Plan | null };

/**
 * Reads and checks a claim map: a YAML or JSON file, or a module in JavaScript whose default export is a map. Findings
 * of a module are about the map as JSON, which the report shows.
 *
 * @throws {CliError} exit 3 when the file cannot be read or imported, exit 2 for the tests of a map.
 */
export async function checkFile(path: string, strict: boolean, io: Io): Promise<CheckedFile> {
  if (/\.claims\.test\.(?:ya?ml|json)$/.test(path)) {
    throw new CliError(EXIT.usage, `${path} holds the tests of a map; run: claimseal test ${path}`);
  }
  const isModule = /\.m?js$/.test(path);
  const text = isModule ? await importText(path) : await readText(path, io);
  const checked = checkClaimMap(text, {
    format: isModule || path.endsWith(".json") ? "json" : "yaml",
    strict,
    today: new Date().toISOString().slice(0, 10),
    envelopeBytes: sealedSize,
  });
  return { path, text, ...checked };
}

/** A map in code, as JSON. */
async function importText(path: string): Promise<string> {
  let map: unknown;
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown };
    map = module.default;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ERR_MODULE_NOT_FOUND" ? "it, or something it imports, is not there" : "it cannot be imported";
    throw new CliError(EXIT.environment, `${path}: ${why}`);
  }
  if (typeof map !== "object" || map === null) {
    throw new CliError(
      EXIT.environment,
      `${path}: no default export that is a map; write: export default defineClaimMap({ ... })`,
    );
  }
  return JSON.stringify(map, null, 2);
}

/**
 * The plan of a claim map file that has no errors.
 *
 * @throws {CliError} with every error of the map in its text, exit 1, or 5 where one would leak or escalate.
 */
export async function compileFile(path: string, io: Io): Promise<Plan> {
  return planOf(await checkFile(path, false, io));
}

/**
 * The plan of a claim map that was checked.
 *
 * @throws {CliError} as `compileFile` does.
 */
export function planOf({ path, text, findings, plan }: CheckedFile): Plan {
  if (plan !== null) return plan;
  const errors = findings.filter(({ level }) => level === "error");
  const told = textReport({ path, text, findings: errors }, false);
  throw new CliError(exitCode(findings) || EXIT.findings, `the map has errors\n\n${told}`);
}

import type { Plan } from "../claims/plan.ts";
import { readText } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";

/** A module that asks for a file beside itself, which would not lie beside the bundle. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*\(?\s*["']\.{1,2}\//;

/**
 * The owner's module behind a map's `custom` sources, as it is copied beside the bundle; null for a map without any.
 *
 * It is read and not run: whoever builds need not trust it, nor have what it imports. Whether it exports a function for
 * each hook shows for good when the trigger starts.
 *
 * @throws {CliError} when there is no module for a map that needs one, one for a map that needs none, or one that cannot
 * work: of another kind, in several files, or without a hook's name in it.
 */
export async function readHooks(plan: Plan, file: string | undefined, io: Io): Promise<Uint8Array | null> {
  const hooks = Object.values(plan.sources).flatMap((source) => (source.kind === "custom" ? [source.hook] : []));
  if (file === undefined) {
    if (hooks.length === 0) return null;
    throw new CliError(
      EXIT.usage,
      `the map has sources in code (${hooks.join(", ")}): give their module as --hooks FILE`,
    );
  }
  if (hooks.length === 0) throw new CliError(EXIT.usage, "--hooks: no source of this map is in code");
  if (!/\.m?js$/.test(file)) throw new CliError(EXIT.usage, `${file}: expected a JavaScript module, .mjs or .js`);
  const text = await readText(file, io);
  if (RELATIVE_IMPORT.test(text)) {
    throw new CliError(
      EXIT.findings,
      `${file}: it imports files beside it, which are not deployed; bundle it into one`,
    );
  }
  // A word of the text, no more: what a module exports is only known once it has run.
  const missing = hooks.filter((hook) => !new RegExp(`(?<![\\w$])${hook}(?![\\w$])`).test(text));
  if (missing.length > 0) {
    throw new CliError(EXIT.findings, `${file}: no export for ${missing.join(", ")}; a hook is a function of its name`);
  }
  return Buffer.from(text);
}

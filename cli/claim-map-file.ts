import { checkClaimMap } from "../claims/check.ts";
import type { Plan } from "../claims/plan.ts";
import { envelopeSize } from "../crypto/envelope-size.ts";
import { readText } from "./files.ts";
import { type CheckedText, exitCode } from "./findings.ts";
import { textReport } from "./formats/text.ts";
import { CliError, EXIT, type Io } from "./io.ts";

export type CheckedFile = CheckedText & { readonly ok: boolean; readonly plan: Plan | null };

/**
 * Reads and checks a claim map file.
 *
 * @throws {CliError} exit 3 when the file cannot be read.
 */
export async function checkFile(path: string, strict: boolean, io: Io): Promise<CheckedFile> {
  const text = await readText(path, io);
  const checked = checkClaimMap(text, {
    format: path.endsWith(".json") ? "json" : "yaml",
    strict,
    envelopeBytes: (plaintext) => envelopeSize(plaintext, null),
  });
  return { path, text, ...checked };
}

/**
 * The plan of a claim map file that has no errors.
 *
 * @throws {CliError} with every error of the map in its text, exit 1, or 5 where one would leak or escalate.
 */
export async function compileFile(path: string, io: Io): Promise<Plan> {
  const { text, findings, plan } = await checkFile(path, false, io);
  if (plan !== null) return plan;
  const errors = findings.filter(({ level }) => level === "error");
  const told = textReport({ path, text, findings: errors }, false);
  throw new CliError(exitCode(findings) || EXIT.findings, `the map has errors\n\n${told}`);
}

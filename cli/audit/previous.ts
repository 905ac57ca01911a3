import { join } from "node:path";
import { readAuditReport } from "../../deploy/audit.ts";
import type { AuditReport } from "../../deploy/audit-report.ts";
import { readJson, readText } from "../files.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import { MANIFEST, REPORT } from "./evidence.ts";
import { sha256 } from "./sha256.ts";

/**
 * The report of an audit that was made before: a file in JSON, or the folder of a bundle, each file of which must still
 * be what its manifest says.
 *
 * @throws {CliError} exit 3 for what cannot be read, exit 1 for what is no report or has changed since it was made.
 */
export async function readPrevious(path: string, io: Io): Promise<AuditReport> {
  const listed = await manifestIn(path, io);
  if (listed !== null) await verify(path, listed, io);
  const file = listed === null ? path : join(path, REPORT);
  const report = readAuditReport(await readJson(file, io), sha256);
  if (report !== null) return report;
  throw new CliError(EXIT.findings, `${file}: no report of claimseal audit, or not as it was made`);
}

async function manifestIn(path: string, io: Io): Promise<string | null> {
  try {
    return await io.readFile(join(path, MANIFEST));
  } catch {
    return null;
  }
}

async function verify(folder: string, text: string, io: Io): Promise<void> {
  for (const [name, digest] of filesIn(folder, text)) {
    const file = join(folder, name);
    if (sha256(await readText(file, io)) !== digest) {
      throw new CliError(EXIT.findings, `${file}: not as it was made, by ${MANIFEST} beside it`);
    }
  }
}

/** Names alone: a manifest that speaks of files elsewhere is not one of ours. */
function filesIn(folder: string, text: string): readonly (readonly [name: string, digest: unknown])[] {
  const { files } = parsed(text) as { readonly files?: { readonly [name: string]: unknown } };
  const all = Object.entries(files ?? {});
  const isOurs =
    all.some(([name]) => name === REPORT) && all.every(([name]) => /^[\w.-]+$/.test(name) && !name.startsWith("."));
  if (isOurs) return all;
  throw new CliError(EXIT.findings, `${join(folder, MANIFEST)}: no manifest of claimseal audit`);
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}

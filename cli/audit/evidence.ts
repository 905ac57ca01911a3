import { join } from "node:path";
import { inventoryCsv } from "../../deploy/audit-csv.ts";
import { auditMarkdown } from "../../deploy/audit-markdown.ts";
import type { AuditReport } from "../../deploy/audit-report.ts";
import { visibleJson } from "../formats/visible.ts";
import { CliError, EXIT, type Io } from "../io.ts";
import { sha256 } from "./sha256.ts";

/** The list of an evidence bundle's files. */
export const MANIFEST = "MANIFEST.json";
export const REPORT = "report.json";

/** Forms of a report, by what `--format` calls them. */
export const FORMATS: Readonly<Record<"md" | "csv" | "json", (report: AuditReport) => string>> = {
  md: auditMarkdown,
  csv: ({ inventory }) => inventoryCsv(inventory),
  json: (report) => `${visibleJson(report)}\n`,
};

/** What an auditor keeps: the map, what it compiles to, the report in every form, and what each look came to. */
export function evidenceFiles(
  report: AuditReport,
  map: { readonly path: string; readonly text: string },
): ReadonlyMap<string, string> {
  const json = (value: unknown): string => `${visibleJson(value)}\n`;
  const isJson = /\.(?:json|m?js)$/.test(map.path);
  const files = new Map([
    [`map.claims.${isJson ? "json" : "yaml"}`, map.text],
    ["plan.json", `${JSON.stringify(report.plan, null, 2)}\n`],
    ["report.md", FORMATS.md(report)],
    ["inventory.csv", FORMATS.csv(report)],
    [REPORT, FORMATS.json(report)],
    ["check.json", json(report.check)],
  ]);
  if (report.deployment !== null) files.set("doctor.json", json(report.deployment));
  if (report.tests !== null) files.set("tests.json", json(report.tests));
  if (report.since !== null) files.set("since.json", json(report.since));
  return files;
}

/**
 * Writes a bundle, its manifest last: a folder with a manifest is a whole one.
 *
 * @returns The SHA-256 of the manifest, which stands for everything.
 * @throws {CliError} exit 3 naming a file that cannot be written.
 */
export async function writeEvidence(
  folder: string,
  report: AuditReport,
  files: ReadonlyMap<string, string>,
  io: Io,
): Promise<string> {
  const digests = Object.fromEntries([...files].map(([name, text]) => [name, sha256(text)]));
  const { madeAt, tool, map } = report;
  const { assurance } = report.digests;
  const manifest = `${visibleJson({ v: 1, madeAt, tool, map, report: report.digests.report, assurance, files: digests })}\n`;
  for (const [name, text] of [...files, [MANIFEST, manifest] as const]) {
    const path = join(folder, name);
    try {
      await io.writeFile(path, text);
    } catch {
      throw new CliError(EXIT.environment, `${path}: it cannot be written`);
    }
  }
  return sha256(manifest);
}

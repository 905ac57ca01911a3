import { exportSubject } from "../../attributes/subject-export.ts";
import type { Given } from "../command.ts";
import { printOrWrite } from "../files.ts";
import { visibleJson } from "../formats/visible.ts";
import { EXIT, type Io } from "../io.ts";
import type { Opened } from "./opened.ts";
import { audited } from "./revealed.ts";
import { neededReason, subjectFrom } from "./said.ts";

/** `attributes export`: everything the map can read of a subject, as JSON. */
export async function exportSubjectRows(given: Given, io: Io, opened: Opened): Promise<number> {
  const subject = subjectFrom(given);
  neededReason(given, "export");
  const exported = await exportSubject(opened.registry, subject, () => new Date());
  const counts = new Map<string, number>();
  for (const { source, rows } of exported.sources) counts.set(source, (counts.get(source) ?? 0) + rows.length);
  await audited({ action: "export", subject, sources: Object.fromEntries(counts) }, given, io, opened);
  await printOrWrite(`${visibleJson(exported)}\n`, given.text("out"), io, io.writePrivate);
  for (const { code, because } of exported.notRead) io.say(`not read: ${code}: ${because}`);
  const elsewhere = exported.elsewhere.map(({ holder, is }) => `${holder} (${is})`);
  if (elsewhere.length > 0) io.say(`held elsewhere, and not in here: ${elsewhere.join(", ")}`);
  return exported.sources.some(({ rows }) => rows.length > 0) ? EXIT.ok : EXIT.findings;
}

import { subjectName } from "../../attributes/key-name.ts";
import type { Given } from "../command.ts";
import type { Io } from "../io.ts";
import type { Caller } from "../tokens/audit-line.ts";
import { callerOf, writeAudit } from "../tokens/audit-trail.ts";
import type { Opened } from "./opened.ts";
import { neededReason } from "./said.ts";

/** One look of a person at private values of rows: who, when, whose, what and why. Never a value. */
export type RowAuditLine = {
  readonly event: "claimseal.attributes";
  /** When, ISO 8601. */
  readonly ts: string;
  readonly action: "get" | "list" | "export";
  readonly caller: Caller;
  readonly map: string;
  /** The sources that were looked into, with the number of rows found. */
  readonly sources: { readonly [source: string]: number };
  /** `subjectName` of what was said of the subject; null for a list. */
  readonly subject: string | null;
  readonly reason: string;
};

/**
 * Writes down that private values are about to be shown. Before they are: what cannot be audited is not seen.
 *
 * @throws {CliError} exit 2 without a reason, exit 3 where the line cannot be written.
 */
export async function audited(
  { action, subject, sources }: Pick<RowAuditLine, "action" | "sources"> & { readonly subject: object | null },
  given: Given,
  io: Io,
  { registry, clientFor }: Opened,
): Promise<void> {
  const line: RowAuditLine = {
    event: "claimseal.attributes",
    ts: new Date().toISOString(),
    action,
    caller: await callerOf(clientFor(undefined), io),
    map: registry.plan.name,
    sources,
    subject: subject === null ? null : subjectName(subject),
    reason: neededReason(given, `${action} of private values`),
  };
  await writeAudit(given.text("audit"), line, io);
}

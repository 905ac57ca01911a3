import { canonicalJson, planDigest } from "../claims/digest.ts";
import type { Finding } from "../claims/finding.ts";
import type { Plan } from "../claims/plan.ts";
import { inventoryOf } from "../claims/reports/inventory.ts";
import { auditedKeys, type Deployed } from "./audit-keys.ts";
import type { AuditPart, AuditReport, OutsideDigests, SelfTest, TestSummary } from "./audit-report.ts";
import { sinceAudit } from "./audit-since.ts";

/** The SHA-256 of a text's UTF-8, in hex. */
export type Sha256 = (text: string) => string;

/** What an audit is made of, beside the plan. */
export type Audit = {
  readonly plan: Plan;
  /** When, as ISO 8601 in UTC. */
  readonly madeAt: string;
  readonly tool: AuditReport["tool"];
  /** What the check says of the map. */
  readonly findings: readonly Finding[];
  /** Null where nothing deployed was looked at. */
  readonly deployed: Deployed | null;
  readonly selfTest: SelfTest;
  /** Null where the map has no tests beside it. */
  readonly tests: TestSummary | null;
  readonly previous: AuditReport | null;
  /** Of texts that the report speaks of and does not hold; null for what is not there. */
  readonly digests: OutsideDigests;
};

/** Assembles an audit. Pure: the same things looked at, at the same time, give the same report. */
export function auditReport(audit: Audit, sha256: Sha256): AuditReport {
  const { plan, madeAt, tool, findings, deployed, selfTest, tests, previous, digests } = audit;
  const { name, revision, events } = plan;
  const deployment = deployed?.diagnosis ?? null;
  const check = { findings };
  const parts = {
    inventory: inventoryOf(plan),
    keys: auditedKeys(plan, deployed),
    approvals: plan.approvals,
    check,
    deployment,
    selfTest,
    tests,
    since: previous && sinceAudit(previous, { plan, check, deployment }),
  };
  const ok =
    selfTest.ok && (deployment?.ok ?? true) && (tests?.ok ?? true) && findings.every(({ level }) => level !== "error");
  const report = { v: 1, madeAt, tool, map: { name, revision, events }, ok, ...parts, plan } as const;
  const known = { ...digests, plan: planDigest(plan), parts: partDigests(parts, sha256) };
  return { ...report, digests: { ...known, report: sha256(canonicalJson({ ...report, digests: known })) } };
}

/**
 * A report as a file held it; null for what is none, or is another than when it was made. Whoever can write the file can
 * make another report with digests that fit: this finds damage and carelessness, a signature finds the rest.
 */
export function readAuditReport(value: unknown, sha256: Sha256): AuditReport | null {
  const report = value as Partial<AuditReport> | null | undefined;
  if (report?.v !== 1 || typeof report.digests !== "object" || typeof report.plan !== "object") return null;
  if (typeof report.madeAt !== "string" || typeof report.map?.name !== "string") return null;
  const { digests, ...rest } = report as AuditReport;
  if (digests === null || rest.plan === null) return null;
  const { report: stated, ...known } = digests;
  const isWhole = stated === sha256(canonicalJson({ ...rest, digests: known })) && known.plan === planDigest(rest.plan);
  return isWhole ? (report as AuditReport) : null;
}

function partDigests(
  parts: { readonly [part in AuditPart]: unknown },
  sha256: Sha256,
): AuditReport["digests"]["parts"] {
  const all = Object.entries(parts).map(([part, value]) => [part, sha256(canonicalJson(value))] as const);
  return Object.fromEntries(all) as AuditReport["digests"]["parts"];
}

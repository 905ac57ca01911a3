import { canonicalJson, planDigest } from "../claims/digest.ts";
import type { Finding } from "../claims/finding.ts";
import type { Approval, Plan } from "../claims/plan.ts";
import { inventoryOf } from "../claims/reports/inventory.ts";
import type { InventoryEntry } from "../claims/reports/inventory-entry.ts";
import { type AuditedKey, auditedKeys, type Deployed } from "./audit-keys.ts";
import { type Since, sinceAudit } from "./audit-since.ts";
import type { Diagnosis } from "./doctor/examine.ts";

/** The SHA-256 of a text's UTF-8, in hex. */
export type Sha256 = (text: string) => string;

/** Envelopes that were sealed and opened, and others that had to be refused, here and now. */
export type SelfTest = {
  readonly ok: boolean;
  readonly modes: readonly ({ readonly mode: string } & Counts)[];
  /** The envelopes of fixed keys that come with the program; null where they are not there. */
  readonly vectors: Counts | null;
};

/** How many did as they should, of how many. */
export type Counts = {
  readonly opened: number;
  readonly ofOpened: number;
  readonly refused: number;
  readonly ofRefused: number;
};

/** How the tests beside the map went: names and outcomes, nothing of what they put in. */
export type TestSummary = {
  readonly file: string;
  readonly sha256: string;
  readonly ok: boolean;
  readonly cases: readonly {
    readonly name: string;
    readonly ok: boolean;
    /** The code where no token was issued. */
    readonly refused: string | null;
  }[];
};

/** What an audit is made of, beside the plan. */
export type Audit = {
  readonly plan: Plan;
  /** When, as ISO 8601 in UTC. */
  readonly madeAt: string;
  readonly tool: { readonly claimseal: string; readonly node: string };
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

export type OutsideDigests = {
  /** Of the map's text. */
  readonly map: string;
  /** Of the files that run the plan, as `claimseal build` has it; null where they are not built, or are not all ours. */
  readonly bundle: string | null;
  readonly export: string | null;
  /** Of the page with the figures of this program's long runs. */
  readonly assurance: string | null;
};

const PARTS = ["inventory", "keys", "approvals", "check", "deployment", "selfTest", "tests", "since"] as const;

/** A dated audit of one claim map. Plain JSON: names, places and codes, and no value of any attribute. */
export type AuditReport = {
  readonly v: 1;
  readonly madeAt: string;
  readonly tool: Audit["tool"];
  readonly map: { readonly name: string; readonly revision: string; readonly events: Plan["events"] };
  /** Whether there is no error in anything that was looked at. */
  readonly ok: boolean;
  readonly inventory: readonly InventoryEntry[];
  readonly keys: readonly AuditedKey[];
  readonly approvals: readonly Approval[];
  readonly check: { readonly findings: readonly Finding[] };
  /** What the doctor says of the export; null where there was none. */
  readonly deployment: Diagnosis | null;
  readonly selfTest: SelfTest;
  readonly tests: TestSummary | null;
  readonly since: Since | null;
  /** As it was compiled, so that the next audit can be held against it. */
  readonly plan: Plan;
  readonly digests: OutsideDigests & {
    readonly plan: string;
    /** Of each part as canonical JSON. */
    readonly parts: { readonly [part in (typeof PARTS)[number]]: string };
    /** Of the whole report as canonical JSON, but for this member. */
    readonly report: string;
  };
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
  parts: { readonly [part in (typeof PARTS)[number]]: unknown },
  sha256: Sha256,
): AuditReport["digests"]["parts"] {
  const all = PARTS.map((part) => [part, sha256(canonicalJson(parts[part]))] as const);
  return Object.fromEntries(all) as AuditReport["digests"]["parts"];
}

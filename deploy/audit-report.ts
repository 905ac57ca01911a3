import type { Finding } from "../claims/finding.ts";
import type { Approval, Plan } from "../claims/plan.ts";
import type { Difference } from "../claims/reports/diff-plans.ts";
import type { InventoryEntry } from "../claims/reports/inventory-entry.ts";
import type { AuditedKey } from "./audit-keys.ts";
import type { Diagnosis } from "./doctor/examine.ts";

/** A dated audit of one claim map. Plain JSON: names, places and codes, and no value of any attribute. */
export type AuditReport = {
  readonly v: 1;
  readonly madeAt: string;
  readonly tool: { readonly claimseal: string; readonly node: string };
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
    readonly parts: { readonly [part in AuditPart]: string };
    /** Of the whole report as canonical JSON, but for this member. */
    readonly report: string;
  };
};

/** What a report says in parts, each with a digest of its own. */
export type AuditPart = "inventory" | "keys" | "approvals" | "check" | "deployment" | "selfTest" | "tests" | "since";

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

/** What is another than it was when the audit before was made. */
export type Since = {
  readonly previous: Pick<AuditReport, "madeAt" | "tool" | "map" | "ok"> & {
    readonly planSha256: string;
    readonly reportSha256: string;
  };
  /** Whether anybody gets more, or may. */
  readonly widens: boolean;
  readonly differences: readonly Difference[];
  /** Codes and places of what the check and the doctor find now and did not then, and the other way round. */
  readonly findings: { readonly new: readonly string[]; readonly gone: readonly string[] };
};

/** Of texts that the report speaks of and does not hold; null for what is not there. */
export type OutsideDigests = {
  /** Of the map's text. */
  readonly map: string;
  /** Of the files that run the plan, as `claimseal build` has it; null where they are not built, or are not all ours. */
  readonly bundle: string | null;
  readonly export: string | null;
  /** Of the page with the figures of this program's long runs. */
  readonly assurance: string | null;
};

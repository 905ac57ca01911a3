import type { Plan } from "../../claims/plan.ts";
import { boundPlan, knownVariables } from "./bound-plan.ts";
import { clientChecks } from "./client-checks.ts";
import { clientReachChecks } from "./client-reach-checks.ts";
import { clientSettingsChecks } from "./client-settings-checks.ts";
import { CODES, type Code } from "./codes.ts";
import type { Checks, EventLogging, Examined, LastRecord } from "./examined.ts";
import { federationChecks } from "./federation-checks.ts";
import { functionChecks } from "./function-checks.ts";
import { invokeChecks } from "./invoke-checks.ts";
import { keyChecks } from "./key-checks.ts";
import { type Finding, isFinding, type Unchecked } from "./outcome.ts";
import { peopleChecks } from "./people-checks.ts";
import type { PoolExport } from "./pool-export.ts";
import { providerChecks } from "./provider-checks.ts";
import { resourceServerChecks } from "./resource-server-checks.ts";
import { tableChecks } from "./table-checks.ts";
import { triggerChecks } from "./trigger-checks.ts";
import { trustChecks } from "./trust-checks.ts";

const ALL: readonly Checks[] = [
  triggerChecks,
  functionChecks,
  invokeChecks,
  peopleChecks,
  providerChecks,
  trustChecks,
  clientChecks,
  clientReachChecks,
  clientSettingsChecks,
  resourceServerChecks,
  keyChecks,
  tableChecks,
  federationChecks,
];

export type Diagnosis = {
  /** Whether there is no error. */
  readonly ok: boolean;
  /** On one line. */
  readonly verdict: string;
  /** Errors first, then by code. */
  readonly findings: readonly Finding[];
  /** What was not looked at. A check may have been made of one place and not of another. */
  readonly notChecked: readonly Unchecked[];
};

export type ExamineOptions = {
  /** The claim map's plan; what needs one is not checked without. */
  readonly plan?: Plan | undefined;
  /** The latest decision record of the function. */
  readonly lastRecord?: LastRecord | undefined;
  /** Variables that the function does not have: of the map's readers. */
  readonly environment?: { readonly [name: string]: string | undefined };
  readonly eventLogging: EventLogging;
};

/** Holds a user pool and what belongs to it against a claim map. Pure: the same export always gives the same diagnosis. */
export function examine(pool: PoolExport, options: ExamineOptions): Diagnosis {
  const examined = examinedOf(pool, options);
  const outcomes = ALL.flatMap((checks) => checks(examined));
  const findings = outcomes.filter(isFinding).toSorted(byWeight);
  const notChecked = outcomes.filter((outcome): outcome is Unchecked => !isFinding(outcome));
  return {
    ok: findings.every(({ level }) => level !== "error"),
    verdict: verdictOf(findings, notChecked),
    findings,
    notChecked: together(notChecked),
  };
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

function byWeight(one: Finding, other: Finding): number {
  return RANK[one.level] - RANK[other.level] || one.code.localeCompare(other.code);
}

function verdictOf(findings: readonly Finding[], notChecked: readonly Unchecked[]): string {
  const count = (level: "error" | "warning"): string => {
    const n = findings.filter((each) => each.level === level).length;
    return n === 0 ? "" : `${n} ${level}${n === 1 ? "" : "s"}`;
  };
  const told = [count("error"), count("warning")].filter(Boolean).join(", ") || "healthy";
  const open = new Set(notChecked.flatMap(({ codes }) => codes)).size;
  return open === 0 ? told : `${told}; ${open} of ${Object.keys(CODES).length} checks not made, or not of everything`;
}

/** One entry for a place and a reason, whichever checks it kept from being made. */
function together(notChecked: readonly Unchecked[]): readonly Unchecked[] {
  const all = new Map<string, Unchecked>();
  for (const each of notChecked) {
    const key = JSON.stringify([each.place, each.reason]);
    const codes = new Set<Code>([...(all.get(key)?.codes ?? []), ...each.codes]);
    all.set(key, { ...each, codes: [...codes].toSorted() });
  }
  return [...all.values()];
}

function examinedOf(pool: PoolExport, options: ExamineOptions): Examined {
  const { plan = null, lastRecord = null, environment = {}, eventLogging } = options;
  const variables = knownVariables(pool);
  const own = { ...environment, ...variables };
  return {
    pool,
    plan,
    ...boundPlan(plan, variables),
    variables,
    readersOf: (readers) => filled(readers, own),
    lastRecord,
    eventLogging,
  };
}

/** Texts of the map with their variables filled in; null where one is not known. */
function filled(
  texts: readonly string[],
  variables: { readonly [name: string]: string | undefined },
): readonly string[] | null {
  let isKnown = true;
  const all = texts.map((text) =>
    text.replace(/\$\{env:(\w+)\}/g, (_, name: string) => {
      const value = variables[name];
      isKnown &&= value !== undefined;
      return value ?? "";
    }),
  );
  return isKnown ? all : null;
}

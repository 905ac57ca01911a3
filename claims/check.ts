import { type CheckOptions, examineClaimMap } from "./examine.ts";
import type { Finding } from "./finding.ts";
import type { Plan } from "./plan.ts";

export { type ClaimMapDefinition, defineClaimMap } from "./define-claim-map.ts";
export { planDigest } from "./digest.ts";
export type { CheckOptions } from "./examine.ts";
export type { Finding } from "./finding.ts";
export type { Plan } from "./plan.ts";

/** What a check says; the plan only where there is no error. */
export type CheckResult = {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly plan: Plan | null;
};

/**
 * Checks a claim map: every problem at once, in the order of the file, each with its place, its reason and what to
 * write instead. Without an error it comes with the compiled plan. Never throws, whatever the text.
 *
 * @example
 * const { ok, findings, plan } = checkClaimMap(await readFile("clinic-eu.claims.yaml", "utf8"));
 */
export function checkClaimMap(text: string, options: CheckOptions = {}): CheckResult {
  const { findings, compile } = examineClaimMap(text, options);
  const ok = findings.every(({ level }) => level !== "error");
  return { ok, findings, plan: ok && compile ? compile() : null };
}

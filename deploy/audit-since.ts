import { diffPlans, widens } from "../claims/reports/diff-plans.ts";
import type { AuditReport, Since } from "./audit-report.ts";

type Audited = Pick<AuditReport, "plan" | "check" | "deployment">;

/** Compares an audit with the one before, by what both plans mean to readers. */
export function sinceAudit(previous: AuditReport, now: Audited): Since {
  const { madeAt, tool, map, ok, digests } = previous;
  const differences = diffPlans(previous.plan, now.plan);
  const [before, after] = [foundIn(previous), foundIn(now)];
  return {
    previous: { madeAt, tool, map, ok, planSha256: digests.plan, reportSha256: digests.report },
    widens: widens(differences),
    differences,
    findings: {
      new: after.filter((each) => !before.includes(each)),
      gone: before.filter((each) => !after.includes(each)),
    },
  };
}

/** `DR702 keys.care-api.rotation` */
function foundIn({ check, deployment }: Audited): readonly string[] {
  const all = [
    ...check.findings.map(({ code, path }) => `${code} ${path.join(".")}`),
    ...(deployment?.findings ?? []).map(({ code, place }) => `${code} ${place.join(".")}`),
  ];
  return [...new Set(all)];
}

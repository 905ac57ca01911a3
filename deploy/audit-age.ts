import { planDigest } from "../claims/digest.ts";
import type { Plan } from "../claims/plan.ts";
import type { AuditReport } from "./audit-report.ts";

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000 };
/** By how much the clock of whoever made a report may be ahead, in milliseconds. */
const AHEAD_MS = 300_000;

/** The milliseconds of an age such as `31d` or `12h`; null for any other text. */
export function ageMs(text: string): number | null {
  const [, count = "", unit = ""] = /^([1-9]\d{0,4})(d|h)$/.exec(text) ?? [];
  const length = UNITS[unit];
  return length === undefined ? null : Number(count) * length;
}

/** Why a report does not stand for a map today; nothing where it does. An age of exactly `maxAgeMs` is not too old. */
export function whyNotFresh(report: AuditReport, plan: Plan, maxAgeMs: number, now: number): readonly string[] {
  const age = now - Date.parse(report.madeAt);
  return [
    ...(Number.isNaN(age) ? ["it does not say when it was made"] : []),
    ...(age > maxAgeMs ? [`it was made ${ageText(age)} ago, on ${report.madeAt.slice(0, 10)}`] : []),
    ...(age < -AHEAD_MS ? ["it was made later than now: a clock is wrong"] : []),
    ...(report.digests.plan === planDigest(plan) ? [] : ["it is of another map, or the map has changed since"]),
    ...(report.ok ? [] : ["it found errors"]),
  ];
}

/** `3 days`, `1 hour`: whole ones, days from the second on. */
function ageText(age: number): string {
  const [name, length] = age >= 2 * (UNITS["d"] ?? 0) ? ["day", UNITS["d"]] : ["hour", UNITS["h"]];
  const count = Math.floor(age / Number(length));
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

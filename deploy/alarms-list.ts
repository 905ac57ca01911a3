import type { Plan } from "../claims/plan.ts";
import type { MetricAlarm } from "./alarms-metric.ts";
import { issuing, sealedServers } from "./sealed-servers.ts";

/** What an alarm of the trigger watches: a metric it writes, refusals of one code, one of Lambda's, or silence. */
export type Watches =
  | { readonly own: string }
  | { readonly code: string }
  | { readonly lambda: string }
  | { readonly unanswered: true };

export type TriggerAlarm = MetricAlarm & {
  readonly watches: Watches;
  /** Whether it can ever fire for a map; for every one where it is not said. */
  readonly needed?: (plan: Plan) => boolean;
};

const AT_ONCE = { statistic: "Sum", over: 0, minutes: 1, of: [1, 1] } as const;
const WITHIN_FIVE = { ...AT_ONCE, minutes: 5 } as const;

/**
 * Soon where there is traffic: three bad minutes. And not never where there is little: minutes in which nobody signs in
 * are good ones, so three of five would want a failure nearly every minute.
 */
const SEVERAL = { minutes: 1, of: [3, 15] } as const;

const usesKms = (plan: Plan): boolean =>
  plan.pseudonyms !== undefined || sealedServers(plan).some(([, { seal }]) => issuing(seal) !== null);

/** Every alarm over a metric of the trigger, in the order of `docs/how-to/watch-sign-ins.md`. */
export const TRIGGER_ALARMS: readonly TriggerAlarm[] = [
  {
    name: "faults",
    says: "Sign-ins fail that should not: a table, a key or the deployment is out of order.",
    urgent: true,
    watches: { own: "Faults" },
    statistic: "Average",
    over: 0.01,
    ...SEVERAL,
  },
  {
    name: "no-answer",
    says: "The function does not start, or ends before it answers: there is no record of these sign-ins.",
    urgent: true,
    watches: { unanswered: true },
    statistic: "Sum",
    over: 0,
    ...SEVERAL,
  },
  {
    name: "lambda-throttled",
    says: "Lambda turns sign-ins away: as many run at once as may.",
    urgent: true,
    watches: { lambda: "Throttles" },
    ...AT_ONCE,
  },
  {
    name: "slow",
    says: "Sign-ins take more than two of the 4.2 seconds there are; soon they may fail.",
    urgent: true,
    watches: { own: "DurationMs" },
    statistic: "p99",
    over: 2000,
    ...SEVERAL,
  },
  {
    name: "kms-denied",
    says: "A key refuses: its policy, its state, or it is gone. Keys at hand serve until their next renewal.",
    urgent: true,
    watches: { own: "KmsDenied" },
    ...AT_ONCE,
    needed: usesKms,
  },
  {
    name: "claims-unsealed",
    says: "Tokens go out without an envelope, because its key cannot be had; services see less.",
    urgent: true,
    watches: { own: "ClaimsUnsealed" },
    ...WITHIN_FIVE,
    needed: (plan) => sealedServers(plan).some(([, { seal }]) => issuing(seal) !== null),
  },
  {
    name: "kms-throttled",
    says: "KMS asks for fewer requests: the account's quota in this region is used up, by whomever.",
    urgent: false,
    watches: { own: "KmsThrottled" },
    statistic: "Sum",
    over: 0,
    ...SEVERAL,
    needed: usesKms,
  },
  {
    name: "stale-rows",
    says: "A source is down and rows read before stand in: what was taken away since may still be granted.",
    urgent: true,
    watches: { own: "StaleRows" },
    statistic: "Sum",
    over: 0,
    ...SEVERAL,
    needed: ({ sources }) => Object.values(sources).some(({ onError }) => typeof onError === "object"),
  },
  {
    name: "not-enforcing",
    says: "The mode is shadow or minimal: tokens are not as the map says.",
    urgent: true,
    watches: { own: "NotEnforcing" },
    ...WITHIN_FIVE,
  },
  {
    name: "internal",
    says: "Something happened in the trigger that must not. No token went out.",
    urgent: true,
    watches: { own: "Internal" },
    ...AT_ONCE,
  },
  {
    name: "size-drops",
    says: "Tokens lose claims for want of room.",
    urgent: false,
    watches: { own: "SizeDrops" },
    ...AT_ONCE,
    minutes: 15,
    needed: ({ limits }) => limits.onOversize === "drop",
  },
  {
    name: "strays",
    says: "An error that nobody caught, most likely in a hook of your own.",
    urgent: false,
    watches: { own: "Strays" },
    ...WITHIN_FIVE,
  },
  {
    name: "records-lost",
    says: "The log did not take every record: what is seen is not all there was.",
    urgent: false,
    watches: { own: "RecordsLost" },
    ...WITHIN_FIVE,
  },
  {
    name: "refusals",
    says: "One sign-in in five is refused, for whatever reason.",
    urgent: false,
    watches: { own: "Refused" },
    statistic: "Average",
    over: 0.2,
    minutes: 5,
    of: [3, 3],
  },
  {
    name: "unknown-clients",
    says: "A client is refused that no profile of the map matches.",
    urgent: true,
    watches: { code: "PROFILE_NONE" },
    ...WITHIN_FIVE,
    needed: ({ unmatched }) => unmatched === "deny",
  },
  {
    name: "foreign-tenants",
    says: "Tenants are asked for, many times over, that are not the caller's.",
    urgent: false,
    watches: { code: "TENANT_REFUSED" },
    ...WITHIN_FIVE,
    over: 20,
    needed: ({ tenant }) => tenant !== undefined,
  },
];

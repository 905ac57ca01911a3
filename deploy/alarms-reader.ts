import { countingFilter } from "./alarms-filter.ts";
import { type MetricAlarm, metricAlarm, NAMESPACE } from "./alarms-metric.ts";
import type { Told } from "./alarms-topic.ts";
import { logicalId } from "./logical-id.ts";
import type { TemplateValue } from "./policy-document.ts";

/** A service that opens envelopes, and writes a line of JSON for every token it refuses (`docs/how-to/watch-sign-ins.md`). */
export type Reader = Told & {
  /** Of the resource server, as the map calls it. */
  readonly name: string;
  /** As the user pool calls it, and as `opener.resourceServer` has it. */
  readonly identifier: string;
  readonly logGroupName: TemplateValue;
};

export type ReaderAlarm = MetricAlarm & {
  /** The metric it watches, which counts these codes of the opener and no others. */
  readonly metric: string;
  readonly codes: readonly string[];
};

const AT_ONCE = { statistic: "Sum", over: 0, minutes: 1, of: [1, 1] } as const;

export const READER_ALARMS: readonly ReaderAlarm[] = [
  {
    name: "opens-broken",
    says: "Envelopes do not open in tokens that are valid: somebody tampers, or keys do not fit.",
    urgent: true,
    metric: "OpensBroken",
    codes: ["SEALED_MALFORMED", "SEALED_INTEGRITY", "SEALED_BINDING"],
    ...AT_ONCE,
  },
  {
    name: "opens-denied",
    says: "KMS does not let the service use its key.",
    urgent: true,
    metric: "OpensDenied",
    codes: ["KEY_ACCESS_DENIED"],
    ...AT_ONCE,
  },
  {
    name: "opens-ungoverned",
    says: "Tokens come in that no map has made: the trigger is detached, in mode shadow, or another map's.",
    urgent: true,
    metric: "OpensUngoverned",
    codes: ["TOKEN_UNGOVERNED"],
    ...AT_ONCE,
    minutes: 5,
  },
  {
    name: "opens-unavailable",
    says: "The service cannot reach KMS or the pool's signing keys, or asks KMS more often than it may.",
    urgent: true,
    metric: "OpensUnavailable",
    codes: ["KEY_UNAVAILABLE"],
    ...AT_ONCE,
    of: [3, 15],
  },
];

/** The metric that counts every refusal of an opener, by its code. */
export const OPENS_REFUSED = "OpensRefused";

/** Which lines of a service's log are counted. */
const REFUSED = '$.claimseal = "refused"';

/**
 * Filters that count what a service refuses, and alarms over them, by logical id. A resource server is told from others
 * by its identifier, so two services of one are counted together.
 */
export function readerAlarmResources(reader: Reader): { readonly [id: string]: TemplateValue } {
  const { name, identifier, logGroupName } = reader;
  const byServer = { resourceServer: "$.resourceServer" };
  const filter = (metric: string, pattern: string, dimensions: { readonly [key: string]: string }) =>
    [`${logicalId(name)}${metric}Filter`, countingFilter(logGroupName, metric, pattern, dimensions)] as const;
  return Object.fromEntries([
    filter(OPENS_REFUSED, `${REFUSED} && $.code = "*"`, { ...byServer, code: "$.code" }),
    ...READER_ALARMS.flatMap((alarm) => {
      const codes = alarm.codes.map((code) => `$.code = "${code}"`).join(" || ");
      const metric = { namespace: NAMESPACE, name: alarm.metric, dimensions: { resourceServer: identifier } };
      return [filter(alarm.metric, `${REFUSED} && (${codes})`, byServer), metricAlarm(alarm, metric, reader, name)];
    }),
  ]);
}

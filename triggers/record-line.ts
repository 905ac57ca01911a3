import type { DecisionRecord, MetricCounts } from "./record.ts";
import { amount, FORMS, formed, plain, word } from "./record-forms.ts";
import { metricsOf, NAMESPACE } from "./record-metrics.ts";

/** CloudWatch takes 256 KB an event; a line this long is still one that can be read. */
export const MAX_LINE_BYTES: number = 64 * 1024;

/** Entries a list shows at most, and fewer where the line would be too long. */
const MAX_ENTRIES = 1024;

/** Characters of a detail at most; each of them may take two bytes of the line. */
export const MAX_DETAIL_LENGTH = 1024;

/**
 * The record as one line of JSON in printable ASCII, without its end: a document of CloudWatch's embedded metric format
 * (user guide, "Specification: Embedded metric format") with the record's fields beside its metrics.
 *
 * It is built field by field, so that nothing gets out that is not named here. A text from outside that has not the form
 * it always has is written `(other)`; lists that would make the line too long are cut, and `cut` says by how much.
 *
 * @param lost Records that could not be written since the one before.
 */
export function recordLine(record: DecisionRecord, counts: MetricCounts, lost: number): string {
  for (let most = MAX_ENTRIES; ; most = Math.floor(most / 2)) {
    const fields = fieldsOf(record, lost, most);
    const metrics = metricsOf(record, counts, lost);
    const line = JSON.stringify({
      _aws: {
        Timestamp: Date.parse(fields.ts),
        CloudWatchMetrics: [
          {
            Namespace: NAMESPACE,
            Dimensions: [["service"]],
            Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
          },
        ],
      },
      ...fields,
      service: fields.map,
      ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    });
    if (line.length <= MAX_LINE_BYTES || most === 0) return line;
  }
}

/** The fields of a line, in their order; those that are undefined are not written. */
function fieldsOf(record: DecisionRecord, lost: number, most: number) {
  const { ts, outcome, code, detail, mode, map, revision, planSha256, resolvedSha256, profile, unmatched } = record;
  const { grant, trigger, clientId, subject, emitted, omitted, sealed, suppressed, suppressedOther } = record;
  const { scopesAdded, scopesRemoved, scopesRemovedOther, stale, bytes, ms, calls, cold, requestId } = record;
  const short = shortener(most);
  return {
    v: 1,
    ts: isInstant(ts) ? ts : new Date(0).toISOString(),
    outcome: word(outcome, "outcome"),
    code: maybe(code, (text) => formed(text, "code")),
    detail: maybe(detail || undefined, (text) => plain(text, MAX_DETAIL_LENGTH)),
    mode: word(mode, "mode"),
    map: formed(map, "mapName"),
    revision: formed(revision, "revision"),
    planSha256: formed(planSha256, "sha256"),
    resolvedSha256: maybe(resolvedSha256, (text) => formed(text, "sha256")),
    profile: maybe(profile, plain),
    unmatched: maybe(unmatched, (text) => word(text, "unmatched")),
    grant: maybe(grant, (text) => word(text, "grant")),
    trigger: maybe(trigger, (text) => formed(text, "trigger")),
    clientId: maybe(clientId, (text) => formed(text, "clientId")),
    subject: maybe(subject, (text) => formed(text, "subject")),
    emitted: short.list(emitted, plain),
    omitted: short.list(omitted, ({ claim, state }) => ({ claim: plain(claim), state: word(state, "state") })),
    sealed: short.list(sealed, ({ resourceServer, keyId8, ageS, claims }) => ({
      resourceServer: plain(resourceServer),
      keyId8: formed(keyId8, "keyId8"),
      ageS: ageS === null ? null : amount(ageS),
      claims: short.list(claims, plain),
    })),
    suppressed: short.list(suppressed, plain),
    suppressedOther: amount(suppressedOther),
    scopesAdded: short.list(scopesAdded, plain),
    scopesRemoved: short.list(scopesRemoved, plain),
    scopesRemovedOther: amount(scopesRemovedOther),
    stale: short.list(stale, ({ source, ageS }) => ({ source: plain(source), ageS: amount(ageS) })),
    bytes: { access: amount(bytes.access), id: amount(bytes.id) },
    ms: { total: amount(ms.total, 1), sources: amount(ms.sources, 1), seal: amount(ms.seal, 1) },
    calls: {
      dynamodb: amount(calls.dynamodb),
      kms: amount(calls.kms),
      retries: amount(calls.retries),
      hedges: amount(calls.hedges),
    },
    cold: Boolean(cold),
    requestId: maybe(requestId, (text) => formed(text, "requestId")),
    lost: amount(lost),
    cut: short.cut() || undefined,
  };
}

/** Shows so many of every list, and counts the others. */
function shortener(most: number) {
  let cut = 0;
  return {
    list: <T, U>(all: readonly T[], show: (each: T) => U): readonly U[] => {
      cut += Math.max(0, all.length - most);
      return all.slice(0, most).map((each) => show(each));
    },
    cut: (): number => cut,
  };
}

function maybe(text: string | undefined, show: (text: string) => string): string | undefined {
  return text === undefined ? undefined : show(text);
}

function isInstant(text: string): boolean {
  return FORMS.instant.test(text) && !Number.isNaN(Date.parse(text));
}

import type { KeptAttributes } from "../claims/resolve/resolve-federation.ts";
import { amount, formed, plain, word } from "./record-forms.ts";
import type { RefusalCode } from "./refusal.ts";

/**
 * What was decided about one person from an identity provider: names of the map, codes, counts and times. There is no
 * field for a value of any attribute, and none for a name that the map does not have: a provider could write anything
 * into one.
 */
export type FederationRecord = {
  /** RFC 3339 in UTC, with milliseconds. */
  readonly ts: string;
  readonly outcome: "kept" | "refused";
  readonly code?: RefusalCode;
  /** The refusal's own: which attribute or field. */
  readonly detail?: string;
  readonly map: string;
  readonly revision: string;
  readonly planSha256: string;
  /** Absent where the event could not be read, or the map has no such provider. */
  readonly provider?: string;
  readonly clientId?: string;
  /** Names of what enters the pool. */
  readonly kept: readonly string[];
  readonly left: KeptAttributes["left"];
  /** How many attributes the provider sent that the map does not read. */
  readonly dropped: number;
  /** Milliseconds. */
  readonly ms: number;
  readonly cold: boolean;
  readonly requestId?: string;
};

/**
 * The record as one line of JSON in printable ASCII, without its end, built field by field as `recordLine` does it. It
 * carries no metrics: Lambda counts the errors of this function by itself.
 *
 * @param lost Records that could not be written since the one before.
 */
export function federationLine(record: FederationRecord, lost: number): string {
  const { ts, outcome, code, detail, map, revision, planSha256, provider, clientId, requestId } = record;
  return JSON.stringify({
    v: 1,
    ts: formed(ts, "instant"),
    trigger: "InboundFederation",
    outcome: outcome === "kept" ? "kept" : "refused",
    code: code && formed(code, "code"),
    detail: detail ? plain(detail, 1024) : undefined,
    map: formed(map, "mapName"),
    revision: formed(revision, "revision"),
    planSha256: formed(planSha256, "sha256"),
    provider: provider && plain(provider),
    clientId: clientId && formed(clientId, "clientId"),
    kept: record.kept.map((name) => plain(name)),
    left: record.left.map(({ attribute, state }) => ({ attribute: plain(attribute), state: word(state, "state") })),
    dropped: amount(record.dropped),
    ms: amount(record.ms, 1),
    cold: record.cold,
    requestId: requestId && formed(requestId, "requestId"),
    lost: amount(lost),
  });
}

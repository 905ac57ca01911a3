import type { Plan } from "../claims/plan.ts";
import { SELF_SERVICE_SCOPES, STANDARD_ATTRIBUTES } from "../cognito/standard-attributes.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import type { AsItWas } from "./as-it-was.ts";
import { BUDGET_MS } from "./deadline.ts";
import { type Notes, noNotes } from "./notes.ts";
import type { CustomizeToken } from "./pre-token-generation.ts";
import type { DecisionRecord, MetricCounts } from "./record.ts";
import { type Refusal, refusalOf } from "./refusal.ts";

/** What has been sent so far, counted from the start of the process. */
export type Traffic = {
  readonly sends: number;
  readonly retries: number;
  readonly hedges: number;
  readonly throttled: number;
  readonly denied: number;
};

/** What Lambda says of an invocation beside its event. */
export type Invocation = { readonly awsRequestId?: string };

/** Everything a record needs that no single event knows. */
export type Recording = {
  /** As it was compiled, and bound: whose names a record may hold. */
  readonly plan: Plan;
  readonly planSha256: string;
  /** Of the plan with its environment filled in; absent where the plan was not taken. */
  readonly resolvedSha256?: string;
  readonly mode: DecisionRecord["mode"];
  /** What goes back in mode `shadow`. */
  readonly asItWas: AsItWas;
  /** Never rejects, and never takes long. */
  readonly write: (record: DecisionRecord, counts: MetricCounts) => Promise<void>;
  readonly traffic: () => { readonly dynamodb: Traffic; readonly kms: Traffic };
  /** Errors that nobody caught so far. */
  readonly strays: () => number;
  /** What names a subject in records, as far as it is known by now: asking must not make anybody wait. */
  readonly subjectHash: () => ((poolId: string, sub: string) => string) | null;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds by a clock that only runs forward. */
  readonly steady: () => number;
};

/**
 * The trigger with a record of every decision: exactly one for each event, whatever becomes of it. In mode `shadow` the
 * token stays as it was, and the record says what it would have become.
 *
 * @throws {Refusal} as `customize` does.
 */
export function recorded(
  customize: CustomizeToken,
  recording: Recording,
): (event: unknown, invocation?: Invocation) => Promise<TriggerEvent> {
  let isCold = true;
  let straysTold = 0;
  /** Those that no record has told of yet: one may come to light when the event it belongs to is long over. */
  const newStrays = (): number => {
    const before = straysTold;
    straysTold = recording.strays();
    return straysTold - before;
  };
  return async (event, { awsRequestId } = {}) => {
    const [cold, start, before] = [isCold, recording.steady(), recording.traffic()];
    isCold = false;
    // So that what names the subject may be there by the end.
    recording.subjectHash();
    const notes = noNotes();
    let answer = event as TriggerEvent;
    let refusal: Refusal | null = null;
    try {
      answer = await customize(event, notes);
    } catch (error) {
      refusal = refusalOf(error);
    }
    const sent = sentBetween(before, recording.traffic());
    await recording.write(
      {
        ...recordOf(recording, notes, refusal),
        calls: sent.calls,
        ms: { total: recording.steady() - start, ...notes.ms },
        cold,
        ...(awsRequestId !== undefined && { requestId: awsRequestId }),
      },
      { ...sent.counts, strays: newStrays() },
    );
    if (recording.mode === "shadow") {
      return recording.asItWas(event, notes.chained, BUDGET_MS - (recording.steady() - start));
    }
    if (refusal !== null) throw refusal;
    return answer;
  };
}

type Decided = Omit<DecisionRecord, "calls" | "ms" | "cold" | "requestId">;

function recordOf(recording: Recording, notes: Notes, refusal: Refusal | null): Decided {
  const { plan, mode, planSha256, resolvedSha256 } = recording;
  const { subject, admission, claims, protected: outcome } = notes;
  const hash = subject && recording.subjectHash()?.(subject.poolId, subject.sub);
  return {
    ts: instant(recording.now()),
    outcome: mode === "shadow" ? "shadow" : refusal === null ? "issued" : "refused",
    ...(refusal !== null && { code: refusal.code, detail: refusal.detail }),
    mode,
    map: plan.name,
    revision: plan.revision,
    planSha256,
    ...(resolvedSha256 !== undefined && { resolvedSha256 }),
    ...(admission?.kind === "governed" && { profile: admission.profile.name }),
    ...(admission !== null && admission.kind !== "governed" && { unmatched: admission.kind }),
    ...(subject && { grant: subject.grant, trigger: subject.trigger, clientId: subject.clientId }),
    ...(hash && { subject: hash }),
    emitted: outcome === null ? [] : emittedBy(outcome.safe, plan),
    omitted: omittedBy(claims?.omitted ?? [], outcome?.left ?? []),
    sealed: (outcome?.sealed ?? []).map(({ resourceServer, keyId8, keyAgeMs, claims: names }) => ({
      resourceServer,
      keyId8,
      ageS: keyAgeMs === null ? null : keyAgeMs / 1000,
      claims: names,
    })),
    ...suppressedBy(notes, plan),
    ...scopesOf(notes, plan),
    stale: notes.stale,
    bytes: outcome?.bytes ?? { access: 0, id: 0 },
  };
}

/** A clock that is out of order must not cost the record. */
function instant(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : "";
}

type Safe = NonNullable<Notes["protected"]>["safe"];

/** Claims of the map in either token; envelopes have a list of their own. */
function emittedBy({ access, id }: Safe, { profiles }: Plan): readonly string[] {
  const ours = new Set(profiles.flatMap((profile) => profile.claims.map(({ name }) => name)));
  const there = [...(access?.add.keys() ?? []), ...(id?.add.keys() ?? [])];
  return [...new Set(there)].filter((name) => ours.has(name));
}

/** What was left out at the end counts, whatever was known of its value. */
function omittedBy(before: DecisionRecord["omitted"], left: DecisionRecord["omitted"]): DecisionRecord["omitted"] {
  const names = new Set(left.map(({ claim }) => claim));
  return [...before.filter(({ claim }) => !names.has(claim)), ...left];
}

/** What Cognito would have put into a token and did not, by names the map or Cognito itself has; others are counted. */
function suppressedBy(
  { subject, protected: outcome }: Notes,
  { inputs }: Plan,
): Pick<DecisionRecord, "suppressed" | "suppressedOther"> {
  if (subject === null || outcome === null) return { suppressed: [], suppressedOther: 0 };
  const { id, access, groups } = outcome.safe;
  const asked = new Set([...(id?.suppress ?? []), ...(access?.suppress ?? [])]);
  const isThere = (name: string): boolean =>
    name === "cognito:groups" ? subject.groups.length > 0 : subject.attributes.has(name);
  const gone = [...asked, ...(groups === "remove" && !asked.has("cognito:groups") ? ["cognito:groups"] : [])];
  const known = new Set([...STANDARD_ATTRIBUTES, ...Object.keys(inputs.user), "cognito:groups"]);
  const [suppressed, others] = parted(gone.filter(isThere), known);
  return { suppressed, suppressedOther: others.length };
}

/** Scopes that came into the token or went out of it; of those that went, the ones that are not the map's are counted. */
function scopesOf(
  { subject, protected: outcome }: Notes,
  { resourceServers }: Plan,
): Pick<DecisionRecord, "scopesAdded" | "scopesRemoved" | "scopesRemovedOther"> {
  const access = outcome?.safe.access;
  if (!subject || !access) return { scopesAdded: [], scopesRemoved: [], scopesRemovedOther: 0 };
  const declared = Object.values(resourceServers).flatMap(({ identifier, scopes }) =>
    scopes.map((scope) => `${identifier}/${scope}`),
  );
  const gone = access.scopesToSuppress.filter((scope) => subject.scopes.includes(scope));
  const [scopesRemoved, others] = parted(gone, new Set([...declared, ...SELF_SERVICE_SCOPES]));
  return { scopesAdded: access.scopesToAdd, scopesRemoved, scopesRemovedOther: others.length };
}

function parted(names: readonly string[], known: ReadonlySet<string>): readonly [string[], string[]] {
  return [names.filter((name) => known.has(name)), names.filter((name) => !known.has(name))];
}

type Sent = ReturnType<Recording["traffic"]>;

/** Where one process serves several events at once, what was sent for the others meanwhile is among it. */
function sentBetween(
  before: Sent,
  after: Sent,
): { readonly calls: DecisionRecord["calls"]; readonly counts: Omit<MetricCounts, "strays"> } {
  const more = (of: "dynamodb" | "kms", what: keyof Traffic): number => after[of][what] - before[of][what];
  return {
    calls: {
      dynamodb: more("dynamodb", "sends"),
      kms: more("kms", "sends"),
      retries: more("dynamodb", "retries") + more("kms", "retries"),
      hedges: more("dynamodb", "hedges"),
    },
    counts: {
      dynamoThrottled: more("dynamodb", "throttled"),
      kmsThrottled: more("kms", "throttled"),
      kmsDenied: more("kms", "denied"),
    },
  };
}

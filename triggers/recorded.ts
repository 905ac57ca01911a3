import type { Plan } from "../claims/plan.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import type { AsItWas } from "./as-it-was.ts";
import type { MapNames } from "./map-names.ts";
import { type Notes, noNotes } from "./notes.ts";
import type { CustomizeToken } from "./pre-token-generation.ts";
import type { DecisionRecord, MetricCounts } from "./record.ts";
import { instant } from "./record-forms.ts";
import { Refusal, refusalOf } from "./refusal.ts";

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
  readonly plan: Pick<Plan, "name" | "revision">;
  /** What of an event may be told by its name. */
  readonly names: MapNames;
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
  const isShadow = recording.mode === "shadow";
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
    const decided = await settled(() => customize(event, notes));
    const answered = isShadow ? await settled(() => recording.asItWas(event, notes.chained, notes.leftMs())) : decided;
    const sent = sentBetween(before, recording.traffic());
    await recording.write(
      {
        ...recordOf(recording, notes),
        ...outcomeOf(isShadow, decided, answered),
        calls: sent.calls,
        ms: { total: recording.steady() - start, ...notes.ms },
        cold,
        ...(awsRequestId !== undefined && { requestId: awsRequestId }),
      },
      { ...sent.counts, strays: newStrays() },
    );
    if (answered instanceof Refusal) throw answered;
    return answered;
  };
}

/** What an event comes to, as a value: a record is written either way. */
async function settled(answer: () => Promise<TriggerEvent>): Promise<TriggerEvent | Refusal> {
  try {
    return await answer();
  } catch (error) {
    return refusalOf(error);
  }
}

/**
 * What became of the token, and the refusal there was or, in mode `shadow`, would have been. A sign-in that fails there
 * because of the function that the map chains is refused like any other.
 */
function outcomeOf(
  isShadow: boolean,
  decided: TriggerEvent | Refusal,
  answered: TriggerEvent | Refusal,
): Pick<DecisionRecord, "outcome" | "code" | "detail"> {
  const refusal = answered instanceof Refusal ? answered : decided;
  return {
    outcome: answered instanceof Refusal ? "refused" : isShadow ? "shadow" : "issued",
    ...(refusal instanceof Refusal && { code: refusal.code, detail: refusal.detail }),
  };
}

type Noted = Omit<DecisionRecord, "outcome" | "code" | "detail" | "calls" | "ms" | "cold" | "requestId">;

function recordOf(recording: Recording, notes: Notes): Noted {
  const { plan, names, mode, planSha256, resolvedSha256 } = recording;
  const { subject, admission, claims, protected: outcome } = notes;
  const hash = subject && recording.subjectHash()?.(subject.poolId, subject.sub);
  return {
    ts: instant(recording.now()),
    mode,
    map: plan.name,
    revision: plan.revision,
    planSha256,
    ...(resolvedSha256 !== undefined && { resolvedSha256 }),
    ...(admission?.kind === "governed" && { profile: admission.profile.name }),
    ...(admission !== null && admission.kind !== "governed" && { unmatched: admission.kind }),
    ...(subject && { grant: subject.grant, trigger: subject.trigger, clientId: subject.clientId }),
    ...(hash && { subject: hash }),
    emitted: outcome === null ? [] : emittedBy(outcome.safe, names),
    omitted: omittedBy(claims?.omitted ?? [], outcome?.left ?? []),
    sealed: (outcome?.sealed ?? []).map(({ resourceServer, keyId8, keyAgeMs, claims: inside }) => ({
      resourceServer,
      keyId8,
      ageS: keyAgeMs === null ? null : keyAgeMs / 1000,
      claims: inside,
    })),
    ...suppressedBy(notes, names),
    ...scopesOf(notes, names),
    stale: notes.stale,
    bytes: outcome?.bytes ?? { access: 0, id: 0 },
  };
}

type Safe = NonNullable<Notes["protected"]>["safe"];

/** Claims of the map in either token; envelopes have a list of their own. */
function emittedBy({ access, id }: Safe, { claims }: MapNames): readonly string[] {
  const there = [...(access?.add.keys() ?? []), ...(id?.add.keys() ?? [])];
  return [...new Set(there)].filter((name) => claims.has(name));
}

/** What was left out at the end counts, whatever was known of its value. */
function omittedBy(before: DecisionRecord["omitted"], left: DecisionRecord["omitted"]): DecisionRecord["omitted"] {
  const names = new Set(left.map(({ claim }) => claim));
  return [...before.filter(({ claim }) => !names.has(claim)), ...left];
}

/** What Cognito would have put into a token and did not, by names the map or Cognito itself has; others are counted. */
function suppressedBy(
  { subject, protected: outcome }: Notes,
  { attributes }: MapNames,
): Pick<DecisionRecord, "suppressed" | "suppressedOther"> {
  if (subject === null || outcome === null) return { suppressed: [], suppressedOther: 0 };
  const { id, access, groups } = outcome.safe;
  const asked = new Set([...(id?.suppress ?? []), ...(access?.suppress ?? [])]);
  const isThere = (name: string): boolean =>
    name === "cognito:groups" ? subject.groups.length > 0 : subject.attributes.has(name);
  const gone = [...asked, ...(groups === "remove" && !asked.has("cognito:groups") ? ["cognito:groups"] : [])];
  const [suppressed, others] = parted(gone.filter(isThere), attributes);
  return { suppressed, suppressedOther: others.length };
}

/** Scopes that came into the token or went out of it; of those that went, the ones that are not the map's are counted. */
function scopesOf(
  { subject, protected: outcome }: Notes,
  { scopes }: MapNames,
): Pick<DecisionRecord, "scopesAdded" | "scopesRemoved" | "scopesRemovedOther"> {
  const access = outcome?.safe.access;
  if (!subject || !access) return { scopesAdded: [], scopesRemoved: [], scopesRemovedOther: 0 };
  const gone = access.scopesToSuppress.filter((scope) => subject.scopes.includes(scope));
  const [scopesRemoved, others] = parted(gone, scopes);
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

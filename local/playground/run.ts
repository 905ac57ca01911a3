import { admit } from "../../claims/admit.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import type { Plan, PlanProfile } from "../../claims/plan.ts";
import { CognitoError } from "../../cognito/cognito-error.ts";
import { sentScopes } from "../../cognito/default-claims.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import type { TokenKeys } from "../user-pool/token-keys.ts";
import { knownFaults, playFaults, splitFaults } from "./faults.ts";
import { type Issuing, issueIn } from "./issue.ts";
import { problem } from "./json-text.ts";
import type { Diagnostic, Outcome, Removed, Run, RunAnswer, Thief, Token } from "./messages.ts";
import type { PlayedMap } from "./read-map.ts";
import { readToken } from "./readers.ts";
import { referencesKnown } from "./references-known.ts";
import { tooManyValues, whatIsStolen } from "./thief.ts";
import { shownToken } from "./tokens.ts";
import { tracesOf } from "./trace.ts";
import { tracePlaces } from "./trace-places.ts";
import { type PlayWorld, playWorld, type ReadTexts } from "./world.ts";

/** One run, as its parts were left: for the page, and for whoever makes a test of it. */
export type PlayedRun = {
  readonly answer: RunAnswer;
  /** Null where nothing ran; so are the next two. */
  readonly world: PlayWorld | null;
  readonly issuing: Issuing | null;
  readonly profile: PlanProfile | null;
};

/**
 * Runs one event through the corridor of the Lambda, Cognito's part and every resource server's. Whatever the texts hold,
 * there is an answer, with what can be said.
 */
export async function playRun(
  map: PlayedMap,
  texts: ReadTexts,
  asked: Run["faults"],
  tokenKeys: TokenKeys,
): Promise<PlayedRun> {
  const { plan } = map;
  const faults = plan ? knownFaults(plan, asked) : {};
  const { world, diagnostics } = playWorld(plan, texts, faults);
  const always = {
    faults: plan ? playFaults(plan) : [],
    references: referencesKnown(map),
  };
  const ofTexts = [...map.diagnostics, ...inOrder(diagnostics)];
  if (plan === null || world === null) {
    const answer = { ...NOTHING, ...always, diagnostics: ofTexts, outcome: none(plan, ofTexts) };
    return { answer, world: null, issuing: null, profile: null };
  }
  const split = splitFaults(faults);
  const subject = subjectOf(world.events[0]);
  const profile = subject && profileFor(world.plan, subject);
  const issuing = await issueIn(world, split);
  const { issue, keys, kms, record } = issuing;

  let [idToken, accessToken]: (Token | null)[] = [null, null];
  let thief: Thief | null = null;
  let afterwards: readonly Diagnostic[] = subject === null ? [malformed(texts)] : [];
  if (issue.refused === null && subject) {
    const shown = (use: "id" | "access", claims: NonNullable<typeof issue.idToken>) =>
      shownToken(tokenKeys, use, claims, world.plan, profile, subject);
    [idToken, accessToken] = await Promise.all([
      issue.idToken && shown("id", issue.idToken),
      shown("access", issue.accessToken),
    ]);
    const stolen = whatIsStolen(world, profile, subject, issue.accessToken, accessToken, ({ text, path }) =>
      texts[text as keyof ReadTexts].at(path),
    );
    thief = stolen.thief;
    afterwards = tooManyValues(stolen.tooMany, texts.rows.at([]));
  }
  const sent = accessToken && subject ? { raw: accessToken.raw, poolId: subject.poolId } : null;
  const readers = await readToken(world.plan, profile, sent, tokenKeys, keys, kms);
  const places = tracePlaces(map, texts, world);
  const answer: RunAnswer = {
    ...always,
    diagnostics: [...ofTexts, ...afterwards],
    outcome: outcomeOf(issuing, map.unsafe),
    profile: profile?.name ?? null,
    event: subject && {
      events: world.plan.events,
      grant: subject.grant,
      refresh: subject.trigger === "TokenGeneration_RefreshTokens",
      clientId: subject.clientId,
    },
    idToken: idToken ?? null,
    accessToken: accessToken ?? null,
    readers,
    thief,
    traces: subject && profile ? await tracesOf(world.plan, profile, subject, issuing, places) : [],
    removed: subject ? removedBy(issuing, subject) : null,
    record: withoutTimes(record),
  };
  return { answer, world, issuing, profile };
}

const NOTHING = {
  profile: null,
  event: null,
  idToken: null,
  accessToken: null,
  readers: [],
  thief: null,
  traces: [],
  removed: null,
  record: null,
} as const;

function none(plan: Plan | null, diagnostics: readonly Diagnostic[]): Outcome {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const names = [...new Set(errors.map(({ text }) => text))].join(", ");
  return {
    state: "none",
    because: names ? `there are errors in: ${names}` : plan ? "there is no event" : "there is no map",
  };
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const texts = ["event", "rows", "setting"];
  return diagnostics.toSorted(
    (one, other) =>
      texts.indexOf(one.text) - texts.indexOf(other.text) ||
      one.from.line - other.from.line ||
      one.from.column - other.from.column,
  );
}

/** Null for what is no event of Cognito's. */
function subjectOf(event: unknown): Subject | null {
  try {
    return readSubject(event);
  } catch (error) {
    if (error instanceof CognitoError) return null;
    throw error;
  }
}

function malformed(texts: ReadTexts): Diagnostic {
  const message = "this is no Pre Token Generation event: the function would refuse it";
  return problem("event", texts.event.at([]), message, "Take the event of an example, and change its values.");
}

function profileFor(plan: Plan, subject: Subject): PlanProfile | null {
  try {
    const admission = admit(plan, subject);
    return admission.kind === "governed" ? admission.profile : null;
  } catch (error) {
    if (error instanceof ClaimsError) return null;
    throw error;
  }
}

function outcomeOf({ issue }: Issuing, unsafe: boolean): Outcome {
  if (issue.refused === null) return { state: "issued", unsafe };
  const { code, message, detail } = issue.refused;
  return { state: "refused", unsafe, code, text: message, detail };
}

/** What the function asked to be taken out, as far as it was there, and what Cognito made of the scopes. */
function removedBy({ issue }: Issuing, subject: Subject): Removed | null {
  if (issue.refused) return null;
  const { response } = issue.answer as Pick<TriggerEvent, "response">;
  const v1 = response?.claimsOverrideDetails;
  const v2 = response?.claimsAndScopeOverrideDetails;
  const sent = sentScopes(subject);
  const final = typeof issue.accessToken["scope"] === "string" ? issue.accessToken["scope"].split(" ") : [];
  const wasThere = (name: string): boolean =>
    name === "cognito:groups" ? subject.groups.length > 0 : subject.attributes.has(name);
  return {
    idClaims: (v1?.claimsToSuppress ?? v2?.idTokenGeneration?.claimsToSuppress ?? []).filter(wasThere),
    accessClaims: (v2?.accessTokenGeneration?.claimsToSuppress ?? []).filter(wasThere),
    groups: subject.groups.length > 0 && !Object.hasOwn(issue.accessToken, "cognito:groups"),
    scopesAdded: final.filter((scope) => !sent.includes(scope)),
    scopesRemoved: sent.filter((scope) => !final.includes(scope)),
    dropped: issue.dropped,
  };
}

/** Times of a machine that does other things besides say nothing of the map. */
function withoutTimes(record: Issuing["record"]): RunAnswer["record"] {
  const { ms: _ms, cold: _cold, ...rest } = record;
  return rest;
}

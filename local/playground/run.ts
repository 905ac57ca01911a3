import { admit } from "../../claims/admit.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import type { Plan, PlanProfile } from "../../claims/plan.ts";
import { CognitoError } from "../../cognito/cognito-error.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { Subject } from "../../cognito/subject.ts";
import type { TokenKeys } from "../user-pool/token-keys.ts";
import { knownFaults, playFaults, splitFaults } from "./faults.ts";
import { type Issuing, issueIn } from "./issue.ts";
import { problem } from "./json-text.ts";
import type { Diagnostic, EventKind, Run, RunAnswer } from "./messages.ts";
import type { PlayedMap } from "./read-map.ts";
import { readersWithoutToken, readToken } from "./readers.ts";
import { referencesKnown } from "./references-known.ts";
import { tooManyValues, whatIsStolen } from "./thief.ts";
import { shownToken } from "./tokens.ts";
import { nothingRan, outcomeOf, removedBy, withoutTimes } from "./told.ts";
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
  const { world, diagnostics: found } = playWorld(plan, texts, faults);
  const diagnostics = [...map.diagnostics, ...inOrder(found)];
  const always = { ...NOTHING, faults: plan ? playFaults(plan) : [], references: referencesKnown(map) };
  if (plan === null || world === null) {
    const readers = plan ? readersWithoutToken(plan) : [];
    const answer = { ...always, readers, diagnostics, outcome: nothingRan(plan, diagnostics) };
    return { answer, world: null, issuing: null, profile: null };
  }
  const subject = subjectOf(world.events[0]);
  const profile = subject && profileFor(world.plan, subject);
  const issuing = await issueIn(world, splitFaults(faults));
  const ended = { outcome: outcomeOf(issuing, map.unsafe), record: withoutTimes(issuing.record) };
  if (subject === null) {
    const readers = readersWithoutToken(world.plan);
    const answer = { ...always, ...ended, readers, diagnostics: [...diagnostics, malformed(texts)] };
    return { answer, world, issuing, profile };
  }
  const tokens = await tokensOf(map, world, texts, profile, subject, issuing, tokenKeys);
  const places = tracePlaces(map, texts, world);
  const answer: RunAnswer = {
    ...always,
    ...ended,
    ...tokens,
    diagnostics: [...diagnostics, ...tokens.diagnostics],
    profile: profile?.name ?? null,
    event: eventKind(world.plan, subject),
    traces: profile ? await tracesOf(world.plan, profile, subject, issuing, places) : [],
    removed: removedBy(issuing, subject),
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

type Tokens = Pick<RunAnswer, "idToken" | "accessToken" | "readers" | "thief" | "diagnostics">;

/** Both tokens, and what everybody reads who gets hold of the access token. */
async function tokensOf(
  { read }: PlayedMap,
  world: PlayWorld,
  texts: ReadTexts,
  profile: PlanProfile | null,
  subject: Subject,
  { issue, keys, kms }: Issuing,
  tokenKeys: TokenKeys,
): Promise<Tokens> {
  const { plan } = world;
  if (issue.refused) {
    const readers = readersWithoutToken(plan, kms);
    return { idToken: null, accessToken: null, readers, thief: null, diagnostics: [] };
  }
  const [idToken, accessToken] = await Promise.all([
    issue.idToken && shownToken(tokenKeys, "id", issue.idToken, plan, profile, subject),
    shownToken(tokenKeys, "access", issue.accessToken, plan, profile, subject),
  ]);
  const { thief, tooMany } = whatIsStolen(
    read?.map,
    world,
    profile,
    subject,
    issue.accessToken,
    accessToken,
    ({ text, path }) => texts[text].at(path),
  );
  const sent = { raw: accessToken.raw, poolId: subject.poolId };
  const readers = await readToken(plan, profile, sent, tokenKeys, keys, kms);
  return { idToken, accessToken, readers, thief, diagnostics: tooManyValues(tooMany, texts.rows.at([])) };
}

function eventKind({ events }: Plan, { grant, trigger, clientId }: Subject): EventKind {
  return { events, grant, refresh: trigger === "TokenGeneration_RefreshTokens", clientId };
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

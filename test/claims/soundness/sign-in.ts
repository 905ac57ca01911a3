import { admit } from "../../../claims/admit.ts";
import { ClaimsError } from "../../../claims/claims-error.ts";
import { type Matching, matchPatterns } from "../../../claims/evaluate/match-patterns.ts";
import { compilePatterns } from "../../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";
import { gatherFacts } from "../../../claims/gather/gather-facts.ts";
import type { Plan, PlanProfile } from "../../../claims/plan.ts";
import { type ResolveTools, resolveClaims } from "../../../claims/resolve/resolve.ts";
import type { ResolvedClaims } from "../../../claims/resolve/resolved-claims.ts";
import type { JsonValue } from "../../../cognito/json.ts";
import type { Subject } from "../../../cognito/subject.ts";
import { NOW, subjectOf, tablesOf, type World } from "./facts.ts";

/** A plan, ready for any number of sign-ins. */
export type Ready = { readonly plan: Plan; readonly matching: Matching };

/** An envelope as the outside sees it, and what is inside. */
export type SeenEnvelope = {
  readonly server: string;
  readonly seal: ResolvedClaims["envelopes"][number]["seal"];
  readonly names: readonly string[];
  /** Bytes of its plaintext as it is padded. */
  readonly length: number;
  readonly isOneLength: boolean;
};

/** Everything somebody can see of one sign-in that gave tokens. */
export type Seen = {
  readonly access: ReadonlyMap<string, JsonValue>;
  readonly id: ReadonlyMap<string, JsonValue>;
  readonly scopes: readonly string[];
  readonly groups: { readonly access: readonly string[]; readonly id: readonly string[] };
  readonly envelopes: readonly SeenEnvelope[];
};

/** A sign-in: what was seen of it, or why there are no tokens; and what was worked out on the way. */
export type SignIn = {
  readonly seen: Seen | null;
  readonly refused: string | null;
  readonly tenant: string | null;
  readonly profile: PlanProfile;
  readonly subject: Subject;
  /** What is inside the envelopes, by claim. */
  readonly sealed: ReadonlyMap<string, JsonValue>;
};

const STEP = 64;
const MOST = 4_096;

export function ready(plan: Plan): Ready {
  return { plan, matching: matchPatterns(compilePatterns(plan.patterns, compilePattern)) };
}

/** Many values have one pseudonym here, so that two private values can be equal in what is left of them. */
const pseudonym: ResolveTools["pseudonym"] = (audience) => (attribute, value) =>
  value === "z" ? undefined : `${audience.kind}:${attribute}:${value.length % 3}`;

/** Works out what a subject's tokens are made of, as the corridor does up to the seal. */
export async function signIn({ plan, matching }: Ready, world: World): Promise<SignIn> {
  const subject = subjectOf(world);
  const admission = admit(plan, subject);
  if (admission.kind !== "governed") throw new Error("every drawn subject has a profile");
  const { profile } = admission;
  let tenant: string | null = null;
  const nothing = { seen: null, sealed: new Map<string, JsonValue>(), profile, subject };
  try {
    const signal = new AbortController().signal;
    const look = await gatherFacts(plan, profile, subject, tablesOf(world), { ...matching, now: NOW }, signal);
    if (profile.needs.tenant) {
      const fact = look(["tenant", "id"]);
      tenant = fact.state === "present" && typeof fact.value === "string" ? fact.value : null;
    }
    const claims = resolveClaims(plan, profile, subject, look, { ...matching, pseudonym });
    const envelopes = claims.envelopes.map((envelope) => seenEnvelope(subject, envelope));
    if (envelopes.some((envelope) => envelope === null)) return { ...nothing, tenant, refused: "TOKEN_OVERSIZE" };
    return {
      seen: seenOf(subject, claims, envelopes as readonly SeenEnvelope[]),
      refused: null,
      tenant,
      sealed: new Map(claims.envelopes.flatMap((envelope) => [...envelope.claims])),
      profile,
      subject,
    };
  } catch (error) {
    if (error instanceof ClaimsError) return { ...nothing, tenant, refused: error.code };
    throw error;
  }
}

function seenOf(subject: Subject, claims: ResolvedClaims, envelopes: readonly SeenEnvelope[]): Seen {
  const { suppress, groups: change } = claims;
  const left = change === "leave" ? subject.groups : change === "remove" ? [] : change.keepOnly;
  const groupsIn = (token: "access" | "id"): readonly string[] =>
    suppress[token].includes("cognito:groups") ? [] : left;
  const removed = new Set(claims.scopesToSuppress);
  const kept = [...subject.attributes].filter(([name]) => !suppress.id.includes(name));
  return {
    access: claims.access,
    id: new Map<string, JsonValue>([...kept, ...claims.id]),
    scopes: [...new Set([...subject.scopes, ...claims.scopesToAdd])].filter((scope) => !removed.has(scope)).sort(),
    groups: { access: groupsIn("access"), id: groupsIn("id") },
    envelopes,
  };
}

/** Null for one that cannot be sealed because it is longer than it may be. */
function seenEnvelope(subject: Subject, envelope: ResolvedClaims["envelopes"][number]): SeenEnvelope | null {
  const { resourceServer: server, seal, claims, padTo } = envelope;
  const plain = { sub: subject.sub, iat: NOW.getTime() / 1000, ...Object.fromEntries(claims) };
  const bytes = Buffer.byteLength(JSON.stringify(plain));
  if (bytes > (padTo ?? MOST)) return null;
  const length = padTo ?? Math.ceil(bytes / STEP) * STEP;
  return { server, seal, names: [...claims.keys()], length, isOneLength: padTo !== null };
}

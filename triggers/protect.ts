import type { Plan } from "../claims/plan.ts";
import type { ResolvedClaims, ResolvedEnvelope } from "../claims/resolve/resolved-claims.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { SafeClaims, TokenChange } from "../cognito/safe-claims.ts";
import type { Subject } from "../cognito/subject.ts";
import { estimateTokenBytes, type TokenSizes } from "../cognito/token-size.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import { Refusal } from "./refusal.ts";
import { type Sealing, seal } from "./seal.ts";

/** What leaves the trigger, and what became of it on the way: names and sizes, for the record. */
export type Protected = {
  readonly safe: SafeClaims;
  readonly sealed: readonly SealedNote[];
  /** Claims that are not in the token: the key of their envelope could not be had, or the token had no room. */
  readonly left: readonly { readonly claim: string; readonly state: "key" | "size" }[];
  readonly bytes: TokenSizes;
};

/** One envelope of a token. */
export type SealedNote = {
  readonly resourceServer: string;
  readonly keyId8: string;
  readonly keyAgeMs: number | null;
  readonly claims: readonly string[];
};

/**
 * Seals what must be sealed, stamps the token with the map's revision, holds it to its size, and lets the result go.
 * The only place where a claim meets a key, and the only one that makes `SafeClaims`.
 *
 * @throws {Refusal} `SEAL_UNAVAILABLE` when an envelope that holds a required or restricting claim cannot be sealed,
 * `TOKEN_OVERSIZE` when a token stays above its limit.
 */
export async function protectClaims(
  plan: Plan,
  subject: Subject,
  claims: ResolvedClaims,
  governed: boolean,
  sealing: Sealing,
): Promise<Protected> {
  const outcomes = await Promise.all(claims.envelopes.map((envelope) => sealed(plan, subject, envelope, sealing)));
  const envelopes = outcomes.flatMap(({ entry }) => (entry ? [entry] : []));
  const governedBy = governed ? ([["cmv", `${plan.name}@${plan.revision}`]] as const) : [];
  const access = new Map<string, JsonValue>([...claims.access, ...envelopes, ...governedBy]);
  const fit = fitted(plan, subject, claims, {
    id: subject.grant === "user" ? { add: claims.id, suppress: claims.suppress.id } : null,
    access:
      subject.shape === "V1"
        ? null
        : {
            add: access,
            suppress: claims.suppress.access,
            scopesToAdd: claims.scopesToAdd,
            scopesToSuppress: claims.scopesToSuppress,
          },
    groups: claims.groups,
  } as SafeClaims);
  return {
    safe: fit.safe,
    bytes: fit.bytes,
    sealed: outcomes.flatMap(({ note }) => (note ? [note] : [])),
    left: [
      ...outcomes.flatMap(({ note }, index) =>
        note ? [] : [...(claims.envelopes[index]?.claims.keys() ?? [])].map((claim) => left(claim, "key")),
      ),
      ...fit.dropped.map((claim) => left(claim, "size")),
    ],
  };
}

function left(claim: string, state: "key" | "size"): Protected["left"][number] {
  return { claim, state };
}

type SealOutcome =
  | { readonly entry: readonly [claim: string, value: string]; readonly note: SealedNote }
  | { readonly entry: null; readonly note: null };

/** An envelope's claim, or none where its key cannot be had and it may be missing. */
async function sealed(
  plan: Plan,
  subject: Subject,
  envelope: ResolvedEnvelope,
  sealing: Sealing,
): Promise<SealOutcome> {
  const { resourceServer, mustSeal } = envelope;
  const server = plan.resourceServers[resourceServer];
  if (!server) throw new Refusal("INTERNAL", `resource server "${resourceServer}" is not in the plan`);
  try {
    const { value, keyId8, keyAgeMs } = await seal(server, subject, envelope, sealing);
    const note = { resourceServer, keyId8, keyAgeMs, claims: [...envelope.claims.keys()] };
    return { entry: [server.claim, value], note };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    // Whether an envelope is there may depend on a key's health, never on what is inside: too large is no omission.
    if (error.code === "SEAL_TOO_LARGE") throw new Refusal("TOKEN_OVERSIZE", `the envelope for "${resourceServer}"`);
    if (mustSeal) throw new Refusal("SEAL_UNAVAILABLE", `resource server "${resourceServer}": ${error.code}`);
    return { entry: null, note: null };
  }
}

type Fit = { readonly safe: SafeClaims; readonly bytes: TokenSizes; readonly dropped: readonly string[] };

/** Holds both tokens to their limits; under `onOversize: drop` claims that only inform go first, last one first. */
function fitted(plan: Plan, subject: Subject, { droppable }: ResolvedClaims, whole: SafeClaims): Fit {
  const { accessToken, idToken, onOversize } = plan.limits;
  const dropped: string[] = [];
  let safe = whole;
  let bytes = estimateTokenBytes(subject, safe);
  for (const name of onOversize === "drop" ? droppable : []) {
    const [tooLongAccess, tooLongId] = [bytes.access > accessToken, bytes.id > idToken];
    if (!tooLongAccess && !tooLongId) break;
    const access = tooLongAccess ? without(safe.access, name) : safe.access;
    const id = tooLongId ? without(safe.id, name) : safe.id;
    if (access === safe.access && id === safe.id) continue;
    dropped.push(name);
    safe = { ...safe, access, id };
    bytes = estimateTokenBytes(subject, safe);
  }
  if (bytes.access > accessToken) throw new Refusal("TOKEN_OVERSIZE", "the access token");
  if (bytes.id > idToken) throw new Refusal("TOKEN_OVERSIZE", "the ID token");
  return { safe, bytes, dropped };
}

/** Suppressed as well: a claim that stands in for one of Cognito's must not bring it back by going. */
function without<T extends TokenChange | null>(change: T, name: string): T {
  if (!change?.add.has(name)) return change;
  const add = new Map([...change.add].filter(([each]) => each !== name));
  return { ...change, add, suppress: [...change.suppress, name] };
}

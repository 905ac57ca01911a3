import type { Plan } from "../claims/plan.ts";
import type { ResolvedClaims, ResolvedEnvelope } from "../claims/resolve/resolved-claims.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { SafeClaims, TokenChange } from "../cognito/safe-claims.ts";
import type { Subject } from "../cognito/subject.ts";
import { estimateTokenBytes } from "../cognito/token-size.ts";
import { CryptoError } from "../crypto/crypto-error.ts";
import { Refusal } from "./refusal.ts";
import { type Sealing, seal } from "./seal.ts";

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
): Promise<SafeClaims> {
  const envelopes = await Promise.all(claims.envelopes.map((envelope) => sealed(plan, subject, envelope, sealing)));
  const governedBy = governed ? ([["cmv", `${plan.name}@${plan.revision}`]] as const) : [];
  const access = new Map<string, JsonValue>([...claims.access, ...envelopes.flat(), ...governedBy]);
  return fitted(plan, subject, claims, {
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
}

async function sealed(
  plan: Plan,
  subject: Subject,
  envelope: ResolvedEnvelope,
  sealing: Sealing,
): Promise<readonly (readonly [claim: string, value: string])[]> {
  const { resourceServer, mustSeal } = envelope;
  const server = plan.resourceServers[resourceServer];
  if (!server) throw new Refusal("INTERNAL", `resource server "${resourceServer}" is not in the plan`);
  try {
    return [[server.claim, await seal(server, subject, envelope, sealing)]];
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    // Whether an envelope is there may depend on a key's health, never on what is inside: too large is no omission.
    if (error.code === "SEAL_TOO_LARGE") throw new Refusal("TOKEN_OVERSIZE", `the envelope for "${resourceServer}"`);
    if (mustSeal) throw new Refusal("SEAL_UNAVAILABLE", `resource server "${resourceServer}": ${error.code}`);
    return [];
  }
}

/** Holds both tokens to their limits; under `onOversize: drop` claims that only inform go first, last one first. */
function fitted(plan: Plan, subject: Subject, { droppable }: ResolvedClaims, whole: SafeClaims): SafeClaims {
  const { accessToken, idToken, onOversize } = plan.limits;
  let safe = whole;
  let bytes = estimateTokenBytes(subject, safe);
  for (const name of onOversize === "drop" ? droppable : []) {
    const [tooLongAccess, tooLongId] = [bytes.access > accessToken, bytes.id > idToken];
    if (!tooLongAccess && !tooLongId) return safe;
    const access = tooLongAccess ? without(safe.access, name) : safe.access;
    const id = tooLongId ? without(safe.id, name) : safe.id;
    if (access === safe.access && id === safe.id) continue;
    safe = { ...safe, access, id };
    bytes = estimateTokenBytes(subject, safe);
  }
  if (bytes.access > accessToken) throw new Refusal("TOKEN_OVERSIZE", "the access token");
  if (bytes.id > idToken) throw new Refusal("TOKEN_OVERSIZE", "the ID token");
  return safe;
}

/** Suppressed as well: a claim that stands in for one of Cognito's must not bring it back by going. */
function without<T extends TokenChange | null>(change: T, name: string): T {
  if (!change?.add.has(name)) return change;
  const add = new Map([...change.add].filter(([each]) => each !== name));
  return { ...change, add, suppress: [...change.suppress, name] };
}

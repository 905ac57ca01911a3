import { awaitWithSignal } from "../crypto/await-with-signal.ts";
import type { Json } from "../crypto/strict-json.ts";
import { kmsBudget } from "./kms-budget.ts";
import { fromCryptoError, OpenerError } from "./opener-error.ts";
import { type OpenerConfig, readScopes } from "./opener-options.ts";
import { subjectHash } from "./reveal-record.ts";
import { type RevealOptions, type Secret, secret } from "./secret.ts";
import { assertStrictForm } from "./strict-form.ts";
import { type SealPorts, unsealer } from "./unseal.ts";
import type { FetchSigningKeys, VerifiedToken, VerifyAccessToken } from "./verify-access-token.ts";

/** The sealed claims of a token whose values have these types: each behind `reveal()`. */
export type Secrets<Sealed> = { readonly [Claim in keyof Sealed]: Secret<Exclude<Sealed[Claim], undefined>> };

/** What `claimseal types` writes as `SealedClaims`, where nothing is known of it. */
export type AnySealed = { readonly [claim: string]: Json };

/** A token, verified; its envelope untouched. */
export type Verified<Claims = VerifiedToken> = {
  /** The token's claims, envelopes left out. */
  readonly claims: Claims;
  /** Whether the token has a scope. */
  readonly has: (scope: string) => boolean;
  /** The claim map that made the token; nulls where none did. */
  readonly meta: { readonly map: string | null; readonly revision: string | null };
};

/** A token, opened. */
export type Opened<Claims = VerifiedToken, Sealed = AnySealed> = Verified<Claims> & {
  /** This resource server's sealed claims; a claim that has no value reveals null. */
  readonly sealed: Secrets<Sealed>;
  /** All sealed values as a plain object, which shows them to whatever prints it: each claim counts as revealed. */
  readonly revealAll: (options?: RevealOptions) => Sealed;
};

export type OpenOptions = {
  /** Scopes of this resource server, one of which this use of the token needs beside what the opener asks for. */
  readonly scope?: string | readonly string[];
  /** The caller's deadline. Once it aborts, nothing is waited for: `KEY_UNAVAILABLE`. */
  readonly signal?: AbortSignal;
};

/** @template Claims `AccessClaims` and `Sealed` `SealedClaims`, as `claimseal types` writes them. */
export type Opener<Claims = VerifiedToken, Sealed = AnySealed> = {
  /** The resource server's identifier. */
  readonly resourceServer: string;
  /**
   * Verifies an access token and opens this resource server's envelope, all or nothing.
   *
   * @throws {OpenerError}
   * @throws {TypeError} for a `scope` of another resource server.
   */
  readonly open: (accessToken: string, options?: OpenOptions) => Promise<Opened<Claims, Sealed>>;
  /**
   * Verifies an access token and leaves its envelope alone, for gateways: KMS is not asked, no right to a key needed.
   *
   * @throws {OpenerError}
   */
  readonly verify: (accessToken: string, options?: OpenOptions) => Promise<Verified<Claims>>;
  /**
   * Fetches the pools' signing keys ahead, so that no first request waits for them.
   *
   * @throws {OpenerError} `KEY_UNAVAILABLE`; the opener is none the worse for it and fetches when it needs to.
   */
  readonly hydrate: () => Promise<void>;
};

/** How an opener reaches what is outside it. */
export type OpenerPorts = SealPorts & { readonly verify: VerifyAccessToken; readonly fetchKeys: FetchSigningKeys };

/** How long one token may wait for KMS, in milliseconds. */
const UNSEAL_MS = 2_000;

/**
 * Puts an opener together. The order of its checks is the point of it: a token that is not valid, lacks the scope or
 * comes from another map never reaches KMS, and the context KMS checks is made of configuration alone.
 */
export function openerWith<Claims = VerifiedToken, Sealed = AnySealed>(
  config: OpenerConfig,
  ports: OpenerPorts,
): Opener<Claims, Sealed> {
  const { identifier, seal } = config;
  const unseal = seal === null ? null : unsealer(identifier, seal, ports, kmsBudget(seal.kmsCallsPerSecond));

  const verify = async (accessToken: string, { scope, signal }: OpenOptions) => {
    // A scope that is none of this server's is the service's mistake, and shows whatever the token.
    const alsoWanted = scope === undefined ? null : readScopes(scope, identifier);
    assertStrictForm(accessToken);
    const token = await withinDeadline(ports.verify(accessToken), signal);
    const granted = new Set(typeof token["scope"] === "string" ? token["scope"].split(" ") : []);
    assertScope(granted, config.scopes);
    assertScope(granted, alsoWanted);
    const meta = readMapVersion(token);
    if (config.map !== null && meta.map !== config.map) {
      throw new OpenerError("TOKEN_UNGOVERNED", `the token was not made by the claim map ${config.map}`);
    }
    const has = (each: string): boolean => granted.has(each);
    // What a map promises of its tokens is what `Claims` says; `cmv` has just been compared.
    return { token, verified: { claims: clearClaims(token) as Claims, has, meta } };
  };

  const unsealed = async (
    token: VerifiedToken,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Json>> => {
    if (seal === null || unseal === null) return new Map();
    if (!Object.hasOwn(token, seal.claim)) {
      if (seal.optional) return new Map();
      throw new OpenerError("SEALED_ABSENT", `the token has no claim ${seal.claim}`);
    }
    const value = token[seal.claim];
    if (typeof value !== "string") throw new OpenerError("SEALED_MALFORMED", `the claim ${seal.claim} is not a string`);
    let deadline: AbortSignal | undefined;
    // From the first wait on, and one for all keys that are tried: the time is the token's.
    const within = (): AbortSignal => {
      deadline ??= AbortSignal.any([AbortSignal.timeout(UNSEAL_MS), ...(signal ? [signal] : [])]);
      return deadline;
    };
    try {
      return await unseal(value, token, poolOf(token, config.userPoolIds), within);
    } catch (error) {
      throw fromCryptoError(error);
    }
  };

  return {
    resourceServer: identifier,
    open: async (accessToken, options = {}) => {
      const { token, verified } = await verify(accessToken, options);
      const values = await unsealed(token, options.signal);
      const sealed = secrets(values, reveals(config, token));
      const revealAll = (reveal?: RevealOptions): Sealed =>
        Object.fromEntries(Object.entries(sealed).map(([claim, each]) => [claim, each.reveal(reveal)])) as Sealed;
      return Object.freeze({ ...verified, sealed: sealed as Secrets<Sealed>, revealAll });
    },
    verify: async (accessToken, options = {}) => Object.freeze((await verify(accessToken, options)).verified),
    hydrate: ports.fetchKeys,
  };
}

async function withinDeadline<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  try {
    return await awaitWithSignal(work, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new OpenerError("KEY_UNAVAILABLE", "the token was not verified before the caller's deadline");
  }
}

function assertScope(granted: ReadonlySet<string>, wanted: readonly string[] | null): void {
  if (wanted === null || wanted.some((scope) => granted.has(scope))) return;
  throw new OpenerError("SCOPE_MISSING", `the token has none of the scopes ${wanted.join(", ")}`, wanted);
}

/** The pool of a verified token, as configuration spells it: every issuer that verifies ends with one of these. */
function poolOf({ iss }: VerifiedToken, userPoolIds: readonly string[]): string {
  const pool = userPoolIds.find((userPoolId) => typeof iss === "string" && iss.endsWith(`/${userPoolId}`));
  if (pool === undefined) throw new OpenerError("TOKEN_INVALID", "the token was not issued by this user pool");
  return pool;
}

/** Reads `cmv`, which a governed token carries as `<map>@<revision>`. */
function readMapVersion({ cmv }: VerifiedToken): Verified["meta"] {
  const [, map, revision] = /^([^@]+)@(.+)$/.exec(typeof cmv === "string" ? cmv : "") ?? [];
  return { map: map ?? null, revision: revision ?? null };
}

/** The claims to decide by. Without a prototype, so that a claim nobody sent is undefined whatever its name. */
function clearClaims(token: VerifiedToken): VerifiedToken {
  const clear: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(token)) if (!name.startsWith("sealed_")) clear[name] = token[name];
  return Object.freeze(clear) as VerifiedToken;
}

/** Tells of each reveal of one token's claims. */
export function reveals(
  { identifier, onReveal, userPoolIds }: Pick<OpenerConfig, "identifier" | "onReveal" | "userPoolIds">,
  token: VerifiedToken,
): (claim: string) => (reason: string | null) => void {
  return (claim) => (reason) => {
    onReveal?.({
      ts: new Date().toISOString(),
      resourceServer: identifier,
      claim,
      subject: subjectHash(poolOf(token, userPoolIds), token.sub),
      tokenId: typeof token["jti"] === "string" ? token["jti"] : null,
      reason,
    });
  };
}

/** Values behind `reveal()`, by claim. */
export function secrets(
  values: ReadonlyMap<string, Json>,
  told: (claim: string) => (reason: string | null) => void,
): { readonly [claim: string]: Secret<Json> } {
  const sealed: Record<string, Secret<Json>> = Object.create(null);
  for (const [claim, value] of values) sealed[claim] = secret(value, told(claim));
  return Object.freeze(sealed);
}

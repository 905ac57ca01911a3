import { encryptionContext } from "../crypto/encryption-context.ts";
import { openEnvelope } from "../crypto/open-envelope.ts";
import type { Json } from "../crypto/strict-json.ts";
import type { UnwrapWithOneOf } from "../crypto/unwrap-with-one-of.ts";
import { fromCryptoError, OpenerError } from "./opener-error.ts";
import type { OpenerConfig } from "./opener-options.ts";
import { type Secret, secret } from "./secret.ts";
import { assertStrictForm } from "./strict-form.ts";
import type { VerifiedToken, VerifyAccessToken } from "./verify-access-token.ts";

/** A token, opened. */
export type Opened = {
  /** The token's claims, envelopes left out. */
  readonly claims: VerifiedToken;
  /** This resource server's sealed claims; a claim that has no value reveals null. */
  readonly sealed: { readonly [claim: string]: Secret<Json> };
  /** Whether the token has a scope. */
  readonly has: (scope: string) => boolean;
  /** The claim map that made the token; nulls where none did. */
  readonly meta: { readonly map: string | null; readonly revision: string | null };
};

export type Opener = {
  /**
   * Verifies an access token and opens this resource server's envelope, all or nothing.
   *
   * @throws {OpenerError}
   */
  readonly open: (accessToken: string) => Promise<Opened>;
};

/** How an opener reaches what is outside it. */
export type OpenerPorts = { readonly verify: VerifyAccessToken; readonly unwrap: UnwrapWithOneOf };

/** How long one token may wait for KMS, in milliseconds. */
const UNWRAP_MS = 2_000;

/**
 * Puts an opener together. The order of its checks is the point of it: a token that is not valid, lacks the scope or
 * comes from another map never reaches KMS, and the context KMS checks is made of configuration alone.
 */
export function openerWith(config: OpenerConfig, { verify, unwrap }: OpenerPorts): Opener {
  const context = encryptionContext(config.identifier, config.userPoolId);

  const unseal = async (token: VerifiedToken): Promise<Opened["sealed"]> => {
    const opened: Record<string, Secret<Json>> = Object.create(null);
    if (config.seal === null) return opened;
    const { claim, keys, optional, iatWindow } = config.seal;
    if (!Object.hasOwn(token, claim)) {
      if (optional) return opened;
      throw new OpenerError("SEALED_ABSENT", `the token has no claim ${claim}`);
    }
    const value = token[claim];
    if (typeof value !== "string") throw new OpenerError("SEALED_MALFORMED", `the claim ${claim} is not a string`);
    const unwrapKey = (wrapped: Uint8Array) => unwrap(keys, context, wrapped, AbortSignal.timeout(UNWRAP_MS));
    try {
      const { sub, iat } = token;
      for (const [name, inside] of await openEnvelope(value, { sub, iat }, unwrapKey, iatWindow))
        opened[name] = secret(inside);
    } catch (error) {
      throw fromCryptoError(error);
    }
    return Object.freeze(opened);
  };

  return {
    open: async (accessToken) => {
      assertStrictForm(accessToken);
      const token = await verify(accessToken);
      const granted = new Set(typeof token["scope"] === "string" ? token["scope"].split(" ") : []);
      if (config.scopes !== null && !config.scopes.some((scope) => granted.has(scope))) {
        throw new OpenerError("SCOPE_MISSING", `the token has none of the scopes ${config.scopes.join(", ")}`);
      }
      const meta = readMapVersion(token);
      if (config.map !== null && meta.map !== config.map) {
        throw new OpenerError("TOKEN_UNGOVERNED", `the token was not made by the claim map ${config.map}`);
      }
      const sealed = await unseal(token);
      return Object.freeze({ claims: clearClaims(token), sealed, has: (scope: string) => granted.has(scope), meta });
    },
  };
}

/** Reads `cmv`, which a governed token carries as `<map>@<revision>`. */
function readMapVersion({ cmv }: VerifiedToken): Opened["meta"] {
  const [, map, revision] = /^([^@]+)@(.+)$/.exec(typeof cmv === "string" ? cmv : "") ?? [];
  return { map: map ?? null, revision: revision ?? null };
}

/** The claims to decide by. Without a prototype, so that a claim nobody sent is undefined whatever its name. */
function clearClaims(token: VerifiedToken): VerifiedToken {
  const clear = Object.entries(token).filter(([name]) => !name.startsWith("sealed_"));
  return Object.freeze(Object.assign(Object.create(null), Object.fromEntries(clear)) as VerifiedToken);
}

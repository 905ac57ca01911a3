import { CryptoError } from "./crypto-error.ts";
import { MAX_PLAINTEXT_BYTES } from "./envelope-form.ts";
import { paddedLength } from "./envelope-size.ts";
import { type Json, parseStrictJson } from "./strict-json.ts";

/** What ties an envelope to one token. */
export type Binding = {
  /** The token's `sub`: the person's, or the client id of a machine. */
  readonly sub: string;
  /** Seconds since 1970: when it was sealed. */
  readonly iat: number;
};

/** Names inside an envelope that are never claims: those that bind it, and those RFC 7519 gives a meaning of its own. */
export const RESERVED_INSIDE: ReadonlySet<string> = new Set([
  "sub",
  "iat",
  "exp",
  "nbf",
  "iss",
  "aud",
  "jti",
  "pool",
  "client_id",
]);

/** Nesting allowed in a plaintext; DynamoDB's own limit is 32 levels, and a claim sits one below the top. */
const MAX_DEPTH = 33;

/**
 * The bytes to encrypt: one JSON object with the binding and the claims, padded with spaces, which JSON ignores.
 *
 * @throws {CryptoError} `SEAL_TOO_LARGE` above 4,096 bytes, or above `padTo` where one is given.
 * @throws {TypeError} for a claim with a reserved name: the check of a claim map finds these.
 */
export function writePlaintext(claims: ReadonlyMap<string, Json>, binding: Binding, padTo: number | null): Buffer {
  for (const name of claims.keys()) {
    if (RESERVED_INSIDE.has(name)) throw new TypeError(`"${name}" cannot be a sealed claim: the envelope reserves it`);
  }
  const json = JSON.stringify(Object.fromEntries([["sub", binding.sub], ["iat", binding.iat], ...claims]));
  const bytes = Buffer.byteLength(json);
  if (padTo !== null && bytes > padTo) {
    throw new CryptoError("SEAL_TOO_LARGE", `the plaintext has ${bytes} bytes, more than the ${padTo} it is padded to`);
  }
  const padded = paddedLength(bytes, padTo);
  if (padded > MAX_PLAINTEXT_BYTES) {
    throw new CryptoError("SEAL_TOO_LARGE", `the plaintext has ${padded} bytes; at most ${MAX_PLAINTEXT_BYTES} fit`);
  }
  const plaintext = Buffer.alloc(padded, " ");
  plaintext.write(json);
  return plaintext;
}

/**
 * Reads decrypted bytes back.
 *
 * @throws {CryptoError} `SEALED_MALFORMED` where they are no JSON object with distinct members, or hold a reserved
 *   name that this format gives no meaning to; `SEALED_BINDING` where `sub` or `iat` is missing.
 */
export function readPlaintext(bytes: Uint8Array): Binding & { readonly claims: ReadonlyMap<string, Json> } {
  const value = parseStrictJson(utf8(bytes), MAX_DEPTH);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CryptoError("SEALED_MALFORMED", "the plaintext is not a JSON object with distinct members");
  }
  const { sub, iat, ...rest } = value as { readonly [name: string]: Json };
  if (typeof sub !== "string" || typeof iat !== "number" || !Number.isSafeInteger(iat)) {
    throw new CryptoError("SEALED_BINDING", "the plaintext has no sub and iat to bind it to a token");
  }
  // Nobody here would check them, and a member that is ignored binds nothing.
  if (Object.keys(rest).some((name) => RESERVED_INSIDE.has(name))) {
    throw new CryptoError("SEALED_MALFORMED", "the plaintext has a reserved member other than sub and iat");
  }
  return { sub, iat, claims: new Map(Object.entries(rest)) };
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CryptoError("SEALED_MALFORMED", "the plaintext is not UTF-8");
  }
}

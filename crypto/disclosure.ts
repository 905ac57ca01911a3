import { createHash, randomBytes } from "node:crypto";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { type Json, parseStrictJson } from "./strict-json.ts";

/** One claim that its holder may show or keep, as RFC 9901 section 4.2.1 has it, read. */
export type Disclosure = { readonly salt: string; readonly name: string; readonly value: Json };

/** The value of `_sd_alg`: the one digest there is here. */
export const DIGEST_ALGORITHM = "sha-256";

/** Claims of a token that are about its digests, and the member that stands for one in a list. No claim may be named so. */
export const DIGEST_NAMES: readonly string[] = ["_sd", "_sd_alg", "..."];

/** 128 bits, the least that RFC 9901 section 9.3 recommends: nobody can find a value by trying all there are. */
const SALT_BYTES = 16;

/** Room for any value that fits into a token. */
const MAX_CHARACTERS = 8_192;

/** As deep as a claim of an envelope, in its array. */
const MAX_DEPTH = 33;

/**
 * A disclosure of one claim, in base64url: a salt of its own, the name and the value.
 *
 * @param salt 16 bytes that nobody can guess, new for every disclosure of every token.
 */
export function makeDisclosure(name: string, value: Json, salt: () => Uint8Array = randomSalt): string {
  return encodeBase64url(Buffer.from(JSON.stringify([encodeBase64url(salt()), name, value])));
}

/** What stands in the token for a disclosure: SHA-256 over its ASCII text, base64url (RFC 9901 section 4.2.3). */
export function digestOf(disclosure: string): string {
  return createHash("sha256").update(disclosure, "ascii").digest("base64url");
}

/** A digest of nothing anybody has, which nobody can tell from another (RFC 9901 section 4.2.5). */
export function decoyDigest(salt: () => Uint8Array = randomSalt): string {
  return digestOf(encodeBase64url(salt()));
}

/**
 * What a disclosure says, or null where it is none: canonical base64url of a JSON array of salt, name and value, in
 * UTF-8, without members that are named twice, and at most 8,192 characters. One of a list's item is none here, nor is one
 * whose value holds digests in its turn: what claimseal makes is flat.
 */
export function readDisclosure(text: string): Disclosure | null {
  if (text.length > MAX_CHARACTERS) return null;
  const bytes = decodeBase64url(text);
  const parts = bytes && parseStrictJson(utf8(bytes), MAX_DEPTH);
  if (!Array.isArray(parts) || parts.length !== 3) return null;
  const [salt, name, value] = parts as readonly (Json | undefined)[];
  if (typeof salt !== "string" || typeof name !== "string" || value === undefined || holdsDigests(value)) return null;
  return { salt, name, value };
}

/** Whether some object in a value, itself included, has a member that RFC 9901 gives a meaning of its own. */
export function holdsDigests(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsDigests);
  return Object.entries(value).some(([name, member]) => DIGEST_NAMES.includes(name) || holdsDigests(member));
}

function randomSalt(): Uint8Array {
  return randomBytes(SALT_BYTES);
}

/** Decodes whole texts only, so it keeps nothing from one to the next. */
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The empty text, which is no JSON, where the bytes are no UTF-8. */
function utf8(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return "";
  }
}

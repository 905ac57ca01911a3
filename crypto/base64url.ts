/** `bytes` in base64url without padding (RFC 4648 section 5, RFC 7515 section 2). */
export function encodeBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/**
 * The bytes of a base64url text, or null unless it is the one canonical spelling of them.
 *
 * Node also takes `+`, `/`, `=`, white space and stray trailing bits, so one value would have many spellings, and
 * anything keyed or compared by its text (caches, deny lists) would be fooled. The empty text is no value here.
 */
export function decodeBase64url(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, "base64url");
  // What comes back the same has no other character in it either.
  return text !== "" && bytes.toString("base64url") === text ? bytes : null;
}

/** Characters of `bytes` bytes in base64url without padding. */
export function base64urlLength(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}

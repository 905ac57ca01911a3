const PREFIX_BYTES = 4;

/**
 * Texts one behind the other, each after its length in bytes (32 bits, big-endian), so that no two different lists are
 * the same bytes: `["ab", "c"]` is not `["a", "bc"]`.
 *
 * UTF-16 (little-endian), because UTF-8 has one replacement for every unpaired surrogate, and JSON can carry those.
 */
export function lengthPrefixed(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text, "utf16le");
      const prefix = Buffer.alloc(PREFIX_BYTES);
      prefix.writeUInt32BE(bytes.byteLength);
      return [prefix, bytes];
    }),
  );
}

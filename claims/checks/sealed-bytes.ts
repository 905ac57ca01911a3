import type { EnvelopeBytes } from "./worst-tokens.ts";

/**
 * The size of what each mode makes of a plaintext, for a check that runs without the room that seals: parts in base64url,
 * and what stands between them.
 */
export const sealedBytes: EnvelopeBytes = (mode, plaintextBytes) => {
  switch (mode) {
    case "envelope":
      // Wrapped data key, header, encrypted key, initialization vector, ciphertext, tag.
      return base64url(184, 32, 40, 12, plaintextBytes, 16) + "1~~....".length;
    case "asymmetric":
      // Header, no encrypted key, initialization vector, ciphertext, tag.
      return base64url(183, 12, plaintextBytes, 16) + "1~....".length;
    case "direct":
      return base64url(kmsBlob(plaintextBytes)) + "1~".length;
  }
};

function base64url(...parts: readonly number[]): number {
  return parts.reduce((total, bytes) => total + Math.ceil((bytes * 4) / 3), 0);
}

/** 58 bytes of KMS's own, and five nested elements (RFC 5652, section 8) with so much in each before the next. */
function kmsBlob(plaintextBytes: number): number {
  const element = (content: number): number => content + (content < 0x80 ? 2 : content < 0x100 ? 3 : 4);
  return 58 + [27, 43, 3, 0, 11].reduce((inside, before) => element(inside + before), plaintextBytes);
}

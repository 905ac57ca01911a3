import { readAsymmetric } from "../../crypto/asymmetric-form.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { blobLength, readDirect } from "../../crypto/direct-form.ts";
import { MAX_PLAINTEXT_BYTES, PADDING_STEP, readEnvelope } from "../../crypto/envelope-form.ts";
import type { SealMode } from "../../crypto/envelope-size.ts";

/** What the outside of an envelope tells. */
export type EnvelopeAnatomy = {
  readonly version: 1;
  /** As its form has it. Services never guess it: they are configured with one. */
  readonly mode: SealMode;
  /** Of the data key, as KMS wrapped it; null in other modes. */
  readonly wrappedKeyBytes: number | null;
  /** The `kid` of the reader's key, in mode `asymmetric`. */
  readonly keyId: string | null;
  /** Before it was padded: in steps, or, where a map pads to a maximum, from anything up to the most. */
  readonly plaintextBytes: { readonly least: number; readonly most: number };
};

/** Takes an envelope's form apart; null with what is wrong with it where it has none. Opens nothing. */
export function envelopeAnatomy(value: unknown): EnvelopeAnatomy | { readonly problem: string } {
  if (typeof value !== "string") return { problem: "is no text" };
  try {
    const tildes = value.split("~").length - 1;
    if (tildes === 2) {
      const { wrapped, ciphertext } = readEnvelope(value);
      return anatomy("envelope", ciphertext.byteLength, { wrappedKeyBytes: wrapped.byteLength });
    }
    if (value.includes(".")) {
      const { keyId, ciphertext } = readAsymmetric(value);
      return anatomy("asymmetric", ciphertext.byteLength, { keyId });
    }
    return anatomy("direct", plaintextOf(readDirect(value).byteLength), {});
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return { problem: error.message.replace(/^the envelope /, "") };
  }
}

function anatomy(
  mode: SealMode,
  most: number,
  { wrappedKeyBytes = null, keyId = null }: Partial<Pick<EnvelopeAnatomy, "wrappedKeyBytes" | "keyId">>,
): EnvelopeAnatomy {
  const least = Math.max(1, most - PADDING_STEP + 1);
  return { version: 1, mode, wrappedKeyBytes, keyId, plaintextBytes: { least, most } };
}

/** The plaintext that KMS makes a blob of this length of; the blob's own length where none does. */
function plaintextOf(blobBytes: number): number {
  for (let bytes = 1; bytes <= MAX_PLAINTEXT_BYTES; bytes += 1) if (blobLength(bytes) === blobBytes) return bytes;
  return blobBytes;
}

import { asymmetricLength } from "./asymmetric-form.ts";
import { blobLength, directLength } from "./direct-form.ts";
import { envelopeLength, PADDING_STEP, WRAPPED_KEY_BYTES } from "./envelope-form.ts";

/** How claims are sealed for a resource server; fixed by configuration on both sides, never guessed from a value. */
export type SealMode = "envelope" | "asymmetric" | "direct";

/**
 * Bytes that a plaintext of `bytes` bytes is padded to: the next multiple of 64, or the multiple of 64 that holds
 * `padTo` bytes where every envelope of its kind must have one length.
 */
export function paddedLength(bytes: number, padTo: number | null): number {
  return Math.ceil((padTo ?? bytes) / PADDING_STEP) * PADDING_STEP;
}

/**
 * Characters (each one byte) of the claim value that `sealEnvelope` makes of a plaintext of `bytes` bytes, `sub` and
 * `iat` among them. Exact for `wrappedBytes`, which KMS makes 184 for every 32-byte data key.
 */
export function envelopeSize(bytes: number, padTo: number | null, wrappedBytes: number = WRAPPED_KEY_BYTES): number {
  return envelopeLength(paddedLength(bytes, padTo), wrappedBytes);
}

/**
 * The most characters of the claim value that a plaintext of `bytes` bytes makes in a mode. Exact but for `direct`,
 * where the subject, counted among `bytes`, is not sent.
 */
export function sealedSize(mode: SealMode, bytes: number): number {
  if (mode === "envelope") return envelopeSize(bytes, null);
  const padded = paddedLength(bytes, null);
  return mode === "asymmetric" ? asymmetricLength(padded) : directLength(blobLength(padded));
}

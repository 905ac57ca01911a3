import { envelopeLength, PADDING_STEP, WRAPPED_KEY_BYTES } from "./envelope-form.ts";

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

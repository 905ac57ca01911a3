/** A P-256 SPKI (RFC 5480) with an uncompressed point: 91 bytes in base64, of which the first 27 are always these. */
export const PUBLIC_KEY_TEXT: RegExp = /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{85}[AQgw]==$/;

/** Whether the key of a seal is a public key itself: its readers hold the other half, and KMS knows nothing of it. */
export function isPublicKey(key: string): boolean {
  return PUBLIC_KEY_TEXT.test(key);
}

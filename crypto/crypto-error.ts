/** Codes of `crypto/`. The opener passes the first four on as they are. */
export type CryptoErrorCode =
  | "SEALED_MALFORMED"
  | "SEALED_INTEGRITY"
  | "SEALED_BINDING"
  | "KEY_ACCESS_DENIED"
  | "KEY_UNAVAILABLE"
  | "SEAL_TOO_LARGE";

/** Everything `crypto/` throws. Messages name forms and sizes, never a key, a value or a token. */
export class CryptoError extends Error {
  override readonly name = "CryptoError";
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

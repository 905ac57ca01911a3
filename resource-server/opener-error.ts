import { CryptoError } from "../crypto/crypto-error.ts";

/** What opening a token may end with. For logs and alarms; what a caller may learn is `publicCode`. */
export type OpenerCode =
  | "TOKEN_INVALID"
  | "TOKEN_USE"
  | "SCOPE_MISSING"
  | "TOKEN_UNGOVERNED"
  | "SEALED_ABSENT"
  | "SEALED_MALFORMED"
  | "SEALED_INTEGRITY"
  | "SEALED_BINDING"
  | "KEY_ACCESS_DENIED"
  | "KEY_UNAVAILABLE"
  | "DIGESTS_MALFORMED"
  | "DISCLOSURE_MALFORMED"
  | "DISCLOSURE_REPEATED"
  | "DISCLOSURE_FOREIGN"
  | "DISCLOSURE_NAME";

/** What a caller may learn: every way in which an envelope fails to open is one, and every way a disclosure is wrong. */
export type PublicCode =
  | Exclude<
      OpenerCode,
      "SEALED_MALFORMED" | "SEALED_INTEGRITY" | "SEALED_BINDING" | "DIGESTS_MALFORMED" | `DISCLOSURE_${string}`
    >
  | "SEALED_INVALID"
  | "DISCLOSURE_INVALID";

const ANSWERS: { readonly [code in OpenerCode]: { readonly status: number; readonly publicCode: PublicCode } } = {
  TOKEN_INVALID: { status: 401, publicCode: "TOKEN_INVALID" },
  TOKEN_USE: { status: 401, publicCode: "TOKEN_USE" },
  SCOPE_MISSING: { status: 403, publicCode: "SCOPE_MISSING" },
  TOKEN_UNGOVERNED: { status: 401, publicCode: "TOKEN_UNGOVERNED" },
  SEALED_ABSENT: { status: 403, publicCode: "SEALED_ABSENT" },
  SEALED_MALFORMED: { status: 401, publicCode: "SEALED_INVALID" },
  SEALED_INTEGRITY: { status: 401, publicCode: "SEALED_INVALID" },
  SEALED_BINDING: { status: 401, publicCode: "SEALED_INVALID" },
  KEY_ACCESS_DENIED: { status: 500, publicCode: "KEY_ACCESS_DENIED" },
  KEY_UNAVAILABLE: { status: 503, publicCode: "KEY_UNAVAILABLE" },
  DIGESTS_MALFORMED: { status: 401, publicCode: "TOKEN_INVALID" },
  DISCLOSURE_MALFORMED: { status: 400, publicCode: "DISCLOSURE_INVALID" },
  DISCLOSURE_REPEATED: { status: 400, publicCode: "DISCLOSURE_INVALID" },
  DISCLOSURE_FOREIGN: { status: 400, publicCode: "DISCLOSURE_INVALID" },
  DISCLOSURE_NAME: { status: 400, publicCode: "DISCLOSURE_INVALID" },
};

const BRAND = Symbol.for("claimseal.OpenerError");

/** Everything an opener rejects with. Log `code` and `message`: neither holds a value, a token or a key's name. */
export class OpenerError extends Error {
  override readonly name = "OpenerError";
  readonly code: OpenerCode;
  /** For the body of an HTTP answer. */
  readonly publicCode: PublicCode;
  /** The HTTP status that fits. 503 is the one worth a retry. */
  readonly status: number;
  /** Of `SCOPE_MISSING`: the scopes one of which was needed. */
  readonly scopes: readonly string[] | null;

  constructor(code: OpenerCode, message: string, scopes: readonly string[] | null = null) {
    super(message);
    this.code = code;
    this.publicCode = ANSWERS[code].publicCode;
    this.status = ANSWERS[code].status;
    this.scopes = scopes;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether `error` is an `OpenerError`, whichever copy of this package threw it. */
export function isOpenerError(error: unknown): error is OpenerError {
  return typeof error === "object" && error !== null && BRAND in error;
}

/** The `OpenerError` for what `crypto/` threw; anything else as it is. */
export function fromCryptoError(error: unknown): unknown {
  return error instanceof CryptoError && error.code !== "SEAL_TOO_LARGE"
    ? new OpenerError(error.code, error.message)
    : error;
}

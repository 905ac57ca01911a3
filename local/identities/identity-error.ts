/** Codes with which AWS refuses a request before it looks at what is asked (AWS common errors). */
export type IdentityErrorCode =
  | "IncompleteSignatureException"
  | "InvalidSignatureException"
  | "MissingAuthenticationTokenException"
  | "UnrecognizedClientException";

/** What a request is refused with whose sender is not known for sure. `message` is AWS's own text. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
  readonly code: IdentityErrorCode;

  constructor(code: IdentityErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of `cognito/`. */
export type CognitoErrorCode = "EVENT_MALFORMED";

/** Everything `cognito/` throws at a sign-in. The message names a field and what was expected there, never a value. */
export class CognitoError extends Error {
  override readonly name = "CognitoError";
  readonly code: CognitoErrorCode;

  constructor(code: CognitoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

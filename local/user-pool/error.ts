/** Exceptions of the user pools API that the embedded pool answers with, by their AWS names. */
export type ApiErrorCode =
  | "AliasExistsException"
  | "CodeMismatchException"
  | "DeviceKeyExistsException"
  | "ExpiredCodeException"
  | "FeatureUnavailableInTierException"
  | "GroupExistsException"
  | "InvalidLambdaResponseException"
  | "InvalidParameterException"
  | "InvalidPasswordException"
  | "MissingAuthenticationTokenException"
  | "NotAuthorizedException"
  | "RefreshTokenReuseException"
  | "ResourceNotFoundException"
  | "SerializationException"
  | "UnauthorizedException"
  | "UnexpectedLambdaException"
  | "UnknownOperationException"
  | "UnsupportedOperationException"
  | "UnsupportedTokenTypeException"
  | "UserLambdaValidationException"
  | "UsernameExistsException"
  | "UserNotConfirmedException"
  | "UserNotFoundException";

/** Errors of the OAuth endpoints (RFC 6749, sections 4.1.2.1 and 5.2). */
export type OAuthErrorCode =
  | "invalid_client"
  | "invalid_grant"
  | "invalid_request"
  | "invalid_scope"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type";

/**
 * What the embedded user pool refuses with. Unlike the product's own errors, `message` is part of the emulation: it is
 * the text Cognito sends, which may name a client or carry what a trigger threw. Tests of applications match on it.
 */
export class UserPoolError<Code extends ApiErrorCode | OAuthErrorCode = ApiErrorCode | OAuthErrorCode> extends Error {
  override readonly name = "UserPoolError";
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

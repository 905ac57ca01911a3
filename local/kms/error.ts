/** Exceptions of AWS KMS that the embedded one answers with, by their AWS names. */
export type KmsErrorCode =
  | "AccessDeniedException"
  | "AlreadyExistsException"
  | "DependencyTimeoutException"
  | "DisabledException"
  | "DryRunOperationException"
  | "IncorrectKeyException"
  | "InvalidAliasNameException"
  | "InvalidCiphertextException"
  | "InvalidKeyUsageException"
  | "KeyUnavailableException"
  | "KMSInternalException"
  | "KMSInvalidMacException"
  | "KMSInvalidStateException"
  | "LimitExceededException"
  | "MalformedPolicyDocumentException"
  | "MissingAuthenticationTokenException"
  | "NotFoundException"
  | "SerializationException"
  | "ThrottlingException"
  | "UnknownOperationException"
  | "UnsupportedOperationException"
  | "ValidationException";

/**
 * What the embedded KMS refuses with. Unlike the product's own errors, `message` is part of the emulation: it is the
 * text AWS sends, key ARN and all, so that tests can show that none of it gets any further.
 */
export class KmsError extends Error {
  override readonly name = "KmsError";
  readonly code: KmsErrorCode;

  /** No message where KMS sends none. */
  constructor(code: KmsErrorCode, message = "") {
    super(message);
    this.code = code;
  }
}

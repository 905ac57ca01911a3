/** The account everything embedded belongs to; AWS uses this number in its documentation and gives it to nobody. */
export const localAccount: string = "111122223333";

/**
 * Credentials for clients that point at the embedded stack. Plainly none of AWS's, so they are of no use elsewhere.
 *
 * Letters and digits only in the access key id: DynamoDB Local refuses any other.
 */
export const localCredentials: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
} = { accessKeyId: "claimseallocal", secretAccessKey: "claimseal-local", sessionToken: "claimseal-local" };

import type { EncryptionContext } from "./data-key.ts";

/**
 * The context every data key is made and unwrapped under: KMS itself then refuses another audience or pool.
 *
 * @param audience The resource server's identifier in the user pool.
 * @param poolId The user pool's id, never its issuer URL: Cognito has two spellings of that.
 */
export function encryptionContext(audience: string, poolId: string): EncryptionContext {
  return { "claimseal:aud": audience, "claimseal:pool": poolId, "claimseal:v": "1" };
}

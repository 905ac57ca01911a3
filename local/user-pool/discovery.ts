import type { UserPool } from "./user-pool.ts";

/** Path of the keys, behind the pool's id. */
export const JWKS_PATH = "/.well-known/jwks.json";

/** Path of the discovery document, behind the pool's id. */
export const DISCOVERY_PATH = "/.well-known/openid-configuration";

/**
 * The discovery document. The issuer is the real one, since tokens name it; the endpoints are where `base` is.
 * Sources: OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2.
 */
export function discovery({ issuer, poolId }: UserPool, base: string): object {
  return {
    authorization_endpoint: `${base}/oauth2/authorize`,
    end_session_endpoint: `${base}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: `${base}/${poolId}${JWKS_PATH}`,
    response_types_supported: ["code"],
    revocation_endpoint: `${base}/oauth2/revoke`,
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${base}/oauth2/userInfo`,
  };
}

// What every service does anyway: verify the access token, with the pool's keys at hand.
import { CognitoJwtVerifier } from "aws-jwt-verify";

/** The verifier that every other reader begins with. */
export function verifierOf({ poolId, clientId, scope, jwks }) {
  const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, clientId, tokenUse: "access", scope });
  verifier.cacheJwks(jwks);
  return verifier;
}

export function reader(config) {
  const verifier = verifierOf(config);
  return (token) => verifier.verify(token);
}

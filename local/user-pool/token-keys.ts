import { randomBytes } from "node:crypto";
import type { CryptoKey, JWK } from "jose";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { LocalError } from "../local-error.ts";

/** The two key pairs a user pool signs with: Cognito never signs an ID and an access token with the same one. */
export type TokenKeys = {
  /** The public keys, the ID token's first: what the pool serves as `jwks.json`. */
  readonly jwks: { readonly keys: readonly JWK[] };
  readonly sign: (use: "id" | "access", claims: TokenClaims) => Promise<string>;
  /** The claims of an access token signed here, whatever its age; rejects otherwise. */
  readonly readAccessToken: (token: string) => Promise<TokenClaims>;
};

type Jose = typeof import("jose");
type TokenKey = {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
};

/**
 * Makes two RSA keys of 2048 bits. They live in memory and nowhere else.
 *
 * @throws {LocalError} `PEER_MISSING` when jose is not installed.
 */
export async function createTokenKeys(load: () => Promise<Jose> = () => import("jose")): Promise<TokenKeys> {
  const jose = await load().catch(explainMissing);
  const [id, access] = await Promise.all([createKey(jose), createKey(jose)]);
  return {
    jwks: { keys: [id.jwk, access.jwk] },
    sign: (use, claims) => {
      const { kid, privateKey } = use === "id" ? id : access;
      // Cognito's header has these two members and no `typ`.
      return new jose.SignJWT({ ...claims }).setProtectedHeader({ kid, alg: "RS256" }).sign(privateKey);
    },
    readAccessToken: async (token) => {
      // Its age is for the caller to judge, by the pool's own clock.
      const anyAge = { algorithms: ["RS256"], currentDate: new Date(0) };
      const { payload } = await jose.jwtVerify(token, access.publicKey, anyAge);
      return payload as TokenClaims;
    },
  };
}

async function createKey(jose: Jose): Promise<TokenKey> {
  const { privateKey, publicKey } = await jose.generateKeyPair("RS256", { modulusLength: 2048 });
  const kid = randomBytes(32).toString("base64");
  return { kid, privateKey, publicKey, jwk: { ...(await jose.exportJWK(publicKey)), alg: "RS256", kid, use: "sig" } };
}

function explainMissing(error: unknown): never {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
  throw new LocalError("PEER_MISSING", "the embedded user pool needs jose: npm install --save-dev jose@6.2.17");
}

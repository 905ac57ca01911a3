import type { JsonWebKey } from "node:crypto";
import {
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import type { TokenClaims } from "../../cognito/token-claims.ts";

/**
 * A user pool and a KMS that exist for tests alone, as JSON: whoever holds it can make tokens, and openers that take
 * them. Nothing deployed trusts it, so it may be kept in a file and shared.
 */
export type TestIssuer = {
  readonly v: 1;
  readonly use: "claimseal tests only";
  readonly userPoolId: string;
  /** The private key that tokens are signed with (RSA, 2048 bits). */
  readonly signing: JsonWebKey & { readonly kid: string };
  /** The private key of mode `asymmetric` (P-256). */
  readonly agreement: JsonWebKey;
  /** What the test KMS wraps data keys with: 32 bytes in base64url. */
  readonly root: string;
};

const USE = "claimseal tests only";

/** The user pool of test tokens. AWS gives out nine letters and digits; these ten are nobody's. */
export const TEST_POOL_ID = "eu-central-1_TestsOnly0";

/** Draws the keys of a new issuer. Takes about a tenth of a second, for the RSA key. */
export function newTestIssuer(userPoolId: string = TEST_POOL_ID): TestIssuer {
  const signing = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const agreement = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  return {
    v: 1,
    use: USE,
    userPoolId,
    signing: { ...signing.export({ format: "jwk" }), kid: randomBytes(32).toString("base64") },
    agreement: agreement.export({ format: "jwk" }),
    root: randomBytes(32).toString("base64url"),
  };
}

/**
 * Reads an issuer that came from a file.
 *
 * @throws {TypeError} for anything `newTestIssuer` did not make; never with what was found.
 */
export function readTestIssuer(read: unknown): TestIssuer {
  const issuer = read as TestIssuer | null;
  if (typeof issuer !== "object" || issuer === null || issuer.v !== 1 || issuer.use !== USE) {
    throw new TypeError("expected a test issuer, as claimseal mint writes one");
  }
  try {
    privateKey(issuer.signing);
    privateKey(issuer.agreement);
  } catch {
    throw new TypeError("the test issuer has a key that cannot be read");
  }
  if (typeof issuer.userPoolId !== "string" || Buffer.from(String(issuer.root), "base64url").length !== 32) {
    throw new TypeError("the test issuer has no userPoolId, or no root of 32 bytes");
  }
  return issuer;
}

/** What the pool would serve as `jwks.json`. */
export function testJwks({ signing }: TestIssuer): { readonly keys: readonly object[] } {
  const jwk = createPublicKey(privateKey(signing)).export({ format: "jwk" });
  return { keys: [{ ...jwk, kid: signing.kid, alg: "RS256", use: "sig" }] };
}

/** Signs a token as Cognito does: RS256, with the key's id and no `typ` in its header. */
export function signTestToken({ signing }: TestIssuer, claims: TokenClaims): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ kid: signing.kid, alg: "RS256" })}.${part(claims)}`;
  return `${input}.${createSign("RSA-SHA256").update(input).sign(privateKey(signing), "base64url")}`;
}

/** A private key of an issuer, ready for use. */
export function privateKey(key: JsonWebKey): KeyObject {
  return createPrivateKey({ key, format: "jwk" });
}

import { createHash } from "node:crypto";

/** One reveal, for an audit trail: who was read, by which claim's name and why; never what. */
export type RevealRecord = {
  /** When, ISO 8601. */
  readonly ts: string;
  /** The resource server's identifier. */
  readonly resourceServer: string;
  /** The claim's name. */
  readonly claim: string;
  /** The same for the same subject of a pool, and nothing else: 128 bits of a SHA-256 over both, base64url. */
  readonly subject: string;
  /** The token's `jti`. */
  readonly tokenId: string | null;
  /** What the caller of `reveal({ reason })` gave. */
  readonly reason: string | null;
};

/** Takes one record. It is called before the value is given, and a value is not given where it throws. */
export type OnReveal = (record: RevealRecord) => void;

/**
 * The hash by which records name a subject. Not a secret: who knows a `sub` can compute it. A `sub` is a random UUID,
 * so who does not cannot guess it.
 */
export function subjectHash(userPoolId: string, sub: string): string {
  const text = JSON.stringify(["claimseal/reveal/v1", userPoolId, sub]);
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}

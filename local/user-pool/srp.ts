import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * SRP-6a as Amazon Cognito speaks it: the 3072-bit prime of RFC 5054 with the generator 2, SHA-256, a key of 16 bytes,
 * and a signature over it in place of the RFC's proofs. A `realm` stands before the id: the pool's name for people, the
 * device group's for devices.
 */

/** What the server keeps of a secret that only the client knows. */
export type SrpVerifier = { readonly salt: bigint; readonly verifier: bigint };

/** The server's half of one exchange: the number it shows, and the key both sides come to. */
export type SrpExchange = { readonly serverPublic: bigint; readonly key: Buffer };

/** What a client signs with the key. */
export type SrpClaim = {
  readonly realm: string;
  readonly id: string;
  readonly secretBlock: Buffer;
  readonly timestamp: string;
};

/** Group 15 of RFC 3526; RFC 5054 has the same prime. */
const prime: bigint = toNumber(getDiffieHellman("modp15").getPrime());
const generator = 2n;
const multiplier: bigint = toNumber(sha256(padded(prime), padded(generator)));

/** The verifier of a password. Source: RFC 5054, section 2.4, with Cognito's realm in front. */
export function createVerifier(
  { realm, id }: Pick<SrpClaim, "realm" | "id">,
  password: string,
  salt: bigint = toNumber(randomBytes(16)),
): SrpVerifier {
  const exponent = toNumber(sha256(padded(salt), sha256(`${realm}${id}:${password}`)));
  return { salt, verifier: power(generator, exponent) };
}

/**
 * Answers the number a client shows. Null for a number that would make the key the same whatever the password is
 * (RFC 5054, section 2.5.4).
 */
export function openExchange(
  { verifier }: SrpVerifier,
  clientPublic: bigint,
  secret: bigint = toNumber(randomBytes(32)),
): SrpExchange | null {
  if (clientPublic % prime === 0n) return null;
  const serverPublic = (multiplier * verifier + power(generator, secret)) % prime;
  const scrambler = sha256(padded(clientPublic), padded(serverPublic));
  const shared = power(clientPublic * power(verifier, toNumber(scrambler)), secret);
  const salt = padded(toNumber(scrambler));
  return { serverPublic, key: Buffer.from(hkdfSync("sha256", padded(shared), salt, "Caldera Derived Key", 16)) };
}

/** Whether `signature` is what the key makes of the claim. */
export function isSigned(key: Buffer, { realm, id, secretBlock, timestamp }: SrpClaim, signature: Buffer): boolean {
  const expected = createHmac("sha256", key).update(realm).update(id).update(secretBlock).update(timestamp).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

/** Bytes as a number, the first one highest. */
export function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString("hex")}`);
}

/** A number's bytes as Cognito hashes them: no more than it needs, and a zero in front where the top bit is set. */
function padded(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
}

function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** `base` to the `exponent`, modulo the prime. */
function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base % prime];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}

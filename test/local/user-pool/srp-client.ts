// A client of SRP-6a as Amazon Cognito has it, from RFC 5054 and RFC 5869 alone; it shares nothing with the pool.
import { createHash, createHmac, randomBytes } from "node:crypto";

/** floor(2^bits * pi) by Machin's formula, with bits to spare. */
function scaledPi(bits: bigint): bigint {
  const spare = 64n;
  const one = 1n << (bits + spare);
  const arccot = (x: bigint): bigint => {
    let [sum, term, sign] = [0n, one / x, 1n];
    for (let n = 1n; term > 0n; n += 2n) {
      sum += sign * (term / n);
      term /= x * x;
      sign = -sign;
    }
    return sum;
  };
  return (4n * (4n * arccot(5n) - arccot(239n))) >> spare;
}

/** The 3072-bit prime, by the formula of RFC 3526, section 4. */
export const N: bigint = 2n ** 3072n - 2n ** 3008n - 1n + 2n ** 64n * (scaledPi(2942n) + 1690314n);

export function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % N;
    if (bit === "1") result = (result * base) % N;
  }
  return result;
}

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex")}`);

/** Big-endian two's complement of a number that is not negative, in as few bytes as there can be. */
export function signedBytes(value: bigint): Buffer {
  const bytes = Math.floor(value.toString(2).length / 8) + 1;
  return Buffer.from(value.toString(16).padStart(bytes * 2, "0"), "hex");
}

const hash = (...parts: (Buffer | string)[]): Buffer =>
  createHash("sha256")
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();
const hmac = (key: Buffer, ...parts: (Buffer | string)[]): Buffer =>
  createHmac("sha256", key)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();

export type Secret = { realm: string; id: string; password: string };

const privateKey = ({ realm, id, password }: Secret, salt: bigint): bigint =>
  numberOf(hash(signedBytes(salt), hash(realm, id, ":", password)));

export const verifierOf = (secret: Secret, salt: bigint): bigint => modPow(2n, privateKey(secret, salt));

/** The client's side of one exchange, with everything on the way. */
export function exchange(
  secret: Secret,
  salt: bigint,
  B: bigint,
  a: bigint,
): { readonly A: bigint; readonly u: bigint; readonly S: bigint; readonly key: Buffer } {
  const A = modPow(2n, a);
  const u = numberOf(hash(signedBytes(A), signedBytes(B)));
  const x = privateKey(secret, salt);
  const k = numberOf(hash(signedBytes(N), signedBytes(2n)));
  const gx = (k * modPow(2n, x)) % N;
  const S = modPow((B + N - gx) % N, a + u * x);
  const extracted = hmac(signedBytes(u), signedBytes(S));
  return { A, u, S, key: hmac(extracted, "Caldera Derived Key", Buffer.of(1)).subarray(0, 16) };
}

/** `Tue Nov 3 09:05:07 UTC 2026`. */
export function timestamp(date: Date = new Date()): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(",", "").split(" ");
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

/** What a client signs a challenge with. */
export function sign(key: Buffer, { realm, id }: Omit<Secret, "password">, secretBlock: string, at: string): string {
  return hmac(key, realm, id, Buffer.from(secretBlock, "base64"), at).toString("base64");
}

/** A client about to sign in: shows `SRP_A`, then answers a challenge; a dishonest one signs for another realm. */
export type SrpClient = {
  readonly SRP_A: string;
  readonly answer: (
    secret: Secret,
    challenge: Record<string, string> | undefined,
    at?: string,
    realm?: string,
  ) => Record<"TIMESTAMP" | "PASSWORD_CLAIM_SECRET_BLOCK" | "PASSWORD_CLAIM_SIGNATURE", string>;
};

export function srpClient(a: bigint = numberOf(randomBytes(128))): SrpClient {
  return {
    SRP_A: modPow(2n, a).toString(16),
    answer: (secret, challenge = {}, at = timestamp(), realm = secret.realm) => {
      const { SALT = "", SRP_B = "", SECRET_BLOCK = "" } = challenge;
      const { key } = exchange(secret, BigInt(`0x${SALT}`), BigInt(`0x${SRP_B}`), a);
      return {
        TIMESTAMP: at,
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: sign(key, { realm, id: secret.id }, SECRET_BLOCK, at),
      };
    },
  };
}

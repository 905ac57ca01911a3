import { diffieHellman, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { contentKeyOf } from "./agreement.ts";
import { agreementHeader, writeAsymmetric } from "./asymmetric-form.ts";
import { encryptContent, IV_BYTES } from "./content-encryption.ts";
import type { Binding, Place } from "./envelope-binding.ts";
import { writePlaintext } from "./envelope-plaintext.ts";
import { keyIdOf } from "./p256.ts";
import type { Json } from "./strict-json.ts";

/** What an asymmetric envelope is made with beside its claims; fixed only for test vectors. */
export type AgreementRandom = {
  /** A key pair for one envelope and no other (RFC 7518 section 4.6). */
  readonly keyPair: () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly bytes: (count: number) => Uint8Array;
};

const RANDOM: AgreementRandom = {
  keyPair: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  bytes: randomBytes,
};

/**
 * Seals claims for whoever holds the private key that goes with `publicKey`: the value of a `sealed_...` claim in mode
 * `asymmetric`, `1~<JWE>`. The ephemeral private key is forgotten, so not even its writer can open it again.
 *
 * @param publicKey The reader's, on P-256.
 * @param padTo As for `sealEnvelope`.
 * @throws {CryptoError} `SEAL_TOO_LARGE` above 4,096 bytes of plaintext, or above `padTo`.
 * @throws {TypeError} for a claim with a name the envelope reserves.
 */
export function sealAsymmetric(
  claims: ReadonlyMap<string, Json>,
  binding: Binding & { readonly place: Place },
  publicKey: KeyObject,
  padTo: number | null,
  random: AgreementRandom = RANDOM,
): string {
  const plaintext = writePlaintext(claims, binding, padTo);
  try {
    const ephemeral = random.keyPair();
    const contentKey = contentKeyOf(diffieHellman({ privateKey: ephemeral.privateKey, publicKey }));
    if (contentKey === null) throw new TypeError("expected a public key on P-256");
    const header = agreementHeader(keyIdOf(publicKey), ephemeral.publicKey);
    return writeAsymmetric(header, encryptContent(plaintext, contentKey, random.bytes(IV_BYTES), header));
  } finally {
    plaintext.fill(0);
  }
}

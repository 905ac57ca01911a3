import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { type BackingKey, newBackingKey } from "./blob.ts";
import { KmsError } from "./error.ts";

/** The kinds of key that are emulated, each with the one usage it is emulated for. */
export type KeySpec = "SYMMETRIC_DEFAULT" | "ECC_NIST_P256" | "HMAC_256";

export type KeyUsage = "ENCRYPT_DECRYPT" | "KEY_AGREEMENT" | "GENERATE_VERIFY_MAC";

export const usageOf: Readonly<Record<KeySpec, KeyUsage>> = {
  SYMMETRIC_DEFAULT: "ENCRYPT_DECRYPT",
  ECC_NIST_P256: "KEY_AGREEMENT",
  HMAC_256: "GENERATE_VERIFY_MAC",
};

export type Rotation = { readonly date: Date; readonly type: "AUTOMATIC" | "ON_DEMAND" };

/** What a key computes with. Multi-Region keys of one id share it, whatever else differs. */
export type Material =
  | {
      readonly spec: "SYMMETRIC_DEFAULT";
      /** The newest wraps, all of them unwrap. */
      readonly generations: readonly [BackingKey, ...BackingKey[]];
      readonly rotations: readonly Rotation[];
    }
  | { readonly spec: "ECC_NIST_P256"; readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  | { readonly spec: "HMAC_256"; readonly secret: Buffer };

export type SymmetricMaterial = Extract<Material, { readonly spec: "SYMMETRIC_DEFAULT" }>;

/** Fresh material. */
export function newMaterial(spec: KeySpec): Material {
  if (spec === "SYMMETRIC_DEFAULT") return { spec, generations: [newBackingKey()], rotations: [] };
  if (spec === "HMAC_256") return { spec, secret: randomBytes(32) };
  return { spec, ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
}

/**
 * The spec and usage a CreateKey request asks for.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function askedSpec(spec: string = "SYMMETRIC_DEFAULT", usage: string = "ENCRYPT_DECRYPT"): KeySpec {
  if (!Object.hasOwn(usageOf, spec)) {
    throw new KmsError("ValidationException", `the embedded KMS does not emulate the KeySpec ${spec}`);
  }
  const known = spec as KeySpec;
  if (usage !== usageOf[known]) {
    throw new KmsError("ValidationException", `KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
  }
  return known;
}

/** Material with one generation more. Blobs of the earlier ones stay readable. */
export function rotated(material: SymmetricMaterial, type: Rotation["type"], date: Date): SymmetricMaterial {
  const { generations, rotations } = material;
  const next: BackingKey = { ...currentBacking(material), generation: generations.length + 1, secret: randomBytes(32) };
  return { ...material, generations: [...generations, next], rotations: [...rotations, { date, type }] };
}

/** The generation that wraps. */
export function currentBacking({ generations }: SymmetricMaterial): BackingKey {
  return generations.at(-1) ?? generations[0];
}

/** Names one generation of a key's material: 64 hexadecimal digits, which tell nothing of it. */
export function materialId({ fingerprint, generation }: BackingKey): string {
  return createHash("sha256").update(fingerprint).update(Buffer.of(generation)).digest("hex");
}

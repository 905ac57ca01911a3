import { type KeyRing, type KmsKey, materialName, relatives } from "./keys.ts";
import { type Material, rotated, type SymmetricMaterial } from "./material.ts";

const dayMs = 86_400_000;

/** What a key computes with as of now: rotations that fell due since it was last looked at are made up for. */
export function materialOf(ring: KeyRing, key: KmsKey): Material | undefined {
  const name = materialName(key);
  let material = ring.materials.get(name);
  if (material?.spec !== "SYMMETRIC_DEFAULT") return material;
  for (;;) {
    const due: Date | null = nextRotation(primaryOf(ring, key), material);
    if (due === null || due.getTime() > ring.now()) return material;
    material = rotated(material, "AUTOMATIC", due);
    ring.materials.set(name, material);
  }
}

/** Puts other material in the place of a key's, and of those it shares it with. */
export function changeMaterial(ring: KeyRing, key: KmsKey, material: Material): void {
  ring.materials.set(materialName(key), material);
}

/** When a key will be rotated by itself; null where it will not. Rotation on demand does not change the rhythm. */
export function nextRotation({ rotation }: KmsKey, { rotations }: SymmetricMaterial): Date | null {
  if (rotation === null) return null;
  const last = rotations.findLast(({ type }) => type === "AUTOMATIC")?.date.getTime() ?? 0;
  return new Date(Math.max(last, rotation.since) + rotation.days * dayMs);
}

/** Of multi-Region keys the one that the others were made from; any other key itself. */
export function primaryOf(ring: KeyRing, key: KmsKey): KmsKey {
  return relatives(ring, key.account, key.keyId).find(({ region }) => region === key.primaryRegion) ?? key;
}

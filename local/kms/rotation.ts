import { KmsError } from "./error.ts";
import { within } from "./input.ts";
import { changeMaterial, materialOf, nextRotation, primaryOf } from "./key-material.ts";
import { changeKey, type KeyRing, type KmsKey, usable } from "./keys.ts";
import { materialId, rotated, type SymmetricMaterial } from "./material.ts";
import { type Fields, integer, text } from "./members.ts";
import { type Call, namedKey, type Operation, operation } from "./operation.ts";

/** As many times may a key be rotated on demand (KMS Developer Guide, "Resource quotas"). */
const onDemandLimit = 25;

/** Rotation: new material for new blobs, while the old blobs stay readable. Assumed: rotation-at-once. */
export const rotation: Readonly<Record<string, Operation>> = {
  EnableKeyRotation: operation(
    { KeyId: text, RotationPeriodInDays: integer },
    (call, { KeyId, RotationPeriodInDays: days = 365 }) => {
      within(days, 2560, `Value '${days}' at 'rotationPeriodInDays'`, "value", 90);
      const { key } = rotatable(call, KeyId);
      changeKey(call.ring, key.arn, { rotation: { days, since: call.ring.now() } });
      return {};
    },
  ),

  DisableKeyRotation: operation({ KeyId: text }, (call, { KeyId }) => {
    const { key } = rotatable(call, KeyId);
    changeKey(call.ring, key.arn, { rotation: null });
    return {};
  }),

  RotateKeyOnDemand: operation({ KeyId: text }, (call, { KeyId }) => {
    const { key, material } = rotatable(call, KeyId);
    if (material.rotations.filter(({ type }) => type === "ON_DEMAND").length >= onDemandLimit) {
      throw new KmsError("LimitExceededException", `${key.arn} has been rotated on demand ${onDemandLimit} times.`);
    }
    changeMaterial(call.ring, key, rotated(material, "ON_DEMAND", new Date(call.ring.now())));
    return { KeyId: key.arn };
  }),

  GetKeyRotationStatus: operation({ KeyId: text }, (call, { KeyId }) => {
    const key = namedKey(call, KeyId);
    const material = symmetric(call.ring, key);
    const primary = primaryOf(call.ring, key);
    return {
      KeyId: key.arn,
      KeyRotationEnabled: primary.rotation !== null,
      ...(primary.rotation !== null && {
        RotationPeriodInDays: primary.rotation.days,
        NextRotationDate: nextRotation(primary, material),
      }),
    };
  }),

  ListKeyRotations: operation({ KeyId: text, IncludeKeyMaterial: text }, (call, { KeyId, IncludeKeyMaterial }) => {
    const key = namedKey(call, KeyId);
    const { generations, rotations } = symmetric(call.ring, key);
    const listed = rotations.map(({ date, type }, index): Fields => {
      return {
        KeyId: key.arn,
        KeyMaterialId: materialId(generations[index + 1] ?? generations[0]),
        KeyMaterialState: index === rotations.length - 1 ? "CURRENT" : "NON_CURRENT",
        RotationDate: date,
        RotationType: type,
      };
    });
    const first = {
      KeyId: key.arn,
      KeyMaterialId: materialId(generations[0]),
      KeyMaterialState: rotations.length === 0 ? "CURRENT" : "NON_CURRENT",
    };
    // Without this wish AWS lists rotations alone, and the first material came by none.
    return { Rotations: IncludeKeyMaterial === "ALL_KEY_MATERIAL" ? [first, ...listed] : listed, Truncated: false };
  }),
};

/** A key that may be rotated. Of multi-Region keys only the first: its rotation is everybody's. */
function rotatable(
  call: Call,
  name: string | undefined,
): { readonly key: KmsKey; readonly material: SymmetricMaterial } {
  const key = usable(namedKey(call, name));
  const material = symmetric(call.ring, key);
  if (primaryOf(call.ring, key).arn !== key.arn) throw new KmsError("UnsupportedOperationException");
  return { key, material };
}

function symmetric(ring: KeyRing, key: KmsKey): SymmetricMaterial {
  const material = materialOf(ring, key);
  if (material?.spec !== "SYMMETRIC_DEFAULT") throw new KmsError("UnsupportedOperationException");
  return material;
}

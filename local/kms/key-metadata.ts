import { materialOf } from "./key-material.ts";
import { type KeyRing, type KmsKey, relatives } from "./keys.ts";
import { currentBacking, materialId, usageOf } from "./material.ts";
import type { Fields } from "./members.ts";

/** What DescribeKey tells of a key. */
export function keyMetadata(ring: KeyRing, key: KmsKey): Fields {
  const material = materialOf(ring, key);
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.createdAt,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: usageOf[key.spec],
    KeyState: key.state,
    ...(key.deletionDate !== undefined && { DeletionDate: key.deletionDate }),
    Origin: "AWS_KMS",
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...(material?.spec === "SYMMETRIC_DEFAULT" && {
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      CurrentKeyMaterialId: materialId(currentBacking(material)),
    }),
    ...(key.spec === "ECC_NIST_P256" && { KeyAgreementAlgorithms: ["ECDH"] }),
    ...(key.spec === "HMAC_256" && { MacAlgorithms: ["HMAC_SHA_256"] }),
    MultiRegion: key.primaryRegion !== null,
    ...(key.primaryRegion !== null && { MultiRegionConfiguration: family(ring, key) }),
  };
}

function family(ring: KeyRing, { account, keyId, region, primaryRegion }: KmsKey): Fields {
  const members = relatives(ring, account, keyId).map((key) => ({ Arn: key.arn, Region: key.region }));
  return {
    MultiRegionKeyType: region === primaryRegion ? "PRIMARY" : "REPLICA",
    PrimaryKey: members.find(({ Region }) => Region === primaryRegion),
    ReplicaKeys: members.filter(({ Region }) => Region !== primaryRegion),
  };
}

// The other side of `encryption-sdk.mjs`, with its cache of data keys, and the context compared as its guide says.
import {
  buildDecrypt,
  CommitmentPolicy,
  getLocalCryptographicMaterialsCache,
  KmsKeyringNode,
  NodeCachingMaterialsManager,
} from "@aws-crypto/client-node";
import { KMS } from "@aws-sdk/client-kms";
import { verifierOf } from "./open-verify-only.mjs";

export function reader(config) {
  const { names, server, keyArn, poolId } = config;
  const verifier = verifierOf(config);
  // The keyring wants the client with a method for each operation.
  const kms = new KMS({ region: config.region, endpoint: config.kmsUrl });
  const { decrypt } = buildDecrypt(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
  const manager = new NodeCachingMaterialsManager({
    backingMaterials: new KmsKeyringNode({ keyIds: [keyArn], clientProvider: () => kms }),
    cache: getLocalCryptographicMaterialsCache(1000),
    maxAge: 900_000,
  });
  return async (token) => {
    const payload = await verifier.verify(token);
    const entries = names.map(async (name) => {
      const { plaintext, messageHeader } = await decrypt(manager, Buffer.from(payload[name], "base64"));
      const { aud, pool } = messageHeader.encryptionContext;
      if (aud !== server || pool !== poolId) throw new Error("sealed for somebody else");
      return [name, plaintext.toString()];
    });
    return Object.fromEntries(await Promise.all(entries));
  };
}

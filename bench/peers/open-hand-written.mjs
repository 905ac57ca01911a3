// The other side of `hand-written.mjs`: one `kms:Decrypt` for each claim, every time.
import { DecryptCommand } from "@aws-sdk/client-kms";
import { kmsOf } from "./kms.mjs";
import { verifierOf } from "./open-verify-only.mjs";

export function reader(config) {
  const { names, server, keyArn, poolId } = config;
  const verifier = verifierOf(config);
  const kms = kmsOf(config);
  return async (token) => {
    const payload = await verifier.verify(token);
    const entries = names.map(async (name) => {
      const { Plaintext } = await kms.send(
        new DecryptCommand({
          KeyId: keyArn,
          CiphertextBlob: Buffer.from(payload[name], "base64"),
          EncryptionContext: { aud: server, pool: poolId, sub: payload.sub },
        }),
      );
      return [name, Buffer.from(Plaintext).toString()];
    });
    return Object.fromEntries(await Promise.all(entries));
  };
}

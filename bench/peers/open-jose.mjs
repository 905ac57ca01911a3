// The other side of `jose.mjs`: the one key is unwrapped when it is first needed.
import { DecryptCommand } from "@aws-sdk/client-kms";
import { jwtDecrypt } from "jose";
import { kmsOf } from "./kms.mjs";
import { verifierOf } from "./open-verify-only.mjs";

export function reader(config) {
  const { names, server, keyArn, wrapped } = config;
  const verifier = verifierOf(config);
  const kms = kmsOf(config);
  let key;
  const unwrap = async () => {
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: keyArn, CiphertextBlob: Buffer.from(wrapped, "base64") }),
    );
    return crypto.subtle.importKey("raw", Plaintext, "AES-GCM", false, ["decrypt"]);
  };
  return async (token) => {
    const verified = await verifier.verify(token);
    key ??= unwrap();
    const { payload } = await jwtDecrypt(verified[`sealed_${server.replaceAll("-", "_")}`], await key, {
      audience: server,
      subject: verified.sub,
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return Object.fromEntries(names.map((name) => [name, payload[name]]));
  };
}

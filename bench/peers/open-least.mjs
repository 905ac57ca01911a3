// The least that verifies a token and opens an envelope of mode `envelope`, by Node's own cryptography: nothing of what is
// read is checked, not even whose it is. What is above it is the price of the checks.
import { createDecipheriv, createSecretKey } from "node:crypto";
import { DecryptCommand } from "@aws-sdk/client-kms";
import { kmsOf } from "./kms.mjs";
import { verifierOf } from "./open-verify-only.mjs";

const INITIAL_VALUE = Buffer.alloc(8, 0xa6);

export function reader(config) {
  const { names, server, keyArn, poolId } = config;
  const verifier = verifierOf(config);
  const kms = kmsOf(config);
  const keys = new Map();
  const context = { "claimseal:aud": server, "claimseal:pool": poolId, "claimseal:v": "1" };
  const unwrap = async (edk) => {
    const CiphertextBlob = Buffer.from(edk, "base64url");
    const command = new DecryptCommand({ KeyId: keyArn, CiphertextBlob, EncryptionContext: context });
    return createSecretKey((await kms.send(command)).Plaintext);
  };
  return async (token) => {
    const payload = await verifier.verify(token);
    const [, edk, jwe] = payload[`sealed_${server.replaceAll("-", "_")}`].split("~");
    const [header, wrapped, iv, inside, tag] = jwe.split(".");
    if (!keys.has(edk)) keys.set(edk, unwrap(edk));
    const unwrapping = createDecipheriv("id-aes256-wrap", await keys.get(edk), INITIAL_VALUE);
    const contentKey = unwrapping.update(Buffer.from(wrapped, "base64url"));
    const opening = createDecipheriv("aes-256-gcm", contentKey, Buffer.from(iv, "base64url"), { authTagLength: 16 });
    opening.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, "base64url"));
    const claims = JSON.parse(Buffer.concat([opening.update(Buffer.from(inside, "base64url")), opening.final()]));
    return Object.fromEntries(names.map((name) => [name, claims[name]]));
  };
}

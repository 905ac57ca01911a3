import { createHmac, timingSafeEqual } from "node:crypto";
import { KmsError } from "./error.ts";
import { checkedBytes, onlyAlgorithm } from "./input.ts";
import { boolean, bytes, text } from "./members.ts";
import { type Call, namedKey, type Operation, operation, unlessDryRun, usableMaterial } from "./operation.ts";

const emulated = "HMAC_SHA_256";

/** What is done with HMAC keys. */
export const macs: Readonly<Record<string, Operation>> = {
  GenerateMac: operation(
    { KeyId: text, Message: bytes, MacAlgorithm: text, DryRun: boolean },
    (call, { KeyId, Message, MacAlgorithm = "", DryRun }) => {
      const { keyArn, mac } = computed(call, KeyId, Message, MacAlgorithm);
      return unlessDryRun(DryRun, { KeyId: keyArn, Mac: mac, MacAlgorithm });
    },
  ),

  VerifyMac: operation(
    { KeyId: text, Message: bytes, MacAlgorithm: text, Mac: bytes, DryRun: boolean },
    (call, { KeyId, Message, MacAlgorithm = "", Mac, DryRun }) => {
      const given = checkedBytes(Mac, "mac", 6144);
      const { keyArn, mac } = computed(call, KeyId, Message, MacAlgorithm);
      if (given.length !== mac.length || !timingSafeEqual(given, mac)) throw new KmsError("KMSInvalidMacException");
      return unlessDryRun(DryRun, { KeyId: keyArn, MacValid: true, MacAlgorithm });
    },
  ),
};

function computed(
  call: Call,
  name: string | undefined,
  message: Uint8Array | undefined,
  algorithm: string,
): { readonly keyArn: string; readonly mac: Buffer } {
  const content = checkedBytes(message, "message", 4096);
  onlyAlgorithm(algorithm, "macAlgorithm", emulated);
  const key = namedKey(call, name, { conditions: { "kms:MacAlgorithm": emulated } });
  const { secret } = usableMaterial(call, key, "HMAC_256");
  return { keyArn: key.arn, mac: createHmac("sha256", secret).update(content).digest() };
}

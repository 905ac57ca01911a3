import { buildClient, CommitmentPolicy, KmsKeyringNode } from "@aws-crypto/client-node";
import { KMS } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKms, type Kms } from "../../../local/kms/kms.ts";
import { serveKms } from "../../../local/kms/server.ts";
import { localCredentials } from "../../../local/local-account.ts";
import type { Loopback } from "../../../local/loopback.ts";

const region = "eu-central-1";
const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);

let kms: Kms;
let server: Loopback;

beforeAll(async () => {
  kms = createKms();
  server = await serveKms(kms);
});

afterAll(() => server.stop());

/** The Encryption SDK's own keyring, pointed at the embedded KMS and otherwise left alone. */
function keyring(keyArn: string): KmsKeyringNode {
  const client = new KMS({ endpoint: server.url, region, credentials: localCredentials });
  // Its types do not know `exactOptionalPropertyTypes`, under which the client it was made for does not fit.
  const clientProvider = (() => client) as unknown as NonNullable<KmsKeyringNode["clientProvider"]>;
  return new KmsKeyringNode({ generatorKeyId: keyArn, clientProvider });
}

test("the AWS Encryption SDK encrypts under the embedded KMS and decrypts again", async () => {
  const keys = keyring(kms.createKey({ region }));
  const encryptionContext = { "claimseal:aud": "care-api", "claimseal:v": "1" };
  const { result } = await encrypt(keys, "DE-48213377", { encryptionContext });
  expect(result.toString("latin1")).not.toContain("DE-48213377");
  const { plaintext, messageHeader } = await decrypt(keys, result);
  expect(plaintext.toString()).toBe("DE-48213377");
  expect(messageHeader.encryptionContext).toMatchObject(encryptionContext);
  expect(kms.requests().map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ["GenerateDataKey", "ok"],
    ["Decrypt", "ok"],
  ]);
});

test("the Encryption SDK's message opens under no other key", async () => {
  const { result } = await encrypt(keyring(kms.createKey({ region })), "DE-48213377");
  await expect(decrypt(keyring(kms.createKey({ region })), result)).rejects.toThrow("unencryptedDataKey");
});

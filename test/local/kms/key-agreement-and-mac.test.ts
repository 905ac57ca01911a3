import {
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from "node:crypto";
import {
  DeriveSharedSecretCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KMSClient,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { CompactEncrypt } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { region, servedKms } from "./a-kms.ts";

const served = servedKms();

let client: KMSClient;
let curveKey: string;
let macKey: string;
let symmetricKey: string;

beforeAll(() => {
  client = served.client();
  curveKey = served.kms().createKey({ region, spec: "ECC_NIST_P256" });
  macKey = served.kms().createKey({ region, spec: "HMAC_256" });
  symmetricKey = served.kms().createKey({ region });
});

const spkiOf = (publicKey: ReturnType<typeof createPublicKey>): Buffer =>
  publicKey.export({ type: "spki", format: "der" });

function derive(PublicKey: Uint8Array, KeyId: string = curveKey) {
  return client.send(new DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey }));
}

describe("an elliptic-curve key", () => {
  test("shows its public half in the form of RFC 5480", async () => {
    const answer = await client.send(new GetPublicKeyCommand({ KeyId: curveKey }));
    expect(answer).toMatchObject({
      KeyId: curveKey,
      KeySpec: "ECC_NIST_P256",
      KeyUsage: "KEY_AGREEMENT",
      KeyAgreementAlgorithms: ["ECDH"],
    });
    expect(answer.PublicKey).toHaveLength(91);
  });

  test("agrees with whoever has its public key on the same 32 bytes, leading zeros included", async () => {
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: curveKey }));
    const theirs = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
    for (let times = 0; times < 50; times += 1) {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const answer = await derive(spkiOf(publicKey));
      expect(answer).toMatchObject({ KeyId: curveKey, KeyAgreementAlgorithm: "ECDH", KeyOrigin: "AWS_KMS" });
      expect(answer.SharedSecret).toHaveLength(32);
      expect(Buffer.from(answer.SharedSecret!).equals(diffieHellman({ privateKey, publicKey: theirs }))).toBe(true);
    }
  });

  test("opens what jose sealed for its public key (RFC 7518, section 4.6)", async () => {
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: curveKey }));
    const jwe = await new CompactEncrypt(Buffer.from("secret"))
      .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM" })
      .encrypt(createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" }));
    const [header = "", , iv = "", box = "", tag = ""] = jwe.split(".");
    const { epk } = JSON.parse(Buffer.from(header, "base64url").toString()) as { epk: { [member: string]: string } };
    const { SharedSecret } = await derive(spkiOf(createPublicKey({ key: { ...epk }, format: "jwk" })));
    const decipher = createDecipheriv("aes-256-gcm", concatKdf(SharedSecret!), Buffer.from(iv, "base64url"));
    decipher.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, "base64url"));
    expect(Buffer.concat([decipher.update(box, "base64url"), decipher.final()]).toString()).toBe("secret");
  });

  const badKeys: readonly [string, () => Uint8Array][] = [
    ["random bytes", () => randomBytes(91)],
    ["a key of another curve", () => spkiOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey)],
    ["a key of another kind", () => spkiOf(generateKeyPairSync("x25519").publicKey)],
    ["a point that is not on the curve", offTheCurve],
    ["parameters written out", () => explicitParameters()],
  ];
  test.for(badKeys)("does not agree with %s", async ([, publicKey]) => {
    await expect(derive(publicKey())).rejects.toMatchObject({
      name: "ValidationException",
      message: "The public key is not a point on the curve of the KMS key.",
    });
  });

  test("does nothing else", async () => {
    await expect(served.kms().generateDataKey(region, { KeyId: curveKey, KeySpec: "AES_256" })).rejects.toMatchObject({
      code: "InvalidKeyUsageException",
      message: `${curveKey} key usage is KEY_AGREEMENT which is not valid for GenerateDataKey.`,
    });
  });

  test.for(["symmetric", "mac"])("is what GetPublicKey and DeriveSharedSecret want, not a %s key", async (kind) => {
    const KeyId = kind === "mac" ? macKey : symmetricKey;
    await expect(client.send(new GetPublicKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: "UnsupportedOperationException",
      $metadata: { httpStatusCode: 400 },
    });
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await expect(derive(spkiOf(publicKey), KeyId)).rejects.toMatchObject({ name: "InvalidKeyUsageException" });
  });
});

describe("an HMAC key", () => {
  const Message = Buffer.from("claimseal/pseudonym/v1");
  const MacAlgorithm = "HMAC_SHA_256";

  test("gives the same 32 bytes for the same message, and verifies them", async () => {
    const generate = async () => client.send(new GenerateMacCommand({ KeyId: macKey, Message, MacAlgorithm }));
    const { Mac, KeyId } = await generate();
    expect(KeyId).toBe(macKey);
    expect(Mac).toHaveLength(32);
    expect((await generate()).Mac).toEqual(Mac);
    await expect(
      client.send(new VerifyMacCommand({ KeyId: macKey, Message, MacAlgorithm, Mac })),
    ).resolves.toMatchObject({ MacValid: true, KeyId: macKey, MacAlgorithm });
  });

  test("gives other bytes for another message and under another key", async () => {
    const otherKey = served.kms().createKey({ region, spec: "HMAC_256" });
    const macs = await Promise.all(
      [
        { KeyId: macKey, Message },
        { KeyId: macKey, Message: Buffer.from("another") },
        { KeyId: otherKey, Message },
      ].map(async (input) => (await client.send(new GenerateMacCommand({ ...input, MacAlgorithm }))).Mac!),
    );
    expect(new Set(macs.map((mac) => Buffer.from(mac).toString("hex"))).size).toBe(3);
  });

  test.for([32, 31])("does not verify %i bytes that are not its own", async (length) => {
    const command = new VerifyMacCommand({ KeyId: macKey, Message, MacAlgorithm, Mac: randomBytes(length) });
    await expect(client.send(command)).rejects.toMatchObject({ name: "KMSInvalidMacException" });
  });

  test("takes one algorithm, and messages up to 4,096 bytes", async () => {
    const generate = (message: Uint8Array, MacAlgorithm: "HMAC_SHA_256" | "HMAC_SHA_512") =>
      client.send(new GenerateMacCommand({ KeyId: macKey, Message: message, MacAlgorithm }));
    await expect(generate(Message, "HMAC_SHA_512")).rejects.toMatchObject({ name: "ValidationException" });
    await expect(generate(new Uint8Array(4097), "HMAC_SHA_256")).rejects.toMatchObject({ name: "ValidationException" });
    await expect(generate(new Uint8Array(4096), "HMAC_SHA_256")).resolves.toMatchObject({ KeyId: macKey });
  });

  test("is what GenerateMac wants, and can be asked for without being used", async () => {
    const command = new GenerateMacCommand({ KeyId: symmetricKey, Message, MacAlgorithm });
    await expect(client.send(command)).rejects.toMatchObject({ name: "InvalidKeyUsageException" });
    const dry = new GenerateMacCommand({ KeyId: macKey, Message, MacAlgorithm, DryRun: true });
    await expect(client.send(dry)).rejects.toMatchObject({ name: "DryRunOperationException" });
  });
});

/** One round of NIST SP 800-56A's key derivation, with neither party named: AlgorithmID is the `enc`. */
function concatKdf(secret: Uint8Array): Buffer {
  const word = (value: number): Buffer => Buffer.of(0, 0, value >> 8, value & 0xff);
  const name = Buffer.from("A256GCM");
  const parts = [word(1), secret, word(name.length), name, word(0), word(0), word(256)];
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function offTheCurve(): Uint8Array {
  const spki = spkiOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
  spki[90] = spki[90]! ^ 1;
  return spki;
}

function explicitParameters(): Uint8Array {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" });
  return spkiOf(publicKey);
}

import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import { beforeAll, describe, expect, test } from "vitest";
import { region, servedKms } from "./a-kms.ts";

const served = servedKms();
const context = { a: "b" };

let KeyId: string;
let other: string;
let macKey: string;

beforeAll(() => {
  KeyId = served.kms().createKey({ region, alias: "alias/care" });
  other = served.kms().createKey({ region });
  macKey = served.kms().createKey({ region, spec: "HMAC_256" });
});

async function encrypt(
  Plaintext: Uint8Array,
  EncryptionContext: Record<string, string> = context,
): Promise<Uint8Array> {
  const { CiphertextBlob } = await served.client().send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
  return CiphertextBlob!;
}

describe("Encrypt", () => {
  test("gives a blob that Decrypt opens, with the key's ARN", async () => {
    const answer = await served
      .client()
      .send(new EncryptCommand({ KeyId: "alias/care", Plaintext: Buffer.from("secret"), EncryptionContext: context }));
    expect(answer).toMatchObject({ KeyId, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
    const { CiphertextBlob } = answer;
    const opened = await served
      .client()
      .send(new DecryptCommand({ KeyId, CiphertextBlob, EncryptionContext: context }));
    expect(Buffer.from(opened.Plaintext!).toString()).toBe("secret");
  });

  test("takes 4,096 bytes and gives a blob that Decrypt takes", async () => {
    const Plaintext = new Uint8Array(4096).fill(7);
    const CiphertextBlob = await encrypt(Plaintext);
    const opened = await served.client().send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
    expect(Buffer.from(opened.Plaintext!).equals(Plaintext)).toBe(true);
  });

  test.for([
    [0, "greater than or equal to 1"],
    [4097, "less than or equal to 4096"],
  ] as const)("refuses %i bytes", async ([length, bound]) => {
    await expect(encrypt(new Uint8Array(length))).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: " +
        `Member must have length ${bound}`,
    });
  });

  test("does not forgive another context", async () => {
    const CiphertextBlob = await encrypt(Buffer.of(1));
    const command = new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: "c" } });
    await expect(served.client().send(command)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("refuses an algorithm for other keys", async () => {
    const command = new EncryptCommand({ KeyId, Plaintext: Buffer.of(1), EncryptionAlgorithm: "RSAES_OAEP_SHA_256" });
    await expect(served.client().send(command)).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "1 validation error detected: Value 'RSAES_OAEP_SHA_256' at 'encryptionAlgorithm' failed to satisfy constraint: " +
        "only SYMMETRIC_DEFAULT is emulated",
    });
  });

  test("refuses a key of another usage", async () => {
    const command = new EncryptCommand({ KeyId: macKey, Plaintext: Buffer.of(1) });
    await expect(served.client().send(command)).rejects.toMatchObject({
      name: "InvalidKeyUsageException",
      message: `${macKey} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.`,
    });
  });
});

describe("GenerateDataKeyWithoutPlaintext", () => {
  test("gives the wrapped key alone", async () => {
    const command = new GenerateDataKeyWithoutPlaintextCommand({
      KeyId,
      KeySpec: "AES_256",
      EncryptionContext: context,
    });
    const answer = await served.client().send(command);
    expect(answer).toMatchObject({ KeyId, KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(answer).not.toHaveProperty("Plaintext");
    const { CiphertextBlob } = answer;
    expect(CiphertextBlob).toHaveLength(184);
    const opened = await served.client().send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
    expect(opened.Plaintext).toHaveLength(32);
  });
});

describe("GenerateRandom", () => {
  test("gives as many bytes as are asked for, and never the same", async () => {
    const draw = async () => (await served.client().send(new GenerateRandomCommand({ NumberOfBytes: 16 }))).Plaintext!;
    const [one, two] = [await draw(), await draw()];
    expect([one.length, two.length]).toEqual([16, 16]);
    expect(Buffer.from(one).equals(two)).toBe(false);
  });

  test.for([undefined, 0, 1025])("refuses to give %s", async (NumberOfBytes) => {
    await expect(served.client().send(new GenerateRandomCommand({ NumberOfBytes }))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/at 'numberOfBytes' failed to satisfy constraint/),
    });
  });
});

describe("ReEncrypt", () => {
  test("moves a blob to another key and context, without showing what is in it", async () => {
    const CiphertextBlob = await encrypt(Buffer.from("secret"));
    const moved = await served.client().send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: context,
        DestinationKeyId: other,
        DestinationEncryptionContext: { to: "there" },
      }),
    );
    expect(moved).toMatchObject({ SourceKeyId: KeyId, KeyId: other });
    expect(moved).not.toHaveProperty("Plaintext");
    const open = (EncryptionContext: Record<string, string>) =>
      served
        .client()
        .send(new DecryptCommand({ KeyId: other, CiphertextBlob: moved.CiphertextBlob, EncryptionContext }));
    expect(Buffer.from((await open({ to: "there" })).Plaintext!).toString()).toBe("secret");
    await expect(open(context)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("does not move what was sealed under another context", async () => {
    const CiphertextBlob = await encrypt(Buffer.of(1));
    const command = new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: other });
    await expect(served.client().send(command)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("does not move a blob of another key than the named one", async () => {
    const CiphertextBlob = await encrypt(Buffer.of(1));
    const command = new ReEncryptCommand({ CiphertextBlob, SourceKeyId: other, DestinationKeyId: other });
    await expect(served.client().send(command)).rejects.toMatchObject({ name: "IncorrectKeyException" });
  });
});

describe("a dry run", () => {
  const wouldHave = {
    name: "DryRunOperationException",
    message: "The request would have succeeded, but the DryRun option is set.",
  };

  test("says that a request would have succeeded", async () => {
    const CiphertextBlob = await encrypt(Buffer.of(1));
    const client = served.client();
    const DryRun = true;
    await expect(client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.of(1), DryRun }))).rejects.toMatchObject(
      wouldHave,
    );
    await expect(client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", DryRun }))).rejects.toMatchObject(
      wouldHave,
    );
    await expect(
      client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context, DryRun })),
    ).rejects.toMatchObject(wouldHave);
  });

  test("says why it would not have", async () => {
    const CiphertextBlob = await encrypt(Buffer.of(1));
    const command = new DecryptCommand({ CiphertextBlob, DryRun: true });
    await expect(served.client().send(command)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });

  test("left off is no dry run", async () => {
    await expect(
      served.client().send(new EncryptCommand({ KeyId, Plaintext: Buffer.of(1), DryRun: false })),
    ).resolves.toMatchObject({ KeyId });
  });
});

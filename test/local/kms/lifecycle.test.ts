import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GenerateDataKeyCommand,
  type KMSClient,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { beforeAll, describe, expect, test } from "vitest";
import { home, region, servedKms } from "./a-kms.ts";

const served = servedKms();
const dayMs = 86_400_000;

let client: KMSClient;
beforeAll(() => {
  client = served.client();
});

const dataKey = (KeyId: string) => client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));

describe("CreateKey", () => {
  test("makes a key as AWS makes one that is asked for nothing", async () => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
    expect(KeyMetadata).toEqual({
      AWSAccountId: "111122223333",
      KeyId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      Arn: `${home}:key/${KeyMetadata?.KeyId}`,
      CreationDate: new Date(served.clock.ms),
      Enabled: true,
      Description: "",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: "Enabled",
      Origin: "AWS_KMS",
      KeyManager: "CUSTOMER",
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      KeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      MultiRegion: false,
    });
    expect((await dataKey(KeyMetadata?.Arn ?? "")).KeyId).toBe(KeyMetadata?.Arn);
  });

  test.for([
    ["ECC_NIST_P256", "KEY_AGREEMENT", { KeyAgreementAlgorithms: ["ECDH"] }],
    ["HMAC_256", "GENERATE_VERIFY_MAC", { MacAlgorithms: ["HMAC_SHA_256"] }],
  ] as const)("makes a key %s for %s", async ([KeySpec, KeyUsage, told]) => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec, KeyUsage, Description: "for tests" }));
    expect(KeyMetadata).toMatchObject({ KeySpec, KeyUsage, Description: "for tests", ...told });
    expect(KeyMetadata).not.toHaveProperty("EncryptionAlgorithms");
    const described = await client.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    expect(described.KeyMetadata).toEqual(KeyMetadata);
  });

  test.for([
    [{ KeySpec: "HMAC_256" }, "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec HMAC_256"],
    [
      { KeySpec: "SYMMETRIC_DEFAULT", KeyUsage: "SIGN_VERIFY" },
      "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT",
    ],
    [{ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" }, "the embedded KMS does not emulate the KeySpec RSA_2048"],
    [{ Origin: "EXTERNAL" }, "the embedded KMS does not emulate Origin here"],
  ] as const)("does not make %o", async ([input, message]) => {
    await expect(client.send(new CreateKeyCommand(input))).rejects.toMatchObject({
      name: "ValidationException",
      message,
    });
  });
});

describe("a key that is disabled", () => {
  test("does nothing until it is enabled again", async () => {
    const KeyId = served.kms().createKey({ region });
    const { CiphertextBlob } = await dataKey(KeyId);
    await client.send(new DisableKeyCommand({ KeyId }));
    const disabled = { name: "DisabledException", message: `${KeyId} is disabled.` };
    await expect(dataKey(KeyId)).rejects.toMatchObject(disabled);
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject(disabled);
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: "Disabled" });
    await client.send(new EnableKeyCommand({ KeyId }));
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).resolves.toMatchObject({ KeyId });
  });
});

describe("a key that is to be deleted", () => {
  test("does nothing, can be kept, and is then disabled", async () => {
    const KeyId = served.kms().createKey({ region });
    const answer = await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const DeletionDate = new Date(served.clock.ms + 7 * dayMs);
    expect(answer).toMatchObject({ KeyId, DeletionDate, KeyState: "PendingDeletion", PendingWindowInDays: 7 });
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ DeletionDate, KeyState: "PendingDeletion", Enabled: false });
    const pending = { name: "KMSInvalidStateException", message: `${KeyId} is pending deletion.` };
    await expect(dataKey(KeyId)).rejects.toMatchObject(pending);
    await expect(client.send(new EnableKeyCommand({ KeyId }))).rejects.toMatchObject(pending);
    await expect(client.send(new DisableKeyCommand({ KeyId }))).rejects.toMatchObject(pending);
    await expect(client.send(new ScheduleKeyDeletionCommand({ KeyId }))).rejects.toMatchObject(pending);
    await client.send(new CancelKeyDeletionCommand({ KeyId }));
    await expect(dataKey(KeyId)).rejects.toMatchObject({ name: "DisabledException" });
    await client.send(new EnableKeyCommand({ KeyId }));
    await expect(dataKey(KeyId)).resolves.toMatchObject({ KeyId });
  });

  test("is gone at the end of its window, and its blobs are nobody's", async () => {
    const KeyId = served.kms().createKey({ region });
    const { CiphertextBlob } = await dataKey(KeyId);
    await client.send(new ScheduleKeyDeletionCommand({ KeyId }));
    served.clock.ms += 30 * dayMs;
    await expect(dataKey(KeyId)).rejects.toMatchObject({
      name: "NotFoundException",
      message: `Key '${KeyId}' does not exist`,
    });
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(/^The ciphertext refers to a customer master key that does not exist, /),
    });
  });

  test.for([6, 31])("does not wait %i days", async (PendingWindowInDays) => {
    const KeyId = served.kms().createKey({ region });
    await expect(client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/^1 validation error detected: Value '\d+' at 'pendingWindowInDays' failed to/),
    });
  });

  test("has to be so for the deletion to be cancelled", async () => {
    const KeyId = served.kms().createKey({ region });
    await expect(client.send(new CancelKeyDeletionCommand({ KeyId }))).rejects.toMatchObject({
      name: "KMSInvalidStateException",
      message: `${KeyId} is not pending deletion.`,
    });
  });
});

describe("an alias", () => {
  test("leads to a key, and to another once it is turned there", async () => {
    const [one, two] = [served.kms().createKey({ region }), served.kms().createKey({ region })];
    await client.send(new CreateAliasCommand({ AliasName: "alias/care", TargetKeyId: one }));
    expect((await dataKey("alias/care")).KeyId).toBe(one);
    served.clock.ms += 5_000;
    await client.send(new UpdateAliasCommand({ AliasName: "alias/care", TargetKeyId: two }));
    expect((await dataKey("alias/care")).KeyId).toBe(two);
    expect((await client.send(new ListAliasesCommand({ KeyId: one }))).Aliases).toEqual([]);
    expect((await client.send(new ListAliasesCommand({}))).Aliases).toEqual([
      {
        AliasName: "alias/care",
        AliasArn: `${home}:alias/care`,
        TargetKeyId: two.replace(/^.*\//, ""),
        CreationDate: new Date(served.clock.ms - 5_000),
        LastUpdatedDate: new Date(served.clock.ms),
      },
    ]);
    await client.send(new DeleteAliasCommand({ AliasName: "alias/care" }));
    await expect(dataKey("alias/care")).rejects.toMatchObject({ name: "NotFoundException" });
  });

  test("has one key, one kind of key and a name of its own", async () => {
    const TargetKeyId = served.kms().createKey({ region, alias: "alias/taken" });
    const macKey = served.kms().createKey({ region, spec: "HMAC_256" });
    await expect(client.send(new CreateAliasCommand({ AliasName: "alias/taken", TargetKeyId }))).rejects.toMatchObject({
      name: "AlreadyExistsException",
      message: `An alias with the name ${home}:alias/taken already exists`,
    });
    await expect(client.send(new UpdateAliasCommand({ AliasName: "alias/none", TargetKeyId }))).rejects.toMatchObject({
      name: "NotFoundException",
      message: `Alias ${home}:alias/none is not found.`,
    });
    await expect(
      client.send(new UpdateAliasCommand({ AliasName: "alias/taken", TargetKeyId: macKey })),
    ).rejects.toMatchObject({ name: "ValidationException" });
    for (const AliasName of ["care", "alias/aws/s3", "alias/"]) {
      await expect(client.send(new CreateAliasCommand({ AliasName, TargetKeyId }))).rejects.toMatchObject({
        name: "InvalidAliasNameException",
      });
    }
  });
});

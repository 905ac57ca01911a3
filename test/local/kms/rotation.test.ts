import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListKeyRotationsCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
} from "@aws-sdk/client-kms";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { region, servedKms } from "./a-kms.ts";

const served = servedKms();
const dayMs = 86_400_000;

let client: KMSClient;
let KeyId: string;
beforeAll(() => {
  client = served.client();
});
beforeEach(() => {
  KeyId = served.kms().createKey({ region });
});

async function dataKey(from: KMSClient = client, of: string = KeyId) {
  const { CiphertextBlob, Plaintext, KeyMaterialId } = await from.send(
    new GenerateDataKeyCommand({ KeyId: of, KeySpec: "AES_256" }),
  );
  return { CiphertextBlob: CiphertextBlob!, Plaintext: Plaintext!, KeyMaterialId: KeyMaterialId! };
}

describe("a key that is rotated", () => {
  test("opens the blobs of every generation, and makes new ones with the newest", async () => {
    const made = [await dataKey()];
    for (let times = 0; times < 3; times += 1) {
      await expect(client.send(new RotateKeyOnDemandCommand({ KeyId }))).resolves.toMatchObject({ KeyId });
      made.push(await dataKey());
    }
    expect(new Set(made.map(({ KeyMaterialId }) => KeyMaterialId)).size).toBe(4);
    for (const { CiphertextBlob, Plaintext, KeyMaterialId } of made) {
      const opened = await client.send(new DecryptCommand({ CiphertextBlob }));
      expect(opened).toMatchObject({ KeyId, Plaintext, KeyMaterialId });
    }
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata?.CurrentKeyMaterialId).toBe(made.at(-1)?.KeyMaterialId);
  });

  test("does not open a blob that says it is of another generation", async () => {
    const { CiphertextBlob } = await dataKey();
    await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    for (const generation of [0, 2, 3]) {
      const changed = Buffer.from(CiphertextBlob);
      changed[37] = generation;
      await expect(client.send(new DecryptCommand({ CiphertextBlob: changed }))).rejects.toMatchObject({
        name: "InvalidCiphertextException",
      });
    }
  });

  test("lists its rotations, and its first material where that is asked for", async () => {
    const list = async (IncludeKeyMaterial?: "ALL_KEY_MATERIAL") =>
      (await client.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial }))).Rotations;
    expect(await list()).toEqual([]);
    const first = await dataKey();
    await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    const second = await dataKey();
    const rotated = {
      KeyId,
      KeyMaterialId: second.KeyMaterialId,
      KeyMaterialState: "CURRENT",
      RotationDate: new Date(served.clock.ms),
      RotationType: "ON_DEMAND",
    };
    expect(await list()).toEqual([rotated]);
    expect(await list("ALL_KEY_MATERIAL")).toEqual([
      { KeyId, KeyMaterialId: first.KeyMaterialId, KeyMaterialState: "NON_CURRENT" },
      rotated,
    ]);
  });

  test("is rotated on demand 25 times and no more", async () => {
    for (let times = 0; times < 25; times += 1) await client.send(new RotateKeyOnDemandCommand({ KeyId }));
    await expect(client.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });
});

describe("automatic rotation", () => {
  const status = () => client.send(new GetKeyRotationStatusCommand({ KeyId }));

  test("is off until it is asked for", async () => {
    expect(await status()).toMatchObject({ KeyId, KeyRotationEnabled: false });
    await client.send(new EnableKeyRotationCommand({ KeyId }));
    expect(await status()).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 });
    await client.send(new DisableKeyRotationCommand({ KeyId }));
    expect(await status()).toMatchObject({ KeyRotationEnabled: false });
  });

  test("happens when it is due, as often as it is due", async () => {
    const before = await dataKey();
    const since = served.clock.ms;
    await client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    expect((await status()).NextRotationDate).toEqual(new Date(since + 90 * dayMs));
    served.clock.ms = since + 90 * dayMs - 1;
    expect((await dataKey()).KeyMaterialId).toBe(before.KeyMaterialId);
    served.clock.ms = since + 200 * dayMs;
    expect((await dataKey()).KeyMaterialId).not.toBe(before.KeyMaterialId);
    const { Rotations } = await client.send(new ListKeyRotationsCommand({ KeyId }));
    expect(Rotations).toMatchObject([
      { RotationType: "AUTOMATIC", RotationDate: new Date(since + 90 * dayMs), KeyMaterialState: "NON_CURRENT" },
      { RotationType: "AUTOMATIC", RotationDate: new Date(since + 180 * dayMs), KeyMaterialState: "CURRENT" },
    ]);
    expect((await status()).NextRotationDate).toEqual(new Date(since + 270 * dayMs));
    const { CiphertextBlob, Plaintext } = before;
    expect(await client.send(new DecryptCommand({ CiphertextBlob }))).toMatchObject({ Plaintext });
  });

  test.for([89, 2561])("does not come every %i days", async (RotationPeriodInDays) => {
    await expect(client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("is not for disabled keys, nor for keys that are not symmetric", async () => {
    await client.send(new DisableKeyCommand({ KeyId }));
    await expect(client.send(new EnableKeyRotationCommand({ KeyId }))).rejects.toMatchObject({
      name: "DisabledException",
    });
    KeyId = served.kms().createKey({ region, spec: "HMAC_256" });
    const unsupported = { name: "UnsupportedOperationException" };
    await expect(client.send(new EnableKeyRotationCommand({ KeyId }))).rejects.toMatchObject(unsupported);
    await expect(client.send(new RotateKeyOnDemandCommand({ KeyId }))).rejects.toMatchObject(unsupported);
    await expect(status()).rejects.toMatchObject(unsupported);
  });
});

describe("a multi-Region key", () => {
  const ireland = "eu-west-1";
  let abroad: KMSClient;
  let primary: string;
  let replica: string;

  beforeEach(async () => {
    abroad = served.client(ireland);
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ MultiRegion: true }));
    primary = KeyMetadata?.Arn ?? "";
    const made = await client.send(new ReplicateKeyCommand({ KeyId: primary, ReplicaRegion: ireland }));
    replica = made.ReplicaKeyMetadata?.Arn ?? "";
  });

  test("has one id in two regions", async () => {
    expect(primary).toMatch(/^arn:aws:kms:eu-central-1:111122223333:key\/mrk-[0-9a-f]{32}$/);
    expect(replica).toBe(primary.replace(region, ireland));
    const described = await abroad.send(new DescribeKeyCommand({ KeyId: replica }));
    expect(described.KeyMetadata).toMatchObject({
      MultiRegion: true,
      MultiRegionConfiguration: {
        MultiRegionKeyType: "REPLICA",
        PrimaryKey: { Arn: primary, Region: region },
        ReplicaKeys: [{ Arn: replica, Region: ireland }],
      },
    });
  });

  test("opens in one region what was sealed in the other, under the local ARN", async () => {
    const here = await dataKey(client, primary);
    const there = await dataKey(abroad, replica);
    expect(await abroad.send(new DecryptCommand({ CiphertextBlob: here.CiphertextBlob }))).toMatchObject({
      KeyId: replica,
      Plaintext: here.Plaintext,
    });
    const command = new DecryptCommand({ KeyId: primary, CiphertextBlob: there.CiphertextBlob });
    expect(await client.send(command)).toMatchObject({ KeyId: primary, Plaintext: there.Plaintext });
    await expect(abroad.send(command)).rejects.toMatchObject({ name: "NotFoundException" });
  });

  test("has a state in each region", async () => {
    const { CiphertextBlob } = await dataKey(client, primary);
    await abroad.send(new DisableKeyCommand({ KeyId: replica }));
    await expect(abroad.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: "DisabledException",
      message: `${replica} is disabled.`,
    });
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).resolves.toMatchObject({ KeyId: primary });
  });

  test("is rotated where it was made, for every region", async () => {
    const before = await dataKey(abroad, replica);
    await expect(abroad.send(new RotateKeyOnDemandCommand({ KeyId: replica }))).rejects.toMatchObject({
      name: "UnsupportedOperationException",
    });
    await client.send(new RotateKeyOnDemandCommand({ KeyId: primary }));
    const after = await dataKey(abroad, replica);
    expect(after.KeyMaterialId).not.toBe(before.KeyMaterialId);
    for (const { CiphertextBlob, Plaintext } of [before, after]) {
      expect(await abroad.send(new DecryptCommand({ CiphertextBlob }))).toMatchObject({ Plaintext });
    }
  });

  test("is replicated once to a region, and only from where it was made", async () => {
    await expect(
      client.send(new ReplicateKeyCommand({ KeyId: primary, ReplicaRegion: ireland })),
    ).rejects.toMatchObject({ name: "AlreadyExistsException" });
    await expect(
      abroad.send(new ReplicateKeyCommand({ KeyId: replica, ReplicaRegion: "us-east-1" })),
    ).rejects.toMatchObject({ name: "UnsupportedOperationException" });
    await expect(client.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: ireland }))).rejects.toMatchObject({
      name: "UnsupportedOperationException",
    });
  });

  test("is also what two keys of one id are that begins with mrk-", async () => {
    const keyId = `mrk-${"0".repeat(32)}`;
    const one = served.kms().createKey({ region, keyId });
    const two = served.kms().createKey({ region: ireland, keyId });
    const { CiphertextBlob, Plaintext } = await dataKey(client, one);
    expect(await abroad.send(new DecryptCommand({ KeyId: two, CiphertextBlob }))).toMatchObject({ Plaintext });
    expect(() => served.kms().createKey({ region: "us-east-1", keyId, spec: "HMAC_256" })).toThrow(
      new TypeError("multi-Region keys of one id are of one spec"),
    );
  });
});

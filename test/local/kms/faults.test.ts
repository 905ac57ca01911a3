import { DecryptCommand, DescribeKeyCommand, GenerateDataKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKms } from "../../../local/kms/kms.ts";
import { region, servedKms } from "./a-kms.ts";

const served = servedKms(2_000);

let client: KMSClient;
let KeyId: string;
let other: string;
beforeAll(() => {
  client = served.client();
  KeyId = served.kms().createKey({ region });
  other = served.kms().createKey({ region });
});
beforeEach(() => {
  served.kms().inject({});
});

const dataKey = (of: string = KeyId) => client.send(new GenerateDataKeyCommand({ KeyId: of, KeySpec: "AES_256" }));
const outcome = async (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => "ok",
    (error: unknown) => (error instanceof Error ? error.name : "no error"),
  );

describe("a fault", () => {
  test("of one operation leaves the others alone", async () => {
    const { CiphertextBlob } = await dataKey();
    served.kms().inject({ operation: "Decrypt", fail: "KMSInternalException" });
    expect(await outcome(dataKey())).toBe("ok");
    expect(await outcome(client.send(new DecryptCommand({ CiphertextBlob })))).toBe("KMSInternalException");
  });

  test("of one key leaves the others alone, also where only the blob names the key", async () => {
    const { CiphertextBlob } = await dataKey();
    const { CiphertextBlob: another } = await dataKey(other);
    served.kms().inject({ keyArn: KeyId, fail: "KeyUnavailableException" });
    expect(await outcome(dataKey(other))).toBe("ok");
    expect(await outcome(dataKey())).toBe("KeyUnavailableException");
    expect(await outcome(client.send(new DecryptCommand({ CiphertextBlob })))).toBe("KeyUnavailableException");
    expect(await outcome(client.send(new DecryptCommand({ CiphertextBlob: another })))).toBe("ok");
  });

  test("may be one of several, each counting for itself", async () => {
    served.kms().inject([
      { operation: "GenerateDataKey", keyArn: KeyId, throttleEvery: 2 },
      { operation: "DescribeKey", fail: "DependencyTimeoutException" },
    ]);
    const outcomes = [];
    for (const of of [KeyId, other, KeyId, other, KeyId, KeyId]) outcomes.push(await outcome(dataKey(of)));
    expect(outcomes).toEqual(["ok", "ok", "ThrottlingException", "ok", "ok", "ThrottlingException"]);
    expect(await outcome(client.send(new DescribeKeyCommand({ KeyId })))).toBe("DependencyTimeoutException");
  });

  test.for([{ operation: "GenerateDataKey" }, { keyArn: "first" }])("may be to be slow: %o", async (which) => {
    const slow = createKms();
    const [first, second] = [slow.createKey({ region, keyId: "first" }), slow.createKey({ region })];
    slow.inject({ ...("keyArn" in which ? { keyArn: first } : which), delayMs: 60_000 });
    const asked = slow.generateDataKey(region, { KeyId: first, KeySpec: "AES_256" });
    const quick =
      "keyArn" in which
        ? slow.generateDataKey(region, { KeyId: second, KeySpec: "AES_256" })
        : slow.call("DescribeKey", { region, caller: null }, { KeyId: second });
    await expect(quick).resolves.toBeDefined();
    const undecided = Symbol("undecided");
    expect(await Promise.race([asked, Promise.resolve(undecided)])).toBe(undecided);
    expect(slow.requests()).toHaveLength(1);
  });
});

describe("where changes take two seconds to settle", () => {
  test("a key is used as it was until they are over, and described as it will be", async () => {
    served.kms().setKeyState(KeyId, "Disabled");
    expect(await outcome(dataKey())).toBe("ok");
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata?.KeyState).toBe("Disabled");
    served.clock.ms += 1_999;
    expect(await outcome(dataKey())).toBe("ok");
    served.clock.ms += 1;
    expect(await outcome(dataKey())).toBe("DisabledException");
  });

  test("changes reach the uses of a key in the order in which they were made", async () => {
    const key = served.kms().createKey({ region });
    served.kms().setKeyState(key, "Disabled");
    served.clock.ms += 1_000;
    served.kms().setKeyState(key, "Enabled");
    expect(await outcome(dataKey(key))).toBe("ok");
    served.clock.ms += 1_000;
    expect(await outcome(dataKey(key))).toBe("DisabledException");
    served.clock.ms += 1_000;
    expect(await outcome(dataKey(key))).toBe("ok");
  });

  test("what was before two changes holds until the first has settled", async () => {
    const key = served.kms().createKey({ region });
    served.kms().setKeyState(key, "Disabled");
    served.clock.ms += 1_000;
    served.kms().setKeyState(key, "PendingDeletion");
    expect(await outcome(dataKey(key))).toBe("ok");
    served.clock.ms += 1_000;
    expect(await outcome(dataKey(key))).toBe("DisabledException");
    served.clock.ms += 1_000;
    expect(await outcome(dataKey(key))).toBe("KMSInvalidStateException");
  });

  test("a new key can be used at once", async () => {
    expect(await outcome(dataKey(served.kms().createKey({ region })))).toBe("ok");
  });
});

import { randomBytes } from "node:crypto";
import {
  DecryptCommand,
  DescribeKeyCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKms, type Kms } from "../../../local/kms/kms.ts";
import { serveKms } from "../../../local/kms/server.ts";
import { localCredentials } from "../../../local/local-account.ts";
import type { Loopback } from "../../../local/loopback.ts";

const region = "eu-central-1";
const context = { "claimseal:aud": "https://care.example", "claimseal:pool": "eu-central-1_A", "claimseal:v": "1" };

let kms: Kms;
let server: Loopback;
let client: KMSClient;
let keyArn: string;
let otherArn: string;

beforeAll(async () => {
  kms = createKms();
  keyArn = kms.createKey({ region, alias: "alias/care", keyId: "care" });
  otherArn = kms.createKey({ region });
  server = await serveKms(kms);
  client = clientOf(region);
});
afterAll(async () => {
  await server.stop();
});
beforeEach(() => {
  kms.inject({});
  kms.setKeyState(keyArn, "Enabled");
});

function clientOf(clientRegion: string): KMSClient {
  return new KMSClient({
    endpoint: server.url,
    region: clientRegion,
    credentials: localCredentials,
    maxAttempts: 1,
  });
}

async function dataKey(KeyId = keyArn, EncryptionContext: Record<string, string> = context) {
  const { CiphertextBlob, Plaintext, ...rest } = await client.send(
    new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", EncryptionContext }),
  );
  return { CiphertextBlob: CiphertextBlob!, Plaintext: Plaintext!, ...rest };
}

const same = (one: Record<string, string>, other: Record<string, string>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => Object.hasOwn(other, name) && other[name] === value);

describe("a data key", () => {
  test("comes back from Decrypt under the same key and context", async () => {
    const { CiphertextBlob, Plaintext, KeyId } = await dataKey();
    expect(KeyId).toBe(keyArn);
    expect(Plaintext).toHaveLength(32);
    const opened = await client.send(new DecryptCommand({ CiphertextBlob, KeyId: keyArn, EncryptionContext: context }));
    expect(opened).toMatchObject({ Plaintext, KeyId: keyArn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
  });

  test("comes back without a KeyId too: the blob tells whose it is", async () => {
    const { CiphertextBlob, Plaintext } = await dataKey(otherArn);
    const opened = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
    expect(opened).toMatchObject({ Plaintext, KeyId: otherArn });
  });

  test("does not depend on the order in which the context is written", async () => {
    const { CiphertextBlob, Plaintext } = await dataKey();
    const EncryptionContext = Object.fromEntries(Object.entries(context).reverse());
    expect(await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).toMatchObject({ Plaintext });
  });

  test("is never the same twice, nor is its blob", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => dataKey()));
    const distinct = (bytes: readonly Uint8Array[]) => new Set(bytes.map((b) => Buffer.from(b).toString("hex"))).size;
    expect(distinct(made.map(({ Plaintext }) => Plaintext))).toBe(20);
    expect(distinct(made.map(({ CiphertextBlob }) => CiphertextBlob))).toBe(20);
    expect(distinct(made.map(({ CiphertextBlob }) => CiphertextBlob.subarray(0, 38)))).toBe(1);
  });

  test.for([
    ["alias name", "alias/care"],
    ["alias ARN", "arn:aws:kms:eu-central-1:111122223333:alias/care"],
    ["key id", "care"],
    ["key ARN", "arn:aws:kms:eu-central-1:111122223333:key/care"],
  ])("is made and opened by %s, and the answer names the key ARN", async ([, KeyId]) => {
    const { CiphertextBlob, KeyId: answered } = await dataKey(KeyId);
    expect(answered).toBe(keyArn);
    const opened = await client.send(new DecryptCommand({ CiphertextBlob, KeyId, EncryptionContext: context }));
    expect(opened.KeyId).toBe(keyArn);
  });
});

describe("a blob", () => {
  // Lengths of blobs published by others: facts of KMS, not of this code.
  test.for([
    [16, 168],
    [24, 176],
    [32, 184],
    [64, 220],
    [128, 285],
  ] as const)("of %i bytes is as long as KMS makes it: %i", async ([NumberOfBytes, length]) => {
    const { CiphertextBlob } = await client.send(new GenerateDataKeyCommand({ KeyId: keyArn, NumberOfBytes }));
    expect(CiphertextBlob).toHaveLength(length);
  });

  test("of a 32-byte key begins and continues like one from KMS", async () => {
    const hex = Buffer.from((await dataKey()).CiphertextBlob).toString("hex");
    expect(hex).toMatch(/^0102020078[0-9a-f]{64}01[0-9a-f]{32}0000007e307c06092a864886f70d010706a06f306d020100/);
    expect(hex).toMatch(
      /306806092a864886f70d010701301e060960864801650304012e3011040c[0-9a-f]{24}020110803b[0-9a-f]{118}$/,
    );
  });

  test("with any bit turned, or any byte more or less, is an invalid ciphertext", async () => {
    const { CiphertextBlob } = await dataKey();
    const decrypt = async (blob: Uint8Array) =>
      kms.decrypt(region, { CiphertextBlob: blob, EncryptionContext: context }).catch((error: unknown) => error);
    const refusal = expect.objectContaining({ name: "KmsError", code: "InvalidCiphertextException", message: "" });
    for (let bit = 0; bit < CiphertextBlob.length * 8; bit += 1) {
      const turned = Buffer.from(CiphertextBlob);
      turned[bit >> 3] = turned[bit >> 3]! ^ (1 << (bit & 7));
      expect(await decrypt(turned)).toEqual(refusal);
    }
    expect(await decrypt(Buffer.concat([CiphertextBlob, Buffer.of(0)]))).toEqual(refusal);
    expect(await decrypt(CiphertextBlob.subarray(0, -1))).toEqual(refusal);
    expect(await decrypt(randomBytes(184))).toEqual(refusal);
  });

  test("made up by somebody else is an invalid ciphertext, whatever follows the constant bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const CiphertextBlob = Buffer.concat([Buffer.from("0102020078", "hex"), bytes]);
        await expect(kms.decrypt(region, { CiphertextBlob })).rejects.toMatchObject({
          code: "InvalidCiphertextException",
          message: "",
        });
      }),
    );
  });
});

describe("the encryption context", () => {
  const wrongContexts: readonly [string, Record<string, string> | undefined][] = [
    ["another value", { ...context, "claimseal:aud": "https://billing.example" }],
    ["a value in other case", { ...context, "claimseal:aud": "https://CARE.example" }],
    ["a name in other case", { "Claimseal:aud": "https://care.example", "claimseal:pool": "p", "claimseal:v": "1" }],
    ["one pair more", { ...context, more: "" }],
    ["one pair less", { "claimseal:aud": "https://care.example", "claimseal:pool": "eu-central-1_A" }],
    ["none", undefined],
    ["an empty one", {}],
  ];
  test.for(wrongContexts)("with %s opens nothing", async ([, EncryptionContext]) => {
    const { CiphertextBlob } = await dataKey();
    await expect(client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).rejects.toMatchObject({
      name: "InvalidCiphertextException",
      // The SDK's word for an error that came without a message, as this one does from KMS.
      message: "UnknownError",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("left out is the same as an empty one", async () => {
    const { CiphertextBlob, Plaintext } = await dataKey(keyArn, {});
    expect(await client.send(new DecryptCommand({ CiphertextBlob }))).toMatchObject({ Plaintext });
  });

  const contexts = fc.dictionary(
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.string({ unit: "binary", maxLength: 6 }),
    {
      maxKeys: 4,
    },
  );
  test("opens only what was sealed with exactly the same pairs", async () => {
    await fc.assert(
      fc.asyncProperty(contexts, fc.oneof(contexts, fc.constant(undefined)), async (sealed, tried) => {
        const { CiphertextBlob, Plaintext } = await kms.generateDataKey(region, {
          KeyId: keyArn,
          KeySpec: "AES_256",
          EncryptionContext: sealed,
        });
        const shuffled = Object.fromEntries(Object.entries(sealed).reverse());
        const own = await kms.decrypt(region, { CiphertextBlob, EncryptionContext: shuffled });
        expect(own.Plaintext.equals(Plaintext)).toBe(true);
        const opened = await kms.decrypt(region, { CiphertextBlob, EncryptionContext: tried }).then(
          () => true,
          () => false,
        );
        expect(opened).toBe(same(sealed, tried ?? {}));
      }),
      {
        examples: [
          [
            { a: "b", "a,b": "c" },
            { a: "b,c", b: "c" },
          ],
          [{ "\ud800": "" }, { "\ud801": "" }],
        ],
      },
    );
  });

  test("keeps apart what the wire carries, whatever the strings", async () => {
    const words = fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 3 });
    // The SDK drops a pair of this name before it sends anything.
    const sendable = words.filter((pairs) => !Object.hasOwn(pairs, "__proto__"));
    await fc.assert(
      fc.asyncProperty(sendable, sendable, async (one, other) => {
        fc.pre(!same(one, other));
        const { CiphertextBlob, Plaintext } = await dataKey(keyArn, one);
        const right = new DecryptCommand({ CiphertextBlob, EncryptionContext: one });
        expect(await client.send(right)).toMatchObject({ Plaintext });
        const wrong = new DecryptCommand({ CiphertextBlob, EncryptionContext: other });
        await expect(client.send(wrong)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
      }),
      { numRuns: 40 },
    );
  });
});

describe("KMS refuses", () => {
  const unknownId = "9f1c7b0e-0000-4000-8000-000000000000";
  const unknownKeys: readonly [string, string, string][] = [
    ["a key id", unknownId, `Key 'arn:aws:kms:${region}:111122223333:key/${unknownId}' does not exist`],
    [
      "a key ARN",
      `arn:aws:kms:${region}:111122223333:key/x`,
      `Key 'arn:aws:kms:${region}:111122223333:key/x' does not exist`,
    ],
    ["a name that is no id", "hello", "Invalid keyId 'hello'"],
    ["an alias", "alias/none", `Alias arn:aws:kms:${region}:111122223333:alias/none is not found.`],
    ["an ARN of another region", "arn:aws:kms:us-east-1:111122223333:key/care", "Invalid arn us-east-1"],
  ];
  test.for(unknownKeys)("%s it does not know", async ([, KeyId, message]) => {
    const expected = { name: "NotFoundException", message, $metadata: { httpStatusCode: 400 } };
    await expect(dataKey(KeyId)).rejects.toMatchObject(expected);
    await expect(client.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject(expected);
  });

  test("a KeyId that is not the blob's key", async () => {
    const { CiphertextBlob } = await dataKey();
    const command = new DecryptCommand({ CiphertextBlob, KeyId: otherArn, EncryptionContext: context });
    await expect(client.send(command)).rejects.toMatchObject({
      name: "IncorrectKeyException",
      message: "The key ID in the request does not identify a CMK that can perform this operation.",
    });
  });

  test("a blob of a key that is not there, without telling whether it exists", async () => {
    const strangers = createKms();
    const { CiphertextBlob } = await strangers.generateDataKey(region, {
      KeyId: strangers.createKey({ region }),
      KeySpec: "AES_256",
    });
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(/^The ciphertext refers to a customer master key that does not exist, /),
    });
  });

  test("a disabled key, both ways, and takes it again once it is enabled", async () => {
    const { CiphertextBlob, Plaintext } = await dataKey();
    kms.setKeyState(keyArn, "Disabled");
    const expected = { name: "DisabledException", message: `${keyArn} is disabled.` };
    await expect(dataKey()).rejects.toMatchObject(expected);
    const decrypt = new DecryptCommand({ CiphertextBlob, EncryptionContext: context });
    await expect(client.send(decrypt)).rejects.toMatchObject(expected);
    kms.setKeyState(keyArn, "Enabled");
    expect(await client.send(decrypt)).toMatchObject({ Plaintext });
  });

  test("a key pending deletion, both ways", async () => {
    const { CiphertextBlob } = await dataKey();
    kms.setKeyState(keyArn, "PendingDeletion");
    const expected = { name: "KMSInvalidStateException", message: `${keyArn} is pending deletion.` };
    await expect(dataKey()).rejects.toMatchObject(expected);
    const decrypt = new DecryptCommand({ CiphertextBlob, EncryptionContext: context });
    await expect(client.send(decrypt)).rejects.toMatchObject(expected);
  });

  const invalid: readonly [string, GenerateDataKeyCommand | DecryptCommand, string][] = [
    ["no length", new GenerateDataKeyCommand({ KeyId: "care" }), "Please specify either number of bytes or key spec."],
    [
      "two lengths",
      new GenerateDataKeyCommand({ KeyId: "care", KeySpec: "AES_128", NumberOfBytes: 16 }),
      "Please specify either number of bytes or key spec.",
    ],
    [
      "a length of 0",
      new GenerateDataKeyCommand({ KeyId: "care", NumberOfBytes: 0 }),
      "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: " +
        "Member must have value greater than or equal to 1",
    ],
    [
      "a length of 1025",
      new GenerateDataKeyCommand({ KeyId: "care", NumberOfBytes: 1025 }),
      "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: " +
        "Member must have value less than or equal to 1024",
    ],
    [
      "no key",
      new GenerateDataKeyCommand({ KeyId: undefined, KeySpec: "AES_256" }),
      "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null",
    ],
    [
      "an oversized blob",
      new DecryptCommand({ CiphertextBlob: new Uint8Array(6145) }),
      "1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: " +
        "Member must have length less than or equal to 6144",
    ],
    [
      "a member it does not emulate",
      new DecryptCommand({ CiphertextBlob: new Uint8Array(184), GrantTokens: ["t"] }),
      "the embedded KMS does not emulate GrantTokens here",
    ],
  ];
  test.for(invalid)("%s as invalid", async ([, command, message]) => {
    // One overload of `send` for either command: the union is of our making, not of the SDK's.
    const sent = command instanceof DecryptCommand ? client.send(command) : client.send(command);
    await expect(sent).rejects.toMatchObject({ name: "ValidationException", message });
  });

  test("an operation it does not have", async () => {
    await expect(client.send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  const malformed: readonly [string, string][] = [
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a KeyId that is no string", '{"KeyId":1}'],
    ["a context of numbers", '{"KeyId":"care","KeySpec":"AES_256","EncryptionContext":{"a":1}}'],
  ];
  test.for(malformed)("a body with %s", async ([, body]) => {
    const response = await post("TrentService.GenerateDataKey", body);
    expect([response.status, await response.json()]).toEqual([400, { __type: "SerializationException" }]);
  });

  test("a blob in broken base64", async () => {
    const response = await post("TrentService.Decrypt", '{"CiphertextBlob":"AQIC-_"}');
    expect([response.status, await response.json()]).toEqual([400, { __type: "SerializationException" }]);
  });

  test("a request that nobody signed", async () => {
    const response = await post("TrentService.Decrypt", "{}", {});
    expect(await response.json()).toEqual({
      __type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
  });

  test("a page that reaches it under another name", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve, reject) => {
      request(server.url, { method: "POST", headers: { host: "rebound.example" } }, (response) => {
        resolve(response.resume().statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  function post(target: string, body: string, headers: Record<string, string> = signedFor(region)): Promise<Response> {
    return fetch(server.url, { method: "POST", headers: { "x-amz-target": target, ...headers }, body });
  }

  function signedFor(signed: string): Record<string, string> {
    return {
      authorization: `AWS4-HMAC-SHA256 Credential=local/20261122/${signed}/kms/aws4_request, SignedHeaders=host`,
    };
  }
});

describe("one server", () => {
  test("stands for every region, and a key is at home in one", async () => {
    const irish = kms.createKey({ region: "eu-west-1", alias: "alias/care" });
    const ireland = clientOf("eu-west-1");
    const { CiphertextBlob, KeyId } = await ireland.send(
      new GenerateDataKeyCommand({ KeyId: "alias/care", KeySpec: "AES_256" }),
    );
    expect(KeyId).toBe(irish);
    expect((await dataKey("alias/care")).KeyId).toBe(keyArn);
    await expect(client.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("finds a key of another account by its ARN and by nothing else", async () => {
    const foreign = kms.createKey({ region, account: "444455556666", keyId: "theirs" });
    expect((await dataKey(foreign)).KeyId).toBe(foreign);
    await expect(dataKey("theirs")).rejects.toMatchObject({ name: "NotFoundException" });
  });

  test("describes a key with its state", async () => {
    kms.setKeyState(keyArn, "Disabled");
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: "alias/care" }));
    expect(KeyMetadata).toMatchObject({
      Arn: keyArn,
      KeyId: "care",
      AWSAccountId: "111122223333",
      Enabled: false,
      KeyState: "Disabled",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeySpec: "SYMMETRIC_DEFAULT",
      CreationDate: expect.any(Date),
    });
  });

  test("takes no key twice", () => {
    expect(() => kms.createKey({ region, keyId: "care" })).toThrow(new TypeError("there is a key of this id"));
    expect(() => kms.createKey({ region, alias: "alias/care" })).toThrow(new TypeError("there is a key of this alias"));
  });
});

describe("the request log", () => {
  test("has operation, key, context and outcome, and nothing else", async () => {
    const before = kms.requests().length;
    const { CiphertextBlob } = await dataKey("alias/care");
    const EncryptionContext = { ...context, "claimseal:aud": "other" };
    await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })).catch(() => undefined);
    await dataKey("alias/none").catch(() => undefined);
    expect(kms.requests().slice(before)).toEqual([
      { operation: "GenerateDataKey", keyArn, context, outcome: "ok" },
      { operation: "Decrypt", keyArn, context: EncryptionContext, outcome: "InvalidCiphertextException" },
      { operation: "GenerateDataKey", keyArn: null, context, outcome: "NotFoundException" },
    ]);
  });

  test("holds no plaintext key, encoded or as a list of bytes", async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => dataKey()));
    const log = JSON.stringify(kms.requests());
    for (const { Plaintext } of made) {
      expect(log).not.toContain([...Plaintext.subarray(0, 8)].join());
      for (const encoding of ["hex", "base64", "base64url", "latin1"] as const) {
        expect(log).not.toContain(Buffer.from(Plaintext).toString(encoding).slice(0, 20));
      }
    }
  });
});

describe("told to fail, KMS", () => {
  test.for([
    ["ThrottlingException", 400],
    ["KMSInternalException", 500],
    ["KeyUnavailableException", 500],
    ["DependencyTimeoutException", 503],
    ["AccessDeniedException", 400],
  ] as const)("answers %s with status %i until told otherwise", async ([fail, httpStatusCode]) => {
    kms.inject({ fail });
    await expect(dataKey()).rejects.toMatchObject({ name: fail, message: "injected", $metadata: { httpStatusCode } });
    kms.inject({});
    expect((await dataKey()).KeyId).toBe(keyArn);
  });

  test("throttles every third request and logs it", async () => {
    kms.inject({ throttleEvery: 3 });
    const before = kms.requests().length;
    for (let sent = 0; sent < 7; sent += 1) await dataKey().catch(() => undefined);
    const outcomes = kms.requests().map(({ outcome }) => outcome);
    expect(outcomes.slice(before)).toEqual([
      "ok",
      "ok",
      "ThrottlingException",
      "ok",
      "ok",
      "ThrottlingException",
      "ok",
    ]);
  });

  test("answers late enough for a client to give up, and stops at once all the same", async () => {
    const slow = createKms();
    slow.createKey({ region, keyId: "care" });
    slow.inject({ delayMs: 60_000 });
    const slowServer = await serveKms(slow);
    const impatient = new KMSClient({
      endpoint: slowServer.url,
      region,
      credentials: localCredentials,
      maxAttempts: 1,
    });
    const abort = AbortSignal.timeout(50);
    const sent = impatient.send(new GenerateDataKeyCommand({ KeyId: "care", KeySpec: "AES_256" }), {
      abortSignal: abort,
    });
    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
    await slowServer.stop();
    expect(slow.requests()).toEqual([]);
  });
});

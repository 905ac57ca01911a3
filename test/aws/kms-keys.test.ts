import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type KmsSender, kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { kmsUnwrap } from "../../aws/kms-unwrap.ts";
import { kmsSending } from "../../aws/sending.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { GenerateDataKey, UnwrapKey } from "../../crypto/data-key.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { type Loopback, type LoopbackAnswer, serveLoopback } from "../../local/loopback.ts";

const region = "eu-central-1";
const care = encryptionContext("care-api", "eu-central-1_A");
const never = new AbortController().signal;

let kms: Kms;
let server: Loopback;
let careKey: string;
let billingKey: string;
let generate: GenerateDataKey;
let unwrap: UnwrapKey;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  kms = createKms();
  careKey = kms.createKey({ region });
  billingKey = kms.createKey({ region });
  server = await serveKms(kms);
  const client = kmsClient({ region, endpoint: server.url });
  generate = kmsDataKeys(client);
  unwrap = kmsUnwrap(client);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});
beforeEach(() => {
  kms.inject({});
  kms.setKeyState(careKey, "Enabled");
});

/** How many requests KMS saw meanwhile. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  const before = kms.requests().length;
  await work();
  return kms.requests().length - before;
}

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("a data key", () => {
  test("unwraps under its key and context to the same key", async () => {
    const { key, wrapped } = await generate(careKey, care, never);
    expect(key.symmetricKeySize).toBe(32);
    expect(wrapped).toHaveLength(184);
    expect((await unwrap(careKey, care, wrapped, never)).equals(key)).toBe(true);
  });

  test("is asked for with its context, and nothing personal", async () => {
    await generate(careKey, care, never);
    expect(kms.requests().at(-1)).toMatchObject({ operation: "GenerateDataKey", keyArn: careKey, context: care });
  });

  test("keeps no view into a buffer it shares with others", async () => {
    const { wrapped } = await generate(careKey, care, never);
    expect(wrapped.buffer.byteLength).toBe(wrapped.byteLength);
  });

  test.for([
    ["another resource server", encryptionContext("billing-api", "eu-central-1_A")],
    ["another user pool", encryptionContext("care-api", "eu-central-1_B")],
  ] as const)("does not unwrap for %s", async ([, context]) => {
    const { wrapped } = await generate(careKey, care, never);
    expect(await failure(unwrap(careKey, context, wrapped, never))).toEqual(
      new CryptoError("SEALED_INTEGRITY", "the blob was not made with this key under this context"),
    );
  });

  test("does not unwrap with another key, nor after one bit has turned", async () => {
    const { wrapped } = await generate(careKey, care, never);
    expect(await failure(unwrap(billingKey, care, wrapped, never))).toMatchObject({ code: "SEALED_INTEGRITY" });
    const turned = Uint8Array.from(wrapped, (byte, index) => (index === 150 ? byte ^ 1 : byte));
    expect(await failure(unwrap(careKey, care, turned, never))).toMatchObject({ code: "SEALED_INTEGRITY" });
  });
});

describe("KMS refusing", () => {
  test.for([
    ["AccessDeniedException"],
    ["KMSInvalidStateException"],
    ["NotFoundException"],
    ["DisabledException"],
  ] as const)("with %s is KEY_ACCESS_DENIED, and is not asked twice", async ([fail]) => {
    const { wrapped } = await generate(careKey, care, never);
    kms.inject({ fail });
    const calls = await requestsOf(async () => {
      const expected = new CryptoError("KEY_ACCESS_DENIED", `KMS refuses the key: ${fail}`);
      expect(await failure(generate(careKey, care, never))).toEqual(expected);
      expect(await failure(unwrap(careKey, care, wrapped, never))).toEqual(expected);
    });
    expect(calls).toBe(2);
  });

  test.for([
    ["InvalidKeyUsageException"],
    ["IncorrectKeyException"],
    ["UnrecognizedClientException"],
    ["ValidationException"],
  ])("to make a key with %s is KEY_ACCESS_DENIED", async ([name]) => {
    const client = { send: () => Promise.reject(Object.assign(new Error(), { name })) } as unknown as KmsSender;
    expect(await failure(kmsDataKeys(client)(careKey, care, never))).toEqual(
      new CryptoError("KEY_ACCESS_DENIED", `KMS refuses the key: ${name}`),
    );
  });

  test("a key that was disabled, or that is none, is KEY_ACCESS_DENIED", async () => {
    kms.setKeyState(careKey, "Disabled");
    expect(await failure(generate(careKey, care, never))).toMatchObject({ code: "KEY_ACCESS_DENIED" });
    expect(await failure(generate("not-a-key", care, never))).toMatchObject({ code: "KEY_ACCESS_DENIED" });
  });
});

describe("KMS failing", () => {
  test.for([
    ["ThrottlingException", 2],
    ["KMSInternalException", 3],
    ["DependencyTimeoutException", 3],
    ["KeyUnavailableException", 3],
  ] as const)("with %s is KEY_UNAVAILABLE, after %i sends", async ([fail, sends]) => {
    kms.inject({ fail });
    const calls = await requestsOf(async () => {
      expect(await failure(generate(careKey, care, never))).toEqual(
        new CryptoError("KEY_UNAVAILABLE", `KMS could not be asked: ${fail}`),
      );
    });
    expect(calls).toBe(sends);
  });

  test("every other time goes unnoticed", async () => {
    kms.inject({ throttleEvery: 2 });
    for (let times = 0; times < 5; times += 1) await generate(careKey, care, never);
    expect(kms.requests().filter(({ outcome }) => outcome === "ThrottlingException").length).toBeGreaterThan(0);
  });

  test("by being slower than the caller can wait is KEY_UNAVAILABLE", async () => {
    kms.inject({ delayMs: 700 });
    const outcome = failure(generate(careKey, care, AbortSignal.timeout(50)));
    expect(await outcome).toMatchObject({ code: "KEY_UNAVAILABLE" });
  });

  test("so often that it is not asked any more is KEY_UNAVAILABLE, in every region by itself", async () => {
    const asked: string[] = [];
    const send = async ({ input }: { input: { KeyId: string } }) => {
      asked.push(input.KeyId);
      throw Object.assign(new Error(), { name: "KMSInternalException" });
    };
    const failing = kmsDataKeys({ send }, kmsSending({ random: () => 0 }));
    for (let times = 0; times < 10; times += 1) await failure(failing(careKey, care, never));
    expect(asked).toHaveLength(10);
    expect(await failure(failing(billingKey, care, never))).toEqual(
      new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: it has just failed too often"),
    );
    expect(asked).toHaveLength(10);
    await failure(failing(careKey.replace(region, "eu-west-1"), care, never));
    expect(asked).toHaveLength(13);
  });

  test("by refusing what was signed by a clock that was off is no refusal of the key: it is asked again", async () => {
    const skewed = Object.assign(new Error(), {
      name: "InvalidSignatureException",
      $fault: "client",
      $metadata: { httpStatusCode: 400, clockSkewCorrected: true },
    });
    const answers = [skewed, { Plaintext: randomBytes(32), CiphertextBlob: randomBytes(184) }];
    const sender = (answersOf: () => unknown) =>
      ({
        send: async () => {
          const answer = answersOf();
          if (answer instanceof Error) throw answer;
          return answer;
        },
      }) as unknown as KmsSender;
    expect(await kmsDataKeys(sender(() => answers.shift()))(careKey, care, never)).toMatchObject({
      key: { symmetricKeySize: 32 },
    });
    expect(await failure(kmsDataKeys(sender(() => skewed))(careKey, care, never))).toEqual(
      new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: no usable answer"),
    );
  });

  test("by not being there is KEY_UNAVAILABLE", async () => {
    const gone = await serveLoopback(async () => ({ status: 200 }));
    await gone.stop();
    const client = kmsClient({ region, endpoint: gone.url });
    expect(await failure(kmsDataKeys(client)(careKey, care, never))).toEqual(
      new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: ECONNREFUSED"),
    );
  });
});

test("missing credentials are named, because that is a mistake people make", async () => {
  const name = "CredentialsProviderError";
  const client = { send: () => Promise.reject(Object.assign(new Error(), { name })) } as unknown as KmsSender;
  expect(await failure(kmsDataKeys(client)(careKey, care, never))).toEqual(
    new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: no AWS credentials"),
  );
});

describe("an answer that is none", () => {
  const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ";
  const base64 = (size: number): string => randomBytes(size).toString("base64");
  const json = (body: unknown): LoopbackAnswer => ({ status: 200, body: JSON.stringify(body) });

  test.for<readonly [string, LoopbackAnswer]>([
    ["a page of HTML", { status: 200, body: `<html>${secret}</html>` }],
    ["a gateway's error page", { status: 502, body: `<html>${secret}</html>` }],
    ["an empty object", json({})],
    ["JSON cut short", { status: 200, body: `{"Plaintext":"${secret}` }],
    ["a plaintext that is a number", json({ Plaintext: 7, CiphertextBlob: base64(184) })],
    ["a plaintext that is no base64", json({ Plaintext: "@@@@@", CiphertextBlob: base64(184) })],
    ["an error nobody knows", { status: 400, body: JSON.stringify({ __type: secret, message: secret }) }],
  ])("%s is KEY_UNAVAILABLE on both sides, and is not quoted", async ([, answer]) => {
    const { url, stop } = await serveLoopback(async () => answer);
    try {
      const client = kmsClient({ region, endpoint: url });
      for (const outcome of [
        await failure(kmsDataKeys(client)(careKey, care, never)),
        await failure(kmsUnwrap(client)(careKey, care, randomBytes(184), never)),
      ]) {
        expect(outcome).toMatchObject({ name: "CryptoError", code: "KEY_UNAVAILABLE" });
        expect((outcome as Error).message).not.toContain(secret);
        expect((outcome as Error).cause).toBeUndefined();
      }
    } finally {
      await stop();
    }
  });

  test.for<readonly [string, unknown]>([
    ["a key of 16 bytes", { Plaintext: base64(16), CiphertextBlob: base64(184) }],
    ["a key of 64 bytes", { Plaintext: base64(64), CiphertextBlob: base64(184) }],
    ["no wrapped key", { Plaintext: base64(32) }],
    ["a wrapped key too long for an envelope", { Plaintext: base64(32), CiphertextBlob: base64(451) }],
    ["a wrapped key too short for one", { Plaintext: base64(32), CiphertextBlob: base64(74) }],
  ])("%s is no data key", async ([, body]) => {
    const { url, stop } = await serveLoopback(async () => json(body));
    try {
      const outcome = await failure(kmsDataKeys(kmsClient({ region, endpoint: url }))(careKey, care, never));
      expect(outcome).toEqual(
        new CryptoError("KEY_UNAVAILABLE", "KMS answered without a 256-bit data key and its wrapped form"),
      );
    } finally {
      await stop();
    }
  });
});

test("KMS's own words, which name people and keys, are not passed on", async () => {
  const words = "User: arn:aws:sts::111122223333:assumed-role/care/anna is not authorized";
  const error = Object.assign(new Error(words), { name: "AccessDeniedException", $response: words });
  const client = { send: () => Promise.reject(error) } as unknown as KmsSender;
  for (const outcome of [
    await failure(kmsDataKeys(client)(careKey, care, never)),
    await failure(kmsUnwrap(client)(careKey, care, randomBytes(184), never)),
  ]) {
    expect(outcome).toEqual(new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: AccessDeniedException"));
  }
});

test("the SDK's bytes are overwritten once the key is made, and nothing beside them", async () => {
  const pool = Buffer.concat([Buffer.from("before"), randomBytes(32), Buffer.from("behind")]);
  const answer = { Plaintext: pool.subarray(6, 38), CiphertextBlob: randomBytes(184) };
  const client = { send: async () => answer } as unknown as KmsSender;
  await kmsDataKeys(client)(careKey, care, never);
  expect(pool).toEqual(Buffer.concat([Buffer.from("before"), Buffer.alloc(32), Buffer.from("behind")]));
});

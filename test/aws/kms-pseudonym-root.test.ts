import { createHmac, randomBytes } from "node:crypto";
import { VerifyMacCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type KmsSender, kmsClient } from "../../aws/kms-client.ts";
import { kmsPseudonymRoot } from "../../aws/kms-pseudonym-root.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { LoadPseudonymRoot } from "../../crypto/pseudonym.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import { type Loopback, serveLoopback } from "../../local/loopback.ts";

const region = "eu-central-1";
const never = new AbortController().signal;

let kms: Kms;
let server: Loopback;
let client: ReturnType<typeof kmsClient>;
let macKey: string;
let load: LoadPseudonymRoot;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  kms = createKms();
  macKey = kms.createKey({ region, spec: "HMAC_256" });
  server = await serveKms(kms);
  client = kmsClient({ region, endpoint: server.url });
  load = kmsPseudonymRoot(client);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});
beforeEach(() => {
  kms.inject({});
  kms.setKeyState(macKey, "Enabled");
});

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe("the root of pseudonyms", () => {
  test("is the same at every start, and another under another key", async () => {
    const root = await load(macKey, never);
    expect((await kmsPseudonymRoot(client)(macKey, never)).equals(root)).toBe(true);
    const other = await load(kms.createKey({ region, spec: "HMAC_256" }), never);
    expect(other.equals(root)).toBe(false);
  });

  test("is what KMS takes for the MAC of one fixed text, which says nothing of anybody", async () => {
    const root = await load(macKey, never);
    expect(root.symmetricKeySize).toBe(32);
    expect(kms.requests().at(-1)).toMatchObject({ operation: "GenerateMac", keyArn: macKey, context: {} });
    const verify = new VerifyMacCommand({
      KeyId: macKey,
      MacAlgorithm: "HMAC_SHA_256",
      Message: Buffer.from("claimseal/pseudonym/v1"),
      Mac: root.export(),
    });
    await expect(client.send(verify)).resolves.toMatchObject({ MacValid: true });
  });

  test("is made by HMAC-SHA-256, asked for by name", async () => {
    const sent: unknown[] = [];
    const Mac = createHmac("sha256", "key").update("message").digest();
    const recorder = {
      send: async ({ input }: { input: unknown }) => {
        sent.push(input);
        return { Mac };
      },
    } as unknown as KmsSender;
    await kmsPseudonymRoot(recorder)("key", never);
    expect(sent).toEqual([
      { KeyId: "key", MacAlgorithm: "HMAC_SHA_256", Message: new TextEncoder().encode("claimseal/pseudonym/v1") },
    ]);
  });

  test("is held as a key only: the SDK's bytes are overwritten, and nothing beside them", async () => {
    const pool = Buffer.concat([Buffer.from("before"), randomBytes(32), Buffer.from("behind")]);
    const answering = { send: async () => ({ Mac: pool.subarray(6, 38) }) } as unknown as KmsSender;
    await kmsPseudonymRoot(answering)(macKey, never);
    expect(pool).toEqual(Buffer.concat([Buffer.from("before"), Buffer.alloc(32), Buffer.from("behind")]));
  });
});

describe("KMS", () => {
  test("refusing is KEY_ACCESS_DENIED, and is asked once", async () => {
    kms.inject({ fail: "AccessDeniedException" });
    const before = kms.requests().length;
    expect(await failure(load(macKey, never))).toEqual(
      new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: AccessDeniedException"),
    );
    expect(kms.requests().length - before).toBe(1);
  });

  test("having the key disabled, or another kind of key, is KEY_ACCESS_DENIED", async () => {
    kms.setKeyState(macKey, "Disabled");
    expect(await failure(load(macKey, never))).toMatchObject({ code: "KEY_ACCESS_DENIED" });
    expect(await failure(load(kms.createKey({ region }), never))).toEqual(
      new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: InvalidKeyUsageException"),
    );
  });

  test("throttling is KEY_UNAVAILABLE, after a second send", async () => {
    kms.inject({ fail: "ThrottlingException" });
    const before = kms.requests().length;
    expect(await failure(load(macKey, never))).toEqual(
      new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: ThrottlingException"),
    );
    expect(kms.requests().length - before).toBe(2);
  });

  test("being slower than the caller can wait is KEY_UNAVAILABLE", async () => {
    kms.inject({ delayMs: 700 });
    expect(await failure(load(macKey, AbortSignal.timeout(50)))).toMatchObject({ code: "KEY_UNAVAILABLE" });
  });

  test.for<readonly [string, unknown]>([
    ["no MAC", {}],
    ["a MAC of another length", { Mac: randomBytes(48).toString("base64") }],
    ["a MAC that is a number", { Mac: 7 }],
  ])("answering with %s is KEY_UNAVAILABLE", async ([, body]) => {
    const { url, stop } = await serveLoopback(async () => ({ status: 200, body: JSON.stringify(body) }));
    try {
      const outcome = await failure(kmsPseudonymRoot(kmsClient({ region, endpoint: url }))(macKey, never));
      expect(outcome).toMatchObject({ name: "CryptoError", code: "KEY_UNAVAILABLE" });
      expect((outcome as Error).message).toMatch(/^KMS (answered without a 256-bit MAC|could not be asked: .*)$/);
    } finally {
      await stop();
    }
  });
});

import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type KmsSender, kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { kmsDecrypt } from "../../aws/kms-decrypt.ts";
import { kmsDeriveSharedSecret } from "../../aws/kms-derive-shared-secret.ts";
import { kmsEncrypt } from "../../aws/kms-encrypt.ts";
import { kmsPublicKey } from "../../aws/kms-public-key.ts";
import { kmsUnwrap } from "../../aws/kms-unwrap.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { directContext } from "../../crypto/direct-context.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { Loopback } from "../../local/loopback.ts";

const [home, abroad] = ["eu-central-1", "eu-west-1"];
const keyId = "mrk-1234abcd12ab34cd56ef1234567890ab";
const place = { audience: "care-api", poolId: "eu-central-1_AbCdEfGhI" };
const care = encryptionContext(place.audience, place.poolId);
const token = { sub: "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f", iat: 1_763_805_600 };
const claims = new Map<string, Json>([["licence_no", "DE-48213377"]]);
const never = new AbortController().signal;

let kms: Kms;
let server: Loopback;
let client: KmsSender;
let away: KmsSender;
let pairKey: string;
let blobKey: string;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  kms = createKms();
  server = await serveKms(kms);
  client = kmsClient({ region: home, endpoint: server.url });
  away = kmsClient({ region: abroad, endpoint: server.url });
  pairKey = kms.createKey({ region: home, spec: "ECC_NIST_P256" });
  blobKey = kms.createKey({ region: home });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});
beforeEach(() => kms.inject({}));

const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

const inKms = (sender: KmsSender, keyArn: string) => ({
  keyId: null,
  agree: (ephemeral: Parameters<ReturnType<typeof kmsDeriveSharedSecret>>[1]) =>
    kmsDeriveSharedSecret(sender)(keyArn, ephemeral, never),
});

describe("a pair that KMS holds", () => {
  test("seals with its public half without KMS, and opens by deriving, with one request per envelope", async () => {
    const publicKey = await kmsPublicKey(client)(pairKey, never);
    const before = kms.requests().length;
    const value = sealAsymmetric(claims, { ...token, place }, publicKey, null);
    expect(kms.requests()).toHaveLength(before);
    expect(await openAsymmetric(value, { ...token, place }, [inKms(client, pairKey)])).toEqual(claims);
    expect(kms.requests().slice(before)).toMatchObject([{ operation: "DeriveSharedSecret", keyArn: pairKey }]);
  });

  test("agrees the same whichever secret comes out, those with leading zeros among them", async () => {
    const publicKey = await kmsPublicKey(client)(pairKey, never);
    for (let each = 0; each < 300; each += 1) {
      const value = sealAsymmetric(claims, { ...token, place }, publicKey, null);
      expect(await openAsymmetric(value, { ...token, place }, [inKms(client, pairKey)])).toEqual(claims);
    }
  });

  test("of another kind has no public half for this", async () => {
    expect(await failure(kmsPublicKey(client)(blobKey, never))).toEqual(
      new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: UnsupportedOperationException"),
    );
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect(await failure(kmsDeriveSharedSecret(client)(blobKey, publicKey, never))).toEqual(
      new CryptoError("KEY_ACCESS_DENIED", "KMS refuses the key: InvalidKeyUsageException"),
    );
  });

  test.for<readonly [string, object, string]>([
    ["no key", {}, "KMS answered without a public key"],
    [
      "a key for signatures",
      {
        PublicKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" }),
        KeyUsage: "SIGN_VERIFY",
      },
      "the KMS key is none for agreement on P-256",
    ],
    [
      "a key of another curve",
      {
        PublicKey: generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ format: "der", type: "spki" }),
        KeyUsage: "KEY_AGREEMENT",
      },
      "the KMS key is none for agreement on P-256",
    ],
  ])("answered with %s is no public key", async ([, answer, message]) => {
    const sender = { send: async () => answer } as unknown as KmsSender;
    expect(await failure(kmsPublicKey(sender)(pairKey, never))).toMatchObject({ name: "CryptoError", message });
  });

  test("has its secret overwritten once the key is made", async () => {
    const secret = Buffer.alloc(32, 7);
    const sender = { send: async () => ({ SharedSecret: secret }) } as unknown as KmsSender;
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    expect((await kmsDeriveSharedSecret(sender)(pairKey, publicKey, never)).symmetricKeySize).toBe(32);
    expect(secret).toEqual(Buffer.alloc(32));
  });

  test.for([{}, { SharedSecret: new Uint8Array(31) }, { SharedSecret: "AAAA" }])(
    "answered with no secret of 32 bytes is KEY_UNAVAILABLE",
    async (answer) => {
      const sender = { send: async () => answer } as unknown as KmsSender;
      const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      expect(await failure(kmsDeriveSharedSecret(sender)(pairKey, publicKey, never))).toEqual(
        new CryptoError("KEY_UNAVAILABLE", "KMS answered without a 256-bit secret"),
      );
    },
  );
});

describe("what KMS encrypts itself", () => {
  const under = directContext(care, token.sub);
  const encrypt = (plaintext: Uint8Array) => kmsEncrypt(client)(blobKey, under, plaintext, never);
  const decrypt = (sub: string) => (blob: Uint8Array) =>
    kmsDecrypt(client)(blobKey, directContext(care, sub), blob, never);

  test("opens for its subject with one request, and the subject is in the log", async () => {
    const value = await sealDirect(claims, token, encrypt, null);
    expect(kms.requests().at(-1)).toMatchObject({ operation: "Encrypt", keyArn: blobKey, context: under });
    expect(await openDirect(value, token, decrypt(token.sub))).toEqual(claims);
    expect(kms.requests().at(-1)).toMatchObject({ operation: "Decrypt", outcome: "ok", context: under });
  });

  test("does not open for another subject: KMS itself refuses", async () => {
    const value = await sealDirect(claims, token, encrypt, null);
    expect(await failure(openDirect(value, { ...token, sub: "another" }, decrypt("another")))).toEqual(
      new CryptoError("SEALED_INTEGRITY", "the blob was not made with this key under this context"),
    );
  });

  test("up to 4,096 bytes", async () => {
    await expect(encrypt(new Uint8Array(4_096))).resolves.toHaveLength(4_258);
    expect(await failure(encrypt(new Uint8Array(4_097)))).toMatchObject({ code: "KEY_ACCESS_DENIED" });
  });

  test("and answered with nothing is KEY_UNAVAILABLE", async () => {
    const sender = { send: async () => ({}) } as unknown as KmsSender;
    expect(await failure(kmsEncrypt(sender)(blobKey, under, new Uint8Array(64), never))).toEqual(
      new CryptoError("KEY_UNAVAILABLE", "KMS answered without a ciphertext"),
    );
  });
});

describe("KMS failing", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const asks: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["GetPublicKey", () => kmsPublicKey(client)(pairKey, never)],
    ["DeriveSharedSecret", () => kmsDeriveSharedSecret(client)(pairKey, publicKey, never)],
    ["Encrypt", () => kmsEncrypt(client)(blobKey, directContext(care, "x"), new Uint8Array(64), never)],
  ];

  test.for(asks)(
    "at %s is KEY_UNAVAILABLE after two sends or three, and KEY_ACCESS_DENIED after one",
    async ([operation, ask]) => {
      for (const [fail, code, sends] of [
        ["ThrottlingException", "KEY_UNAVAILABLE", 2],
        ["KMSInternalException", "KEY_UNAVAILABLE", 3],
        ["AccessDeniedException", "KEY_ACCESS_DENIED", 1],
        ["DisabledException", "KEY_ACCESS_DENIED", 1],
      ] as const) {
        kms.inject({ fail });
        const before = kms.requests().length;
        expect(await failure(ask())).toMatchObject({ name: "CryptoError", code, message: expect.stringMatching(fail) });
        expect(
          kms
            .requests()
            .slice(before)
            .map((each) => each.operation),
        ).toEqual(Array.from({ length: sends }, () => operation));
      }
    },
  );
});

describe("a multi-Region key", () => {
  const arns = (spec: "SYMMETRIC_DEFAULT" | "ECC_NIST_P256", id: string): readonly [string, string] => [
    kms.createKey({ region: home, keyId: id, spec }),
    kms.createKey({ region: abroad, keyId: id, spec }),
  ];

  test("seals in one region and opens in the other, in every mode, each by its own ARN", async () => {
    const [ours, theirs] = arns("SYMMETRIC_DEFAULT", keyId);
    const { key, wrapped } = await kmsDataKeys(client)(ours, care, never);
    expect((await kmsUnwrap(away)(theirs, care, wrapped, never)).equals(key)).toBe(true);

    const under = directContext(care, token.sub);
    const value = await sealDirect(claims, token, (plain) => kmsEncrypt(client)(ours, under, plain, never), null);
    const decrypt = (blob: Uint8Array) => kmsDecrypt(away)(theirs, under, blob, never);
    expect(await openDirect(value, token, decrypt)).toEqual(claims);

    const [pairHere, pairThere] = arns("ECC_NIST_P256", `${keyId.slice(0, -1)}c`);
    const publicKey = await kmsPublicKey(client)(pairHere, never);
    const sealed = sealAsymmetric(claims, { ...token, place }, publicKey, null);
    expect(await openAsymmetric(sealed, { ...token, place }, [inKms(away, pairThere)])).toEqual(claims);
  });
});

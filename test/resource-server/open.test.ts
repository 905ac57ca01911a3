import { randomUUID } from "node:crypto";
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type KmsSender, kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { Loopback } from "../../local/loopback.ts";
import { createOpener, isOpenerError, type KmsOptions, type Opener, OpenerError } from "../../resource-server/open.ts";

const userPoolId = "eu-central-1_AbCdEfGhI";
const context = encryptionContext("care-api", userPoolId);
const never = new AbortController().signal;

let signing: GenerateKeyPairResult;
let kms: Kms;
let server: Loopback;
let keys: { readonly central: string; readonly west: string };
let fetch: () => Promise<{ keys: object[] }>;

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  signing = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: "key1", alg: "RS256", use: "sig" };
  fetch = async () => ({ keys: [jwk] });
  kms = createKms();
  keys = { central: kms.createKey({ region: "eu-central-1" }), west: kms.createKey({ region: "eu-west-1" }) };
  server = await serveKms(kms);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});
beforeEach(() => {
  kms.inject({});
});

function opener(keyArns: readonly string[], kmsOptions: KmsOptions = { endpoint: server.url }): Opener {
  return createOpener({
    resourceServer: "care-api",
    userPoolId,
    clientId: ["web1"],
    scope: "care-api/chart.read",
    map: "clinic-eu",
    seal: { mode: "envelope", keys: keyArns },
    jwks: { fetch },
    kms: kmsOptions,
  });
}

/** A token with an envelope, made as the trigger makes it, signed by jose as the pool would. */
async function token(keyArn: string, change: JWTPayload = {}): Promise<string> {
  const region = keyArn.split(":")[3];
  const dataKey = await kmsDataKeys(kmsClient({ region, endpoint: server.url }))(keyArn, context, never);
  const [sub, iat] = [randomUUID(), Math.floor(Date.now() / 1000)];
  const sealed = sealEnvelope(new Map([["licence_no", "DE-48213377"]]), { sub, iat }, dataKey, null);
  const claims = { client_id: "web1", token_use: "access", scope: "care-api/chart.read", cmv: "clinic-eu@1" };
  return new SignJWT({ ...claims, sub, iat, sealed_care_api: sealed, ...change })
    .setIssuer(`https://cognito-idp.eu-central-1.amazonaws.com/${userPoolId}`)
    .setExpirationTime("1h")
    .setProtectedHeader({ kid: "key1", alg: "RS256" })
    .sign(signing.privateKey);
}

const decrypts = (): readonly (string | null)[] =>
  kms.requests().flatMap(({ operation, keyArn }) => (operation === "Decrypt" ? [keyArn] : []));

describe("an opener, over the real protocols", () => {
  test("opens a token with one call to KMS, and the next ones with none", async () => {
    const before = decrypts().length;
    const { open } = opener([keys.central]);
    const sealed = await token(keys.central);
    for (let times = 0; times < 20; times += 1) {
      const auth = await open(sealed);
      expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
    }
    expect(decrypts().length).toBe(before + 1);
  });

  test("asks KMS in the region each key's ARN names", async () => {
    const { open } = opener([keys.central, keys.west]);
    const auth = await open(await token(keys.west));
    expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
    expect(decrypts().at(-1)).toBe(keys.west);
  });

  test("takes a client of the caller's for all of it", async () => {
    const client = kmsClient({ region: "eu-central-1", endpoint: server.url });
    const { open } = opener([keys.central], client satisfies KmsSender);
    await expect(open(await token(keys.central))).resolves.toHaveProperty("sealed.licence_no");
  });

  test("never sends a token's own wish for a key to KMS", async () => {
    const before = decrypts().length;
    const foreign = kms.createKey({ region: "eu-central-1" });
    await expect(opener([keys.central]).open(await token(foreign))).rejects.toMatchObject({ code: "SEALED_INTEGRITY" });
    expect(decrypts().slice(before)).not.toContain(foreign);
  });

  test("asks KMS nothing for a token that is not valid", async () => {
    const before = decrypts().length;
    const sealed = await token(keys.central, { client_id: "another" });
    await expect(opener([keys.central]).open(sealed)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
    expect(decrypts().length).toBe(before);
  });

  test("tells a service without the right to the key from one that should try again", async () => {
    const sealed = await token(keys.central);
    kms.inject({ fail: "AccessDeniedException" });
    await expect(opener([keys.central]).open(sealed)).rejects.toEqual(
      new OpenerError("KEY_ACCESS_DENIED", "KMS refuses the key: AccessDeniedException"),
    );
    kms.inject({ fail: "ThrottlingException" });
    await expect(opener([keys.central]).open(sealed)).rejects.toEqual(
      new OpenerError("KEY_UNAVAILABLE", "KMS could not be asked: ThrottlingException"),
    );
  });

  test("holds keys apart by what they were unwrapped for", async () => {
    const sealed = await token(keys.central);
    await opener([keys.central]).open(sealed);
    const error: unknown = await createOpener({
      resourceServer: { name: "care-api", identifier: "billing-api" },
      userPoolId,
      clientId: null,
      scope: null,
      map: null,
      seal: { mode: "envelope", keys: [keys.central] },
      jwks: { fetch },
      kms: { endpoint: server.url },
    })
      .open(sealed)
      .catch((reason: unknown) => reason);
    expect(isOpenerError(error) && error.code).toBe("SEALED_INTEGRITY");
  });
});

test("options that leave a check to chance are refused at the start", () => {
  expect(() => opener(["alias/care"])).toThrow(
    new TypeError(
      "createOpener: seal.keys[0] is an alias; give the ARN of the key, because an alias can be turned to another key",
    ),
  );
});

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { kmsEncrypt } from "../../aws/kms-encrypt.ts";
import { directContext } from "../../crypto/direct-context.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import type { Binding } from "../../crypto/envelope-binding.ts";
import { readPublicKey } from "../../crypto/p256.ts";
import { sealAsymmetric } from "../../crypto/seal-asymmetric.ts";
import { sealDirect } from "../../crypto/seal-direct.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { Loopback } from "../../local/loopback.ts";
import { createOpener, type Opener, type SealOptions } from "../../resource-server/open.ts";
import { accessToken, clientId, issuer, jwk, poolId, poolKey, seconds, sub } from "./service.ts";

const otherPool = "us-east-1_ZyXwVuTsR";
const region = "eu-central-1";
const never = new AbortController().signal;
const claims = new Map([["licence_no", "DE-48213377"]]);

let kms: Kms;
let server: Loopback;
let keys: { readonly symmetric: string; readonly agreement: string; readonly later: string };
let agreementPublicKey: KeyObject;
const local = generateKeyPairSync("ec", { namedCurve: "P-256" });

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  kms = createKms();
  keys = {
    symmetric: kms.createKey({ region }),
    agreement: kms.createKey({ region, spec: "ECC_NIST_P256" }),
    later: kms.createKey({ region, spec: "ECC_NIST_P256" }),
  };
  server = await serveKms(kms);
  const { PublicKey } = await kms.call("GetPublicKey", { region, caller: null }, { KeyId: keys.agreement });
  agreementPublicKey = readPublicKey(Buffer.from(PublicKey as string, "base64"))!;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});
beforeEach(() => {
  kms.inject({});
});

function opener(seal: SealOptions): Opener {
  return createOpener({
    resourceServer: "care-api",
    userPoolId: [poolId, otherPool],
    clientId: [clientId],
    scope: "care-api/chart.read",
    map: "clinic-eu",
    seal,
    jwks: { fetch: async () => ({ keys: [jwk(poolKey)] }) },
    kms: { endpoint: server.url },
  });
}

type Made = {
  readonly to?: string;
  readonly iat?: number;
  readonly audience?: string;
  readonly pool?: string;
  readonly client?: string;
};

const client = () => kmsClient({ region, endpoint: server.url });
const bindingOf = ({ to = sub, iat = seconds(), client }: Made): Binding => ({
  sub: to,
  iat,
  ...(client !== undefined && { clientId: client }),
});

/** One way to seal for each way to open. */
const modes: {
  readonly [name: string]: { readonly seal: () => SealOptions; readonly make: (made: Made) => Promise<string> };
} = {
  envelope: {
    seal: () => ({ mode: "envelope", keys: [keys.symmetric] }),
    make: async (made) => {
      const context = encryptionContext(made.audience ?? "care-api", made.pool ?? poolId);
      const dataKey = await kmsDataKeys(client())(keys.symmetric, context, never);
      return sealEnvelope(claims, bindingOf(made), dataKey, null);
    },
  },
  "asymmetric under a key of KMS": {
    seal: () => ({ mode: "asymmetric", keys: [keys.later, keys.agreement] }),
    make: async (made) =>
      sealAsymmetric(claims, { ...bindingOf(made), place: placeOf(made) }, agreementPublicKey, null),
  },
  "asymmetric under a local key": {
    seal: () => ({ mode: "asymmetric", keys: [local.privateKey] }),
    make: async (made) => sealAsymmetric(claims, { ...bindingOf(made), place: placeOf(made) }, local.publicKey, null),
  },
  direct: {
    seal: () => ({ mode: "direct", keys: [keys.symmetric] }),
    make: async (made) => {
      const binding = bindingOf(made);
      const context = directContext(encryptionContext(made.audience ?? "care-api", made.pool ?? poolId), binding.sub);
      const encrypt = (plaintext: Uint8Array) => kmsEncrypt(client())(keys.symmetric, context, plaintext, never);
      return sealDirect(claims, binding, encrypt, null);
    },
  },
};

function placeOf({ audience = "care-api", pool = poolId }: Made) {
  return { audience, poolId: pool };
}

const asked = (): number =>
  kms.requests().filter(({ operation }) => /Decrypt|DeriveSharedSecret/.test(operation)).length;

describe.for(Object.keys(modes))("mode %s", (name) => {
  const { seal, make } = modes[name]!;

  test("opens what was sealed for this server", async () => {
    const auth = await opener(seal()).open(accessToken({ sealed_care_api: await make({}) }));
    expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
  });

  test("opens tokens of each pool that is listed, under that pool's own context", async () => {
    const { open } = opener(seal());
    const iss = issuer.replace(/eu-central-1\.(.*)\/.*/, `us-east-1.$1/${otherPool}`);
    const auth = await open(accessToken({ iss, sealed_care_api: await make({ pool: otherPool }) }));
    expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
    const moved = accessToken({ iss, sealed_care_api: await make({}) });
    await expect(open(moved)).rejects.toMatchObject({ publicCode: "SEALED_INVALID", status: 401 });
  });

  test.for<readonly [string, Made]>([
    ["somebody else", { to: "somebody-else" }],
    ["an earlier time", { iat: seconds() - 86_400 }],
    ["another server", { audience: "billing-api" }],
    ["another pool", { pool: otherPool }],
    ["another client", { client: "5othr" }],
  ])("refuses what was sealed for %s, and says no more than that it is invalid", async ([, made]) => {
    const token = accessToken({ sealed_care_api: await make(made) });
    await expect(opener(seal()).open(token)).rejects.toMatchObject({ publicCode: "SEALED_INVALID", status: 401 });
  });

  test("compares a client that is named, and can insist that one is", async () => {
    const bound = accessToken({ sealed_care_api: await make({ client: clientId }) });
    const unbound = accessToken({ sealed_care_api: await make({}) });
    const { open } = opener({ ...seal(), bindClient: true });
    await expect(open(bound)).resolves.toHaveProperty("sealed.licence_no");
    await expect(opener(seal()).open(bound)).resolves.toHaveProperty("sealed.licence_no");
    await expect(open(unbound)).rejects.toMatchObject({
      code: "SEALED_BINDING",
      message: "the envelope does not say for which client it is",
    });
  });

  test("never takes an envelope of another mode", async () => {
    for (const [other, { make: makeOther }] of Object.entries(modes)) {
      if (other.split(" ")[0] === name.split(" ")[0]) continue;
      const token = accessToken({ sealed_care_api: await makeOther({}) });
      const before = asked();
      await expect(opener(seal()).open(token)).rejects.toMatchObject({ code: "SEALED_MALFORMED" });
      expect(asked()).toBe(before);
    }
  });

  test("asks KMS nothing for a token that is not valid, or to verify one", async () => {
    const { open, verify } = opener(seal());
    const sealed = await make({});
    const before = asked();
    await expect(open(accessToken({ client_id: "another", sealed_care_api: sealed }))).rejects.toMatchObject({
      code: "TOKEN_INVALID",
    });
    const verified = await verify(accessToken({ sealed_care_api: sealed }));
    expect(Object.keys(verified).toSorted()).toEqual(["claims", "has", "meta"]);
    expect(asked()).toBe(before);
  });

  test("waits no longer than the caller wants to", async () => {
    const token = accessToken({ sealed_care_api: await make({}) });
    await expect(opener(seal()).open(token, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "KEY_UNAVAILABLE",
      status: 503,
    });
  });
});

test("one deadline stands for all keys that are tried for a token", async () => {
  const { signal } = new AbortController();
  const token = accessToken({ sealed_care_api: await modes["asymmetric under a key of KMS"]!.make({}) });
  const any = vi.spyOn(AbortSignal, "any");
  const before = asked();
  try {
    await opener({ mode: "asymmetric", keys: [keys.later, keys.agreement] }).open(token, { signal });
    expect(asked()).toBe(before + 2);
    expect(any.mock.calls.filter(([signals]) => [...signals].includes(signal))).toHaveLength(1);
  } finally {
    any.mockRestore();
  }
});

describe("calls to KMS", () => {
  test("are one per token in mode asymmetric, however often it is sent", async () => {
    const { open } = opener({ mode: "asymmetric", keys: [keys.agreement] });
    const tokens = await Promise.all(
      [1, 2].map(async () => accessToken({ sealed_care_api: await modes["asymmetric under a key of KMS"]!.make({}) })),
    );
    const before = asked();
    for (const token of [...tokens, ...tokens, ...tokens]) await open(token);
    expect(asked()).toBe(before + 2);
  });

  test("are one per opening in mode direct, which holds no plaintext", async () => {
    const { open } = opener({ mode: "direct", keys: [keys.symmetric] });
    const token = accessToken({ sealed_care_api: await modes["direct"]!.make({}) });
    const before = asked();
    for (let times = 0; times < 3; times += 1) await open(token);
    expect(asked()).toBe(before + 3);
  });

  test("are none at all with a key of one's own", async () => {
    const { open } = opener({ mode: "asymmetric", keys: [local.privateKey] });
    const before = asked();
    await open(accessToken({ sealed_care_api: await modes["asymmetric under a local key"]!.make({}) }));
    expect(asked()).toBe(before);
  });

  test("stop at the number an instance may make in a second", async () => {
    const { open } = opener({ mode: "direct", keys: [keys.symmetric], kmsCallsPerSecond: 2 });
    const token = accessToken({ sealed_care_api: await modes["direct"]!.make({}) });
    const before = asked();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => open(token)));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused.length).toBeGreaterThan(0);
    for (const error of refused) {
      expect(error).toMatchObject({
        code: "KEY_UNAVAILABLE",
        message: "this instance has asked KMS too often in a second",
      });
    }
    expect(asked() - before).toBe(8 - refused.length);
  });

  test("are one for a thousand openings of tokens under one data key", async () => {
    const { open } = opener({ mode: "envelope", keys: [keys.symmetric] });
    const token = await tokensOfOneDataKey();
    const before = asked();
    for (let times = 0; times < 50; times += 1) await Promise.all(Array.from({ length: 20 }, () => open(token())));
    expect(asked()).toBe(before + 1);
  });

  test("that fail go unnoticed for as long as keys are held, and then no value is given", async () => {
    const token = await tokensOfOneDataKey();
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const { open } = opener({ mode: "envelope", keys: [keys.symmetric] });
      const start = Date.now();
      const openAt = async (minutes: number): Promise<unknown> => {
        vi.setSystemTime(start + minutes * 60_000);
        return open(token()).catch((error: unknown) => error);
      };
      expect(await openAt(0)).toHaveProperty("sealed.licence_no");
      kms.inject({ fail: "KMSInternalException" });
      for (let minutes = 1; minutes < 15; minutes += 1) {
        expect(await openAt(minutes)).toHaveProperty("sealed.licence_no");
      }
      expect(await openAt(15)).toMatchObject({ name: "OpenerError", code: "KEY_UNAVAILABLE", status: 503 });
      kms.inject({});
      expect(await openAt(16)).toHaveProperty("sealed.licence_no");
    } finally {
      vi.useRealTimers();
    }
  });
});

/** Makes tokens as the trigger does in the hour of one data key. */
async function tokensOfOneDataKey(): Promise<() => string> {
  const context = encryptionContext("care-api", poolId);
  const dataKey = await kmsDataKeys(client())(keys.symmetric, context, never);
  return () => accessToken({ sealed_care_api: sealEnvelope(claims, { sub, iat: seconds() }, dataKey, null) });
}

import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type KmsSender, kmsClient } from "../../aws/kms-client.ts";
import { kmsDataKeys } from "../../aws/kms-data-keys.ts";
import { kmsDecrypt } from "../../aws/kms-decrypt.ts";
import { kmsDeriveSharedSecret } from "../../aws/kms-derive-shared-secret.ts";
import { kmsEncrypt } from "../../aws/kms-encrypt.ts";
import { kmsPublicKey } from "../../aws/kms-public-key.ts";
import { kmsUnwrap } from "../../aws/kms-unwrap.ts";
import type { Plan, PlanSeal, SealMode } from "../../claims/plan.ts";
import { simulateTokens } from "../../cognito/simulator.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { localAgreementKey } from "../../crypto/agreement.ts";
import { directContext } from "../../crypto/direct-context.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import { spkiOf } from "../../crypto/p256.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { createKms, type Kms } from "../../local/kms/kms.ts";
import { serveKms } from "../../local/kms/server.ts";
import type { Loopback } from "../../local/loopback.ts";
import { customizeToken } from "../../triggers/pre-token-generation.ts";
import { sealingPorts } from "../../triggers/sealing-ports.ts";
import { staleRows } from "../../triggers/stale-rows.ts";
import { aClaim, aPlan, aProfile, SUB } from "../claims/a-plan.ts";

const MODES: readonly SealMode[] = ["envelope", "asymmetric", "direct"];
const [REGION, POOL, WEB] = ["eu-central-1", "eu-central-1_Example01", "1example23456789"];
const NOW = 1_800_000_000_000;
const never = new AbortController().signal;

let kms: Kms;
let server: Loopback;
let client: KmsSender;
const keys: Record<SealMode, string> = { envelope: "", asymmetric: "", direct: "" };

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "someone");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "something");
  kms = createKms();
  server = await serveKms(kms);
  client = kmsClient({ region: REGION, endpoint: server.url });
  for (const mode of MODES) {
    keys[mode] = kms.createKey({ region: REGION, spec: mode === "asymmetric" ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT" });
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});
beforeEach(() => {
  kms.inject({});
  for (const key of Object.values(keys)) kms.setKeyState(key, "Enabled");
});

const NAMES = ["licence_no", "legal_name", "employer_name"];

/** A plan that seals three claims of 24 bytes for `care-api`, or none. */
function planWith(seal: PlanSeal, { names = NAMES, required = false } = {}): Plan {
  const care = aPlan().resourceServers["care-api"]!;
  const claims = names.map((name) =>
    aClaim(name, { op: "string", value: "x".repeat(24) }, { to: [], sealFor: ["care-api"], class: "pii", required }),
  );
  const envelopes = names.length > 0 ? [{ resourceServer: "care-api", claims: names }] : [];
  const scopes = [{ add: ["care-api/read"], remove: [] }];
  return aPlan({
    resourceServers: { "care-api": { ...care, identifier: "care-api", seal } },
    profiles: [aProfile({ clients: [WEB], claims, envelopes, scopes, reads: [] })],
  });
}

const event: TriggerEvent = {
  version: "2",
  triggerSource: "TokenGeneration_HostedAuth",
  region: REGION,
  userPoolId: POOL,
  userName: SUB,
  callerContext: { awsSdkVersion: "aws-sdk", clientId: WEB },
  request: {
    userAttributes: { sub: SUB, "cognito:user_status": "CONFIRMED" },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ["openid"],
  },
  response: { claimsAndScopeOverrideDetails: null },
};

function triggerOf(plan: Plan): (event: unknown) => Promise<TriggerEvent> {
  return customizeToken({
    plan,
    pools: [],
    loadAttributes: async () => [],
    invokeFunction: null,
    staleRows: staleRows(),
    ...sealingPorts(plan, () => ({
      generateDataKey: kmsDataKeys(client),
      loadPublicKey: kmsPublicKey(client),
      encrypt: kmsEncrypt(client),
    })),
    loadPseudonyms: async () => null,
    patterns: new Map(),
    now: () => NOW,
    steady: () => performance.now(),
    budgetMs: () => 4_200,
  });
}

/** The access token Cognito would issue. */
function accessTokenOf(answer: TriggerEvent): TokenClaims {
  const simulated = simulateTokens({
    poolVersion: "V2",
    event,
    response: answer,
    issued: { iat: NOW / 1000, authTime: NOW / 1000 },
  });
  if (simulated.refused) throw new Error(simulated.refused.reason);
  return simulated.accessToken;
}

const issue = async (plan: Plan): Promise<TokenClaims> => accessTokenOf(await triggerOf(plan)(event));
const sealedIn = ({ sealed_care_api: value }: TokenClaims): string => (typeof value === "string" ? value : "");
const keyArn = (mode: SealMode): PlanSeal => ({ key: keys[mode], region: REGION, mode });

/** Opens as a reader of this mode does, for the client it knows from the token. */
async function opened(value: string, mode: SealMode, clientId: string = WEB): Promise<ReadonlyMap<string, Json>> {
  const token = { sub: SUB, iat: NOW / 1000, clientId };
  const context = encryptionContext("care-api", POOL);
  switch (mode) {
    case "envelope":
      return openEnvelope(value, token, (wrapped) => kmsUnwrap(client)(keys.envelope, context, wrapped, never));
    case "asymmetric":
      return openAsymmetric(value, { ...token, place: { audience: "care-api", poolId: POOL } }, [
        { keyId: null, agree: (ephemeral) => kmsDeriveSharedSecret(client)(keys.asymmetric, ephemeral, never) },
      ]);
    case "direct":
      return openDirect(value, token, (blob) =>
        kmsDecrypt(client)(keys.direct, directContext(context, SUB), blob, never),
      );
  }
}

const claims = new Map(NAMES.map((name) => [name, "x".repeat(24)]));
const operationsOf = (from: number): readonly string[] =>
  kms
    .requests()
    .slice(from)
    .map(({ operation }) => operation);

describe.for(MODES)("mode %s", (mode) => {
  test("seals what its resource server opens", async () => {
    expect(await opened(sealedIn(await issue(planWith(keyArn(mode)))), mode)).toEqual(claims);
  });

  test("with bindClient opens for the client it was sealed for, and for no other", async () => {
    const value = sealedIn(await issue(planWith({ ...keyArn(mode), bindClient: true })));
    expect(await opened(value, mode)).toEqual(claims);
    await expect(opened(value, mode, "another")).rejects.toMatchObject({
      code: "SEALED_BINDING",
      message: "the envelope is for another client",
    });
  });

  test("leaves the envelope out when its key is refused, and refuses where a claim of it is required", async () => {
    kms.setKeyState(keys[mode], "Disabled");
    const token = await issue(planWith(keyArn(mode)));
    expect(token).not.toHaveProperty("sealed_care_api");
    expect(JSON.stringify(token)).not.toContain("xxxx");
    await expect(issue(planWith(keyArn(mode), { required: true }))).rejects.toMatchObject({
      code: "SEAL_UNAVAILABLE",
      detail: 'resource server "care-api": KEY_ACCESS_DENIED',
    });
  });
});

test("a thousand sign-ins on one instance take one request of KMS, or one each where KMS itself encrypts", async () => {
  const asked: Record<string, readonly string[]> = {};
  for (const mode of MODES) {
    const trigger = triggerOf(planWith(keyArn(mode)));
    const before = kms.requests().length;
    const signIns = mode === "direct" ? 20 : 1_000;
    for (let each = 0; each < signIns; each += 10) {
      await Promise.all(Array.from({ length: 10 }, () => trigger(event)));
    }
    asked[mode] = operationsOf(before);
  }
  expect(asked).toEqual({
    envelope: ["GenerateDataKey"],
    asymmetric: ["GetPublicKey"],
    direct: Array.from({ length: 20 }, () => "Encrypt"),
  });
});

test("a pinned public key asks KMS for nothing, and a reader without KMS opens with its own key", async () => {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = spkiOf(own.publicKey).toString("base64");
  const before = kms.requests().length;
  for (const seal of [
    { ...keyArn("asymmetric"), publicKey: spki },
    { key: spki, mode: "asymmetric" },
  ] as const) {
    const token = { sub: SUB, iat: NOW / 1000, place: { audience: "care-api", poolId: POOL } };
    const value = sealedIn(await issue(planWith(seal)));
    expect(await openAsymmetric(value, token, [localAgreementKey(own.privateKey)])).toEqual(claims);
  }
  expect(operationsOf(before)).toEqual([]);
});

test.for(["publicKey", "key"] as const)("a %s beside its curve stops the start, naming its server", (part) => {
  const spki = spkiOf(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey);
  spki[90]! ^= 1;
  const seal: PlanSeal = { ...keyArn("asymmetric"), [part]: spki.toString("base64") };
  expect(() => triggerOf(planWith(seal))).toThrow(
    new TypeError('the public key of resource server "care-api" is not a point of P-256'),
  );
});

test("bounds of data keys are the seal's own", async () => {
  const seal: PlanSeal = { ...keyArn("envelope"), dataKey: { maxAgeSeconds: 300, maxTokens: 4 } };
  const trigger = triggerOf(planWith(seal));
  const wrapped: (string | undefined)[] = [];
  for (let each = 0; each < 12; each += 1) wrapped.push(sealedIn(accessTokenOf(await trigger(event))).split("~")[1]);
  const tokensOf = new Map([...new Set(wrapped)].map((each) => [each, wrapped.filter((one) => one === each).length]));
  expect(Math.max(...tokensOf.values())).toBeLessThanOrEqual(4);
  expect(tokensOf.size).toBeGreaterThanOrEqual(3);
});

test("three claims of 24 bytes take as many bytes of a token as was promised, at most", async () => {
  const names = ["licence_numbr", "legal_surname", "employer_name"];
  expect(names.map(({ length }) => length)).toEqual([13, 13, 13]);
  const bytesOf = (token: TokenClaims): number => Buffer.from(JSON.stringify(token)).toString("base64url").length;
  const added: Record<string, number> = {};
  for (const mode of MODES) {
    const without = bytesOf(await issue(planWith(keyArn(mode), { names: [] })));
    added[mode] = bytesOf(await issue(planWith(keyArn(mode), { names }))) - without;
  }
  // Promised: 895, 875 and 655.
  expect(added).toEqual({ envelope: 886, asymmetric: 868, direct: 572 });
});

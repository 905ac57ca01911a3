import { createSecretKey, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { ResolvedClaims } from "../../claims/resolve/resolved-claims.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { estimateTokenBytes } from "../../cognito/token-size.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import { type Protected, protectClaims } from "../../triggers/protect.ts";
import type { Sealing } from "../../triggers/seal.ts";
import { aMachine, aPlan, aSubject, SUB } from "../claims/a-plan.ts";

const NOW = 1_800_000_000_000;

/** What leaves the trigger. */
async function protect(...given: Parameters<typeof protectClaims>): Promise<Protected["safe"]> {
  return (await protectClaims(...given)).safe;
}

function resolved(changes: Partial<ResolvedClaims> = {}): ResolvedClaims {
  return {
    access: new Map(),
    id: new Map(),
    envelopes: [],
    suppress: { access: [], id: [] },
    scopesToAdd: [],
    scopesToSuppress: [],
    groups: "leave",
    droppable: [],
    omitted: [],
    ...changes,
  };
}

/** Data keys made on the spot, and a note of every context asked for. */
function sealing(fail?: CryptoError): Sealing & { readonly contexts: EncryptionContext[]; readonly key: Buffer } {
  const contexts: EncryptionContext[] = [];
  const key = randomBytes(32);
  return {
    contexts,
    key,
    takeDataKey: async (_, context) => {
      contexts.push(context);
      if (fail) throw fail;
      return { key: createSecretKey(key), wrapped: new Uint8Array(184) };
    },
    takePublicKey: () => Promise.reject(new Error("these plans seal with data keys")),
    encrypt: () => Promise.reject(new Error("these plans seal with data keys")),
    now: () => NOW,
    signal: new AbortController().signal,
  };
}

const envelope = (claims: Record<string, JsonValue>, mustSeal = false): ResolvedClaims["envelopes"][number] => ({
  resourceServer: "care-api",
  seal: { key: "care", mode: "envelope" },
  claims: new Map(Object.entries(claims)),
  padTo: null,
  mustSeal,
});

test("an envelope is sealed under its audience and pool, and bound to the subject and the time", async () => {
  const port = sealing();
  const claims = resolved({ envelopes: [envelope({ phone: "+1", note: null })] });
  const { access } = await protect(aPlan(), aSubject(), claims, true, port);
  const value = access?.add.get("sealed_care_api");
  expect(port.contexts).toEqual([
    { "claimseal:aud": "care", "claimseal:pool": "eu-central-1_Example01", "claimseal:v": "1" },
  ]);
  const opened = await openEnvelope(value as string, { sub: SUB, iat: NOW / 1000 }, async () =>
    createSecretKey(port.key),
  );
  expect(Object.fromEntries(opened)).toEqual({ phone: "+1", note: null });
});

test("every governed access token says which map made it, and no other does", async () => {
  const governed = await protect(aPlan(), aSubject(), resolved(), true, sealing());
  const bare = await protect(aPlan(), aSubject(), resolved(), false, sealing());
  expect(governed.access?.add.get("cmv")).toBe("demo@1");
  expect(bare.access?.add.has("cmv")).toBe(false);
});

test("a V1 pool changes no access token, a machine has no ID token", async () => {
  const v1 = await protect(aPlan({ events: "V1" }), aSubject({ shape: "V1" }), resolved(), true, sealing());
  const machine = await protect(aPlan(), aMachine(), resolved(), true, sealing());
  expect([v1.access, v1.id === null]).toEqual([null, false]);
  expect([machine.id, machine.access === null]).toEqual([null, false]);
});

test.for(["KEY_UNAVAILABLE", "KEY_ACCESS_DENIED"] as const)(
  "without a data key (%s) the envelope is left out, or the token refused where it must not be missing",
  async (code) => {
    const port = sealing(new CryptoError(code, "no key"));
    const optional = await protect(
      aPlan(),
      aSubject(),
      resolved({ envelopes: [envelope({ a: "secret" })] }),
      true,
      port,
    );
    expect([...(optional.access?.add.keys() ?? [])]).toEqual(["cmv"]);
    const must = resolved({ envelopes: [envelope({ a: "secret" }, true)] });
    await expect(protectClaims(aPlan(), aSubject(), must, true, port)).rejects.toMatchObject({
      code: "SEAL_UNAVAILABLE",
      message: "Sign-in is not possible right now. Please try again later (SEAL_UNAVAILABLE)",
      detail: `resource server "care-api": ${code}`,
    });
  },
);

test("an envelope is sealed under the key it was resolved to, whatever the plan still says", async () => {
  const asked: unknown[] = [];
  const port = sealing();
  const takeDataKey: Sealing["takeDataKey"] = (seal, ...rest) => {
    asked.push(seal);
    return port.takeDataKey(seal, ...rest);
  };
  const seal = { key: "the partition's", region: "eu-west-1", mode: "envelope" } as const;
  const claims = resolved({ envelopes: [{ ...envelope({ phone: "+1" }), seal }] });
  await protect(aPlan(), aSubject(), claims, true, { ...port, takeDataKey });
  expect(asked).toEqual([seal]);
});

test("claims too large for an envelope refuse the token, whatever they are for: an absence would tell their size", async () => {
  const claims = resolved({ envelopes: [envelope({ a: "x".repeat(5000) })] });
  await expect(protectClaims(aPlan(), aSubject(), claims, true, sealing())).rejects.toMatchObject({
    code: "TOKEN_OVERSIZE",
    detail: 'the envelope for "care-api"',
  });
});

test("a fault that is not of the key's is not taken for one", async () => {
  const broken = { ...sealing(), takeDataKey: () => Promise.reject(new TypeError("a bug")) };
  const claims = resolved({ envelopes: [envelope({ a: "secret" })] });
  await expect(protectClaims(aPlan(), aSubject(), claims, true, broken)).rejects.toThrow(new TypeError("a bug"));
});

const long = (bytes: number): string => "x".repeat(bytes);
const limited = (onOversize: "deny" | "drop") => aPlan({ limits: { accessToken: 2400, idToken: 2500, onOversize } });

test.for([
  ["access", "the access token"],
  ["id", "the ID token"],
] as const)("an %s token over its limit is refused under deny", async ([token, detail]) => {
  const claims = resolved({ [token]: new Map([["big", long(3000)]]), droppable: ["big"] });
  await expect(protectClaims(limited("deny"), aSubject(), claims, true, sealing())).rejects.toMatchObject({
    code: "TOKEN_OVERSIZE",
    detail,
  });
});

test("under drop, claims that only inform go one by one until the token fits, and only where it does not", async () => {
  const all = new Map([
    ["kept", "x"],
    ["first", long(300)],
    ["second", long(300)],
    ["third", long(900)],
  ]);
  const claims = resolved({ access: all, id: new Map([["third", "x"]]), droppable: ["third", "second", "first"] });
  const { access, id } = await protect(limited("drop"), aSubject(), claims, true, sealing());
  expect([...(access?.add.keys() ?? [])]).toEqual(["kept", "first", "second", "cmv"]);
  expect(id?.add.has("third")).toBe(true);
  expect([...all.keys()]).toContain("third");
});

test("a claim that goes for its size does not bring back what Cognito has under its name", async () => {
  const big = resolved({
    id: new Map([["email", long(3000)]]),
    suppress: { access: [], id: [] },
    droppable: ["email"],
  });
  const { id } = await protect(limited("drop"), aSubject(), big, true, sealing());
  expect(id?.add.has("email")).toBe(false);
  expect(id?.suppress).toContain("email");
  expect(big.suppress.id).toEqual([]);
});

test("a token that stays too large after everything that may go has gone is refused", async () => {
  const claims = resolved({ access: new Map([["needed", long(3000)]]), droppable: [] });
  await expect(protectClaims(limited("drop"), aSubject(), claims, true, sealing())).rejects.toMatchObject({
    code: "TOKEN_OVERSIZE",
    detail: "the access token",
  });
});

test("whatever is let go fits the limits", async () => {
  const claims = resolved({ access: new Map([["a", long(400)]]), id: new Map([["b", long(400)]]) });
  const safe = await protect(limited("deny"), aSubject(), claims, true, sealing());
  const bytes = estimateTokenBytes(aSubject(), safe);
  expect(bytes.access).toBeLessThanOrEqual(2400);
  expect(bytes.id).toBeLessThanOrEqual(2500);
});

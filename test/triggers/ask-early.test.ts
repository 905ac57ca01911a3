import { createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Plan, PlanSeal } from "../../claims/plan.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { askEarly } from "../../triggers/ask-early.ts";
import type { SealingPorts } from "../../triggers/seal.ts";
import { aPlan, aProfile, aSubject } from "../claims/a-plan.ts";

const never = new AbortController().signal;
const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const context = encryptionContext("care", aSubject().poolId);
const profile = aProfile({ envelopes: [{ resourceServer: "care-api", claims: ["phone"] }] });

function planWith(seal: PlanSeal): Plan {
  const care = aPlan().resourceServers["care-api"]!;
  return aPlan({ resourceServers: { "care-api": { ...care, seal } } });
}

/** Ports that write down what they are asked, and fail if told to. */
function ports(failure?: Error): SealingPorts & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = async <T>(what: string, value: T): Promise<T> => {
    asked.push(what);
    if (failure) throw failure;
    return value;
  };
  return {
    asked,
    takeDataKey: ({ key }, given) =>
      answer(`data key ${key} ${given["claimseal:aud"]} ${given["claimseal:pool"]}`, {
        key: createSecretKey(randomBytes(32)),
        wrapped: new Uint8Array(184),
      }),
    takePublicKey: ({ key }) => answer(`public key ${key}`, publicKey),
    encrypt: async () => answer("encrypt", new Uint8Array(353)),
  };
}

describe("a key asked for early", () => {
  test("is asked for before anybody needs it, and once", async () => {
    const given = ports();
    const seal = { key: "arn:care", mode: "envelope" } as const;
    const early = askEarly(planWith(seal), profile, aSubject(), given, never);
    expect(given.asked).toEqual([`data key arn:care care ${aSubject().poolId}`]);
    const first = await early.takeDataKey(seal, context, never);
    expect(await early.takeDataKey(seal, context, never)).toBe(first);
    expect(given.asked).toHaveLength(1);
  });

  test("is a public key under asymmetric, and nothing under direct", async () => {
    const [pair, blob] = [ports(), ports()];
    const seal = { key: "arn:care", mode: "asymmetric" } as const;
    const early = askEarly(planWith(seal), profile, aSubject(), pair, never);
    expect(pair.asked).toEqual(["public key arn:care"]);
    expect(await early.takePublicKey(seal, context, never)).toBe(publicKey);
    expect(pair.asked).toHaveLength(1);
    askEarly(planWith({ key: "arn:care", mode: "direct" }), profile, aSubject(), blob, never);
    expect(blob.asked).toEqual([]);
  });

  test.for<readonly [string, PlanSeal]>([
    ["key", { key: "{partition.key}", mode: "envelope" }],
    ["region", { key: "arn:care", region: "{partition.region}", mode: "envelope" }],
  ])("is none whose %s differs by partition: that is asked for when it is known", async ([, seal]) => {
    const given = ports();
    const early = askEarly(planWith(seal), profile, aSubject(), given, never);
    expect(given.asked).toEqual([]);
    await early.takeDataKey({ key: "arn:of-the-partition", mode: "envelope" } as PlanSeal, context, never);
    expect(given.asked).toEqual([`data key arn:of-the-partition care ${aSubject().poolId}`]);
  });

  test("is for what the profile seals, and for its own key and audience alone", async () => {
    const given = ports();
    const seal = { key: "arn:care", mode: "envelope" } as const;
    expect(askEarly(planWith(seal), aProfile(), aSubject(), given, never)).toBeDefined();
    expect(given.asked).toEqual([]);
    const early = askEarly(planWith(seal), profile, aSubject(), given, never);
    await early.takeDataKey(seal, encryptionContext("billing", aSubject().poolId), never);
    await early.takeDataKey({ ...seal, key: "arn:other" }, context, never);
    expect(given.asked).toHaveLength(3);
  });

  test("that fails fails nobody who does not need it, and whoever does with its own error", async () => {
    const failure = new CryptoError("KEY_UNAVAILABLE", "KMS could not be asked: ECONNRESET");
    const seal = { key: "arn:care", mode: "envelope" } as const;
    const early = askEarly(planWith(seal), profile, aSubject(), ports(failure), never);
    // An unhandled rejection would end the test run here.
    await new Promise((resolve) => setImmediate(resolve));
    await expect(early.takeDataKey(seal, context, never)).rejects.toBe(failure);
  });

  test("by a port that throws before it answers is no different", async () => {
    const broken = new TypeError("a bug");
    const throwing: SealingPorts = {
      ...ports(),
      takeDataKey: () => {
        throw broken;
      },
    };
    const seal = { key: "arn:care", mode: "envelope" } as const;
    const early = askEarly(planWith(seal), profile, aSubject(), throwing, never);
    await expect(early.takeDataKey(seal, context, never)).rejects.toBe(broken);
  });
});

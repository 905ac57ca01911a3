import { describe, expect, test } from "vitest";
import type { SealMode } from "../../claims/plan.ts";
import { keysInMemory } from "../../local/keys-in-memory.ts";
import { type Sealing, seal } from "../../triggers/seal.ts";
import { aSubject, SUB } from "../claims/a-plan.ts";

const NOW = 1_800_000_000_000;
const claims = new Map([["licence_no", "DE-48213377"]]);
const token = { sub: SUB, iat: NOW / 1000, clientId: "web", poolId: aSubject().poolId };

describe.for<SealMode>(["envelope", "asymmetric", "direct"])("without a KMS, mode %s", (mode) => {
  const keys = keysInMemory();
  const sealing: Sealing = { ...keys.ports, now: () => NOW, signal: new AbortController().signal };
  const server = { identifier: "care", seal: { mode, bindClient: true } as const };
  const sealed = async () => {
    const envelope = { seal: { key: "care", mode, bindClient: true } as const, claims, padTo: null };
    return (await seal(server, aSubject(), envelope, sealing)).value;
  };

  test("seals what it opens", async () => {
    expect(await keys.open(await sealed(), server, token)).toEqual(claims);
  });

  test.for<readonly [string, object, object]>([
    ["another resource server", { identifier: "billing" }, {}],
    ["another pool", {}, { poolId: "eu-central-1_Another01" }],
    ["another subject", {}, { sub: "another" }],
    ["another client", {}, { clientId: "another" }],
  ])("opens nothing for %s", async ([, asServer, asToken]) => {
    const outcome = keys.open(await sealed(), { ...server, ...asServer }, { ...token, ...asToken });
    await expect(outcome).rejects.toMatchObject({ code: expect.stringMatching(/^SEALED_(BINDING|INTEGRITY)$/) });
  });

  test("opens nothing that other keys sealed", async () => {
    await expect(keysInMemory().open(await sealed(), server, token)).rejects.toMatchObject({
      code: "SEALED_INTEGRITY",
    });
  });
});

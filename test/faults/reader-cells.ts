import { expect, vi } from "vitest";
import type { Fault } from "../../local/fault-proxy.ts";
import { accessClaims, accessToken, jwk, poolKey, seconds, sign, strangersKey } from "../resource-server/service.ts";
import type { Bench, Cell } from "./cell.ts";
import { flooding, type PoolAnswer, publishing, READS, standInForPool, startReader } from "./reader.ts";

const jwksTests = ["test/resource-server/jwks.test.ts"];

const outOfReach = {
  gets: "for a held key, all of the token; otherwise `KEY_UNAVAILABLE`, status 503: try again",
  token: "everything, or nothing sealed; `verify` gives the clear claims without KMS",
  codes: ["KEY_UNAVAILABLE"],
  within: "4.2 s",
} as const;

/** Opens the first of two tokens of one data key, lets `fault` happen, and opens the second and one of another key. */
async function heldThenNot(bench: Bench, fault: Fault) {
  const reader = await startReader(bench);
  const [[first = "", second = ""], [other = ""]] = [await reader.tokens(2), await reader.tokens(1)];
  const opener = reader.opener();
  expect(await reader.read(opener, first)).toBe(READS);
  reader.kms.inject(fault);
  const before = reader.kms.count();
  expect(await reader.read(opener, second)).toBe(READS);
  expect(reader.kms.count()).toBe(before);
  return { ...reader, opener, other, before };
}

export const readerCells: readonly Cell[] = [
  {
    id: "F20",
    dependency: "KMS, opening",
    fault: "it throttles",
    ...outOfReach,
    also: ["test/crypto/unwrap-cache.test.ts"],
    run: async (bench) => {
      const end = { kind: "error", status: 400, code: "ThrottlingException" } as const;
      const { kms, opener, other, before, read } = await heldThenNot(bench, { end });
      await expect(read(opener, other)).rejects.toMatchObject({ code: "KEY_UNAVAILABLE", status: 503 });
      expect(kms.count() - before).toBeLessThanOrEqual(3);
    },
  },
  {
    id: "F21",
    dependency: "KMS, opening",
    fault: "a black hole",
    ...outOfReach,
    run: async (bench) => {
      const { kms, opener, other, read } = await heldThenNot(bench, { end: { kind: "hang" } });
      await expect(read(opener, other)).rejects.toMatchObject({ code: "KEY_UNAVAILABLE", status: 503 });
      expect((await bench.timed(() => opener.verify(other))).claims).toMatchObject({ clinic_id: "c42" });
      const inTime = { signal: AbortSignal.timeout(200) };
      await expect(bench.timed(() => opener.open(other, inTime))).rejects.toMatchObject({ code: "KEY_UNAVAILABLE" });
      await vi.waitFor(() => expect(kms.waiting()).toBe(0), 5_000);
    },
  },
  {
    id: "F22",
    dependency: "KMS, opening",
    fault: "it denies access: another audience's key",
    gets: "`KEY_ACCESS_DENIED`, status 500; KMS's own log has the request, its key and its context",
    token: "nothing sealed",
    codes: ["KEY_ACCESS_DENIED"],
    within: "1.5 s",
    also: ["test/resource-server/open.test.ts"],
    run: async (bench) => {
      const { keys, kms, keyArn, opener, tokens, read } = await startReader(bench);
      const [token = ""] = await tokens(1);
      keys.inject({ keyArn, operation: "Decrypt", fail: "AccessDeniedException" });
      const code = "KEY_ACCESS_DENIED";
      await expect(read(opener(), token)).rejects.toMatchObject({ code, publicCode: code, status: 500 });
      expect(kms.count("Decrypt")).toBe(1);
      expect(keys.requests().at(-1)).toMatchObject({
        operation: "Decrypt",
        keyArn,
        context: { "claimseal:aud": "care-api" },
        outcome: "AccessDeniedException",
      });
    },
  },
  {
    id: "F23",
    dependency: "KMS, opening",
    fault: "the key is rotated; tokens of before are still about",
    gets: "all of the token, old or new",
    token: "everything",
    codes: [],
    within: "1.5 s",
    also: ["test/local/kms/rotation.test.ts"],
    run: async (bench) => {
      const { keys, keyArn, opener, tokens, read } = await startReader(bench);
      const [old = ""] = await tokens(1);
      for (let times = 0; times < 3; times += 1) {
        await keys.call("RotateKeyOnDemand", { region: "eu-central-1", caller: null }, { KeyId: keyArn });
        const [young = ""] = await tokens(1);
        const fresh = opener();
        expect([await read(fresh, old), await read(fresh, young)]).toEqual([READS, READS]);
      }
    },
  },
  {
    id: "F24",
    dependency: "The pool's signing keys",
    fault: "their address is down, they are held",
    gets: "all of the token",
    token: "everything",
    codes: [],
    within: "1.5 s",
    also: jwksTests,
    run: async (bench) => {
      const { poolOpener, tokens, read } = await startReader(bench);
      const pool = await standInForPool(bench);
      pool.answer(publishing());
      const service = poolOpener();
      const many = await tokens(50);
      expect(await read(service, many[0] ?? "")).toBe(READS);
      pool.answer((_request, response) => response.destroy());
      for (const token of many) expect(await read(service, token)).toBe(READS);
      expect(pool.asked()).toBe(1);
    },
  },
  {
    id: "F25",
    dependency: "The pool's signing keys",
    fault: "their address is down at a cold start: a black hole, resets, answers of 500",
    gets: "`KEY_UNAVAILABLE`, status 503: try again; as soon as they are there, all of the token",
    token: "nothing: what is not verified is not given",
    codes: ["KEY_UNAVAILABLE"],
    within: "4.2 s",
    also: [...jwksTests, "test/resource-server/hydrate.test.ts"],
    run: async (bench) => {
      const { poolOpener, tokens, read } = await startReader(bench);
      const pool = await standInForPool(bench);
      const [token = ""] = await tokens(1);
      const outages: readonly PoolAnswer[] = [
        () => {},
        (_request, response) => response.destroy(),
        (_request, response) => response.writeHead(500).end(),
      ];
      for (const answer of outages) {
        pool.answer(answer);
        const service = poolOpener();
        await expect(read(service, token)).rejects.toMatchObject({ code: "KEY_UNAVAILABLE", status: 503 });
        pool.answer(publishing());
        expect(await read(service, token)).toBe(READS);
      }
    },
  },
  {
    id: "F26",
    dependency: "The pool's signing keys",
    fault: "they are rotated",
    gets: "all of the token, after one more fetch",
    token: "everything",
    codes: [],
    within: "1.5 s",
    also: [...jwksTests, "test/resource-server/opener.test.ts"],
    run: async (bench) => {
      const { poolOpener } = await startReader(bench);
      const pool = await standInForPool(bench);
      pool.answer(publishing());
      const service = poolOpener({ seal: null });
      await bench.timed(() => service.open(accessToken()));
      pool.answer(publishing({ keys: [jwk(poolKey), jwk(strangersKey)] }));
      for (let times = 0; times < 5; times += 1) await bench.timed(() => service.open(accessToken({}, strangersKey)));
      expect(pool.asked()).toBe(2);
    },
  },
  {
    id: "F27",
    dependency: "The pool's signing keys",
    fault: "a flood of tokens that name keys of nobody",
    gets: "of a forged token `TOKEN_INVALID`, status 401; of a good one everything",
    token: "everything, of a good one",
    codes: ["TOKEN_INVALID"],
    within: "1.5 s",
    also: [...jwksTests, "test/resource-server/forged-tokens.test.ts"],
    run: async (bench) => {
      const { poolOpener, tokens, read } = await startReader(bench);
      const pool = await standInForPool(bench);
      pool.answer(publishing());
      const service = poolOpener();
      const [good = ""] = await tokens(1);
      for (let times = 0; times < 300; times += 1) {
        const header = JSON.stringify({ alg: "RS256", kid: `nobody${times}` });
        const forged = sign(header, JSON.stringify(accessClaims()), strangersKey);
        await expect(read(service, forged)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
        if (times % 10 === 0) expect(await read(service, good)).toBe(READS);
      }
      expect(pool.asked()).toBeLessThanOrEqual(7);
    },
  },
  {
    id: "F28",
    dependency: "The pool's signing keys",
    fault: "what comes is garbage, 50 MB, a redirect, or two keys of one id",
    gets: "`KEY_UNAVAILABLE`, status 503, where none are held; all of the token where they are",
    token: "everything; the keys that are held stay",
    codes: ["KEY_UNAVAILABLE"],
    within: "4.2 s",
    also: jwksTests,
    run: async (bench) => {
      const { poolOpener } = await startReader(bench);
      const pool = await standInForPool(bench);
      const [good, strange] = [accessToken(), accessToken({}, strangersKey)];
      const flood = flooding(50_000_000);
      const answers: readonly PoolAnswer[] = [
        publishing("garbage"),
        publishing({ keys: [jwk(poolKey), { ...jwk(strangersKey), kid: poolKey.kid }] }),
        (_request, response) => {
          response.writeHead(302, { location: "https://elsewhere.example/jwks.json" }).end();
        },
        flood.answer,
      ];
      for (const answer of answers) {
        const cold = poolOpener({ seal: null });
        pool.answer(answer);
        await expect(bench.timed(() => cold.open(good))).rejects.toMatchObject({ code: "KEY_UNAVAILABLE" });
        const warm = poolOpener({ seal: null });
        pool.answer(publishing());
        await bench.timed(() => warm.open(good));
        pool.answer(answer);
        await expect(bench.timed(() => warm.open(strange))).rejects.toMatchObject({ code: "KEY_UNAVAILABLE" });
        await bench.timed(() => warm.open(good));
      }
      // What stands in the sockets' buffers, and not the whole of it.
      expect(flood.mostSent()).toBeLessThan(10_000_000);
    },
  },
  {
    id: "F31",
    dependency: "Clock",
    fault: "another than the issuer's by 59 s; by 61 s",
    gets: "all of the token; `TOKEN_INVALID`, status 401",
    token: "everything, or nothing",
    codes: ["TOKEN_INVALID"],
    within: "1.5 s",
    also: ["test/resource-server/forged-tokens.test.ts"],
    run: async (bench) => {
      const { opener, tokens, read } = await startReader(bench);
      const [token = ""] = await tokens(1);
      const issued = seconds();
      const lifeS = 3_600;
      vi.useFakeTimers({ toFake: ["Date"] });
      bench.afterwards(async () => void vi.useRealTimers());
      for (const [at, isGood] of [
        [-61, false],
        [-59, true],
        [lifeS + 59, true],
        [lifeS + 61, false],
      ] as const) {
        vi.setSystemTime((issued + at) * 1_000);
        const reading = read(opener(), token);
        if (isGood) expect(await reading).toBe(READS);
        else await expect(reading).rejects.toMatchObject({ code: "TOKEN_INVALID", status: 401 });
      }
    },
  },
];

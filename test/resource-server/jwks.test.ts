import { describe, expect, test } from "vitest";
import { jwksCache } from "../../resource-server/jwks.ts";
import { jwk, poolKey, strangersKey } from "./service.ts";

const uri = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI/.well-known/jwks.json";
const otherUri = uri.replace("cognito-idp", "issuer-cognito-idp");

/** The pool's address, a clock, and what a token's header names. */
function kit() {
  const world = { ms: 0, fetches: 0, publish: (): unknown => ({ keys: [jwk(poolKey)] }) };
  const cache = jwksCache(
    async () => {
      world.fetches += 1;
      return world.publish() as { keys: object[] };
    },
    () => ({ wall: world.ms, steady: world.ms }),
  );
  const find = async (kid: string, from = uri): Promise<string> => {
    const token = { header: { alg: "RS256", kid }, payload: {} };
    try {
      return (await cache.getJwk(from, token)).kid === kid ? "found" : "another";
    } catch (error) {
      return (error as Error & { code?: string }).code ?? (error as Error).constructor.name;
    }
  };
  return { world, find };
}

describe("the pool's signing keys", () => {
  test("serve through an outage of any length once they are held", async () => {
    const { world, find } = kit();
    expect(await find(poolKey.kid)).toBe("found");
    world.publish = () => {
      throw new Error("out of reach");
    };
    for (let hours = 1; hours <= 48; hours += 1) {
      world.ms = hours * 3_600_000;
      expect(await find(poolKey.kid)).toBe("found");
      expect(await find("unknown")).toBe("KEY_UNAVAILABLE");
    }
  });

  test("are asked for at most seven times in any minute of a flood, and good tokens are none the worse", async () => {
    const { world, find } = kit();
    const fetchedAt: number[] = [];
    const publish = world.publish;
    world.publish = () => {
      fetchedAt.push(world.ms);
      return publish();
    };
    for (let ms = 0; ms < 600_000; ms += 250) {
      world.ms = ms;
      const kid = `unknown${ms}`;
      expect(await find(kid, ms % 500 === 0 ? uri : otherUri)).toMatch(/^(KidNotFound|WaitPeriod)/);
      expect(await find(poolKey.kid)).toBe("found");
    }
    const most = fetchedAt.map((start) => fetchedAt.filter((ms) => ms >= start && ms < start + 60_000).length);
    expect(Math.max(...most)).toBeLessThanOrEqual(7);
    expect(fetchedAt.length).toBeGreaterThan(20);
  });

  test("are asked for as seldom while their address is down", async () => {
    const { world, find } = kit();
    world.publish = () => {
      throw new Error("out of reach");
    };
    for (; world.ms < 60_000; world.ms += 100) {
      expect(await find(poolKey.kid, world.ms % 200 === 0 ? uri : otherUri)).toBe("KEY_UNAVAILABLE");
    }
    expect(world.fetches).toBeLessThanOrEqual(7);
  });

  test("are found after an outage at the start, without a restart", async () => {
    const { world, find } = kit();
    const { publish } = world;
    world.publish = () => {
      throw new Error("out of reach");
    };
    expect(await find(poolKey.kid)).toBe("KEY_UNAVAILABLE");
    world.publish = publish;
    expect(await find(poolKey.kid)).toBe("found");
  });

  test("that are new are found within a minute, even in a flood", async () => {
    const { world, find } = kit();
    for (; world.ms < 60_000; world.ms += 500) await find(`unknown${world.ms}`);
    world.publish = () => ({ keys: [jwk(poolKey), jwk(strangersKey)] });
    const rotated = world.ms;
    while (world.ms < rotated + 60_000 && (await find(strangersKey.kid)) !== "found") world.ms += 500;
    expect(world.ms - rotated).toBeLessThan(60_000);
  });

  test.for<readonly [string, unknown]>([
    ["an empty set", { keys: [] }],
    ["no set", {}],
    ["a list", []],
    ["null", null],
    ["two keys of one id", { keys: [jwk(poolKey), { ...jwk(strangersKey), kid: poolKey.kid }] }],
    ["more than a pool could have", { keys: [{ ...jwk(poolKey), filler: "x".repeat(70_000) }] }],
    ["a key that is a text", { keys: ["key"] }],
  ])("are not replaced by %s", async ([, garbage]) => {
    const { world, find } = kit();
    expect(await find(poolKey.kid)).toBe("found");
    world.publish = () => garbage;
    expect(await find("unknown")).toBe("KEY_UNAVAILABLE");
    expect(await find(poolKey.kid)).toBe("found");
  });

  test("are fetched once for all who wait for them", async () => {
    const { world, find } = kit();
    expect(await Promise.all(Array.from({ length: 50 }, () => find(poolKey.kid)))).toEqual(Array(50).fill("found"));
    expect(world.fetches).toBe(1);
  });
});

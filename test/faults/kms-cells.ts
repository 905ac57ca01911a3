import { expect, vi } from "vitest";
import type { FaultEnding } from "../../local/fault-endings.ts";
import { WHOLE } from "./answer.ts";
import type { Bench, Cell } from "./cell.ts";
import { tellingError, tellingMessage, warmWorld } from "./dynamodb-cells.ts";
import { ALL_WELL, NO_KEY, NO_KEY_CODES, outcomeOf, sweep } from "./sweep.ts";
import type { World } from "./world.ts";

const MINUTE_MS = 60_000;

/** A data key is an hour old at most, or a tenth less by chance; in its last fifth it is renewed. */
const RENEWAL_DUE_MS = 50 * MINUTE_MS;
const TOO_OLD_MS = 65 * MINUTE_MS;
const FAR_TOO_OLD_MS = 121 * MINUTE_MS;

const unnoticed = {
  gets: "a token",
  token: "everything",
  codes: ["MAP_SUSPENDED"],
  within: "1.5 s",
} as const;

const sealedOut = {
  gets: "by the seal",
  token: "everything but the envelope",
  codes: NO_KEY_CODES,
  within: "4.2 s",
} as const;

/** Asks nobody, however many sign in, while nothing is due. */
async function servesFromTheHeldKey(world: World): Promise<void> {
  const before = world.kms.count();
  expect(await sweep(world)).toEqual(ALL_WELL);
  expect(world.kms.count()).toBe(before);
}

/** As time goes by: a renewal in the background, and then for as long again as a key may serve. */
async function outlivesTheOutage(world: World): Promise<void> {
  for (const wallMs of [RENEWAL_DUE_MS, TOO_OLD_MS]) {
    await world.orders.clock({ wallMs });
    expect(await sweep(world)).toEqual(ALL_WELL);
  }
}

/** A key that KMS will not have any more serves until it would be renewed, and not for one sign-in after that. */
async function endsWithTheRenewal(bench: Bench, ban: (world: World) => Promise<void> | void): Promise<World> {
  const world = await warmWorld(bench);
  await ban(world);
  expect(await sweep(world)).toEqual(ALL_WELL);
  await world.orders.clock({ wallMs: RENEWAL_DUE_MS });
  const before = world.kms.count();
  expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
  await vi.waitFor(() => expect([world.kms.count(), world.kms.waiting()]).toEqual([before + 1, 0]));
  // The proxy is done with the answer a moment before the process is.
  await vi.waitFor(async () => expect(outcomeOf("deny", await world.signIn("deny"))).toBe("unsealed"));
  expect(await sweep(world)).toEqual(NO_KEY);
  return world;
}

async function withoutAKey(bench: Bench, end: (world: World) => FaultEnding): Promise<World> {
  const world = await bench.start();
  world.kms.inject({ end: end(world) });
  expect(await sweep(world)).toEqual(NO_KEY);
  return world;
}

const answering = (change: (answer: Record<string, string>) => object): FaultEnding => ({
  kind: "alter",
  body: (body) => {
    const answer = JSON.parse(body) as Record<string, string>;
    return JSON.stringify({ ...answer, ...change(answer) });
  },
});

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString("base64");

export const kmsCells: readonly Cell[] = [
  {
    id: "F12",
    dependency: "KMS, sealing",
    fault: "every answer takes 800 ms longer, a key is held",
    ...unnoticed,
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.kms.inject({ delayMs: 800 });
      await servesFromTheHeldKey(world);
      await world.orders.clock({ wallMs: RENEWAL_DUE_MS });
      expect(await sweep(world)).toEqual(ALL_WELL);
    },
  },
  {
    id: "F13",
    dependency: "KMS, sealing",
    fault: "a black hole, a key is held, up to twice its age",
    ...unnoticed,
    within: "4.2 s",
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.kms.inject({ end: { kind: "hang" } });
      await servesFromTheHeldKey(world);
      await outlivesTheOutage(world);
    },
  },
  {
    id: "F14",
    dependency: "KMS, sealing",
    fault: "it throttles, a key is held",
    ...unnoticed,
    metrics: ["KmsThrottled"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.kms.inject({ end: tellingError(world, 400, "ThrottlingException") });
      await servesFromTheHeldKey(world);
      await outlivesTheOutage(world);
      const before = world.kms.count();
      for (let times = 0; times < 30; times += 1) expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      // One renewal in five seconds, of three sends at most; thirty sign-ins take less than ten.
      expect(world.kms.count() - before).toBeLessThanOrEqual(2 * 3);
    },
  },
  {
    id: "F15",
    dependency: "KMS, sealing",
    fault: "an outage at a cold start: a black hole, resets, nothing but answers of 500, a name that does not resolve",
    ...sealedOut,
    metrics: ["Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      await withoutAKey(bench, () => ({ kind: "hang" }));
      await withoutAKey(bench, () => ({ kind: "reset" }));
      await withoutAKey(bench, (world) => tellingError(world, 500, "KMSInternalException"));
      const nowhere = await bench.start({ environment: () => ({ AWS_ENDPOINT_URL_KMS: "http://nowhere.invalid:1" }) });
      expect(await sweep(nowhere)).toEqual(NO_KEY);
    },
  },
  {
    id: "F16",
    dependency: "KMS, sealing",
    fault: "an outage that lasts longer than twice a key's age",
    ...sealedOut,
    metrics: ["Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.kms.inject({ end: { kind: "reset" } });
      await outlivesTheOutage(world);
      await world.orders.clock({ wallMs: FAR_TOO_OLD_MS });
      expect(await sweep(world)).toEqual(NO_KEY);
      // The breaker is open after so many: once a second a request goes out to see, and no other.
      for (let times = 0; times < 5; times += 1) await world.signIn("deny");
      const before = world.kms.count();
      for (let times = 0; times < 20; times += 1) await world.signIn("deny");
      expect(world.kms.count() - before).toBeLessThanOrEqual(2);
    },
  },
  {
    id: "F17",
    dependency: "KMS, sealing",
    fault: "the key is disabled, or to be deleted",
    ...sealedOut,
    gets: "a token until the held data key would be renewed, within its age; from then on by the seal",
    within: "1.5 s",
    metrics: ["KmsDenied", "Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      await endsWithTheRenewal(bench, ({ keys, keyArn }) => keys.setKeyState(keyArn, "Disabled"));
      await endsWithTheRenewal(bench, ({ keys, keyArn }) => keys.setKeyState(keyArn, "PendingDeletion"));
    },
  },
  {
    id: "F18",
    dependency: "KMS, sealing",
    fault: "access is denied after an edit of the key's policy",
    ...sealedOut,
    gets: "as under F17",
    within: "1.5 s",
    metrics: ["KmsDenied", "Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      const world = await endsWithTheRenewal(bench, (each) =>
        each.kms.inject({ end: tellingError(each, 400, "AccessDeniedException") }),
      );
      const before = world.kms.count();
      await world.signIn("sealed");
      expect(world.kms.count()).toBe(before + 1);
    },
  },
  {
    id: "F19",
    dependency: "KMS, sealing",
    fault: "answers that are none: a key of a wrong length, no wrapped key, no JSON, cut off",
    ...sealedOut,
    metrics: ["Faults", "ClaimsUnsealed"],
    run: async (bench) => {
      const world = await bench.start();
      for (const end of [
        answering(() => ({ Plaintext: base64(16) })),
        answering(() => ({ CiphertextBlob: base64(7_000) })),
        answering(() => ({ CiphertextBlob: undefined })),
        answering(() => ({ Plaintext: 17 })),
        { kind: "text", body: `<html>${tellingMessage(world)}` },
        { kind: "text", body: "{}" },
        { kind: "truncate" },
        { kind: "flood", bytes: 50_000_000 },
      ] as const) {
        world.kms.inject({ end });
        expect(await world.signIn("sealed")).toMatchObject({ code: "SEAL_UNAVAILABLE" });
        expect((await world.signIn("deny")).shows).toEqual({ ...WHOLE.deny, sealed: null });
      }
      expect(await sweep(world)).toEqual(NO_KEY);
      world.kms.inject();
      await vi.waitFor(async () => expect((await world.signIn("sealed")).shows).toEqual(WHOLE.sealed), 5_000);
    },
  },
];

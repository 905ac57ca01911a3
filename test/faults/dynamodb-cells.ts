import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { expect, vi } from "vitest";
import type { FaultEnding } from "../../local/fault-endings.ts";
import { localCredentials } from "../../local/local-account.ts";
import { WHOLE } from "./answer.ts";
import type { Bench, Cell } from "./cell.ts";
import { recordsIn, sumOf } from "./evidence.ts";
import { REGION, rowsOf, TABLE } from "./people.ts";
import { NO_TABLE, NO_TABLE_CODES, NO_TABLE_EVER, sweep } from "./sweep.ts";
import type { World } from "./world.ts";

/** Everything that a service's own words may hold and nobody may read. */
export function tellingMessage({ people }: World): string {
  const { legalName, email } = people.secrets;
  return `User: arn:aws:sts::111122223333:assumed-role/trigger is not authorized on ${legalName}, ${email}`;
}

/** An error of a service that says so much. */
export function tellingError(world: World, status: number, code: string): FaultEnding {
  return { kind: "error", status, code, message: tellingMessage(world) };
}

/** A world in which the person `known` has signed in before, so that rows and a data key are held. */
export async function warmWorld(bench: Bench): Promise<World> {
  const world = await bench.start({ unruly: true });
  expect((await world.signIn("stale")).shows).toEqual(WHOLE.stale);
  return world;
}

/** Every policy while no row can be read; then a minute later, when those that are held are too old. */
async function tableIsGone(world: World): Promise<void> {
  expect(await sweep(world)).toEqual(NO_TABLE);
  await world.orders.clock({ wallMs: 61_000 });
  expect(await world.signIn("stale")).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
}

const outage = {
  gets: "by the map",
  token: "by the map",
  codes: NO_TABLE_CODES,
  within: "1.5 s",
} as const;

export const dynamodbCells: readonly Cell[] = [
  {
    id: "F01",
    dependency: "DynamoDB",
    fault: "5 % of reads take 300 ms longer",
    gets: "a token",
    token: "everything",
    codes: [],
    within: "1.5 s",
    metrics: ["Hedges"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.dynamodb.inject({ share: 0.05, delayMs: 300 });
      const before = world.dynamodb.count();
      for (let times = 0; times < 100; times += 1) expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      // 10 % more at most, hedges included; some of what chance gave to slow reads is none of it.
      expect(world.dynamodb.count() - before).toBeLessThanOrEqual(120);
    },
  },
  {
    id: "F02",
    dependency: "DynamoDB",
    fault: "every read takes 300 ms longer",
    gets: "a token",
    token: "everything",
    codes: [],
    within: "1.5 s",
    metrics: ["Hedges"],
    run: async (bench) => {
      const world = await bench.start();
      world.dynamodb.inject({ delayMs: 300 });
      for (let times = 0; times < 20; times += 1) expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
    },
  },
  {
    id: "F03",
    dependency: "DynamoDB",
    fault: "every read takes 3 s longer",
    ...outage,
    metrics: ["Faults", "StaleRows", "ClaimsOmitted"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.dynamodb.inject({ delayMs: 3_000 });
      await tableIsGone(world);
    },
  },
  {
    id: "F04",
    dependency: "DynamoDB",
    fault: "a black hole",
    ...outage,
    metrics: ["Faults", "StaleRows", "ClaimsOmitted"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.dynamodb.inject({ end: { kind: "hang" } });
      await tableIsGone(world);
      await vi.waitFor(() => expect(world.dynamodb.waiting()).toBe(0));
      // What is left are connections that were good to the end, kept for the next event.
      expect(world.dynamodb.openSockets()).toBeLessThanOrEqual(1);
    },
  },
  {
    id: "F05",
    dependency: "DynamoDB",
    fault: "a kept connection is reset at its first use after a thaw",
    gets: "a token",
    token: "everything",
    codes: [],
    within: "1.5 s",
    run: async (bench) => {
      const world = await warmWorld(bench);
      await world.orders.clock({ wallMs: 30 * 60_000 });
      const before = world.dynamodb.count();
      world.dynamodb.inject({ reused: true, end: { kind: "reset" } });
      expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      const [dead, next] = world.dynamodb.requests().slice(before);
      expect([dead, next]).toMatchObject([
        { reused: true, end: "reset" },
        { reused: false, end: "answer" },
      ]);
    },
  },
  {
    id: "F06",
    dependency: "DynamoDB",
    fault: "one answer of 500; then nothing but such answers",
    ...outage,
    gets: "a token after one; by the map while they last",
    metrics: ["Faults", "Retries", "StaleRows", "ClaimsOmitted"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      const end = tellingError(world, 500, "InternalServerError");
      world.dynamodb.inject({ times: 1, end });
      expect((await world.signIn("deny")).shows).toEqual(WHOLE.deny);
      world.dynamodb.inject({ end });
      await tableIsGone(world);
      // The breaker is open: once a second a request goes out to see, and no other.
      for (let times = 0; times < 5; times += 1) await world.signIn("deny");
      const before = world.dynamodb.count();
      for (let times = 0; times < 20; times += 1) await world.signIn("deny");
      expect(world.dynamodb.count() - before).toBeLessThanOrEqual(2);
    },
  },
  {
    id: "F07",
    dependency: "DynamoDB",
    fault: "its name does not resolve",
    ...outage,
    metrics: ["Faults", "ClaimsOmitted"],
    run: async (bench) => {
      const world = await bench.start({
        environment: () => ({ AWS_ENDPOINT_URL_DYNAMODB: "http://nowhere.invalid:1" }),
      });
      expect(await sweep(world)).toEqual(NO_TABLE_EVER);
    },
  },
  {
    id: "F08",
    dependency: "DynamoDB",
    fault: "it throttles every read",
    ...outage,
    metrics: ["DynamoThrottled", "Faults", "StaleRows"],
    run: async (bench) => {
      for (const code of ["ThrottlingException", "ProvisionedThroughputExceededException"]) {
        const world = await warmWorld(bench);
        world.dynamodb.inject({ end: tellingError(world, 400, code) });
        const before = world.dynamodb.count();
        await tableIsGone(world);
        expect(world.dynamodb.count() - before - hedgesOf(world)).toBeLessThanOrEqual(10 * 2);
      }
    },
  },
  {
    id: "F09",
    dependency: "DynamoDB",
    fault: "it denies access; the table is not there",
    ...outage,
    metrics: ["Faults", "StaleRows", "ClaimsOmitted"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      world.dynamodb.inject({ end: tellingError(world, 400, "AccessDeniedException") });
      const before = world.dynamodb.count();
      await tableIsGone(world);
      // Once for each event: nothing is asked again that was refused for good.
      expect(world.dynamodb.count() - before - hedgesOf(world)).toBe(10);
      const without = await bench.start({ environment: () => ({ TABLE: "nowhere" }) });
      expect(await sweep(without)).toEqual(NO_TABLE_EVER);
      expect(without.dynamodb.count() - hedgesOf(without)).toBe(9);
    },
  },
  {
    id: "F10",
    dependency: "DynamoDB",
    fault: "there is no row",
    gets: "under `onMissing: deny` a refusal, under `empty` a token; as soon as there is a row, a token with it",
    token: "`empty`: as if the row had no attribute",
    codes: ["SOURCE_MISSING"],
    within: "1.5 s",
    metrics: ["Refused"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      for (const policy of ["deny", "unknown", "stale"] as const) {
        expect(await world.signIn(policy, "nobody")).toMatchObject({ code: "SOURCE_MISSING" });
      }
      expect((await world.signIn("spare", "nobody")).shows).toEqual({ ...WHOLE.spare, role: undefined, known: false });
      await giveRows(world);
      for (const policy of ["deny", "unknown", "stale", "spare"] as const) {
        expect((await world.signIn(policy, "nobody")).shows).toEqual(WHOLE[policy]);
      }
    },
  },
  {
    id: "F11",
    dependency: "DynamoDB",
    fault: "a row of 400 KB with every attribute of a wrong type; answers cut off, without sense, or of 50 MB",
    ...outage,
    gets: "by the map, for a row that cannot be read and for an invalid value",
    metrics: ["Faults", "ClaimsOmitted"],
    run: async (bench) => {
      const world = await warmWorld(bench);
      expect(await world.signIn("deny", "poisoned")).toMatchObject({ code: "CLAIM_REQUIRED" });
      expect((await world.signIn("unknown", "poisoned")).shows).toMatchObject({ limit: 0, scope: "care-api/read" });
      expect(await world.signIn("refuse", "poisoned")).toMatchObject({ code: "MAP_SUSPENDED" });
      expect(await world.signIn("sealed", "poisoned")).toMatchObject({ code: "CLAIM_REQUIRED" });
      for (const end of [
        { kind: "truncate" },
        { kind: "text", body: `<html>${tellingMessage(world)}` },
        { kind: "text", body: "{}" },
        { kind: "text", body: JSON.stringify({ Item: tellingMessage(world) }) },
        { kind: "flood", bytes: 50_000_000 },
        { kind: "half-close" },
        { kind: "drip", bytes: 1, everyMs: 20 },
      ] as const) {
        world.dynamodb.inject({ end });
        expect(await world.signIn("deny")).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      }
      world.dynamodb.inject({ end: { kind: "truncate" } });
      await tableIsGone(world);
    },
  },
];

/** Second copies of reads that a busy machine made slow. */
function hedgesOf({ lambda }: World): number {
  return sumOf(recordsIn(lambda.logs()), "Hedges");
}

/** Gives `nobody` the rows that others have. */
async function giveRows({ tables, people }: World): Promise<void> {
  const client = new DynamoDBClient({ endpoint: tables, region: REGION, credentials: localCredentials });
  const { known, nobody } = people.subs;
  for (const { pk, ...row } of rowsOf(people)) {
    if (!pk.endsWith(known)) continue;
    await client.send(
      new PutItemCommand({ TableName: TABLE, Item: marshall({ ...row, pk: pk.replace(known, nobody) }) }),
    );
  }
  client.destroy();
}

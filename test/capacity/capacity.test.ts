import { readFileSync } from "node:fs";
import { BatchGetItemCommand, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { FREE_USERS, PRICES, QUOTAS } from "../../bench/capacity/aws-figures.ts";
import { capacityCommand, MARK, PLAYED_FILE } from "../../bench/capacity/command.ts";
import { sealedServers } from "../../bench/capacity/environment.ts";
import { runFleet } from "../../bench/capacity/fleet.ts";
import { firstToBind, type LoadName, loadsOf, OF_THE_MAP } from "../../bench/capacity/load.ts";
import { type Measured, measureMap, profileOf } from "../../bench/capacity/measure.ts";
import { meteredTables } from "../../bench/capacity/metered-tables.ts";
import { modelDay } from "../../bench/capacity/model.ts";
import { fleetLevels, sum } from "../../bench/capacity/model-fleet.ts";
import { counted, dollars, percent } from "../../bench/capacity/numbers.ts";
import { capacityPage } from "../../bench/capacity/page.ts";
import { DEFAULT_BUDGET, runReaders } from "../../bench/capacity/readers.ts";
import { renewalMs } from "../../bench/capacity/renewal.ts";
import { type Day, simulateDay } from "../../bench/capacity/simulate-day.ts";
import { simulatedClock } from "../../bench/capacity/simulated-clock.ts";
import { sizesTable } from "../../bench/capacity/sizes-table.ts";
import { HOURS, hourlyRates, TRAFFIC } from "../../bench/capacity/traffic.ts";
import { EXAMPLE, PLAYED, SIZES, workOut } from "../../bench/capacity/work-out.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";

const played = JSON.parse(readFileSync(PLAYED_FILE, "utf8")) as readonly Day[];
const measured: Measured = await measureMap(EXAMPLE);

const generated = (page: string): string | undefined => readFileSync(page, "utf8").split(MARK)[1]?.trim();

test("the page on capacity is what the code works out, and `node bench/capacity/run.mjs --write` writes it anew", async () => {
  expect(generated("docs/reference/capacity.md")).toBe(
    capacityPage(await workOut(SIZES, TRAFFIC, measured, played)).trim(),
  );
});

test("the smallest day on it, played again, comes to the same", async () => {
  expect(played.map(({ users }) => users)).toEqual(PLAYED);
  expect(await simulateDay(PLAYED[0] ?? 0, measured, TRAFFIC)).toEqual(played[0]);
});

test.each(played)("the model comes to what a day of $users users comes to, event by event", async (day) => {
  const model = await modelDay(day.users, measured, TRAFFIC);
  expect(model.tokens).toBeCloseTo(day.tokens, 0);
  const pairs = [
    [model.starts, day.fleet.starts],
    [model.generated, day.fleet.generated],
    [model.macs, day.fleet.macs],
    ...Object.entries(day.readers).map(([name, { decrypts }]) => [model.readers[name]?.decrypts ?? 0, decrypts]),
  ];
  expect(pairs).toHaveLength(5);
  for (const [worked = 0, seen = 0] of pairs) {
    // The model errs to the side of more; a day of few users is a matter of chance.
    expect(worked / seen).toBeGreaterThan(0.9);
    expect(worked / seen).toBeLessThan(day.users < 10_000 ? 1.35 : 1.15);
  }
});

test("the bytes on the page on size and cost are those the code counts", () => {
  expect(generated("docs/explanation/size-and-cost.md")).toBe(sizesTable());
});

test("the busiest hour has three times the mean of the day", () => {
  const rates = hourlyRates(1_000, TRAFFIC);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / HOURS.length;
  expect(Math.max(...rates) / mean).toBeCloseTo(3, 9);
});

test("every figure of AWS's says on which page of AWS's it is to be looked up, and when that was done", () => {
  for (const { source, seen } of [...Object.values(QUOTAS), FREE_USERS, ...Object.values(PRICES)]) {
    expect(source).toMatch(/^https:\/\/(docs\.)?aws\.amazon\.com\//);
    expect(seen).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});

test.each([
  [["--users", "many"], "--users: whole numbers, from 1 to 1000000000"],
  [["--set", "wramMs=3"], "--set: there is no wramMs"],
  [["--set", "warmMs=0"], "--set warmMs: must be a number above 0"],
  [["--set", "activeShare=2"], "--set activeShare: must be 1 at most"],
  [["--write", "--users", "5"], "--write: the pages have the sizes and numbers that are in the code"],
])("%j is told what is wrong with it", async (args, message) => {
  const said: string[] = [];
  expect(await capacityCommand(args, (text) => said.push(text))).toBe(2);
  expect(said).toEqual([`${message}\n--help says what it takes`]);
});

test("other numbers give other pages: tokens that live as long as people work are issued once", async () => {
  const said: string[] = [];
  const args = ["--users", "2000", "--set", "tokenMinutes=60"];
  expect(await capacityCommand(args, (text) => said.push(text))).toBe(0);
  expect(said.join()).toContain("| tokens in a working day | 1,000 |");
});

const servers = sealedServers(measured.plan, profileOf(measured));
const context = encryptionContext("care-api", "eu-central-1_Example01");
const MINUTE = 60_000;

const every = (ms: number, until: number): Float64Array => Float64Array.from({ length: until / ms }, (_, n) => n * ms);
const chance = (random = 0) => ({ clock: simulatedClock(), random: () => random });

test("a data key that is always in use is renewed in the last fifth of its hour, a little early by chance", async () => {
  const minutes = (await renewalMs(undefined)) / MINUTE;
  expect(minutes).toBeGreaterThan(0.8 * 54);
  expect(minutes).toBeLessThan(0.8 * 60);
  const page = readFileSync("docs/explanation/size-and-cost.md", "utf8");
  expect(page).toContain(`each resource server and about ${Math.round(minutes)} minutes`);
});

test("one environment, busy every ten seconds for two hours, asks for each key three times and for its root once", async () => {
  const day = await runFleet(every(10_000, 120 * MINUTE), servers, true, TRAFFIC, chance());
  expect(day).toMatchObject({ starts: 1, environments: 1, concurrency: 1, generated: 3 * servers.length, macs: 1 });
});

test("events that come at once get an environment each, and those that come after a long pause new ones", async () => {
  const arrivals = Float64Array.from([0, 0, 0, 11 * MINUTE, 11 * MINUTE]);
  const day = await runFleet(arrivals, servers, false, TRAFFIC, chance());
  expect(day).toMatchObject({ starts: 5, environments: 3, concurrency: 3, generated: 5 * servers.length, macs: 0 });
});

test("Erlang's levels take all that comes, and the first of them most", () => {
  const levels = fleetLevels(100, 2_700, TRAFFIC);
  expect(sum(levels, ({ rate }) => rate)).toBeCloseTo(100, 3);
  expect(levels[0]?.rate).toBeCloseTo(20, 5);
  expect(levels.map(({ rate }) => rate)).toEqual(levels.map(({ rate }) => rate).toSorted((a, b) => b - a));
});

test("a service asks for one data key every quarter of an hour, each instance by itself", async () => {
  const at = every(MINUTE, 60 * MINUTE);
  const openings = { at, key: new Uint32Array(at.length).fill(7) };
  expect(await runReaders(openings, 1, context, chance())).toMatchObject({ openings: 60, decrypts: 4, refused: 0 });
  let turn = 0;
  const inTurn = { clock: simulatedClock(), random: () => (turn++ % 2) / 2 };
  expect(await runReaders(openings, 2, context, inTurn)).toMatchObject({ decrypts: 8 });
});

test("an instance that meets more keys in a second than its budget has calls refuses the rest", async () => {
  const key = Uint32Array.from({ length: 3 * DEFAULT_BUDGET }, (_, n) => n);
  const day = await runReaders({ at: new Float64Array(key.length), key }, 1, context, chance());
  expect(day).toMatchObject({ decrypts: DEFAULT_BUDGET, refused: 2 * DEFAULT_BUDGET });
});

test("reads are charged by whole items of 4 KB, half where they need not be consistent, and a query by its sum", async () => {
  const big = "x".repeat(4_096);
  const meter = { requests: 0, units: 0 };
  const tables = {
    t: [
      { pk: "A", big },
      { pk: "B", sk: "1" },
      { pk: "B", sk: "2" },
      { pk: "B", sk: "X" },
    ],
  };
  const client = meteredTables(tables, meter);
  const taken = async (command: unknown): Promise<number> => {
    const before = meter.units;
    await client.send(command as GetItemCommand);
    return meter.units - before;
  };
  const get = (pk: string, ConsistentRead: boolean) =>
    new GetItemCommand({ TableName: "t", Key: { pk: { S: pk } }, ConsistentRead });
  expect(await taken(get("A", true))).toBe(2);
  expect(await taken(get("A", false))).toBe(1);
  expect(await taken(get("nobody", false))).toBe(0.5);
  const Keys = ["A", "nobody"].map((pk) => ({ pk: { S: pk } }));
  expect(await taken(new BatchGetItemCommand({ RequestItems: { t: { Keys, ConsistentRead: true } } }))).toBe(3);
  const query = new QueryCommand({
    TableName: "t",
    KeyConditionExpression: "#0 = :0 AND begins_with(#1, :1)",
    ExpressionAttributeNames: { "#0": "pk", "#1": "sk" },
    ExpressionAttributeValues: { ":0": { S: "B" }, ":1": { S: "" } },
  });
  expect(await taken(query)).toBe(0.5);
  expect(meter.requests).toBe(5);
});

test("Cognito's quota binds before any other, and at a million users none does", async () => {
  const bound = async (users: number, among: readonly LoadName[]): Promise<string | undefined> =>
    firstToBind(loadsOf(await modelDay(users, measured, TRAFFIC), measured, TRAFFIC), among)?.name;
  expect(await bound(1_000_000, OF_THE_MAP)).toBeUndefined();
  expect(await bound(10_000_000, OF_THE_MAP)).toBe("signIns");
  expect(await bound(10_000_000, ["kms", "asymmetric", "direct"])).toBe("asymmetric");
  expect(await bound(100_000_000, ["concurrency", "restart", "reads", "kms"])).toBe("restart");
});

test("numbers are written with the digits that say something", () => {
  expect([0.0694, 4.2345, 46_123, 200_000_000, 0].map(counted)).toEqual([
    "0.0694",
    "4.23",
    "46,100",
    "200,000,000",
    "0",
  ]);
  expect([0.004, 79.977, 1_499_850].map(dollars)).toEqual(["$0.00", "$79.98", "$1,499,850"]);
  expect([0.00001, 0.058, 0.58, 57.87].map(percent)).toEqual(["under 0.1 %", "5.8 %", "58 %", "5,787 %"]);
});

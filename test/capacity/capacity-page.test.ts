import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FREE_USERS, PRICES, QUOTAS } from "../../bench/capacity/aws-figures.ts";
import { capacityCommand, MARK, PLAYED_FILE } from "../../bench/capacity/command.ts";
import { type Measured, measureMap } from "../../bench/capacity/measure.ts";
import { modelDay } from "../../bench/capacity/model.ts";
import { capacityPage } from "../../bench/capacity/page.ts";
import { type Day, simulateDay } from "../../bench/capacity/simulate-day.ts";
import { sizesTable } from "../../bench/capacity/sizes-table.ts";
import { HOURS, hourlyRates, TRAFFIC } from "../../bench/capacity/traffic.ts";
import { EXAMPLE, PLAYED, SIZES, workOut } from "../../bench/capacity/work-out.ts";

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

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { chunksOf, together } from "../../tools/verify/chunks.ts";
import { pageOf, withGenerated } from "../../tools/verify/page.ts";
import { PARTS, type Part, piecesOf } from "../../tools/verify/parts.ts";
import { duration, leftOf, percent, progressLine, type Standing } from "../../tools/verify/progress.ts";
import { type Measured, resultsIn, stateOf } from "../../tools/verify/results.ts";

const PIECES = chunksOf(100, 40, 7);

function measured(index: number, digest: string, commit = "c0ffee"): Measured {
  const chunk = PIECES[index] as (typeof PIECES)[number];
  const code = { digest, commit, isChanged: false };
  return { chunk, figures: { events: chunk.size }, seconds: 2, code, date: "2026-11-30", node: "22.0.0" };
}

test("a part is cut into pieces, each with a seed of its own", () => {
  expect(PIECES).toEqual([
    { index: 0, seed: 7, size: 40 },
    { index: 1, seed: 8, size: 40 },
    { index: 2, seed: 9, size: 20 },
  ]);
});

test("no two pieces of all parts have one seed, and the settings are those the tests are planned for", () => {
  const seeds = PARTS.flatMap((part) => piecesOf(part, 1).map(({ seed }) => seed));
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(PARTS.map(({ name, total }) => [name, total])).toEqual([
    ["soak", 3_600],
    ["canary", 1_000_000],
    ["maps", 200_000],
    ["isolation", 100_000],
  ]);
});

test("figures of pieces add up, and maxima stay maxima", () => {
  expect(together([{ events: 2, mostMs: 5 }, { events: 3, mostMs: 4 }, { more: 1 }])).toEqual({
    events: 5,
    mostMs: 5,
    more: 1,
  });
});

test("what is done of the same code counts; a part that is not whole is not put together of two codes", () => {
  const half = [measured(0, "old"), measured(1, "new")];
  expect(stateOf(PIECES, half, "new").toDo).toEqual([PIECES[0], PIECES[2]]);
  const whole = [0, 1, 2].map((index) => measured(index, "old"));
  expect(stateOf(PIECES, whole, "new")).toEqual({ done: whole, toDo: [] });
  const mixed = [measured(0, "old"), measured(1, "old"), measured(2, "new")];
  expect(stateOf(PIECES, mixed, "new").toDo).toEqual([PIECES[0], PIECES[1]]);
  expect(stateOf(chunksOf(100, 50, 7), whole, "old").done).toEqual([]);
});

test("results outlive the process, and a file that is torn counts as none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "claimseal-verify-"));
  try {
    resultsIn(folder, "canary").keep(measured(0, "a"));
    resultsIn(folder, "canary").keep(measured(1, "a"));
    resultsIn(folder, "canary").keep(measured(1, "b"));
    expect(resultsIn(folder, "canary").all()).toEqual([measured(0, "a"), measured(1, "b")]);
    await writeFile(join(folder, "canary.json"), '[{"chunk":');
    expect(resultsIn(folder, "canary").all()).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the time that is left is shared by two processes, and what is in one piece takes its own", () => {
  const standing = (leftS: number, isOnePiece: boolean): Standing => ({
    name: "a",
    share: 0.5,
    leftS,
    isOnePiece,
    rate: [1234, "events"],
  });
  expect(leftOf([standing(3600, true), standing(600, false)], 2)).toBe(3600);
  expect(leftOf([standing(600, true), standing(3600, false)], 2)).toBe(2100);
  expect(progressLine([standing(600, false)], 2)).toBe("a 50.0 % (1,234 events/s) · 5 min left");
  expect([percent(0.9999), duration(89), duration(3600), duration(7500)]).toEqual([
    "99.9 %",
    "89 s",
    "60 min",
    "2 h 5 min",
  ]);
});

test("the page names figure, seeds, commit, date and Node of what is whole, and what is old or missing", () => {
  const [part, other] = PARTS as readonly [Part, Part];
  const plain = { ...part, promise: "A promise", told: () => "a figure" };
  const row = (isOld: boolean) =>
    pageOf(
      [plain, { ...other, promise: "Another" }],
      [{ part: plain, pieces: [measured(0, "a"), measured(1, "a", "beef")], isOld }],
    ).split("\n")[2];
  expect(row(false)).toBe("| A promise | a figure | 7 to 8 | `c0ffee`, `beef` | 2026-11-30 | 22.0.0 |");
  expect(row(true)).toContain("`beef`; its code has changed since |");
  expect(pageOf([{ ...other, promise: "Another" }], [])).toContain("| Another | not yet |");
  const page = withGenerated("# Assurance\n", "one");
  expect(withGenerated(page, "two")).toBe(page.replace("one", "two"));
});

test("a small share of a part runs to its end, is kept, and is not run again", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "claimseal-verify-"));
  const page = join(folder, "page.md");
  const run = () =>
    promisify(execFile)(
      process.execPath,
      `tools/verify/verify-long.mjs --part isolation --share 0.01 --state ${folder} --page ${page}`.split(" "),
    );
  try {
    expect((await run()).stdout).toMatch(/^isolation +as promised +100\.0 % +1,000 events/m);
    expect(await readFile(page, "utf8")).toContain("0 values of others in 1,000 events through the corridor and 1,000");
    expect((await run()).stdout.trim().split("\n")).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true });
  }
});

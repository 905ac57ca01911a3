import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { GOALS, standing } from "../../bench/goals.mjs";
import { BEGIN, END, pageOf, withGenerated } from "../../bench/page.mjs";
import { FROZEN } from "../../bench/peer-list.mjs";

const page = readFileSync("docs/reference/performance.md", "utf8");
const kept = Object.fromEntries(
  readdirSync("bench/results").map((file) => [
    file.replace(/\.json$/, ""),
    JSON.parse(readFileSync(`bench/results/${file}`, "utf8")) as { readonly figures: unknown },
  ]),
);

describe("the page of figures", () => {
  test("is what the committed figures make of it", () => {
    expect(page).toBe(withGenerated(page, pageOf(kept)));
  });

  test.for(GOALS.map((goal) => [goal.id, goal] as const))("has a row for the goal %s", ([, { what, atMost }]) => {
    expect(page).toMatch(`| ${what} | at most ${atMost} | `);
  });

  test("keeps what people wrote around its tables", () => {
    expect(withGenerated(`before\n${BEGIN}\nold\n${END}\nafter\n`, "new")).toBe(
      `before\n${BEGIN}\n\nnew\n\n${END}\nafter\n`,
    );
  });
});

test("committed figures name no place on the machine they were taken on", () => {
  const text = JSON.stringify(kept);
  expect(text).not.toMatch(/\/(home|root|tmp|work|Users)\b|file:|node_modules|127\.0\.0\.1/);
});

test("a goal is missed above its bound, reached at it, and not measured without figures", () => {
  const goal = { id: "x", what: "x", part: "one", atMost: 2 };
  const of = (median: number) => ({ ...goal, figure: () => ({ median }) });
  const states = standing({ one: {} }, [of(2), of(2.01), { ...of(1), part: "other" }]).map(({ state }) => state);
  expect(states).toEqual(["reached", "missed", "not measured"]);
});

test("what everything is measured against is as it was frozen, and so are its flags", () => {
  const digest = createHash("sha256").update(readFileSync("bench/peers/bare.mjs")).digest("hex");
  expect(digest).toBe("63745c888d323b501dbed604b306a75d4c8105694733c2b00d018099131d73c8");
  expect(FROZEN).toEqual({ bundle: true, minify: true, platform: "node", format: "cjs", target: "node22" });
});

test("a part that there is not is refused with those that there are", () => {
  const { status, stderr } = spawnSync(process.execPath, ["bench/run.mjs", "--part", "nothing"], { encoding: "utf8" });
  expect([status, stderr.split("\n")[0]]).toEqual([2, "no such part: nothing"]);
  for (const file of readdirSync("bench/parts"))
    expect(stderr).toMatch(`\n  ${file.replace(/\.mjs$/, "").padEnd(10)} `);
});

test("every goal is of a part there is", () => {
  for (const { part } of GOALS) expect(existsSync(`bench/parts/${part}.mjs`)).toBe(true);
});

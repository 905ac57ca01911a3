import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ASSUMPTIONS } from "../../cognito/assumptions.ts";

const room = new URL("../../cognito/", import.meta.url);

/** The ids that sources name in comments such as `Assumed: exact-names, any-scope.` */
const named = readdirSync(room)
  .filter((file) => file.endsWith(".ts") && file !== "assumptions.ts")
  .flatMap((file) => {
    // Comments as running text, so that a line may break inside a mark.
    const text = readFileSync(new URL(file, room), "utf8").replace(/\n\s*(?:\/\/|\*) ?/g, " ");
    return [...text.matchAll(/Assumed: ([a-z0-9-]+(?:, [a-z0-9-]+)*)\./g)].flatMap(([, ids = ""]) => ids.split(", "));
  });

const ids = ASSUMPTIONS.map(({ id }) => id);

test("every assumption is named by the code that rests on it, and the code names no other", () => {
  expect([...new Set(named)].toSorted()).toStrictEqual([...ids].toSorted());
});

test("assumptions stand in order, once each, in whole sentences", () => {
  expect(ids).toStrictEqual([...new Set(ids)].toSorted());
  for (const { assumption, consequence } of ASSUMPTIONS) {
    expect(assumption).toMatch(/^[A-Z].*\.$/);
    expect(consequence).toMatch(/^\S.*\.$/);
  }
});

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ASSUMPTIONS } from "../../../cognito/assumptions.ts";
import { USER_POOL_ASSUMPTIONS } from "../../../local/user-pool/assumptions.ts";

const room = new URL("../../../local/user-pool/", import.meta.url);

test("every assumption of the pool is named where the code rests on it, and every name is an assumption", () => {
  const named = readdirSync(room)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(new URL(file, room), "utf8").matchAll(/Assumed: ([a-z0-9-]+(?:, [a-z0-9-]+)*)\./g),
    ])
    .flatMap(([, ids = ""]) => ids.split(", "));
  expect([...new Set(named)].sort()).toEqual(USER_POOL_ASSUMPTIONS.map(({ id }) => id).sort());
});

test("no id stands in both lists, and the list is in order", () => {
  const ids = USER_POOL_ASSUMPTIONS.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(ids.filter((id) => ASSUMPTIONS.some((other) => other.id === id))).toEqual([]);
});

import { expect, test } from "vitest";
import { ran } from "../cli/recorded-io.ts";

/*
 * The complete example of the language's specification, and the map test of its contracts, as they are written there: in
 * maps/specification.*, with the paths of this folder.
 */

const MAP = "test/claims/maps/specification.claims.yaml";

test("the specification's example passes a strict check", async () => {
  expect(await ran(["check", MAP, "--strict"])).toMatchObject({ exit: 0, out: `${MAP}: no findings` });
});

test("the specification's map test passes", async () => {
  const { exit, out } = await ran(["test", MAP.replace(/yaml$/, "test.yaml")]);
  expect(out.split("\n").slice(1)).toEqual([
    "  ✓ a physician in her own clinic",
    "  ✓ a foreign clinic is refused",
    "  ✓ the table is down",
    "",
    "3 passed",
  ]);
  expect(exit).toBe(0);
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";

test("of rows without bounds, the attributes are named and not the rows: their query has a limit", () => {
  const map = readFileSync("examples/maps/org-roles.claims.yaml", "utf8");
  const unbounded = map.replace(', maxLength: 20, pattern: "[a-z0-9-]+"', "");
  expect(unbounded).not.toBe(map);
  const found = checkClaimMap(unbounded).findings.filter(({ level }) => level !== "info");
  expect(found.map(({ code, message, fix }) => [code, message, fix])).toEqual([
    [
      "CS601",
      "nothing bounds `memberships.name`",
      "Declare `maxLength` or `values` of `memberships.name`; `maxItems` too for a list or a map.",
    ],
  ]);
});

import { expect, test } from "vitest";
import { SMALL_MAP } from "./a-small-map.ts";
import { ran } from "./recorded-io.ts";

const files = { "m.claims.yaml": SMALL_MAP };

test("prints the catalogue, or writes it to a file", async () => {
  const { exit, out, err } = await ran(["docs", "m.claims.yaml"], files);
  expect([exit, err]).toEqual([0, ""]);
  expect(out).toMatch(/^# Claims of shop\n\nRevision `1`, for V3 events\./);
  expect(out).toContain("| `staff.taxNo` | pii | printed on invoices | source `staff` | tills: `tax_no`, sealed |");
  const told = await ran(["docs", "m.claims.yaml", "--out", "docs/claims.md"], files);
  expect(told).toMatchObject({ exit: 0, out: "", err: "" });
  expect(told.written.get("docs/claims.md")).toBe(`${out}\n`);
});

test("the same map gives the same page, so that a change of it shows in a diff", async () => {
  const [one, other] = await Promise.all([
    ran(["docs", "m.claims.yaml"], files),
    ran(["docs", "-"], {}, {}, { input: SMALL_MAP }),
  ]);
  expect(one.out).toBe(other.out);
});

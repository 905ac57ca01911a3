import { expect, test } from "vitest";
import { cleanPool, diagnosed } from "./a-clean-pool.ts";

test("a pool that is as the map wants it has no finding, and nothing is left unchecked", () => {
  expect(diagnosed(cleanPool())).toEqual({ ok: true, verdict: "healthy", findings: [], notChecked: [] });
});

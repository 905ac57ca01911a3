import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { aPlan } from "./a-plan.ts";

/** The same value with the members of every object in another order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, turned(each)]),
  );
}

describe("the digest of a plan", () => {
  test("is SHA-256, in hex, of JSON with sorted members", () => {
    expect(canonicalJson({ b: [{ d: 1, c: "é" }], a: null })).toBe('{"a":null,"b":[{"c":"é","d":1}]}');
    const plan = aPlan();
    expect(planDigest(plan)).toBe(createHash("sha256").update(canonicalJson(plan)).digest("hex"));
  });

  test("does not depend on the order of members", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
      }),
    );
    expect(planDigest(turned(aPlan()) as Plan)).toBe(planDigest(aPlan()));
  });

  test("survives being written to a file and read again", () => {
    expect(planDigest(JSON.parse(JSON.stringify(aPlan())) as Plan)).toBe(planDigest(aPlan()));
  });

  test("changes with every value and with the order of lists", () => {
    const plan = aPlan();
    expect(planDigest({ ...plan, revision: `${plan.revision}x` })).not.toBe(planDigest(plan));
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});

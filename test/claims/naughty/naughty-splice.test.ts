import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { checkClaimMap } from "../../../claims/check.ts";
import { CODES } from "../../../claims/codes.ts";
import { planDigest } from "../../../claims/digest.ts";
import { runs } from "../../runs.ts";
import { COMPLETE, WHOLE } from "../map-files.ts";
import { NAUGHTY, watchPrototypes } from "./naughty-strings.ts";

watchPrototypes();

type Step = string | number;

/** A key or a scalar of a map: what stands there is replaced. */
type Place = { readonly map: unknown; readonly path: readonly Step[]; readonly isKey: boolean };

/** Every key and every scalar of a value. */
function placesIn(map: unknown, value: unknown = map, path: readonly Step[] = []): readonly Place[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => placesIn(map, item, [...path, index]));
  if (typeof value !== "object" || value === null) return [{ map, path, isKey: false }];
  return Object.entries(value).flatMap(([key, inner]) => [
    { map, path: [...path, key], isKey: true },
    ...placesIn(map, inner, [...path, key]),
  ]);
}

/** JSON, which is YAML too, with `spliced` at the place: written by hand, so that a key may be any text at all. */
function written(value: unknown, at: readonly Step[] | null, isKey: boolean, spliced: string): string {
  if (at?.length === 0 && !isKey) return JSON.stringify(spliced);
  const inner = (step: Step): readonly Step[] | null => (at?.[0] === step ? at.slice(1) : null);
  const under = (each: unknown, step: Step): string => {
    const next = inner(step);
    return written(each, isKey && next?.length === 0 ? null : next, isKey, spliced);
  };
  if (Array.isArray(value)) return `[${value.map(under).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => {
    const isHere = isKey && inner(key)?.length === 0;
    return `${JSON.stringify(isHere ? spliced : key)}: ${under(each, key)}`;
  });
  return `{ ${entries.join(",\n")} }`;
}

const places = [COMPLETE, WHOLE].flatMap((text) => placesIn(parse(text)));

/** A naughty string, alone or inside what stood there. */
const naughty = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NAUGHTY) },
  { weight: 1, arbitrary: fc.constantFrom(...NAUGHTY).map((text) => `staff.${text}`) },
  { weight: 1, arbitrary: fc.constantFrom(...NAUGHTY).map((text) => `staff[${JSON.stringify(text)}]`) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

describe("whatever stands in place of any key or any value of a full map", () => {
  test("every place is one that a map has", () => {
    expect(places.length).toBeGreaterThan(400);
    for (const { map, path, isKey } of places.slice(0, 40)) {
      expect(JSON.stringify(parse(written(map, path, isKey, "§")))).toContain("§");
    }
  });

  test.for(["json", "yaml"] as const)(
    "as %s, a check ends with findings, each with a known code and a place in the text, or with a plan",
    (format) => {
      fc.assert(
        fc.property(fc.constantFrom(...places), naughty, ({ map, path, isKey }, text) => {
          const whole = written(map, path, isKey, text);
          const { ok, findings, plan } = checkClaimMap(whole, { format });
          const lines = whole.split("\n");
          for (const { code, line, column, message, fix } of findings) {
            expect(CODES).toHaveProperty(code);
            expect(column - 1).toBeLessThanOrEqual(lines[line - 1]?.length ?? -1);
            expect(message.length * fix.length).toBeGreaterThan(0);
            // A report is for reading, whatever a map is made of.
            expect(message.length).toBeLessThan(1_500);
          }
          expect(plan === null).toBe(!ok);
          if (plan === null) return;
          const again: typeof plan = JSON.parse(JSON.stringify(plan));
          expect(again).toEqual(plan);
          expect(planDigest(again)).toBe(planDigest(plan));
        }),
        { numRuns: runs(120) },
      );
    },
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBearer, valuesOf, valuesOfLines } from "../../resource-server/bearer.ts";

const malformed = { token: null, malformed: true };
const absent = { token: null, malformed: false };

describe("an Authorization header", () => {
  test.for<readonly [string, readonly string[], object]>([
    ["one token", ["Bearer a.b.c"], { token: "a.b.c" }],
    ["a scheme in any case", ["bEaReR a.b.c"], { token: "a.b.c" }],
    ["more than one space", ["Bearer   a.b.c"], { token: "a.b.c" }],
    ["no header", [], absent],
    ["another scheme", ["DPoP a.b.c"], absent],
    ["white space in front", [" Bearer a.b.c"], absent],
    ["a tab for a space", ["Bearer\ta.b.c"], absent],
    ["the scheme alone", ["Bearer"], malformed],
    ["the scheme and a space", ["Bearer "], malformed],
    ["white space behind", ["Bearer a.b.c "], malformed],
    ["a line break", ["Bearer a.b.c\r\nX: y"], malformed],
    ["a quoted token", ['Bearer "a.b.c"'], malformed],
    ["a parameter", ["Bearer token=a.b.c"], malformed],
    ["a null character", ["Bearer a.b.c\0"], malformed],
    ["the longest token", [`Bearer ${"a".repeat(16_384)}`], { token: "a".repeat(16_384) }],
    ["a character more", [`Bearer ${"a".repeat(16_385)}`], malformed],
    ["two headers of one token", ["Bearer a.b.c", "Bearer a.b.c"], malformed],
  ])("with %s is read in one way", ([, values, bearer]) => {
    expect(readBearer(values)).toEqual(bearer);
  });

  test("gives a token whole, or none", () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('Bearer aZ0._~+/-=,;"\t\n\u00e9')), maxLength: 60 });
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map((rest) => `Bearer ${rest}`),
        ),
        (value) => {
          const { token } = readBearer([value]);
          const written = token === null ? null : value.replace(/^bearer +/i, "");
          expect(token).toBe(written);
          expect(token ?? "a").toMatch(/^[A-Za-z0-9._~+/-]+=*$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("headers by their name", () => {
  test("are found whatever its case, in a record and in raw lines", () => {
    const record = {
      authorization: "one",
      AUTHORIZATION: ["two", "three"],
      "x-authorization": "four",
      Authorization: undefined,
    };
    expect(valuesOf(record, "authorization")).toEqual(["one", "two", "three"]);
    const lines = ["Host", "authorization", "authorization", "one", "X", "Authorization", "AUTHORIZATION", "two"];
    expect(valuesOfLines(lines, "authorization")).toEqual(["one", "two"]);
  });

  test("are none where there are no headers", () => {
    expect([valuesOf(null, "authorization"), valuesOf(undefined, "authorization")]).toEqual([[], []]);
    expect(valuesOfLines([], "authorization")).toEqual([]);
  });
});

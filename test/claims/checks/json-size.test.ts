import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declaredBytes, worstBytes } from "../../../claims/checks/json-size.ts";
import { readDeclared } from "../../../claims/declared-value.ts";
import { evaluate } from "../../../claims/evaluate.ts";
import type { Fact } from "../../../claims/facts.ts";
import { compileExpression } from "../../../claims/language/expression.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { printReference } from "../../../claims/language/reference.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import type { Declaration, PlanType } from "../../../claims/plan.ts";
import { tokenValue } from "../../../claims/token-value.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";

const open = (type: PlanType, bounds: Partial<Declaration> = {}): Declaration => ({ type, class: "open", ...bounds });

/** Bytes a present value has in a token; undefined for one that cannot be there. */
function tokenBytes(fact: Fact): number | undefined {
  const value = fact.state === "present" ? tokenValue(fact.value) : undefined;
  return value === undefined ? undefined : Buffer.byteLength(JSON.stringify(value));
}

describe("the worst case of a declaration", () => {
  test.for<[what: string, declaration: Declaration, bytes: number | null]>([
    ["a string without bounds", open("string"), null],
    ["a string of 12 bytes", open("string", { maxLength: 12 }), 14],
    ["a string out of a list", open("string", { values: ["a", 'qu"ote', "ä"] }), 9],
    ["a string with both bounds takes the closer one", open("string", { values: ["abcdef"], maxLength: 3 }), 5],
    ["a truth value", open("bool"), 5],
    ["an int", open("int"), 17],
    ["a double", open("double"), 25],
    ["a timestamp, in seconds", open("timestamp"), 12],
    ["a list of bounded items", open({ list: "string" }, { maxItems: 3, maxLength: 4 }), 2 + 3 * 6 + 2],
    ["a list of listed items", open({ list: "string" }, { maxItems: 2, values: ["ab"] }), 2 + 2 * 4 + 1],
    ["a list of numbers", open({ list: "int" }, { maxItems: 2 }), 2 + 2 * 17 + 1],
    ["a list with no items", open({ list: "string" }, { maxItems: 0 }), 2],
    ["a list of any length", open({ list: "int" }), null],
    ["a list of strings of any length", open({ list: "string" }, { maxItems: 2 }), null],
    ["a map with bounded keys", open({ map: "bool" }, { maxItems: 2, maxLength: 5 }), 2 + 2 * (7 + 1 + 5) + 1],
    ["a map with keys of any length", open({ map: "bool" }, { maxItems: 2 }), null],
  ])("%s", ([, declaration, bytes]) => {
    expect(declaredBytes(declaration)).toBe(bytes);
  });

  test("holds for every value that the declaration lets through, to the byte for text", () => {
    const scalar = fc.constantFrom<PlanType>("string", "bool", "int", "double", "timestamp");
    const type = fc.oneof(
      scalar,
      scalar.map((list) => ({ list })),
      scalar.map((map) => ({ map })),
      scalar.map((inner) => ({ list: { map: inner } })),
    );
    const raw = (of: PlanType): fc.Arbitrary<unknown> => {
      if (typeof of === "object") {
        if ("list" in of) return fc.array(raw(of.list), { maxLength: 4 });
        return fc.dictionary(fc.string({ maxLength: 2 }), raw(of.map), { maxKeys: 4 });
      }
      switch (of) {
        case "string":
          return fc.string({ unit: "binary", maxLength: 8 });
        case "bool":
          return fc.boolean();
        case "int":
          return fc.maxSafeInteger();
        case "double":
          return fc.double({ noNaN: true, noDefaultInfinity: true });
        case "timestamp":
          return fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
      }
    };
    const cases = type.chain((of) =>
      fc.record({
        declaration: fc.record({
          type: fc.constant(of),
          class: fc.constant("open" as const),
          maxLength: fc.integer({ min: 12, max: 20 }),
          maxItems: fc.integer({ min: 0, max: 4 }),
        }),
        value: raw(of),
      }),
    );
    let kept = 0;
    fc.assert(
      fc.property(cases, ({ declaration, value }) => {
        const bytes = tokenBytes(readDeclared(declaration, value));
        if (bytes === undefined) return;
        kept += 1;
        expect(bytes).toBeLessThanOrEqual(declaredBytes(declaration) ?? Number.NaN);
      }),
      { numRuns: 5_000 },
    );
    expect(kept).toBeGreaterThan(1_000);
    expect(tokenBytes(readDeclared(open("string", { maxLength: 4 }), '""'))).toBe(
      declaredBytes(open("string", { maxLength: 4 })),
    );
  });
});

describe("the worst case of an expression", () => {
  const attributes = {
    name: declared("string", { maxLength: 8 }),
    note: declared("string"),
    role: declared("string", { values: ["nurse", "physician"] }),
    level: declared("int"),
    share: declared("double"),
    on: declared("bool"),
    wards: declared("list<string>", { maxItems: 3, maxLength: 5 }),
    rota: declared("map<string, string>", { maxItems: 2, maxLength: 4 }),
  };
  const read = aReadMap(
    aClaimMap({
      sources: {
        staff: {
          dynamodb: { table: "staff", key: { pk: "{user.sub}" }, consistent: false },
          trust: "operator",
          onMissing: "deny",
          onError: "deny",
          attributes,
        },
      },
    }),
  );
  const known = readKnownValues(read);
  const vocabulary = vocabularyOf(read, known);
  const declarationOf = (reference: readonly [string, ...string[]]): Declaration | undefined =>
    known.values.get(printReference(reference))?.declaration;
  const compiled = (source: string) => {
    const { compiled: result } = compileExpression(read, [], source, vocabulary, false);
    if (result === null) throw new Error(`does not compile: ${source}`);
    return result;
  };
  const worst = (source: string): number | null =>
    worstBytes(compiled(source).expr, compiled(source).type, declarationOf);

  const bounded: readonly (readonly [source: string, bytes: number])[] = [
    ["staff.name", 10],
    ["staff.role", 11],
    ["user.sub", 38],
    ["client.id", 130],
    ["'abc'", 5],
    ["'\"'", 4],
    ["staff.level + 1", 17],
    ["size(staff.note)", 17],
    ["staff.on || has(staff.note)", 5],
    ["staff.share * 2.0", 25],
    ["staff.on ? staff.name : staff.role", 11],
    ["[staff.name, 'a']", 2 + 10 + 1 + 3],
    ["[staff.level]", 19],
    ["{'k': staff.name, 'key2': 'x'}", 2 + (3 + 1 + 10) + 1 + (6 + 1 + 3)],
    ["[]", 2],
    ["string(staff.level)", 19],
    ["string(staff.on)", 7],
    ["string(has(staff.note))", 7],
    ["string(staff.name)", 10],
    ["string(12)", 22],
    ["staff.name + '-' + staff.role", 8 + 1 + 9 + 2],
    ["staff.wards + [staff.name]", 2 + 3 * 7 + 2 + 1 + 10],
    ["staff.wards[0]", 7],
    ["staff.rota.monday", 6],
    ["{'nurse': 'N', 'physician': 'MD'}[staff.role]", 4],
    ["['a', 'bcd'][staff.level]", 5],
    ["staff.name.upperAscii()", 10],
    ["staff.name.trim()", 10],
  ];
  test.for(bounded)("of `%s` is %i", ([source, bytes]) => {
    expect(worst(source)).toBe(bytes);
  });

  test.for([
    "staff.note",
    "staff.on ? staff.note : 'a'",
    "[staff.note]",
    "{staff.note: 1}",
    "staff.name + staff.note",
    "staff.name.split(',')",
    "staff.wards.join(',')",
    "string(staff.level + 1)",
    "string(staff.note)",
  ])("of `%s` is unknown", (source) => {
    expect(worst(source)).toBeNull();
  });

  test("holds for whatever the row holds", () => {
    const row = fc.record({
      name: fc.string({ maxLength: 8 }),
      note: fc.string(),
      role: fc.constantFrom("nurse", "physician"),
      level: fc.maxSafeInteger(),
      share: fc.double({ noNaN: true, noDefaultInfinity: true }),
      on: fc.boolean(),
      wards: fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
      rota: fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), { maxKeys: 2 }),
    });
    fc.assert(
      fc.property(row, fc.constantFrom(...bounded), (values, [source, bytes]) => {
        const outcome = evaluate(compiled(source).expr, (reference) => {
          const declaration = declarationOf(reference);
          return declaration
            ? readDeclared(declaration, values[reference[1] as keyof typeof values] ?? "s".repeat(26))
            : { state: "failed" };
        });
        const size = outcome.known ? tokenBytes({ state: "present", value: outcome.value }) : undefined;
        expect(size ?? 0).toBeLessThanOrEqual(bytes);
      }),
      { numRuns: 2_000 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declaredBytes, worstBytes } from "../../../claims/checks/json-size.ts";
import { evaluate, worldOf } from "../../../claims/evaluate/evaluate.ts";
import { tokenValue } from "../../../claims/evaluate/token-value.ts";
import type { Fact, Value } from "../../../claims/facts.ts";
import { readDeclared } from "../../../claims/gather/declared-value.ts";
import { compileExpression } from "../../../claims/language/expression.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { printReference } from "../../../claims/language/reference.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import type { Declaration, PlanType } from "../../../claims/plan.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";
import {
  compileRandom,
  declarationOf as declarationOfRow,
  randomExpressions,
  rows,
  worldOfRow,
} from "../evaluate/random-expressions.ts";

const open = (type: PlanType, bounds: Partial<Declaration> = {}): Declaration => ({ type, class: "open", ...bounds });

const address: PlanType = { fields: { city: { type: "string", maxLength: 6 }, from: { type: "timestamp" } } };

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
    ["an int between two others", open("int", { min: -5, max: 1000 }), 4],
    ["an int below another", open("int", { max: 9 }), 17],
    ["an int between bounds beyond all ints", open("int", { min: -1e300, max: 1e300 }), 17],
    ["a list of ints between two others", open({ list: "int" }, { maxItems: 2, min: 0, max: 99 }), 2 + 2 * 2 + 1],
    ["a double out of a list", open("double", { values: [1.5, -2] }), 3],
    ["a map of declared fields", open(address), 2 + (6 + 1 + 8) + 1 + (6 + 1 + 12)],
    ["a map of declared fields, one without bounds", open({ fields: { note: { type: "string" } } }), null],
    ["a map of no fields", open({ fields: {} }), 2],
    ["a list of such maps", open({ list: address }, { maxItems: 2 }), 2 + 2 * 37 + 1],
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
      fc.constant(address),
      fc.constant({ list: address }),
    );
    const raw = (of: PlanType): fc.Arbitrary<unknown> => {
      if (typeof of === "object") {
        if ("list" in of) return fc.array(raw(of.list), { maxLength: 4 });
        if ("map" in of) return fc.dictionary(fc.string({ maxLength: 2 }), raw(of.map), { maxKeys: 4 });
        return fc.record(
          { city: fc.string({ maxLength: 4 }), from: fc.constant(-62_135_596_800) },
          { requiredKeys: [] },
        );
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
    grade: declared("int", { min: 0, max: 99 }),
    shifts: declared("list<list<int>>", { maxItems: 3, min: 0, max: 23 }),
    home: declared("map", { fields: { city: { type: "string", maxLength: 6 } } }),
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
        jobs: {
          dynamodb: {
            table: "jobs",
            query: { key: { pk: "{user.sub}" }, order: "ascending", limit: 5, onMore: "deny" },
            consistent: false,
          },
          trust: "operator",
          onMissing: "empty",
          onError: "deny",
          attributes: { org: declared("string", { maxLength: 6 }), note: declared("string") },
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
  const worst = (source: string): number | null => worstBytes(compiled(source).expr, declarationOf);

  const bounded: readonly (readonly [source: string, bytes: number])[] = [
    ["staff.name", 10],
    ["staff.role", 11],
    ["user.sub", 38],
    ["client.id", 130],
    ["'abc'", 5],
    ["'\"'", 4],
    ["staff.level + 1", 17],
    ["size(staff.note)", 17],
    ["size(staff.wards)", 1],
    ["size(staff.name)", 1],
    ["staff.grade", 2],
    ["staff.grade * 2", 17],
    ["-staff.grade", 17],
    ["-staff.share", 25],
    ["-12", 3],
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
    ["string(12)", 4],
    ["string(staff.grade)", 4],
    ["string(staff.level + 1)", 22],
    ["string(now)", 26],
    ["int(now)", 17],
    ["staff.name.split(',')", 2 + 9 * 3 - 1],
    ["staff.name.split(', and ')", 2 + 8 + 2],
    ["staff.name.split(staff.role)", 2 + 12 + 13 * 3 - 1],
    ["bracketList(staff.name)", 2 + 9 * 3 - 1],
    ["staff.wards.join(',')", 5 + 1 + 5 + 1 + 5 + 2],
    ["staff.wards.join(' and ')", 5 + 5 + 5 + 5 + 5 + 2],
    ["domain(staff.name)", 10],
    ["last(staff.name, 1)", 8],
    ["last(staff.note, 4)", 26],
    ["age(staff.name)", 4],
    ["json(staff.name)", 22],
    ["json(staff.grade)", 4],
    ["take(staff.wards, 2)", 2 + 7 + 1 + 7],
    ["distinct(staff.wards)", 25],
    ["sort(staff.wards)", 25],
    ["flatten(staff.shifts)", 2 + 9 * 2 + 8],
    ["flatten([staff.wards, staff.wards])", 49],
    ["staff.wards.filter(w, w == staff.note)", 25],
    ["staff.wards.map(w, w.size())", 2 + 3 + 2],
    ["staff.wards.map(w, w + '!')", 2 + 3 * 8 + 2],
    ["staff.rota.map(k, k)", 2 + 2 * 6 + 1],
    ["staff.rota.filter(k, k != '')", 2 + 2 * 6 + 1],
    ["staff.wards.exists(w, w == staff.note)", 5],
    ["cel.bind(n, staff.name, n + n)", 18],
    ["staff.home", 2 + 6 + 1 + 8],
    ["staff.home.city", 8],
    ["staff.?home.?city.orValue('nowhere')", 9],
    ["[staff.home][0].city", 8],
    ["jobs.map(j, j.org)", 2 + 5 * 8 + 4],
    ["jobs.filter(j, has(j.note)).map(j, j.org)", 2 + 5 * 8 + 4],
    ["jobs[0].org", 8],
    ["jobs.size()", 1],
    ["matches(staff.note, 'a')", 5],
    ["pseudonym(staff.note)", 24],
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
    "staff.note.split(',')",
    "staff.wards.join(staff.note)",
    "staff.wards.map(w, staff.note)",
    "jobs.map(j, j.note)",
    "cel.bind(n, staff.note, n)",
    "json(staff.note)",
    "string(staff.note)",
  ])("of `%s` is unknown", (source) => {
    expect(worst(source)).toBeNull();
  });

  test("is what its value takes at most, whatever the expression and whatever it reads", () => {
    let known = 0;
    fc.assert(
      fc.property(randomExpressions(true), rows, (source, row) => {
        const { expr } = compileRandom(source);
        const bytes = worstBytes(expr, declarationOfRow);
        // Everything those expressions read is bounded, so everything they come to is.
        expect(bytes).not.toBeNull();
        const outcome = evaluate(expr, worldOfRow(row));
        if (outcome.known) known += 1;
        const size = outcome.known ? tokenBytes({ state: "present", value: outcome.value }) : undefined;
        expect(size ?? 0).toBeLessThanOrEqual(bytes ?? 0);
      }),
      { numRuns: 3_000 },
    );
    expect(known).toBeGreaterThan(1_500);
  });

  test("of text is met to the byte by the worst there is", () => {
    const meets = (source: string, row: Readonly<Record<string, Value>>): void => {
      const outcome = evaluate(
        compiled(source).expr,
        worldOf(([, name = ""]) => ({ state: "present", value: row[name] as Value })),
      );
      expect(outcome.known && tokenBytes({ state: "present", value: outcome.value })).toBe(worst(source));
    };
    meets("staff.name.split(',')", { name: ",,,,,,,," });
    meets("json(staff.name)", { name: '""""' });
    meets("last(staff.note, 4)", { note: "\u0000\u0000\u0000\u0000" });
    meets("staff.wards.join(' and ')", { wards: ["aaaaa", "aaaaa", "aaaaa"] });
  });
});

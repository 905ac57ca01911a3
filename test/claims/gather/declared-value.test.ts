import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "../../../claims/facts.ts";
import { decimalText } from "../../../claims/gather/decimal-text.ts";
import { readDeclared } from "../../../claims/gather/declared-value.ts";
import type { Declaration, Field, PlanType } from "../../../claims/plan.ts";

const open = (type: PlanType, bounds: Partial<Declaration> = {}): Declaration => ({ type, class: "open", ...bounds });
const present = (value: unknown): Fact => ({ state: "present", value }) as Fact;
const invalid: Fact = { state: "invalid" };

const rows: readonly [what: string, declaration: Declaration, raw: unknown, fact: Fact][] = [
  ["a string", open("string"), "x", present("x")],
  ["a number where a string is declared", open("string"), 5, invalid],
  ["a NULL attribute", open("string"), null, invalid],
  ["a DynamoDB number as an int", open("int"), decimalText("42"), present(42n)],
  ["the largest integer JSON keeps", open("int"), decimalText("9007199254740991"), present(9007199254740991n)],
  ["an integer JSON would change", open("int"), decimalText("9007199254740992"), invalid],
  ["a fraction where an int is declared", open("int"), decimalText("4.5"), invalid],
  ["text where an int is declared", open("int"), "42", invalid],
  ["a DynamoDB number as a double", open("double"), decimalText("1.5e3"), present(1500)],
  ["a DynamoDB number where a map is declared", open({ map: "string" }), decimalText("42"), invalid],
  ["a map that looks like a number", open("int"), { decimal: "42" }, invalid],
  [
    "a map with a key like a number's",
    open({ map: "string" }),
    { decimal: "42" },
    present(new Map([["decimal", "42"]])),
  ],
  ["a number beyond every double", open("double"), decimalText("1e400"), invalid],
  [
    "a timestamp as RFC 3339 text",
    open("timestamp"),
    "2026-11-23T10:00:00Z",
    present(new Date("2026-11-23T10:00:00Z")),
  ],
  ["a timestamp in seconds", open("timestamp"), decimalText("1700000000"), present(new Date(1_700_000_000_000))],
  ["a day no month has", open("timestamp"), "2026-02-30T10:00:00Z", invalid],
  ["a timestamp without a zone", open("timestamp"), "2026-11-23T10:00:00", invalid],
  ["a list", open({ list: "string" }), ["a", "b"], present(["a", "b"])],
  ["a set, sorted", open({ list: "string" }), new Set(["b", "a"]), present(["a", "b"])],
  ["a list with one wrong item", open({ list: "string" }), ["a", 1], invalid],
  ["a map", open({ map: "int" }), { a: 1 }, present(new Map([["a", 1n]]))],
  ["a map whose prototype is data", open({ map: "int" }), Object.create({ a: 1 }), invalid],
  ["a value of the list", open("string", { values: ["a", "b"] }), "b", present("b")],
  ["a value outside the list", open("string", { values: ["a", "b"] }), "c", invalid],
  ["an item outside the list of values", open({ list: "string" }, { values: ["a"] }), ["a", "c"], invalid],
  ["a string at its bound", open("string", { maxLength: 3 }), "abc", present("abc")],
  ["a string whose JSON text is over its bound", open("string", { maxLength: 3 }), 'a"b', invalid],
  ["a multi-byte string over its bound", open("string", { maxLength: 3 }), "éé", invalid],
  ["a list over its bound", open({ list: "string" }, { maxItems: 1 }), ["a", "b"], invalid],
  ["a map with a key over its bound", open({ map: "int" }, { maxLength: 3 }), { abcd: 1 }, invalid],
  ["a map over its bound", open({ map: "int" }, { maxItems: 1 }), { a: 1, b: 2 }, invalid],
  ["binary data", open("string"), new Uint8Array([1]), invalid],
  ["a list with a hole", open({ list: "string" }), Array(1), invalid],
];

test.for(rows)("a row holds %s", ([, declaration, raw, fact]) => {
  expect(readDeclared(declaration, raw)).toEqual(fact);
});

const texts: readonly [type: PlanType, text: string, fact: Fact][] = [
  ["bool", "true", present(true)],
  ["bool", "TRUE", invalid],
  ["int", "7", present(7n)],
  ["int", "007", invalid],
  ["double", "0.5", present(0.5)],
  ["double", "0x10", invalid],
  ["timestamp", "1700000000", present(new Date(1_700_000_000_000))],
  [{ list: "string" }, "a,b", invalid],
];

test.for(texts)("Cognito's text is read as %s: %s", ([type, text, fact]) => {
  expect(readDeclared(open(type), text, { asText: true })).toEqual(fact);
});

const address: { readonly [name: string]: Field } = {
  city: { type: "string", maxLength: 6 },
  floor: { type: "int", max: 9 },
  flags: { type: { list: "bool" }, maxItems: 1 },
};

const maps: readonly [what: string, raw: unknown, fact: Fact][] = [
  [
    "its declared entries",
    { city: "Bern", floor: 3 },
    present(
      new Map<string, unknown>([
        ["city", "Bern"],
        ["floor", 3n],
      ]),
    ),
  ],
  ["nothing of what is not declared", { city: "Bern", zip: 3000 }, present(new Map([["city", "Bern"]]))],
  ["no entry at all", {}, present(new Map())],
  ["an entry of another type", { city: 3000 }, invalid],
  ["an entry beyond its bound", { city: "Fribourg" }, invalid],
  ["a number beyond its bound", { city: "Bern", floor: 10 }, invalid],
  ["a NULL for an entry", { city: null }, invalid],
  ["a list beyond its bound", { flags: [true, false] }, invalid],
  ["no map", "Bern", invalid],
  ["a number, marked as one", decimalText("3"), invalid],
  ["entries it inherits", Object.create({ city: "Bern" }), invalid],
];

test.for(maps)("a map with declared fields holds %s", ([, raw, fact]) => {
  expect(readDeclared(open({ fields: address }), raw)).toEqual(fact);
});

test("a field may be named like what objects have anyway, and is read only where a row has it", () => {
  const named = open({
    fields: JSON.parse('{ "__proto__": { "type": "string" }, "constructor": { "type": "string" } }'),
  });
  expect(readDeclared(named, {})).toEqual(present(new Map()));
  expect(readDeclared(named, JSON.parse('{ "__proto__": "a", "constructor": "b" }'))).toEqual(
    present(
      new Map([
        ["__proto__", "a"],
        ["constructor", "b"],
      ]),
    ),
  );
});

test("a list of maps with declared fields is as long as its own bound allows, and each map keeps to its fields", () => {
  const list = open({ list: { fields: address } }, { maxItems: 2 });
  expect(readDeclared(list, [{ city: "Bern" }, {}])).toEqual(present([new Map([["city", "Bern"]]), new Map()]));
  expect(readDeclared(list, [{}, {}, {}])).toEqual(invalid);
  expect(readDeclared(list, [{ city: "Fribourg" }])).toEqual(invalid);
});

test("a pattern needs something to match it with: without, no value keeps it", () => {
  const declaration = open("string", { pattern: "[a-z]+" });
  expect(readDeclared(declaration, "abc")).toEqual(invalid);
  expect(readDeclared(declaration, "abc", { covers: () => true })).toEqual(present("abc"));
});

test("an absent value takes the default, an invalid one never does", () => {
  const declaration = open("int", { default: 0 });
  expect(readDeclared(declaration, undefined)).toEqual(present(0n));
  expect(readDeclared(declaration, "x")).toEqual(invalid);
  expect(readDeclared(open("int"), undefined)).toEqual({ state: "absent" });
});

test("whatever a table holds, the answer is a fact and what it says fits the declaration", () => {
  const types = fc.constantFrom<PlanType>(
    "string",
    "bool",
    "int",
    "double",
    "timestamp",
    { list: "string" },
    { map: "int" },
    { fields: { a: { type: "string" } } },
  );
  fc.assert(
    fc.property(
      types,
      fc.anything({ withSet: true, withMap: true, withDate: true, withNullPrototype: true }),
      (type, raw) => {
        const fact = readDeclared(open(type, { maxLength: 8, maxItems: 3 }), raw);
        if (fact.state !== "present") return;
        const kind = typeof type === "string" ? type : (Object.keys(type)[0] as "list" | "map" | "fields");
        const fits = {
          string: () => typeof fact.value === "string",
          bool: () => typeof fact.value === "boolean",
          int: () => typeof fact.value === "bigint",
          double: () => typeof fact.value === "number" && Number.isFinite(fact.value),
          timestamp: () => fact.value instanceof Date && !Number.isNaN(fact.value.getTime()),
          list: () => Array.isArray(fact.value) && fact.value.length <= 3,
          map: () => fact.value instanceof Map && fact.value.size <= 3,
          fields: () => fact.value instanceof Map && [...fact.value.keys()].every((key) => key === "a"),
        };
        expect(fits[kind]()).toBe(true);
      },
    ),
    { numRuns: 5_000 },
  );
});

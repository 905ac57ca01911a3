import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPlanType, scalarOf, writePlanType } from "../../../claims/language/plan-type.ts";
import type { PlanType, Scalar } from "../../../claims/plan.ts";

const scalars = fc.constantFrom<Scalar>("string", "bool", "int", "double", "timestamp");
const types = fc.letrec<{ type: PlanType }>((tie) => ({
  type: fc.oneof({ maxDepth: 4 }, scalars, fc.record({ list: tie("type") }), fc.record({ map: tie("type") })),
})).type;

const fields = { city: { type: "string", maxLength: 20 }, lines: { type: { list: "string" } } } as const;

describe("the text of a type", () => {
  test("written and read again is the same type", () => {
    fc.assert(
      fc.property(types, (type) => {
        expect(readPlanType(writePlanType(type))).toEqual({ type });
      }),
    );
  });

  test("may hold blanks where a reader would put them", () => {
    expect(readPlanType(" map < string ,list< int > > ")).toEqual({ type: { map: { list: "int" } } });
  });

  test("of a map with declared fields takes them from beside it, at any depth", () => {
    expect(readPlanType("map", fields)).toEqual({ type: { fields } });
    expect(readPlanType(" list< map > ", fields)).toEqual({ type: { list: { fields } } });
    expect(readPlanType("map<string, list<map>>", fields)).toEqual({ type: { map: { list: { fields } } } });
    expect(readPlanType("map", {})).toEqual({ type: { fields: {} } });
    expect(writePlanType({ list: { fields } })).toBe("list<map>");
  });

  test.for(["map", "list<map>", "map<string, map>"])("%s without fields says nothing of what is in it", (text) => {
    expect(readPlanType(text)).toEqual({ problem: "fields" });
  });

  test.for(["string", "list<int>", "map<string, string>"])("fields beside %s have no place", (text) => {
    expect(readPlanType(text, fields)).toEqual({ problem: "no map" });
  });

  test.for([
    "",
    "text",
    "String",
    "list",
    "list<>",
    "list<string",
    "map<int, string>",
    "map<string>",
    "string[]",
    "dyn",
  ])("%j is no type", (text) => {
    expect(readPlanType(text)).toEqual({ problem: "unknown" });
    expect(readPlanType(text, fields)).toEqual({ problem: "unknown" });
  });

  test("nested beyond all use is no type either", () => {
    expect(readPlanType(`${"list<".repeat(5_000)}int${">".repeat(5_000)}`)).toEqual({ problem: "unknown" });
  });
});

test("the scalar at the bottom of a type is what its values and lengths bind", () => {
  expect(scalarOf({ map: { list: "timestamp" } })).toBe("timestamp");
  expect(scalarOf({ list: { fields } })).toBeUndefined();
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPlanType, scalarOf, writePlanType } from "../../../claims/language/plan-type.ts";
import type { PlanType, Scalar } from "../../../claims/plan.ts";

const scalars = fc.constantFrom<Scalar>("string", "bool", "int", "double", "timestamp");
const types = fc.letrec<{ type: PlanType }>((tie) => ({
  type: fc.oneof({ maxDepth: 4 }, scalars, fc.record({ list: tie("type") }), fc.record({ map: tie("type") })),
})).type;

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

  test("with declared fields belongs to a later version", () => {
    expect(readPlanType("map")).toEqual({ problem: "later" });
    expect(readPlanType("list<map>")).toEqual({ problem: "later" });
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
  });

  test("nested beyond all use is no type either", () => {
    expect(readPlanType(`${"list<".repeat(5_000)}int${">".repeat(5_000)}`)).toEqual({ problem: "unknown" });
  });
});

test("the scalar at the bottom of a type is what its values and lengths bind", () => {
  expect(scalarOf({ map: { list: "timestamp" } })).toBe("timestamp");
});

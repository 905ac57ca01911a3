import { describe, expect, test } from "vitest";
import { evaluate, type Look, worldOf } from "../../../claims/evaluate/evaluate.ts";
import type { Fact, Value } from "../../../claims/facts.ts";
import type { Expr } from "../../../claims/plan.ts";
import { compile, problems, tree } from "./a-language.ts";

const present = (value: Value): Fact => ({ state: "present", value });

/** What an expression comes to with these facts; a fact that is not given is absent. */
function outcome(source: string, facts: Readonly<Record<string, Fact>>): unknown {
  const { compiled, findings } = compile(source);
  expect(findings).toEqual([]);
  const look: Look = (reference) => facts[reference.join(".")] ?? { state: "absent" };
  const result = compiled && evaluate(compiled.expr, worldOf(look));
  return result?.known ? result.value : result?.because;
}

describe("x.?y.orValue(z)", () => {
  test("is z where x.y is absent, and there only", () => {
    const source = "staff.?profession.orValue('none')";
    expect(outcome(source, { "staff.profession": present("nurse") })).toBe("nurse");
    expect(outcome(source, {})).toBe("none");
    expect(outcome(source, { "staff.profession": { state: "invalid" } })).toBe("invalid");
    expect(outcome(source, { "staff.profession": { state: "failed" } })).toBe("failed");
  });

  test("is unknown where z is needed and unknown", () => {
    const source = "staff.?profession.orValue(user.email)";
    expect(outcome(source, {})).toBe("absent");
    expect(outcome(source, { "staff.profession": present("nurse") })).toBe("nurse");
  });

  test("asks for entries of maps, fields of fields, items of lists and rows", () => {
    const rota = present(new Map([["monday", [8n]]]));
    expect(outcome("staff.rota.?monday.orValue([])", { "staff.rota": rota })).toEqual([8n]);
    expect(outcome("staff.rota[?'sunday'].orValue([1])", { "staff.rota": rota })).toEqual([1n]);
    const both = { "staff.rota": rota, "staff.profession": present("monday") };
    expect(outcome("staff.rota[?staff.profession].orValue([1])", both)).toEqual([8n]);
    expect(outcome("staff.rota.?monday.orValue([])", {})).toBe("absent");
    expect(outcome("staff.?rota.?monday.orValue([])", {})).toEqual([]);
    expect(outcome("staff.?rota.monday.orValue([])", {})).toEqual([]);

    const address = present(new Map([["city", "Bonn"]]));
    expect(outcome("staff.?address.?city.orValue('')", { "staff.address": address })).toBe("Bonn");
    expect(outcome("staff.?address.street.orValue('?')", { "staff.address": address })).toBe("?");
    expect(outcome("staff.?address.?city.orValue('?')", {})).toBe("?");

    const wards = { "staff.wards": present(["icu"]) };
    expect(outcome("staff.wards[?0].orValue('none')", wards)).toBe("icu");
    expect(outcome("staff.wards[?1].orValue('none')", wards)).toBe("none");
    expect(outcome("staff.wards[?-1].orValue('none')", wards)).toBe("none");
    expect(outcome("staff.wards[?staff.level].orValue('none')", { ...wards, "staff.level": present(-1n) })).toBe(
      "none",
    );
    expect(outcome("staff.wards[?staff.level].orValue('none')", wards)).toBe("absent");

    const row = { attributes: new Map([["org", present("acme")]]) };
    const one = { memberships: present([row]) };
    expect(outcome("memberships[?0].?org.orValue('none')", one)).toBe("acme");
    expect(outcome("memberships[?0].?roles.orValue([])", one)).toEqual([]);
    expect(outcome("memberships[?0].?org.orValue('none')", { memberships: present([]) })).toBe("none");
    expect(outcome("memberships.filter(m, m.org == 'acme')[?0].org.orValue('')", one)).toBe("acme");
    expect(outcome("client.?metadata.?clinic.orValue('none')", {})).toBe("none");
  });

  test("works out what it asks once, however deep it stands in itself", () => {
    const nested = "staff.wards[?staff.wards[?staff.wards[?0].orValue('').size()].orValue('').size()].orValue('none')";
    expect(outcome(nested, { "staff.wards": present(["a", "b"]) })).toBe("b");
    const deep = Array.from({ length: 25 }).reduce<string>((at) => `[1][?${at}].orValue(0)`, "0");
    const counted = (expr: Expr | undefined): number => JSON.stringify(expr).length;
    expect(counted(tree(deep))).toBeLessThan(25 * 500);
    expect(outcome(deep, {})).toBe(1n);
  });
});

describe("x.?y.hasValue()", () => {
  test("is true, false, or unknown where x.y is neither there nor not there", () => {
    expect(outcome("staff.?profession.hasValue()", { "staff.profession": present("nurse") })).toBe(true);
    expect(outcome("staff.?profession.hasValue()", {})).toBe(false);
    expect(outcome("staff.?profession.hasValue()", { "staff.profession": { state: "failed" } })).toBe("failed");
    expect(outcome("staff.?address.?city.hasValue()", {})).toBe(false);
    expect(outcome("staff.wards[?1].hasValue()", { "staff.wards": present(["a"]) })).toBe(false);
    expect(outcome("memberships[?0].?org.hasValue()", { memberships: present([]) })).toBe(false);
  });
});

test.for<[source: string, code: string, column: number, message: string]>([
  [
    "staff.?profession.orValue(1)",
    "CS302",
    27,
    "optional.orValue(value) argument must be compatible type, got 'string' and 'int'",
  ],
  ["staff.?level.?x.orValue(1)", "CS302", 1, "only a map has keys; this is a `int`"],
  ["staff.profession[?0].orValue('')", "CS302", 1, "only a map has keys; this is a `string`"],
  ["staff.wards.?x.orValue('')", "CS302", 1, "only a map has keys; this is a `list<string>`"],
  ["client.?metadata.orValue('')", "CS303", 1, "`client.metadata` is no value"],
  ["client.?metadata.hasValue()", "CS303", 1, "`client.metadata` is no value"],
  ["memberships[?0].orValue('')", "CS303", 1, "a row of `memberships` is no value"],
  ["def.?firm.orValue('')", "CS302", 1, "a definition is always there"],
  ["has(def.firm)", "CS302", 5, "a definition is always there"],
  ["memberships.?org.orValue('')", "CS303", 14, "`memberships` has rows, and each of them its own `org`"],
])("`%s` asks for what is never absent, or never a value", ([source, code, column, message]) => {
  expect(problems(source)).toEqual([[code, column, message]]);
});

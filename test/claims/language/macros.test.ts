import { describe, expect, test } from "vitest";
import type { Expr } from "../../../claims/plan.ts";
import { compile, problems, tree } from "./a-language.ts";

const ref = (...reference: [string, ...string[]]): Expr => ({ op: "ref", ref: reference });
const variable = (name: string): Expr => ({ op: "var", name });
const text = (value: string): Expr => ({ op: "string", value });
const field = (of: Expr, name: string): Expr => ({ op: "field", of, name });
const isAdmin: Expr = { op: "==", left: variable("w"), right: text("admin") };
const wards = ref("staff", "wards");

describe("a macro", () => {
  test.for<[source: string, expr: Expr]>([
    ["staff.wards.all(w, w == 'admin')", { op: "all", of: wards, name: "w", body: isAdmin }],
    ["staff.wards.exists(w, w == 'admin')", { op: "exists", of: wards, name: "w", body: isAdmin }],
    ["staff.wards.exists_one(w, w == 'admin')", { op: "existsOne", of: wards, name: "w", body: isAdmin }],
    ["staff.wards.filter(w, w == 'admin')", { op: "filter", of: wards, name: "w", body: isAdmin }],
    [
      "staff.wards.map(w, [w])",
      { op: "transform", of: wards, name: "w", body: { op: "list", items: [variable("w")] } },
    ],
    [
      "staff.wards.map(w, w == 'admin', w)",
      { op: "transform", of: wards, name: "w", when: isAdmin, body: variable("w") },
    ],
    ["cel.bind(w, 'x', w == 'admin')", { op: "bind", name: "w", value: text("x"), body: isAdmin }],
  ])("in `%s` names what it goes through", ([source, expr]) => {
    expect(tree(source)).toEqual(expr);
  });

  test("goes through the rows of a query, whose attributes are fields of each", () => {
    expect(tree("memberships.exists(m, m.org == tenant.id && has(m.roles))")).toEqual({
      op: "exists",
      of: ref("memberships"),
      name: "m",
      body: {
        op: "and",
        left: { op: "==", left: field(variable("m"), "org"), right: ref("tenant", "id") },
        right: { op: "hasField", of: variable("m"), name: "roles" },
      },
    });
  });

  test("may go through the rows that another left, and a binding may name them", () => {
    const mine = 'memberships.filter(m, "admin" in m.roles)';
    expect(compile(`${mine}.map(m, m.org)`).compiled?.type).toEqual({ list: "string" });
    expect(compile(`${mine}.filter(n, n.org == "a").size() > 0`).compiled?.type).toBe("bool");
    expect(compile(`cel.bind(mine, ${mine}, mine.exists(m, m.org == "a") ? mine[0].org : "")`).compiled?.type).toBe(
      "string",
    );
    expect(tree("cel.bind(first, memberships[0], first.org)")).toEqual({
      op: "bind",
      name: "first",
      value: { op: "index", of: ref("memberships"), at: { op: "int", value: "0" } },
      body: field(variable("first"), "org"),
    });
  });

  test("goes through the keys of a map", () => {
    expect(compile("staff.rota.filter(day, day.startsWith('s'))").compiled?.type).toEqual({ list: "string" });
    expect(compile("staff.rota.all(day, staff.rota[day].size() < 8)").compiled?.type).toBe("bool");
  });

  test.for<[source: string, column: number, name: string]>([
    ["staff.wards.all(staff, true)", 17, "staff"],
    ["staff.wards.all(user, true)", 17, "user"],
    ["staff.wards.all(tenant, true)", 17, "tenant"],
    ["staff.wards.all(def, true)", 17, "def"],
    ["staff.wards.all(memberships, true)", 17, "memberships"],
    ["staff.wards.all(string, true)", 17, "string"],
    ["staff.wards.all(cel, true)", 17, "cel"],
    ["staff.wards.all(w, staff.wards.all(w, true))", 36, "w"],
    ["cel.bind(w, 1, cel.bind(w, 2, w))", 25, "w"],
    ["staff.wards.map(w, cel.bind(w, 'a', w))", 29, "w"],
  ])("`%s` takes a name that stands for something else", ([source, column, name]) => {
    expect(problems(source)).toEqual([["CS301", column, `\`${name}\` already stands for something else here`]]);
  });

  test("leaves its name free for the next, and for definitions of their own", () => {
    expect(problems("staff.wards.all(w, w != '') && staff.wards.exists(w, w == 'a')")).toEqual([]);
    expect(problems("staff.wards.all(m, m != '' || def.anyRoles)")).toEqual([]);
  });

  test("names something that no expression outside of it knows", () => {
    expect(problems("staff.wards.all(w, true) && w == 'a'")).toEqual([["CS303", 29, "`w` is not declared"]]);
    expect(problems("w.exists(w, w == 'a')")).toEqual([["CS303", 1, "`w` is not declared"]]);
  });

  test.for([
    ["staff.wards.all(1, true)", 17],
    ["staff.wards.map('w', 'w')", 17],
    ["cel.bind(staff.level, 1, 2)", 16],
    ["staff.wards.all(__proto__, true)", 17],
  ] as const)("`%s` names nothing", ([source, column]) => {
    expect(problems(source).map(([code, at]) => [code, at])).toEqual([["CS301", column]]);
  });

  test("stands in two others at most, the macros of definitions included", () => {
    const deep = "[1].all(a, [1].all(b, [1].all(c, a + b + c == 3)))";
    expect(problems(deep)).toEqual([]);
    const message = "macros may stand in one another 3 deep, and no deeper";
    expect(problems(`[1].exists(d, ${deep})`)).toEqual([["CS301", 37, message]]);
    expect(problems("[1].all(a, def.anyRoles)")).toEqual([]);
    expect(problems("[1].all(a, [1].all(b, def.anyRoles))")).toEqual([["CS301", 23, message]]);
    expect(problems("[1].map(a, a).map(a, a).map(a, a).map(a, a)")).toEqual([]);
  });

  test.for<[source: string, column: number, message: string]>([
    ["staff.wards.all(w, w)", 20, "all(var, predicate) predicate must return bool, got 'string'"],
    ["staff.wards.filter(w, 1)", 23, "filter(var, predicate) predicate must return bool, got 'int'"],
    ["staff.wards.map(w, w, w)", 20, "map(var, filter, transform) filter predicate must return bool, got 'string'"],
    ["staff.wards.exists(w, w > 1)", 23, "no such overload: string > int"],
    [
      "staff.profession.exists(c, c == 'a')",
      7,
      "Expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic).",
    ],
    ["cel.bind(x, staff.level, x + 'a')", 26, "no such overload: int + string"],
  ])("`%s` is held to types", ([source, column, message]) => {
    expect(problems(source)).toEqual([["CS302", column, message]]);
  });
});

describe("a map with declared fields", () => {
  test("is a value with fields, wherever it comes from", () => {
    const address = ref("staff", "address");
    expect(tree("staff.address.city")).toEqual(field(address, "city"));
    expect(tree('staff.address["city"]')).toEqual(field(address, "city"));
    expect(tree("has(staff.address.city)")).toEqual({ op: "hasField", of: address, name: "city" });
    expect(tree("staff.addresses.map(a, a.city)")).toEqual({
      op: "transform",
      of: ref("staff", "addresses"),
      name: "a",
      body: field(variable("a"), "city"),
    });
    expect(tree("(staff.suspended ? staff.address : staff.addresses[0]).city")).toMatchObject({ op: "field" });
    expect(tree("cel.bind(a, staff.address, a.city)")).toMatchObject({ body: field(variable("a"), "city") });
    expect(tree("take(staff.addresses, 1)[0].city")).toMatchObject({ op: "field" });
    expect(tree("flatten([staff.addresses])[0].city")).toMatchObject({ op: "field" });
    expect(tree("json(staff.address)")).toMatchObject({ op: "call" });
  });

  test("compares with its like", () => {
    expect(compile("staff.address == staff.addresses[0] || staff.address in staff.addresses").compiled?.type).toBe(
      "bool",
    );
    expect(compile("distinct(staff.addresses)").compiled?.type).toMatchObject({ list: { fields: {} } });
    expect(problems("staff.address == 'a'")).toEqual([["CS302", 1, "no such overload: map == string"]]);
  });

  test("has the types of its fields, which are not those of a row", () => {
    expect(compile("staff.address").compiled?.type).toEqual({
      fields: { street: { type: "string" }, city: { type: "string" }, since: { type: "timestamp" } },
    });
    expect(problems("staff.address.city + 1")).toEqual([["CS302", 1, "no such overload: string + int"]]);
    expect(problems("staff.address.since + 1")).toEqual([["CS302", 1, "no such overload: timestamp + int"]]);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expr } from "../../../claims/plan.ts";
import { compile, problems, tree } from "./a-language.ts";

const profession: Expr = { op: "ref", ref: ["staff", "profession"] };
const wards: Expr = { op: "ref", ref: ["staff", "wards"] };
const rota: Expr = { op: "ref", ref: ["staff", "rota"] };
const text = (value: string): Expr => ({ op: "string", value });

describe("a compiled expression", () => {
  test.for<[source: string, expr: Expr]>([
    ["staff.profession", profession],
    ['staff["profession"]', profession],
    ["(staff).profession", profession],
    ['user["custom:employer"]', { op: "ref", ref: ["user", "custom:employer"] }],
    ["client.metadata.clinic", { op: "ref", ref: ["client", "metadata", "clinic"] }],
    ["client.id", { op: "ref", ref: ["client", "id"] }],
    ["user.groups", { op: "ref", ref: ["user", "groups"] }],
    ["has(staff.wards)", { op: "has", ref: ["staff", "wards"] }],
    ["has(client.metadata.clinic)", { op: "has", ref: ["client", "metadata", "clinic"] }],
    ['user[?"custom:employer"].hasValue()', { op: "has", ref: ["user", "custom:employer"] }],
    ["staff.?wards.hasValue()", { op: "has", ref: ["staff", "wards"] }],
    ["has(staff.rota.monday)", { op: "hasKey", of: rota, key: "monday" }],
    ['staff.rota[?"monday"].hasValue()', { op: "hasKey", of: rota, key: "monday" }],
    ["staff.rota.monday", { op: "index", of: rota, at: text("monday") }],
    ["staff.rota[staff.profession]", { op: "index", of: rota, at: profession }],
    ["staff.wards[0]", { op: "index", of: wards, at: { op: "int", value: "0" } }],
    ["-9223372036854775808", { op: "int", value: "-9223372036854775808" }],
    ["0x1F", { op: "int", value: "31" }],
    ["-1.5", { op: "double", value: -1.5 }],
    ["-staff.level", { op: "negate", of: { op: "ref", ref: ["staff", "level"] } }],
    ["!staff.suspended", { op: "not", of: { op: "ref", ref: ["staff", "suspended"] } }],
    ["true", { op: "bool", value: true }],
    ["[]", { op: "list", items: [] }],
    ["['a', 'b']", { op: "list", items: [text("a"), text("b")] }],
    [
      "{'a': 1, 'b': 2}",
      {
        op: "map",
        entries: [
          [text("a"), { op: "int", value: "1" }],
          [text("b"), { op: "int", value: "2" }],
        ],
      },
    ],
    ["staff.profession == 'nurse'", { op: "==", left: profession, right: text("nurse") }],
    ["'icu' in staff.wards", { op: "in", left: text("icu"), right: wards }],
    [
      "staff.suspended || 'icu' in staff.wards && true",
      {
        op: "or",
        left: { op: "ref", ref: ["staff", "suspended"] },
        right: {
          op: "and",
          left: { op: "in", left: text("icu"), right: wards },
          right: { op: "bool", value: true },
        },
      },
    ],
    [
      "staff.suspended ? [] : staff.wards",
      { op: "if", test: { op: "ref", ref: ["staff", "suspended"] }, yes: { op: "list", items: [] }, no: wards },
    ],
    ["size(staff.wards)", { op: "call", name: "size", args: [wards] }],
    ["staff.wards.size()", { op: "call", name: "size", args: [wards] }],
    ["staff.wards.join(',')", { op: "call", name: "join", args: [wards, text(",")] }],
    ["staff.profession // whatever stands here", profession],
  ])("of `%s` is the tree it reads as", ([source, expr]) => {
    expect(tree(source)).toEqual(expr);
  });

  test.for<[source: string, type: unknown]>([
    ["staff.since", "timestamp"],
    ["staff.level < staff.share", "bool"],
    ["staff.rota", { map: { list: "int" } }],
    ["staff.wards + []", { list: "string" }],
    ["[staff.wards]", { list: { list: "string" } }],
    ["timestamp('2026-11-23T10:00:00Z')", "timestamp"],
    ["staff.share * 2.0", "double"],
    ["{}", { map: "string" }],
    ["staff.address.since", "timestamp"],
    ["staff.addresses.map(a, a.city)", { list: "string" }],
    ["staff.addresses.filter(a, a.city == 'Bonn')[0].street", "string"],
    ["{'home': staff.address}.home.city", "string"],
    ["[staff.address, staff.addresses[0]][1].since", "timestamp"],
    ["sort(staff.shifts[0])", { list: "int" }],
    ["flatten(memberships.map(m, m.roles))", { list: "string" }],
    ["memberships.filter(m, m.org == tenant.id).map(m, m.org)", { list: "string" }],
    ["memberships[0].roles", { list: "string" }],
    ["staff.rota.filter(k, k != 'monday')", { list: "string" }],
    ["cel.bind(l, staff.level, l * l + l)", "int"],
    ["def.levels[staff.profession]", "int"],
    ["def.home.city", "string"],
    ["now", "timestamp"],
    ["request.scopes", { list: "string" }],
    ["partition.region", "string"],
    ["distinct([])", { list: "string" }],
  ])("of `%s` has its type", ([source, type]) => {
    expect(compile(source).compiled?.type).toEqual(type);
  });

  test.for([
    "staff.profession.startsWith('a')",
    "staff.profession.endsWith('a')",
    "staff.profession.contains('a')",
    "staff.profession.lowerAscii()",
    "staff.profession.upperAscii()",
    "staff.profession.trim()",
    "staff.profession.split(',')",
    "staff.wards.join(',')",
    "size(staff.profession)",
    "string(staff.level)",
    "int(staff.profession)",
    "double(staff.level)",
    "bool(staff.profession)",
    "timestamp(staff.level)",
    "domain(user.email)",
    "last(staff.profession, 4)",
    "age(staff.since)",
    "age(staff.profession)",
    "json(staff.address)",
    "bracketList(staff.profession)",
    "distinct(staff.addresses)",
    "flatten(staff.shifts)",
    "take(staff.wards, 3)",
    "sort(staff.wards)",
    "string(staff.since)",
    "int(now)",
  ])("may call the function in `%s`", (source) => {
    expect(compile(source).compiled?.expr).toMatchObject({ op: "call" });
  });

  test("lists every value it reads where it reads it, those of has() and of conditions too", () => {
    const { compiled } = compile("has(staff.level) ? staff.wards[0] : user.email");
    expect(compiled?.reads).toEqual([
      { reference: ["staff", "level"], offset: 4, through: [], isMonotone: false },
      { reference: ["staff", "wards"], offset: 19, through: [], isMonotone: false },
      { reference: ["user", "email"], offset: 36, through: [], isMonotone: false },
    ]);
  });
});

describe("the names of an expression are closed", () => {
  test.for<[source: string, column: number, message: string]>([
    ["staff.profesion", 7, "`staff` has no declared `profesion`"],
    ["has(staff.profesion)", 11, "`staff` has no declared `profesion`"],
    ["staff.?profesion.hasValue()", 8, "`staff` has no declared `profesion`"],
    ['staff[?"profesion"].hasValue()', 8, "`staff` has no declared `profesion`"],
    ['staff["profesion"]', 7, "`staff` has no declared `profesion`"],
    ["staff.constructor", 7, "`staff` has no declared `constructor`"],
    ["user.sup", 6, "`user` has no declared `sup`"],
    ["client.metadata.ward", 17, "`client.metadata` has no declared `ward`"],
    ["staff.address.citty", 15, "`staff.address` has no declared `citty`"],
    ["has(staff.address.citty)", 19, "`staff.address` has no declared `citty`"],
    ["staff.address.?citty.orValue('x')", 16, "`staff.address` has no declared `citty`"],
    ["staff.addresses[0].citty", 20, "this map has no declared `citty`"],
    ["staff.addresses.exists(a, a.citty == 'x')", 29, "`a` has no declared `citty`"],
    ["memberships.exists(m, m.orgg == 'x')", 25, "a row of `memberships` has no declared `orgg`"],
    ["memberships.exists(m, has(m.orgg))", 29, "a row of `memberships` has no declared `orgg`"],
    ["memberships.org", 13, "`memberships` has rows, and each of them its own `org`"],
    ["memberships", 1, "`memberships` is no value: it has rows"],
    ["memberships.map(m, m)", 20, "a row of `memberships` is no value"],
    ["memberships.filter(m, true)", 1, "`memberships` is no value: it has rows"],
    ["partition.city", 11, "`partition` has no declared `city`"],
    ["request.scope", 9, "`request` has no declared `scope`"],
    ["def.isNurs", 5, "`def` has no declared `isNurs`"],
    ["def", 1, "`def` is no value"],
    ["cel.bind(x, staff.nope, x)", 19, "`staff` has no declared `nope`"],
    ["staff.wards.all(w, ward == 'a')", 20, "`ward` is not declared"],
    ["stuff.profession", 1, "`stuff` is not declared"],
    ["staff", 1, "`staff` is no value"],
    ["has(client.metadata)", 5, "`client.metadata` is no value"],
  ])("`%s` is refused", ([source, column, message]) => {
    expect(problems(source)).toEqual([["CS303", column, message]]);
  });

  test("the fix names what was probably meant, or what to declare", () => {
    const fix = (source: string): string | undefined => compile(source).findings[0]?.fix;
    expect(fix("staff.profesion")).toBe("Write `staff.profession`, or declare it.");
    expect(fix('user[?"custom:employr"].hasValue()')).toBe('Write `user["custom:employer"]`, or declare it.');
    expect(fix("client.metadata.ward")).toBe("Declare `client.metadata.ward`, or read `clinic`.");
    expect(fix("stuff.profession")).toBe("Write `staff`.");
    expect(fix("peoples.profession")).toBe(
      "Expressions start from `user`, `client`, `request`, `now`, `staff`, `memberships`, `tenant`, `partition` or `def`.",
    );
    expect(fix("staff.address.citty")).toBe("Write `staff.address.city`, or declare it.");
    expect(fix("memberships.exists(m, m.orgg == '')")).toBe("Write `org`, or declare it.");
    expect(fix("staff.wards.all(ward, war == 'a')")).toBe("Write `ward`.");
    expect(fix("def")).toBe("Name a definition: `def.<name>`.");
    expect(fix("memberships.org")).toContain("`memberships.map(row, row.<name>)`");
  });

  test.for<[source: string, column: number, row: string]>([
    ["staff[staff.profession]", 1, "staff"],
    ["has(staff.wards) && staff[client.id] == 'x'", 21, "staff"],
    ["staff[?client.id].hasValue()", 1, "staff"],
    ["staff.address[staff.profession]", 1, "staff.address"],
    ["staff.address[?client.id].orValue('x')", 1, "staff.address"],
    ["memberships.map(m, m[staff.profession])", 20, "memberships"],
    ["memberships[?0][?client.id].hasValue()", 1, "memberships"],
    ["staff.addresses.map(a, a[client.id])", 24, "a"],
  ])("`%s` works out which field it reads", ([source, column, row]) => {
    expect(problems(source)).toContainEqual(["CS304", column, `which field of \`${row}\` is read must be written out`]);
  });

  test("a map with its keys written out may be asked for any of them", () => {
    expect(problems("{'nurse': 1, 'physician': 2}[staff.profession]")).toEqual([]);
    expect(problems("staff.rota[staff.profession]")).toEqual([]);
  });

  test("a machine has no user", () => {
    expect(problems("user.email == client.id || has(user.sub)", true)).toEqual([
      ["CS309", 1, "a machine has no `user`"],
      ["CS309", 32, "a machine has no `user`"],
    ]);
    expect(problems("client.id", true)).toEqual([]);
    expect(problems("def.isNurse", true)).toEqual([]);
    expect(problems("!(def.firm == 'a')", true)).toEqual([
      ["CS309", 3, "`def.firm` reads `user`, which a machine has not"],
    ]);
  });

  test("what an earlier finding is about is not reported again", () => {
    expect(compile("staff.misdeclared")).toEqual({ compiled: null, reads: [], findings: [] });
    expect(compile("user.lost == staff.profession")).toMatchObject({ compiled: null, findings: [] });
    expect(compile("memberships.exists(m, m.misdeclared == 'a')")).toMatchObject({ compiled: null, findings: [] });
    expect(compile("def.broken")).toEqual({ compiled: null, reads: [], findings: [] });
    expect(problems("user.lost == staff.nope")).toEqual([["CS303", 20, "`staff` has no declared `nope`"]]);
  });
});

describe("the language is closed", () => {
  test.for<[source: string, column: number, message: string]>([
    ["staff.profession.substring(1)", 1, "the language has no function `substring`"],
    ["duration('1h')", 1, "the language has no function `duration`"],
    ["dyn(staff.level)", 1, "the language has no function `dyn`"],
    ["type(staff.level)", 1, "the language has no function `type`"],
    ["bytes(staff.profession)", 1, "the language has no function `bytes`"],
    ["uint(staff.level)", 1, "the language has no function `uint`"],
    ["staff.since.getFullYear()", 1, "the language has no function `getFullYear`"],
    ["staff.wards.join()", 1, "`join` is written `x.join(y)`"],
    ["staff.profession.split(',', 2)", 1, "`split` is written `x.split(y)`"],
    ["startsWith(staff.profession, 'a')", 1, "`startsWith` is written `x.startsWith(y)`"],
    ["optional.none()", 1, "`optional` is outside the language"],
    ["[string]", 2, "`string` is outside the language"],
    ["google.protobuf.Timestamp", 1, "`google` is outside the language"],
    ["staff.profession == null", 21, "the language has no null"],
    ["1u", 1, "the language has no unsigned ints"],
    ["b'x'", 1, "the language has no bytes"],
    ["staff.since - staff.since", 1, "the language has no `google.protobuf.Duration`"],
    [
      "!((staff.since - staff.since) == (staff.since - staff.since))",
      4,
      "the language has no `google.protobuf.Duration`",
    ],
  ])("`%s` is outside it", ([source, column, message]) => {
    expect(problems(source)[0]).toEqual(["CS307", column, message]);
  });

  test.for<[source: string, column: number, message: string]>([
    ["staff.profession.matches('^a')", 1, '`matches` is written `matches(x, "...")`'],
    ["staff.wards.distinct()", 1, "`distinct` is written `distinct(x)`"],
    ["pseudonym(staff.profession, 'x')", 1, "`pseudonym` is written `pseudonym(x)`"],
    ["take(staff.wards)", 1, "`take` is written `take(x, 1)`"],
    ["staff.wards.all(w)", 1, "`all` is written `l.all(e, condition)`"],
    ["staff.bind(x, 1, x)", 1, "`bind` is written `cel.bind(name, x, value)`"],
    ["cel.block(1)", 1, "the language has no function `block`"],
    ["staff.?profession", 1, "`.?` alone comes to no value"],
    ["[staff.wards[?0]]", 2, "`[?]` alone comes to no value"],
    ["staff.?profession.or(staff.?profession).hasValue()", 1, "`.?` alone comes to no value"],
    ["staff.?profession.value()", 1, "`.?` alone comes to no value"],
    ["optional.of(1).orValue(2)", 1, "`optional` is outside the language"],
  ])("`%s` is written otherwise", ([source, column, message]) => {
    expect(problems(source)[0]).toEqual(["CS307", column, message]);
  });

  test("the fix is the way it is written, or the function that was probably meant, or all there are", () => {
    const fix = (source: string): string | undefined => compile(source).findings[0]?.fix;
    expect(fix("staff.wards.distinct()")).toBe("Write `distinct(x)`.");
    expect(fix("staff.profession.startWith('a')")).toBe("Write `x.startsWith(y)`.");
    expect(fix("duration('1h')")).toMatch(/^Functions are has, size, string, .*, orValue, hasValue\.$/);
  });

  test.for<[source: string, code: string, column: number, message: string]>([
    ["matches(staff.profession, staff.profession)", "CS311", 27, "a pattern must be written out"],
    ["matches(staff.profession, '(')", "CS311", 27, "missing closing ): `(`"],
    [
      "matches(staff.profession, '(?=a)')",
      "CS311",
      27,
      "`(?=`: looking ahead or behind takes more than linear time, and is not there",
    ],
    ["pseudonym('a')", "CS302", 11, "a pseudonym is made of a declared value itself"],
    ["pseudonym(staff.profession.trim())", "CS302", 11, "a pseudonym is made of a declared value itself"],
    ["staff.wards.map(w, pseudonym(w))", "CS302", 30, "a pseudonym is made of a declared value itself"],
    ["pseudonym(staff.level)", "CS302", 1, "found no matching overload for 'pseudonym(int)'"],
    ["take(staff.wards, staff.level)", "CS302", 19, "how much `take` takes must be written out"],
    ["last(staff.profession, -4)", "CS302", 24, "how much `last` takes must be written out"],
    ["sort(staff.addresses)", "CS302", 1, "found no matching overload for 'sort(list<map>)'"],
    ["flatten(staff.wards)", "CS302", 1, "found no matching overload for 'flatten(list<string>)'"],
  ])("`%s` asks for what a function cannot do", ([source, code, column, message]) => {
    expect(problems(source)).toEqual([[code, column, message]]);
  });
});

describe("an expression that does not hold together", () => {
  test.for<[source: string, code: string, column: number, message: string]>([
    ["staff.profession ==", "CS301", 20, "Unexpected token: EOF"],
    ["staff.profession = 'a'", "CS301", 18, "Unexpected character: ="],
    ["'abc", "CS301", 1, "Unterminated string"],
    ["staff.level == staff.share", "CS302", 1, "no such overload: int == double"],
    ["staff.suspended && staff.level", "CS302", 1, "Logical operator requires bool operands, got 'int'"],
    ["staff.wards['0']", "CS302", 1, "List index must be int, got 'string'"],
    ["staff.profession.x", "CS302", 18, "Cannot index type 'string'"],
    ["has(staff.profession.x)", "CS302", 5, "only a map has keys; this is a `string`"],
    ["has(staff.rota.monday.x)", "CS302", 5, "only a map has keys; this is a `list<int>`"],
    ["has(staff['wards'])", "CS302", 5, "has() takes a field, such as `has(staff.profession)`"],
    ["{'a': 1, 'a': 2}", "CS302", 10, "this key stands here twice"],
    ["staff.rota[1]", "CS302", 1, "the keys of a map are text, not `int`"],
    ["staff.rota[?1].orValue([1])", "CS302", 1, "the keys of a map are text, not `int`"],
    ["staff.address == staff.addresses", "CS302", 1, "no such overload: map == list<map>"],
    ["9223372036854775808", "CS302", 1, "an int has 64 bits; this one needs more"],
    ["[1, 'a']", "CS306", 5, "List elements must have the same type, expected type 'int' but found 'string'"],
    ["{'a': 1, 'b': 'x'}", "CS306", 15, "Map value uses wrong type, expected type 'int' but found 'string'"],
    ["{1: 'a'}[staff.level]", "CS306", 1, "the keys of a map are text, not `map<int, string>`"],
  ])("`%s` is refused where it breaks", ([source, code, column, message]) => {
    expect(problems(source)[0]).toEqual([code, column, message]);
  });

  test("is shown with a caret under the line that is wrong", () => {
    expect(compile("staff.suspended ||\n  staff.leve > 2").findings).toEqual([
      {
        code: "CS303",
        level: "error",
        path: ["value"],
        line: 1,
        column: 28,
        message: "`staff` has no declared `leve`\n      staff.leve > 2\n            ^",
        fix: "Write `staff.level`, or declare it.",
      },
    ]);
  });

  test("is shown in part where its line is long", () => {
    const [finding] = compile(`${"'a' == 'b' || ".repeat(20)}staff.nope`).findings;
    const [, line = "", caret = ""] = finding?.message.split("\n") ?? [];
    expect(line.length).toBeLessThanOrEqual(104);
    expect(line.slice(caret.indexOf("^"), caret.indexOf("^") + 4)).toBe("nope");
  });

  test("may be as long and as deep as a person writes, and no longer", () => {
    expect(problems(`'${"a".repeat(5_000)}'`)).toEqual([
      ["CS301", 1, "an expression of 5002 characters; 4096 is the most"],
    ]);
    expect(problems(`${"(".repeat(80)}1${")".repeat(80)}`)).toEqual([["CS301", 65, "Exceeded maxDepth (64)"]]);
    expect(problems(`1${"+1".repeat(1_500)}`)).toEqual([["CS301", 1, "Exceeded maxAstNodes (2000)"]]);
    expect(compile(`${"!".repeat(1_900)}true`).compiled?.type).toBe("bool");
  });

  test("never makes the compiler throw, and has a tree or a finding", () => {
    const words = fc.constantFrom(
      ..."staff user client memberships def.isNurse tenant.id now m w .exists(m, .map(w, cel.bind( .orValue( address city take( . metadata profession wards rota level since [ ] ( ) { } ? : , + - * / % ! == in && || has hasValue size join 'a' 1 2.5 true null \"custom:employer\" .? [? x map tenant string".split(
        " ",
      ),
    );
    const source = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.oneof(source, fc.string()), fc.boolean(), (candidate, isMachine) => {
        const { compiled, findings } = compile(candidate, isMachine);
        expect(compiled === null).toBe(findings.length > 0);
      }),
      { numRuns: 5_000 },
    );
  });
});

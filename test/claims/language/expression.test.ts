import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Compilation, compileExpression } from "../../../claims/language/expression.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import type { Expr } from "../../../claims/plan.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";

const map = aClaimMap({
  inputs: {
    "user.email": declared("string", { class: "pii" }),
    "user.custom:employer": declared("string", { class: "pii" }),
    "client.metadata.clinic": declared("string"),
  },
  sources: {
    staff: {
      dynamodb: { table: "staff", key: { pk: "STAFF#{user.sub}" }, consistent: false },
      trust: "operator",
      onMissing: "deny",
      onError: "deny",
      attributes: {
        profession: declared("string"),
        wards: declared("list<string>"),
        level: declared("int"),
        share: declared("double"),
        suspended: declared("bool"),
        since: declared("timestamp"),
        rota: declared("map<string, list<int>>"),
        misdeclared: declared("txt"),
      },
    },
  },
});
const read = aReadMap(map, [["inputs", "user.lost"]]);
const vocabulary = vocabularyOf(read, readKnownValues(read));

function compile(text: string, isMachine = false): Compilation {
  return compileExpression(read, ["value"], text, vocabulary, isMachine);
}

function tree(text: string): Expr | undefined {
  return compile(text).compiled?.expr;
}

/** Code, column and the first line of the message of every problem. */
function problems(text: string, isMachine = false): readonly (readonly [string, number, string | undefined])[] {
  return compile(text, isMachine).findings.map(({ code, column, message }) => [code, column, message.split("\n")[0]]);
}

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
  ])("may call the function in `%s`", (source) => {
    expect(compile(source).compiled?.expr).toMatchObject({ op: "call" });
  });

  test("lists every value it reads where it reads it, those of has() and of conditions too", () => {
    const { compiled } = compile("has(staff.level) ? staff.wards[0] : user.email");
    expect(compiled?.reads).toEqual([
      { reference: ["staff", "level"], offset: 4 },
      { reference: ["staff", "wards"], offset: 19 },
      { reference: ["user", "email"], offset: 36 },
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
    expect(fix("client.metadata.ward")).toBe("Declare `client.metadata.ward`.");
    expect(fix("stuff.profession")).toBe("Write `staff`.");
    expect(fix("people.profession")).toBe("Expressions start from `user`, `client` or `staff`.");
  });

  test.for(["staff[staff.profession]", "has(staff.wards) && staff[client.id] == 'x'", "staff[?client.id].hasValue()"])(
    "`%s` works out which field it reads",
    (source) => {
      expect(problems(source)).toContainEqual([
        "CS304",
        source.indexOf("staff[") + 1,
        "which field of `staff` is read must be written out",
      ]);
    },
  );

  test("a machine has no user", () => {
    expect(problems("user.email == client.id || has(user.sub)", true)).toEqual([
      ["CS309", 1, "a machine has no `user`"],
      ["CS309", 32, "a machine has no `user`"],
    ]);
    expect(problems("client.id", true)).toEqual([]);
  });

  test("what an earlier finding is about is not reported again", () => {
    expect(compile("staff.misdeclared")).toEqual({ compiled: null, reads: [], findings: [] });
    expect(compile("user.lost == staff.profession")).toMatchObject({ compiled: null, findings: [] });
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

  test.for<[source: string, column: number, name: string]>([
    ["staff.profession.matches('^a')", 1, "matches"],
    ["staff.wards.map(w, w)", 1, "map"],
    ["staff.wards.filter(w, true)", 1, "filter"],
    ["staff.wards.all(w, w == 'a')", 1, "all"],
    ["staff.wards.exists(w, w == 'a')", 1, "exists"],
    ["staff.wards.exists_one(w, w == 'a')", 1, "exists_one"],
    ["cel.bind(x, staff.level, x + x)", 1, "cel.bind"],
    ["pseudonym(staff.profession)", 1, "pseudonym"],
    ["'a' == domain(user.email)", 8, "domain"],
    ["staff.wards.distinct()", 1, "distinct"],
    ["tenant.id", 1, "tenant"],
    ["partition.eu", 1, "partition"],
    ["def.isNurse", 1, "def"],
    ["now > staff.since", 1, "now"],
    ["'a/b' in request.scopes", 10, "request"],
    ["staff.?profession.orValue('none')", 1, ".?"],
    ["staff.?profession", 1, ".?"],
    ["staff.wards[?0].hasValue()", 1, "[?]"],
  ])("`%s` is refused by name", ([source, column, name]) => {
    expect(problems(source)).toEqual([["CS109", column, `\`${name}\` is not in this version`]]);
  });

  test("conversions of timestamps are refused by name, wherever they stand", () => {
    expect(problems("[int(staff.since)] == [1]")).toEqual([
      ["CS109", 2, "`int` of a timestamp is not in this version"],
    ]);
    expect(problems("string(staff.since)")).toEqual([["CS109", 1, "`string` of a timestamp is not in this version"]]);
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
      ..."staff user client . metadata profession wards rota level since [ ] ( ) { } ? : , + - * / % ! == in && || has hasValue size join 'a' 1 2.5 true null \"custom:employer\" .? [? x map tenant string".split(
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

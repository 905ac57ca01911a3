import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expr } from "../../../claims/plan.ts";
import { printExpression } from "../../../claims/reports/print-expression.ts";
import { compiled } from "./compiled.ts";

/** Written as the printer writes them. */
const CANONICAL = [
  'row.s + "x"',
  'row["a b"]',
  'user["custom:team"]',
  "client.metadata.wish",
  "user.sub + client.id",
  "has(row.s)",
  'row[?"a b"].hasValue()',
  'has(row.m.k) ? row.m["k"] : 0',
  'row.m[?"a b"].hasValue()',
  "row.address.city",
  'row.address["po box"]',
  "has(row.address.city)",
  'row.address[?"po box"].hasValue()',
  "row.l[0]",
  "(row.l + row.l)[1]",
  "!row.b && (row.b || !(row.i == 1))",
  "row.b || row.b && row.b",
  "row.b && (row.b && row.b)",
  "row.i - (row.i - 1) - -2",
  "-row.i * (row.i + 3) % 2",
  "-(-row.i)",
  "-9223372036854775808 + 9223372036854775807",
  "row.d * 1.0 / 2.5e-7",
  "1e+300 - row.d",
  "(row.b ? row.b : !row.b) ? (row.b ? 1 : 2) : row.b ? 3 : 4",
  '(row.s == "a") == (row.i < 2)',
  'row.s in ["a", "b"]',
  "row.s in row.m",
  '{"a": row.i, row.s: 2}',
  '"\\"\\\\\\n\\t\\u0001字💙"',
  '"\\u202e\\u007f\\U000e0041"',
  "size(row.l)",
  'row.s.lowerAscii().split(",").join(";")',
  'row.s.startsWith("a") && row.s.endsWith("b") && row.s.contains("c")',
  "int(row.t) - int(now)",
  'row.t < timestamp("2026-02-28T23:59:59Z")',
  'row.l.exists(x, x == "a") && row.l.all(x, x != row.s) || row.l.exists_one(x, x == "b")',
  'row.l.filter(x, size(x) > 2).map(x, x + "!")',
  'row.l.map(x, x != "a", x.upperAscii())',
  "members.exists(m, m.org == row.s && has(m.role))",
  'members.map(m, m.org + ":" + m.role)',
  "members.filter(m, m.org == row.s).map(m, m.role)",
  "members[0].role",
  "size(members)",
  "cel.bind(x, row.s + row.s, x == row.s ? x : row.s)",
  'matches(row.s, "^a\\\\d+$")',
  "domain(row.s) + last(row.s, 2)",
  "take(sort(distinct(bracketList(row.s))), 3)",
  "flatten([row.l, row.l])",
  "json(row.m)",
  'request.grant == "user" && "care/read" in request.scopes',
  "user.groups",
  "pseudonym(row.s)",
];

/** Written otherwise, with the same meaning. */
const LOOSE: readonly (readonly [string, string])[] = [
  ["((row.s))", "row.s"],
  ["row[ 's' ]", "row.s"],
  ["row.s.size()", "size(row.s)"],
  ["row.b&&row.b&&row.b", "row.b && row.b && row.b"],
  ["row.i-1<2", "row.i - 1 < 2"],
  ["[ 'a' , r'b' ]", '["a", "b"]'],
];

test("an expression is printed as CEL, with the parentheses it needs and no others", () => {
  expect(CANONICAL.map((text) => printExpression(compiled(text)))).toEqual(CANONICAL);
});

test("however it was written, it is printed in one way", () => {
  expect(LOOSE.map(([text]) => printExpression(compiled(text)))).toEqual(LOOSE.map(([, printed]) => printed));
});

type Kind = "s" | "i" | "b" | "l";
const depth = fc.createDepthIdentifier();

/** Well-typed expressions, every operator in every place of every other. */
const expressions = fc.letrec<Record<Kind, string>>((tie) => {
  const made = (template: string, ...kinds: Kind[]): fc.Arbitrary<string> =>
    fc.tuple(...kinds.map((kind) => tie(kind))).map((parts) => {
      let index = 0;
      return template.replaceAll("_", () => `(${parts[index++]})`);
    });
  const any = (kind: Kind, leaves: readonly string[], inner: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.oneof(
      { maxDepth: 4, depthIdentifier: depth },
      fc.constantFrom(...leaves),
      ...inner,
      made("_ ? _ : _", "b", kind, kind),
      made("cel.bind(v, _, _)", kind, kind),
    );
  return {
    s: any(
      "s",
      ["row.s", '"a\\n"', 'row["a b"]', "row.address.city"],
      [
        made("_ + _", "s", "s"),
        made("_.trim()", "s"),
        made("_[_]", "l", "i"),
        made("domain(_)", "s"),
        made("_.join(_)", "l", "s"),
      ],
    ),
    i: any(
      "i",
      ["row.i", "0", "-3", 'row.m["k"]'],
      [
        made("_ + _", "i", "i"),
        made("_ - _", "i", "i"),
        made("_ * _", "i", "i"),
        made("_ / _", "i", "i"),
        made("_ % _", "i", "i"),
        made("-_", "i"),
        made("size(_)", "l"),
      ],
    ),
    b: any(
      "b",
      ["row.b", "true", "has(row.s)", "has(row.m.k)"],
      [
        made("_ && _", "b", "b"),
        made("_ || _", "b", "b"),
        made("!_", "b"),
        made("_ == _", "i", "i"),
        made("_ != _", "s", "s"),
        made("_ <= _", "i", "i"),
        made("_ == _", "b", "b"),
        made("_ in _", "s", "l"),
      ],
    ),
    l: any("l", ["row.l", '["a"]'], [made("[_, _]", "s", "s"), made("_ + _", "l", "l")]),
  };
});

test("what is printed compiles to the same tree", () => {
  fc.assert(
    fc.property(fc.oneof(expressions.s, expressions.i, expressions.b, expressions.l), (text) => {
      // A name can be given once only.
      let index = 0;
      const tree = compiled(text.replaceAll("bind(v", () => `bind(v${index++}`));
      expect(compiled(printExpression(tree))).toEqual(tree);
    }),
    { numRuns: 500 },
  );
});

test("names that CEL keeps for itself are no fields", () => {
  const kept: Expr = { op: "ref", ref: ["row", "in"] };
  expect(printExpression(kept)).toBe('row["in"]');
  expect(printExpression({ op: "has", ref: ["row", "for"] })).toBe('row[?"for"].hasValue()');
});

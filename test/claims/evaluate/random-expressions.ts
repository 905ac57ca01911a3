import fc from "fast-check";
import { type World, worldOf } from "../../../claims/evaluate/evaluate.ts";
import type { Value } from "../../../claims/facts.ts";
import type { Compilation, CompiledExpression } from "../../../claims/language/compilation.ts";
import { compileExpression } from "../../../claims/language/expression.ts";
import { readKnownValues } from "../../../claims/language/known-values.ts";
import { vocabularyOf } from "../../../claims/language/vocabulary.ts";
import type { Declaration, Reference } from "../../../claims/plan.ts";
import { aClaimMap, aReadMap, declared } from "../a-read-map.ts";

const NOW = new Date("2026-11-23T10:00:00Z");

/** Types of the generated expressions: `l` is a list of texts, `n` of ints, `m` a map of ints, `f` has fields. */
type Kind = "s" | "i" | "d" | "b" | "l" | "n" | "m" | "t" | "f";

const text = { maxLength: 16 };
const place = { city: { type: "string", ...text }, level: { type: "int", min: -99, max: 9 } };

/** Attributes of the row that expressions read, by kind, with the bounds their values keep. */
const ATTRIBUTES = {
  s: { s1: declared("string", text), s2: declared("string", text) },
  i: { i1: declared("int", { min: -5, max: 5 }), i2: declared("int") },
  d: { d1: declared("double"), d2: declared("double") },
  b: { b1: declared("bool"), b2: declared("bool") },
  l: { l1: declared("list<string>", { ...text, maxItems: 3 }), l2: declared("list<string>", { ...text, maxItems: 2 }) },
  n: { n1: declared("list<int>", { maxItems: 3 }) },
  m: { m1: declared("map<string, int>", { maxLength: 4, maxItems: 3 }) },
  t: { t1: declared("timestamp"), t2: declared("timestamp") },
  f: { f1: declared("map", { fields: place }) },
} as const;

const LISTED = { fs: declared("list<map>", { fields: place, maxItems: 3 }) };

const words = fc.constantFrom(
  "",
  "a",
  "b",
  "ab",
  "A",
  "x y",
  "字",
  "💙",
  "42",
  "-7",
  "true",
  "1.5",
  '"',
  "\\",
  "\u0007",
);
/** Half a character, which JSON can hold and no literal. */
const HALF = "\ud83d";
const texts = fc.oneof({ weight: 12, arbitrary: words }, { weight: 1, arbitrary: fc.constant(HALF) });
const anInt = fc.bigInt(-3n, 3n);
const place1 = fc.record({ city: texts, level: anInt }, { requiredKeys: [] });

/** Values of one row, all of them there; a `f` may lack any of its fields. */
export const rows: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  s1: texts,
  s2: texts,
  i1: fc.bigInt(-5n, 5n),
  i2: fc.bigInt(-(2n ** 53n) + 1n, 2n ** 53n - 1n),
  d1: fc.constantFrom(0, 1, -1.5, 2.25),
  d2: fc.double({ noNaN: true, noDefaultInfinity: true }),
  b1: fc.boolean(),
  b2: fc.boolean(),
  l1: fc.array(texts, { maxLength: 3 }),
  l2: fc.array(texts, { maxLength: 2 }),
  n1: fc.array(anInt, { maxLength: 3 }),
  m1: fc.dictionary(fc.constantFrom("a", "b", "ab"), anInt, { maxKeys: 3 }),
  t1: fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
  t2: fc.constant(new Date("2026-02-28T23:59:59Z")),
  f1: place1,
  fs: fc.array(place1, { maxLength: 3 }),
});

/** Where an expression stands: the names it can use, and the macros around it. */
type Scope = { readonly names: readonly (readonly [kind: Kind, name: string])[]; readonly macros: number };
type Write = (scope: Scope) => string;

const TOP: Scope = { names: [], macros: 0 };

/** One depth for all kinds, or they would grow through one another. */
const depth = fc.createDepthIdentifier();

/** Text that CEL takes: JSON, in which it knows all but the control characters. */
function quoted(word: string): string {
  return JSON.stringify(word);
}

/**
 * Well-typed expressions as text. With `own`, functions that CEL has not as well.
 *
 * Left out are the ways in which the language differs from the library by design: `join`, which is stricter here, and
 * `split("")`, which takes characters apart there. Texts have no cased letters beyond ASCII, which the library's
 * `upperAscii` and `lowerAscii` change in spite of their names.
 */
export function randomExpressions(own: boolean): fc.Arbitrary<string> {
  const all = fc.letrec<Record<Kind, Write>>((tie) => {
    const one = (template: string, ...kinds: Kind[]): fc.Arbitrary<Write> =>
      fc.tuple(...kinds.map((kind) => tie(kind))).map((parts) => (scope) => {
        let index = 0;
        return template.replace(/_/g, () => `(${parts[index++]?.(scope)})`);
      });
    /** A macro: a leading `_` is what it goes through, `#` its name, `~` a part inside of it. */
    const macro = (template: string, element: Kind, over: string, inside: Kind[], fallback: string) =>
      fc.tuple(over.length === 1 ? tie(over as Kind) : fc.constant(() => over), ...inside.map((kind) => tie(kind))).map(
        ([of, ...parts]): Write =>
          (scope) => {
            if (scope.macros === 3) return fallback;
            const name = `v${scope.names.length}`;
            const inner: Scope = { names: [...scope.names, [element, name]], macros: scope.macros + 1 };
            let index = 0;
            return template
              .replace(/^_/, () => `(${of(scope)})`)
              .replaceAll("#", name)
              .replace(/~/g, () => `(${parts[index++]?.(inner)})`);
          },
      );
    const bound = (kind: Kind, body: Kind): fc.Arbitrary<Write> =>
      fc.tuple(tie(kind), tie(body)).map(
        ([value, rest]): Write =>
          (scope) => {
            const name = `v${scope.names.length}`;
            return `cel.bind(${name}, (${value(scope)}), (${rest({ ...scope, names: [...scope.names, [kind, name]] })}))`;
          },
      );
    const named = (kind: Kind): fc.Arbitrary<Write> =>
      fc.tuple(fc.nat(), fc.constantFrom(...Object.keys(ATTRIBUTES[kind]))).map(
        ([pick, attribute]): Write =>
          (scope) => {
            const names = scope.names.filter(([of]) => of === kind).map(([, name]) => name);
            return names.length > 0 && pick % 3 > 0 ? (names[pick % names.length] as string) : `row.${attribute}`;
          },
      );
    const leaf = (words: fc.Arbitrary<string>): fc.Arbitrary<Write> => words.map((word) => () => word);
    const any = (kind: Kind, leaves: fc.Arbitrary<Write>[], inner: fc.Arbitrary<Write>[]): fc.Arbitrary<Write> =>
      fc.oneof(
        { maxDepth: 4, depthIdentifier: depth },
        fc.oneof({ weight: 3, arbitrary: named(kind) }, ...leaves.map((arbitrary) => ({ weight: 1, arbitrary }))),
        ...inner,
        ...(kind === "f"
          ? []
          : [one("_ ? _ : _", "b", kind, kind), bound("s", kind), bound("l", kind), bound("i", kind)]),
      );
    const only = (...writes: fc.Arbitrary<Write>[]): fc.Arbitrary<Write>[] => (own ? writes : []);
    const comparisons = (["s", "i", "d", "t"] as const).flatMap((kind) =>
      ["<", "<=", ">", ">=", "==", "!="].map((operator) => one(`_ ${operator} _`, kind, kind)),
    );
    return {
      s: any(
        "s",
        [leaf(words.filter((word) => word !== "\u0007").map(quoted))],
        [
          one("_ + _", "s", "s"),
          ...["lowerAscii", "upperAscii", "trim"].map((name) => one(`_.${name}()`, "s")),
          ...(["i", "b", "s"] as const).map((kind) => one("string(_)", kind)),
          one("_[_]", "l", "i"),
          one("_[?_].orValue(_)", "l", "i", "s"),
          one("_.city", "f"),
          one("_.?city.orValue(_)", "f", "s"),
          macro("row.fs.filter(#, ~)[0].city", "f", "row.fs", ["b"], '""'),
          ...only(
            one("last(_, 3)", "s"),
            one("domain(_)", "s"),
            one('domain(_ + "@" + _)', "s", "s"),
            one("json(_)", "l"),
            one("json(_)", "m"),
            one("json(_)", "s"),
            one("json(_)", "f"),
            one("string(_)", "t"),
            one("string(_)", "d"),
            one("_.join(_)", "l", "s"),
            one('_.join(", ")', "l"),
          ),
        ],
      ),
      i: any(
        "i",
        [leaf(fc.constantFrom("0", "1", "2", "3", "9223372036854775807", "-1"))],
        [
          ...["+", "-", "*", "/", "%"].map((operator) => one(`_ ${operator} _`, "i", "i")),
          one("-_", "i"),
          one("size(_)", "s"),
          one("_.size()", "l"),
          one("size(_)", "m"),
          leaf(fc.constant("int(row.d1)")),
          one("int(_)", "i"),
          one("_[_]", "m", "s"),
          one("_[_]", "n", "i"),
          one("_[?_].orValue(_)", "m", "s", "i"),
          one("_.level", "f"),
          macro("_.filter(#, ~).size()", "s", "l", ["b"], "0"),
          ...only(one("int(_)", "t"), one("age(_)", "t")),
        ],
      ),
      d: any(
        "d",
        [leaf(fc.constantFrom("0.0", "1.5", "-2.25", "1e300"))],
        [
          ...["+", "-", "*", "/"].map((operator) => one(`_ ${operator} _`, "d", "d")),
          one("-_", "d"),
          one("double(_)", "i"),
        ],
      ),
      b: any(
        "b",
        [leaf(fc.constantFrom("true", "false"))],
        [
          ...comparisons,
          one("_ && _", "b", "b"),
          one("_ || _", "b", "b"),
          one("!_", "b"),
          one("_ < _", "i", "d"),
          one("_ >= _", "d", "i"),
          one("_ in _", "s", "l"),
          one("_ in _", "i", "n"),
          one("_ in _", "s", "m"),
          one("_ == _", "l", "l"),
          one("_ != _", "m", "m"),
          one("_.startsWith(_)", "s", "s"),
          one("_.endsWith(_)", "s", "s"),
          one("_.contains(_)", "s", "s"),
          leaf(fc.constantFrom("has(row.s1)", "has(row.f1.city)", "row.f1.?level.hasValue()")),
          one("_[?_].hasValue()", "l", "i"),
          ...["all", "exists", "exists_one"].flatMap((name) => [
            macro(`_.${name}(#, ~)`, "s", "l", ["b"], "true"),
            macro(`_.${name}(#, ~)`, "i", "n", ["b"], "false"),
            macro(`_.${name}(#, ~)`, "s", "m", ["b"], "true"),
            macro(`_.${name}(#, ~)`, "f", "row.fs", ["b"], "true"),
            macro(`row.l1.${name}(#, # == ~)`, "s", "row.l1", ["s"], "true"),
            macro(`row.n1.${name}(#, 1 / # > ~)`, "i", "row.n1", ["i"], "false"),
          ]),
        ],
      ),
      l: any(
        "l",
        [leaf(fc.constant('["a", "b"]'))],
        [
          one("[_, _]", "s", "s"),
          one("_ + _", "l", "l"),
          one('_.split("a")', "s"),
          one('_.split(" ")', "s"),
          macro("_.filter(#, ~)", "s", "l", ["b"], '["a"]'),
          macro("_.map(#, ~)", "s", "l", ["s"], '["a"]'),
          macro("_.map(#, ~, ~)", "i", "n", ["b", "s"], '["a"]'),
          macro("_.map(#, ~)", "f", "row.fs", ["s"], '["a"]'),
          macro("_.filter(#, ~)", "s", "m", ["b"], '["a"]'),
          ...only(
            one("distinct(_)", "l"),
            one("take(_, 2)", "l"),
            one("sort(_)", "l"),
            one("flatten([_, _])", "l", "l"),
            one("bracketList(_)", "s"),
            one('bracketList("[" + _ + "]")', "s"),
            one("_.split(_)", "s", "s"),
            one('_.split("")', "s"),
          ),
        ],
      ),
      n: any(
        "n",
        [leaf(fc.constant("[1, 2]"))],
        [
          one("[_, _]", "i", "i"),
          one("_ + _", "n", "n"),
          macro("_.map(#, ~)", "i", "n", ["i"], "[3]"),
          macro("_.filter(#, ~)", "i", "n", ["b"], "[3]"),
          ...only(one("distinct(_)", "n"), one("sort(_)", "n"), one("take(_, 1)", "n")),
        ],
      ),
      m: any("m", [leaf(fc.constant('{"a": 1}'))], [one('{"a": _, "b": _}', "i", "i")]),
      t: any("t", [leaf(fc.constant('timestamp("2026-02-28T23:59:59Z")'))], [one("timestamp(_)", "i")]),
      f: any("f", [], [one("row.fs[_]", "i")]),
    };
  });
  const kinds = Object.keys(ATTRIBUTES).filter((kind): kind is Exclude<Kind, "f"> => kind !== "f");
  return fc.oneof(...kinds.map((kind) => all[kind].map((write) => write(TOP)))).filter(({ length }) => length <= 1_200);
}

const map = aClaimMap({
  sources: {
    row: {
      dynamodb: { table: "rows", key: { pk: "R#{user.sub}" }, consistent: false },
      trust: "operator",
      onMissing: "deny",
      onError: "deny",
      attributes: { ...Object.assign({}, ...Object.values(ATTRIBUTES)), ...LISTED },
    },
  },
});
const read = aReadMap(map);
const known = readKnownValues(read);
const vocabulary = vocabularyOf(read, known);

/** Compiles any text as an expression over the row. */
export function compileText(text: string): Compilation {
  return compileExpression(read, ["value"], text, vocabulary, false);
}

/** Compiles a generated expression, which passes. */
export function compileRandom(expression: string): CompiledExpression {
  const { compiled, findings } = compileText(expression);
  if (compiled === null) throw new Error(`${findings[0]?.message ?? "no finding"}\n${expression}`);
  return compiled;
}

/** A generated value as expressions see it. */
export function toValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(toValue);
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [String(key), toValue(each)]));
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    return new Map(Object.entries(value).map(([key, each]) => [key, toValue(each)]));
  }
  return value as Value;
}

/** A world in which the row is one that was generated. */
export function worldOfRow(row: Readonly<Record<string, unknown>>): World {
  return worldOf(([root, name = ""]) =>
    root === "row" ? { state: "present", value: toValue(row[name]) } : { state: "present", value: NOW },
  );
}

export function declarationOf(reference: Reference): Declaration | undefined {
  return known.values.get(reference.join("."))?.declaration;
}

import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { equal, evaluate, type Look, type Outcome } from "../../claims/evaluate.ts";
import type { Value } from "../../claims/facts.ts";
import type { Expr } from "../../claims/plan.ts";

/** Types of the generated expressions; `l` is a list of strings, `m` a map of ints. */
type Kind = "s" | "i" | "d" | "b" | "l" | "m" | "t";

const ATTRIBUTES: Readonly<Record<Kind, readonly [names: readonly string[], mapType: string, celType: string]>> = {
  s: [["s1", "s2"], "string", "string"],
  i: [["i1", "i2"], "int", "int"],
  d: [["d1", "d2"], "double", "double"],
  b: [["b1", "b2"], "bool", "bool"],
  l: [["l1", "l2"], "list<string>", "list<string>"],
  m: [["m1"], "map<string, int>", "map<string, int>"],
  t: [["t1", "t2"], "timestamp", "google.protobuf.Timestamp"],
};

const texts = fc.constantFrom("", "a", "b", "ab", "A", "x y", "字", "💙", "42", "-7", "true", "1.5");

/** One depth for all kinds, or they would grow through one another. */
const depth = fc.createDepthIdentifier();

/**
 * Well-typed expressions as text. Left out, because they differ by design: `join`, which is stricter here, and `int()`
 * of doubles beyond 64 bits, which the library does not refuse and CEL does (langdef.md, "int"). Texts have no cased letters beyond ASCII, which the
 * library's `upperAscii` and `lowerAscii` change in spite of their names.
 */
const expressions = fc.letrec<Record<Kind, string>>((tie) => {
  const one = (template: string, ...kinds: Kind[]): fc.Arbitrary<string> =>
    fc.tuple(...kinds.map((kind) => tie(kind))).map((parts) => {
      let index = 0;
      return template.replace(/_/g, () => `(${parts[index++]})`);
    });
  const ref = (kind: Kind): fc.Arbitrary<string> =>
    fc.constantFrom(...ATTRIBUTES[kind][0]).map((name) => `row.${name}`);
  const any = (kind: Kind, leaves: fc.Arbitrary<string>[], inner: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.oneof(
      { maxDepth: 4, depthIdentifier: depth },
      fc.oneof(ref(kind), ...leaves),
      ...inner,
      one("_ ? _ : _", "b", kind, kind),
    );
  const comparisons = (["s", "i", "d", "t"] as const).flatMap((kind) =>
    ["<", "<=", ">", ">=", "==", "!="].map((operator) => one(`_ ${operator} _`, kind, kind)),
  );
  return {
    s: any(
      "s",
      [texts.map((text) => JSON.stringify(text))],
      [
        one("_ + _", "s", "s"),
        one("_.lowerAscii()", "s"),
        one("_.upperAscii()", "s"),
        one("_.trim()", "s"),
        one("string(_)", "i"),
        one("string(_)", "b"),
        one("string(_)", "s"),
        one("_[_]", "l", "i"),
      ],
    ),
    i: any(
      "i",
      [fc.constantFrom("0", "1", "2", "3", "9223372036854775807", "-1")],
      [
        ...["+", "-", "*", "/", "%"].map((operator) => one(`_ ${operator} _`, "i", "i")),
        one("-_", "i"),
        one("size(_)", "s"),
        one("_.size()", "l"),
        one("size(_)", "m"),
        ref("d").map(() => "int(row.d1)"),
        one("int(_)", "i"),
        one("_[_]", "m", "s"),
      ],
    ),
    d: any(
      "d",
      [fc.constantFrom("0.0", "1.5", "-2.25", "1e300")],
      [
        ...["+", "-", "*", "/"].map((operator) => one(`_ ${operator} _`, "d", "d")),
        one("-_", "d"),
        one("double(_)", "i"),
      ],
    ),
    b: any(
      "b",
      [fc.constantFrom("true", "false")],
      [
        ...comparisons,
        one("_ && _", "b", "b"),
        one("_ || _", "b", "b"),
        one("!_", "b"),
        one("_ < _", "i", "d"),
        one("_ >= _", "d", "i"),
        one("_ in _", "s", "l"),
        one("_ in _", "s", "m"),
        one("_ == _", "l", "l"),
        one("_ != _", "m", "m"),
        one("_.startsWith(_)", "s", "s"),
        one("_.endsWith(_)", "s", "s"),
        one("_.contains(_)", "s", "s"),
        ref("s").map((reference) => `has(${reference})`),
      ],
    ),
    l: any(
      "l",
      [fc.constant('["a", "b"]')],
      [one("[_, _]", "s", "s"), one("_ + _", "l", "l"), one("_.split(_)", "s", "s")],
    ),
    m: any("m", [fc.constant('{"a": 1}')], [one('{"a": _, "b": _}', "i", "i")]),
    t: any("t", [fc.constant('timestamp("2026-02-28T23:59:59Z")')], [one("timestamp(_)", "i")]),
  };
});

const kinds = Object.keys(ATTRIBUTES) as Kind[];

const facts = fc.record({
  s1: texts,
  s2: texts,
  i1: fc.bigInt(-5n, 5n),
  i2: fc.bigInt(-(2n ** 53n), 2n ** 53n),
  d1: fc.constantFrom(0, 1, -1.5, 2.25),
  d2: fc.double({ noNaN: true, noDefaultInfinity: true }),
  b1: fc.boolean(),
  b2: fc.boolean(),
  l1: fc.array(texts, { maxLength: 3 }),
  l2: fc.array(texts, { maxLength: 2 }),
  m1: fc.dictionary(fc.constantFrom("a", "b", "ab"), fc.bigInt(-3n, 3n), { maxKeys: 3 }),
  t1: fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
  t2: fc.constant(new Date("2026-02-28T23:59:59Z")),
});

const environment = new Environment().registerVariable({
  name: "row",
  schema: Object.fromEntries(Object.values(ATTRIBUTES).flatMap(([names, , type]) => names.map((name) => [name, type]))),
});

/** Compiles many expressions in one map; the check must take every one of them. */
function compile(all: readonly string[]): readonly Expr[] {
  const attributes = Object.values(ATTRIBUTES).flatMap(([names, type]) =>
    names.map((name) => [name, { type, class: "open" }]),
  );
  const map = {
    version: 1,
    name: "differential",
    revision: "1",
    pool: { events: "V3", usernames: "any" },
    inputs: {},
    sources: {
      row: {
        dynamodb: { table: "rows", key: { pk: "R#{user.sub}" } },
        trust: "operator",
        onMissing: "deny",
        onError: "deny",
        attributes: Object.fromEntries(attributes),
      },
    },
    resourceServers: {},
    profiles: {
      people: {
        match: { grants: ["user"], clients: ["web"] },
        idToken: { keep: [] },
        groups: "strip",
        selfServiceScopes: "strip",
        claims: Object.fromEntries(
          all.map((value, index) => [`c${index}`, { value, to: ["access"], effect: "informs" }]),
        ),
      },
    },
    limits: { accessToken: 16_384, idToken: 16_384, onOversize: "deny" },
  };
  const { findings, plan } = checkClaimMap(JSON.stringify(map), { format: "json" });
  expect(findings.filter(({ level }) => level === "error")).toEqual([]);
  return plan?.profiles[0]?.claims.map(({ value }) => value) ?? [];
}

function toValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(toValue);
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [String(key), toValue(each)]));
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    return new Map(Object.entries(value).map(([key, each]) => [key, toValue(each)]));
  }
  return value as Value;
}

function byReference(text: string, context: Record<string, unknown>): Outcome {
  try {
    return { known: true, value: toValue(environment.evaluate(text, { row: context })) };
  } catch {
    return { known: false, because: "error" };
  }
}

function same(ours: Outcome, theirs: Outcome): boolean {
  if (!ours.known || !theirs.known) return ours.known === theirs.known;
  return equal(ours.value, theirs.value) || (Number.isNaN(ours.value) && Number.isNaN(theirs.value));
}

const EXPRESSIONS = 10_000;
const SEED = 20261123;

test("10,000 random well-typed expressions evaluate as the CEL library evaluates them", () => {
  const arbitrary = fc.oneof(...kinds.map((kind) => expressions[kind])).filter(({ length }) => length <= 800);
  const all = fc.sample(arbitrary, { numRuns: EXPRESSIONS, seed: SEED });
  const rows = fc.sample(facts, { numRuns: EXPRESSIONS / 100, seed: SEED });
  const outcomes = rows.flatMap((row, batch) => {
    const texts = all.slice(batch * 100, (batch + 1) * 100);
    const look: Look = ([, name = ""]) => ({ state: "present", value: toValue(row[name as keyof typeof row]) });
    return compile(texts).map((expr, index) => {
      const text = texts[index] as string;
      return { text, ours: evaluate(expr, look), theirs: byReference(text, row) };
    });
  });
  expect(outcomes.length).toBe(EXPRESSIONS);
  const different = outcomes.filter(({ ours, theirs }) => !same(ours, theirs));
  const shortest = different.toSorted((a, b) => a.text.length - b.text.length).slice(0, 5);
  expect(shortest.map(({ text, ours, theirs }) => `${text}  ours ${show(ours)}  theirs ${show(theirs)}`)).toEqual([]);
  // Were most of them errors, agreement would say little.
  expect(outcomes.filter(({ ours }) => ours.known).length).toBeGreaterThan(7_000);
});

function show(outcome: Outcome): string {
  return JSON.stringify(outcome, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

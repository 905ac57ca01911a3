import { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { equal, evaluate, type Outcome } from "../../../claims/evaluate/evaluate.ts";
import { exprType } from "../../../claims/language/expr-type.ts";
import { compileRandom, declarationOf, randomExpressions, rows, toValue, worldOfRow } from "./random-expressions.ts";

/** A map with declared fields, for the library: a struct. */
class Place {
  readonly city: unknown;
  readonly level: unknown;

  constructor({ city, level }: { readonly city?: unknown; readonly level?: unknown }) {
    this.city = city;
    this.level = level;
  }
}

const environment = new Environment({ enableOptionalTypes: true })
  .registerType("Place", { ctor: Place, fields: { city: "string", level: "int" } })
  .registerVariable({
    name: "row",
    schema: {
      s1: "string",
      s2: "string",
      i1: "int",
      i2: "int",
      d1: "double",
      d2: "double",
      b1: "bool",
      b2: "bool",
      l1: "list<string>",
      l2: "list<string>",
      n1: "list<int>",
      m1: "map<string, int>",
      t1: "google.protobuf.Timestamp",
      t2: "google.protobuf.Timestamp",
      f1: "Place",
      fs: "list<Place>",
    },
  });

type Row = Readonly<Record<string, unknown>>;

function byLibrary(text: string, { f1, fs, ...row }: Row): Outcome {
  const place = (each: unknown): Place => new Place(each as Place);
  const context = { ...row, f1: place(f1), fs: (fs as readonly unknown[]).map(place) };
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

test("10,000 random well-typed expressions evaluate as the CEL library evaluates them, and have the types it finds", () => {
  const all = fc.sample(randomExpressions(false), { numRuns: EXPRESSIONS, seed: SEED });
  const drawn = fc.sample(rows, { numRuns: EXPRESSIONS / 100, seed: SEED });
  const outcomes = all.map((text, index) => {
    const row = drawn[index % drawn.length] as Row;
    const { expr, type } = compileRandom(text);
    const found = exprType(expr, { reference: (ref) => declarationOf(ref)?.type, variable: () => undefined });
    // Of an empty list alone, it cannot be seen what would be in it.
    expect([text, found ?? type]).toEqual([text, type]);
    return { text, ours: evaluate(expr, worldOfRow(row)), theirs: byLibrary(text, row) };
  });
  const different = outcomes.filter(({ ours, theirs }) => !same(ours, theirs));
  const shortest = different.toSorted((a, b) => a.text.length - b.text.length).slice(0, 5);
  expect(shortest.map(({ text, ours, theirs }) => `${text}  ours ${show(ours)}  theirs ${show(theirs)}`)).toEqual([]);
  // Were most of them errors, or none of them more than a name, agreement would say little.
  expect(outcomes.filter(({ ours }) => ours.known).length).toBeGreaterThan(6_000);
  expect(outcomes.filter(({ text }) => /\.(?:all|exists|exists_one|filter|map)\(/.test(text)).length).toBeGreaterThan(
    2_000,
  );
});

function show(outcome: Outcome): string {
  return JSON.stringify(outcome, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

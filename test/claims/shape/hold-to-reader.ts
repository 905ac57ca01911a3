import type { ValidateFunction } from "ajv";
import fc from "fast-check";
import { expect } from "vitest";
import { top } from "../../../claims/shape/place.ts";
import type { RecordShape } from "../../../claims/shape/shape.ts";
import { walk } from "../../../claims/shape/walk-shape.ts";
import { readSource } from "../../../claims/text/yaml-source.ts";
import { runs } from "../../runs.ts";

export type Value = null | string | number | boolean | Value[] | { [name: string]: Value };

/** All places of a value, as steps from its top. */
function places(value: Value, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => places(inner, [...path, name]))];
}

/** A copy of `value` with what stands at `path` changed by `change`, which has the holder and the last step. */
function changed(
  value: Value,
  path: readonly string[],
  change: (holder: Value[] | { [name: string]: Value }, step: string) => void,
): Value {
  const copy = structuredClone(value);
  let holder = copy;
  for (const step of path.slice(0, -1)) holder = (holder as { [name: string]: Value })[step] as Value;
  const step = path.at(-1);
  if (step !== undefined && typeof holder === "object" && holder !== null) change(holder, step);
  return copy;
}

const misspelt = (name: string, at: number, letter: string): string => {
  const where = at % (name.length + 1);
  return name.slice(0, where) + letter + name.slice(where + (at % 2));
};

const strangers: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    "",
    " ",
    "x",
    "deny",
    "open",
    "strip",
    "user",
    "größe",
    [],
    {},
  ),
  fc.constantFrom<Value>(
    "${env:NAME}",
    "{partition.name}",
    "eu-central-1",
    ["x"],
    [null],
    [[]],
    { x: "y" },
    { x: null },
  ),
  fc.string().map((written): Value => written),
);

type Mutation = (map: Value, path: readonly string[]) => Value;
const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constant<Mutation>((map, path) =>
    changed(map, path, (holder, step) => {
      if (Array.isArray(holder)) holder.splice(Number(step), 1);
      else delete holder[step];
    }),
  ),
  fc.tuple(fc.nat(60), fc.constantFrom("x", "_", " ", "ä", "")).map(
    ([at, letter]): Mutation =>
      (map, path) =>
        changed(map, path, (holder, step) => {
          if (Array.isArray(holder)) return;
          const value = holder[step] as Value;
          delete holder[step];
          holder[misspelt(step, at, letter)] = value;
        }),
  ),
  strangers.map(
    (value): Mutation =>
      (map, path) =>
        changed(map, path, (holder, step) => {
          (holder as { [name: string]: Value })[step] = value;
        }),
  ),
);

/** What the walk over a shape reports of a file in JSON: a code and a message each. */
export function reported(shape: RecordShape, text: string): readonly string[] {
  const { root, source } = readSource(text, "json");
  if (root === null) throw new Error("not JSON");
  const problems: Parameters<typeof walk>[3]["problems"] = [];
  const found = { text: source.text, format: "json", names: new Set(["native"]), broken: new Set<string>() } as const;
  walk({ kind: "record", record: shape }, root, top, { ...found, problems, kept: [] });
  return problems.map(({ code, message }) => `${code} ${message}`);
}

/**
 * Changes `sound` in `mutants` ways and holds a schema to the reader: it refuses what has an unknown key (CS103), lacks a
 * mandatory one (CS104), or has a value of the wrong kind (CS105) or form (CS106); it takes what is reported in no way.
 * What several keys decide together is no part of the walk, nor of the schema. Counts the verdicts.
 */
export function holdToReader(
  takes: ValidateFunction,
  shape: RecordShape,
  sound: Value,
  mutants: number,
): { readonly refused: number; readonly taken: number } {
  const all = places(sound);
  const verdicts = { refused: 0, taken: 0, "left to the reader": 0 };
  fc.assert(
    fc.property(fc.nat(all.length - 1), mutations, (at, mutate) => {
      const mutant = mutate(sound, all[at] ?? []);
      const problems = reported(shape, JSON.stringify(mutant));
      const isOfShape = problems.some((line) => /^CS10[3456] /.test(line));
      const verdict = isOfShape ? "refused" : problems.length === 0 ? "taken" : "left to the reader";
      verdicts[verdict] += 1;
      const bySchema = takes(mutant) ? "taken" : "refused";
      const seen = verdict === "left to the reader" ? verdict : bySchema;
      expect({ problems, verdict: seen }).toEqual({ problems, verdict });
    }),
    { numRuns: runs(mutants) },
  );
  return verdicts;
}

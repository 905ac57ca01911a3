import { expect, test } from "vitest";
import { parse } from "yaml";
import { claimMapShape } from "../../../claims/shape/claim-map-shape.ts";
import type { Form, Kind, RecordShape } from "../../../claims/shape/shape.ts";
import { COMPLETE, WHOLE } from "../map-files.ts";

type Visit = (kind: Kind, value: unknown, path: readonly string[]) => void;

/** Walks the shape beside a map; `value` is undefined where the map has nothing. */
function walk(kind: Kind, value: unknown, path: readonly string[], visit: Visit): void {
  visit(kind, value, path);
  const fields = (typeof value === "object" && value !== null ? value : {}) as { readonly [key: string]: unknown };
  if (kind.kind === "list")
    for (const item of Array.isArray(value) && value.length > 0 ? value : [undefined])
      walk(kind.of, item, [...path, "[]"], visit);
  if (kind.kind === "names")
    for (const name of [...Object.keys(fields), ...(value === undefined ? ["*"] : [])])
      walk(kind.of, fields[name], [...path, "*"], visit);
  const record = kind.kind === "record" || kind.kind === "either" ? kind.record : undefined;
  for (const [name, key] of Object.entries(record?.keys ?? {})) walk(key.kind, fields[name], [...path, name], visit);
  if (record?.rest)
    for (const name of Object.keys(fields).filter((each) => !Object.hasOwn(record.keys, each)))
      walk(record.rest.of, fields[name], [...path, "*"], visit);
}

const whole: Kind = { kind: "record", record: claimMapShape };

function records(): readonly (readonly [path: string, shape: RecordShape])[] {
  const found: (readonly [string, RecordShape])[] = [];
  walk(whole, undefined, [], (kind, _, path) => {
    if (kind.kind === "record" || kind.kind === "either") found.push([path.join("."), kind.record]);
  });
  return found;
}

test("the maps of the tests have every key of the language at least once", () => {
  const used = new Set<string>();
  const all = new Set<string>();
  for (const map of [COMPLETE, WHOLE]) {
    walk(whole, parse(map), [], (_, value, path) => {
      // What stands in a claim set could stand in a profile: it is the same shape.
      const name = path.join(".").replace(/^claimSets\.\*\./, "profiles.*.");
      all.add(name);
      if (value !== undefined) used.add(name);
    });
  }
  expect(all.size).toBeGreaterThan(150);
  expect([...all].filter((path) => !used.has(path))).toEqual([]);
});

test("every record and key says what it is in a phrase", () => {
  expect(records().length).toBeGreaterThan(15);
  for (const [path, { about, keys }] of records()) {
    for (const phrase of [about, ...Object.values(keys).map((key) => key.about)]) {
      expect(`${path}: ${phrase}`).toMatch(/: [^A-Z\s].*[^.]$/);
    }
  }
});

/** Whether a kind takes a value, as far as the kinds with defaults go. */
function takes(kind: Kind, value: unknown): boolean {
  if (kind.kind === "choice") return typeof value === "string" && kind.of.includes(value);
  if (kind.kind === "either") return takes(kind.choice, value);
  if (kind.kind === "text") return typeof value === "string" && (kind.form?.pattern.test(value) ?? true);
  if (kind.kind === "list") return Array.isArray(value) && value.every((item) => takes(kind.of, item));
  if (kind.kind === "bool") return typeof value === "boolean";
  if (kind.kind === "constant") return value === kind.value;
  if (kind.kind === "whole") return typeof value === "number" && value >= kind.least && value <= kind.most;
  return typeof value === "object" && value !== null;
}

test("what stands in for a missing key, and every default, is a value its kind takes", () => {
  const given = records().flatMap(([path, { keys }]) =>
    Object.entries(keys).flatMap(([name, { kind, default: value, standIn }]) =>
      [value, standIn].filter((one) => one !== undefined).map((one) => ({ place: `${path}.${name}`, kind, one })),
    ),
  );
  expect(given.length).toBeGreaterThan(20);
  expect(given.filter(({ kind, one }) => !takes(kind, one)).map(({ place }) => place)).toEqual([]);
});

test("every example has the form it is an example of", () => {
  const forms = new Set<Form>();
  walk(whole, undefined, [], (kind) => {
    if ((kind.kind === "text" || kind.kind === "names") && kind.form) forms.add(kind.form);
  });
  expect(forms.size).toBeGreaterThan(9);
  for (const { pattern, example, is } of forms) {
    expect(example).toMatch(pattern);
    expect(is).toMatch(/^(?:an? |`)/);
  }
});

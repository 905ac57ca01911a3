import type { MapTest } from "../../claims/shape/map-test-shape.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { patternOf } from "./expected-value.ts";

/** The texts and numbers that a test states in what it expects: all that a report may say as it is. */
export type Stated = ReadonlySet<JsonValue>;

/** What the expectations of a file state, names of claims and entries included. */
export function statedIn({ cases, federation }: MapTest): Stated {
  return new Set([
    ...cases.flatMap(({ expect }) => [expect.access, expect.id, expect.opened].flatMap((each) => parts(each))),
    ...federation.flatMap(({ expect }) => parts(expect.kept)),
  ]);
}

function parts(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null) return [value];
  if (patternOf(value) !== undefined) return [];
  const inner = Object.values(value as object).flatMap((each: JsonValue) => parts(each));
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

/**
 * An actual value for a report: as JSON, with what the test does not state by its kind and length alone. Tables may be
 * copies of real rows, and reports end up in logs.
 */
export function shownActual(value: JsonValue, stated: Stated): string {
  if (stated.has(value) || typeof value === "boolean" || value === null) return JSON.stringify(value);
  if (typeof value === "string") return `<text of ${Array.from(value).length}>`;
  if (typeof value === "number") return "<number>";
  if (isList(value)) return `[${value.map((item) => shownActual(item, stated)).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([name, item]) => `${stated.has(name) ? JSON.stringify(name) : "<name>"}: ${shownActual(item, stated)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

/** An expected value for a report: it stands in the test as it is. */
export function shownExpected(value: JsonValue): string {
  const pattern = patternOf(value);
  if (pattern !== undefined) return `text that matches ${JSON.stringify(pattern)}`;
  return JSON.stringify(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

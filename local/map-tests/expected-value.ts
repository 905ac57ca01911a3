import type { MapPath } from "../../claims/claim-map.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import type { JsonValue } from "../../cognito/json.ts";

/** Whether a value of a token is the expected one: equal as JSON, with `{ matches: PATTERN }` for texts with a match. */
export function isExpected(expected: JsonValue, actual: JsonValue | undefined): boolean {
  const pattern = patternOf(expected);
  if (pattern !== undefined) return typeof actual === "string" && compilePattern(pattern).occursIn(actual);
  if (isList(expected)) {
    return (
      isList(actual) && actual.length === expected.length && expected.every((item, at) => isExpected(item, actual[at]))
    );
  }
  if (!isRecord(expected)) return expected === actual;
  if (!isRecord(actual)) return false;
  const names = Object.keys(expected);
  return (
    names.length === Object.keys(actual).length &&
    names.every((name) => Object.hasOwn(actual, name) && isExpected(expected[name] ?? null, actual[name]))
  );
}

/** Every pattern in an expected value, and the steps to it. */
export function expectedPatterns(value: JsonValue): readonly { readonly path: MapPath; readonly pattern: string }[] {
  const pattern = patternOf(value);
  if (pattern !== undefined) return [{ path: ["matches"], pattern }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as { readonly [step: string]: JsonValue }).flatMap(([step, inner]) =>
    expectedPatterns(inner).map(({ path, pattern: found }) => ({ path: [step, ...path], pattern: found })),
  );
}

/** The pattern of `{ matches: PATTERN }`. */
export function patternOf(value: JsonValue): string | undefined {
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  const { matches } = value;
  return typeof matches === "string" ? matches : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isRecord(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

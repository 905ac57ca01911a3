import type { MapPath, Position, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { Read } from "../language/closed-names.ts";
import type { KnownValue, KnownValues } from "../language/known-values.ts";
import { printReference } from "../language/reference.ts";
import type { PlacedExpression } from "./compiled-profile.ts";

/** One declared value on its way into an expression. */
export type Flow = {
  readonly value: KnownValue;
  readonly path: MapPath;
  readonly at: Position;
  /** The way so far, such as `staff.phone -> claims.contact.value`. */
  readonly way: string;
};

/**
 * What flows into an expression: every declared value it reads, once, where it is read first. `has()` reads as well,
 * and so does a condition: whether a value is there, and what it makes happen, tells of the value.
 */
export function flowsInto(read: ReadMap, known: KnownValues, { path, reads }: PlacedExpression): readonly Flow[] {
  const first = new Map<string, Read>();
  for (const each of reads) {
    const name = printReference(each.reference);
    if (!first.has(name)) first.set(name, each);
  }
  return [...first].flatMap(([name, { offset }]) => {
    const value = known.values.get(name);
    return value
      ? [{ value, path, at: read.within(path, offset), way: `${origin(value)} -> ${printPlace(path)}` }]
      : [];
  });
}

/** A finding about a flow, with the way it takes. */
export function flowFinding(code: string, flow: Flow, message: string, end: string, fix: string): Finding {
  return finding(code, flow.path, flow.at, `${message}: ${flow.way}${end}`, fix);
}

/** A value's name, after the names its row is looked up by where they say more of it than the value itself. */
function origin({ reference, key }: KnownValue): string {
  const name = printReference(reference);
  const telling = key.filter(({ declaration, trust }) => declaration.class !== "open" || trust !== "operator");
  if (telling.length === 0) return name;
  return `${telling.map((each) => printReference(each.reference)).join(", ")} -> sources.${reference[0]}.key -> ${name}`;
}

/** A place inside a profile: `claims.contact.value`, `scopes[1].when`. */
function printPlace(path: MapPath): string {
  return path
    .slice(2)
    .map((step, index, steps) => (steps[0] === "scopes" && index === 1 ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
}

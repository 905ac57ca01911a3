import type { MapPath, Position, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression, Read } from "../language/compilation.ts";
import type { KnownValue, KnownValues } from "../language/known-values.ts";
import { printReference } from "../language/reference.ts";

/** One declared value on its way into an expression. */
export type Flow = {
  readonly value: KnownValue;
  readonly read: Read;
  readonly path: MapPath;
  readonly at: Position;
  /** The way so far, such as `staff.phone -> claims.contact.value`. */
  readonly way: string;
};

/**
 * What flows into an expression: every declared value it reads, at every place. `has()` reads as well, and so does a
 * condition: whether a value is there, and what it makes happen, tells of the value.
 */
export function flowsInto(read: ReadMap, known: KnownValues, { path, reads }: PlacedExpression): readonly Flow[] {
  return reads.flatMap((each) => {
    const value = known.values.get(printReference(each.reference));
    if (value === undefined) return [];
    const at = read.within(path, each.offset);
    return [{ value, read: each, path, at, way: `${origin(value)} -> ${printPlace(path)}` }];
  });
}

/** Each value once, at the first place where it flows in. */
export function firstOfEach(flows: readonly Flow[]): readonly Flow[] {
  const first = new Map<string, Flow>();
  for (const flow of flows) {
    const name = printReference(flow.value.reference);
    if (!first.has(name)) first.set(name, flow);
  }
  return [...first.values()];
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
  const [root] = reference;
  const through = root === "tenant" ? "tenant" : root === "partition" ? "partition.by" : `sources.${root}.key`;
  return `${[...new Set(telling.map(origin))].join(", ")} -> ${through} -> ${name}`;
}

/** A place as a finding names it: `claims.contact.value`, `scopes[1].when`, `claimSets.shared.refuse[0].when`. */
function printPlace(path: MapPath): string {
  const steps = path[0] === "profiles" ? path.slice(2) : path;
  return steps.map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}

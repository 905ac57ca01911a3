import { PERSONAL_ATTRIBUTES, STANDARD_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import type { MapPath, ReadMap, WrittenProvider } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";
import { compileExpression } from "../language/expression.ts";
import type { KnownValue, KnownValues } from "../language/known-values.ts";
import { PROVIDER_ROOT } from "../language/language.ts";
import { readDeclaration } from "../language/read-declaration.ts";
import { printReference } from "../language/reference.ts";
import { providerVocabulary } from "../language/vocabulary.ts";
import type { Reference } from "../plan.ts";
import { closeName } from "../shape/close-name.ts";
import { code } from "../shape/place.ts";

/** One attribute that is kept, with its expression compiled. */
export type CompiledKept = {
  readonly name: string;
  readonly path: MapPath;
  /** The pool's attributes it becomes, as far as the map says. */
  readonly pool: readonly string[];
  readonly value: PlacedExpression;
  readonly required: boolean;
};

/** An identity provider with everything in it compiled, as far as it could be. */
export type CompiledProvider = {
  readonly name: string;
  readonly path: MapPath;
  readonly written: WrittenProvider;
  /** What it sends and may be read. */
  readonly known: KnownValues;
  readonly kept: readonly CompiledKept[];
};

/** Reads what each identity provider sends, and compiles what is kept of it. */
export function compileProviders(read: ReadMap): {
  readonly providers: readonly CompiledProvider[];
  readonly findings: readonly Finding[];
} {
  const compiled = Object.entries(read.map.federation?.providers ?? {}).map(([name, written]) =>
    compileProvider(read, name, written),
  );
  return {
    providers: compiled.map(({ provider }) => provider),
    findings: compiled.flatMap(({ findings }) => findings),
  };
}

function compileProvider(
  read: ReadMap,
  name: string,
  written: WrittenProvider,
): { readonly provider: CompiledProvider; readonly findings: readonly Finding[] } {
  const path = ["federation", "providers", name];
  const { known, findings } = readAttributes(read, [...path, "attributes"], written);
  const isRequired = (kept: string): boolean => written.required.includes(kept);
  const kept = keptExpressions(read, path, written, known).map(
    ({ as, ...each }): CompiledKept => ({
      ...each,
      name: as,
      pool: poolAttributes(written, as),
      required: isRequired(as),
    }),
  );
  return {
    provider: { name, path, written, known, kept },
    findings: [...findings, ...kept.flatMap(({ value }) => value.findings)],
  };
}

function readAttributes(
  read: ReadMap,
  path: MapPath,
  { attributes }: WrittenProvider,
): { readonly known: KnownValues; readonly findings: readonly Finding[] } {
  const values = new Map<string, KnownValue>();
  const unusable = new Set<string>();
  const findings: Finding[] = [];
  for (const [name, written] of Object.entries(attributes)) {
    const reference: Reference = [PROVIDER_ROOT, name];
    const at = [...path, name];
    const least = PERSONAL_ATTRIBUTES.has(name) ? "pii" : "open";
    const found = readDeclaration(read, reference, at, written, least);
    findings.push(...found.findings);
    const printed = printReference(reference);
    if (found.declaration === undefined) unusable.add(printed);
    else values.set(printed, { reference, declaration: found.declaration, trust: "idp", path: at, key: [] });
  }
  return { known: { values, unusable, rows: new Set() }, findings };
}

type Expression = { readonly as: string; readonly path: MapPath; readonly value: PlacedExpression };

/** What is kept under each name; one that a list names is kept as it is. */
function keptExpressions(
  read: ReadMap,
  provider: MapPath,
  { keep }: WrittenProvider,
  known: KnownValues,
): readonly Expression[] {
  const at = [...provider, "keep"];
  if ("expressions" in keep) {
    const vocabulary = providerVocabulary(read, known, provider);
    return Object.entries(keep.expressions).map(([as, text]) => {
      const path = [...at, as];
      return { as, path, value: { ...compileExpression(read, path, text, vocabulary, false), path, text } };
    });
  }
  return keep.map((as, index) => {
    const path = [...at, String(index)];
    return { as, path, value: asItIs(read, provider, known, as, path) };
  });
}

function asItIs(read: ReadMap, provider: MapPath, known: KnownValues, name: string, path: MapPath): PlacedExpression {
  const reference: Reference = [PROVIDER_ROOT, name];
  const printed = printReference(reference);
  const type = known.values.get(printed)?.declaration.type;
  const place = { path, text: printed };
  if (type !== undefined) {
    const reads = [{ reference, offset: 0, through: [], isMonotone: false }];
    return { ...place, compiled: { expr: { op: "ref", ref: reference }, type, reads }, reads, findings: [] };
  }
  const isSettled = known.unusable.has(printed) || read.broken([...provider, "attributes", name]);
  const close = closeName(
    name,
    [...known.values.values()].map((each) => each.reference[1] as string),
  );
  const fix = close === undefined ? "Declare it under `attributes`." : `Write ${code(close)}.`;
  const message = `${code(name)} is not declared under \`attributes\``;
  const findings = isSettled ? [] : [finding("CS303", path, read.at(path), message, fix)];
  return { ...place, compiled: null, reads: [], findings };
}

/** Whether a user pool can have an attribute of this name, and a mapping can write it. */
export function isPoolAttribute(name: string): boolean {
  return STANDARD_ATTRIBUTES.includes(name) || name.startsWith("custom:");
}

function poolAttributes({ mapping }: WrittenProvider, kept: string): readonly string[] {
  if (mapping === undefined) return isPoolAttribute(kept) ? [kept] : [];
  return Object.entries(mapping).flatMap(([pool, name]) => (name === kept && isPoolAttribute(pool) ? [pool] : []));
}

import { pseudonymsWithoutAudience } from "../checks/pseudonym-use.ts";
import type { MapPath, ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlanType } from "../plan.ts";
import type { PlacedExpression } from "./compilation.ts";
import { compileExpression } from "./expression.ts";
import type { KnownValues } from "./known-values.ts";
import { writePlanType } from "./plan-type.ts";
import { type Vocabulary, vocabularyOf } from "./vocabulary.ts";

/** The expressions that stand above every profile. */
export type Foundations = {
  readonly vocabulary: Vocabulary;
  readonly definitions: ReadonlyMap<string, PlacedExpression>;
  readonly tenant: {
    readonly requested: PlacedExpression;
    readonly allowed: PlacedExpression;
    readonly default: PlacedExpression | null;
  } | null;
  /** What a partition is chosen by. */
  readonly partition: PlacedExpression | null;
  readonly findings: readonly Finding[];
};

/** Compiles definitions, each after those it reads, then what a tenant and a partition are worked out from. */
export function compileFoundations(read: ReadMap, known: KnownValues): Foundations {
  const { define, tenant, partition } = read.map;
  const definitions = new Map<string, PlacedExpression>();
  const findings: Finding[] = [];
  for (const { name, isCircular } of inOrder(define)) {
    const path = ["define", name];
    const text = define[name] ?? "";
    if (isCircular) {
      const message = `\`def.${name}\` needs itself, by way of what it reads`;
      findings.push(finding("CS312", path, read.at(path), message, "Write out one of the definitions in the circle."));
      definitions.set(name, { compiled: null, reads: [], findings: [], path, text });
      continue;
    }
    const compiled = compileExpression(read, path, text, vocabularyOf(read, known, definitions), false);
    definitions.set(name, { ...compiled, path, text });
  }
  const vocabulary = vocabularyOf(read, known, definitions);
  const place = (path: MapPath, text: string): PlacedExpression => ({
    ...compileExpression(read, path, text, vocabulary, false),
    path,
    text,
  });
  const ofTenant = tenant && {
    requested: place(["tenant", "requested"], tenant.requested),
    allowed: place(["tenant", "allowed"], tenant.allowed),
    default: tenant.default === undefined ? null : place(["tenant", "default"], tenant.default),
  };
  const by = partition ? place(["partition", "by"], partition.by) : null;
  const texts = ofTenant ? [ofTenant.requested, ...(ofTenant.default ? [ofTenant.default] : [])] : [];
  const all = [...definitions.values(), ...texts, ...(ofTenant ? [ofTenant.allowed] : []), ...(by ? [by] : [])];
  return {
    vocabulary,
    definitions,
    tenant: ofTenant ?? null,
    partition: by,
    findings: [
      ...findings,
      ...all.flatMap((each) => [...each.findings, ...selfRead(read, each)]),
      ...pseudonymsWithoutAudience(
        read,
        all.filter(({ path }) => path[0] !== "define"),
      ),
      ...texts.flatMap((each) => expectType(read, each, "string", "a tenant is a `string`")),
      ...(by ? expectType(read, by, "string", "a partition is chosen by a `string`") : []),
      ...(ofTenant
        ? expectType(read, ofTenant.allowed, { list: "string" }, "what a subject may have is a `list<string>`")
        : []),
    ],
  };
}

/** A finding where an expression is of another type than its place needs. */
export function expectType(
  read: ReadMap,
  { path, compiled }: PlacedExpression,
  type: PlanType,
  rule: string,
): readonly Finding[] {
  const wanted = writePlanType(type);
  if (compiled === null || writePlanType(compiled.type) === wanted) return [];
  const message = `${rule}; this is a \`${writePlanType(compiled.type)}\``;
  const fix =
    wanted === "bool" ? "Compare it with something, or ask `has(...)`." : `Write an expression of type \`${wanted}\`.`;
  return [finding("CS305", path, read.within(path, 0), message, fix)];
}

/** A tenant or partition that is worked out from itself. */
function selfRead(read: ReadMap, { path, reads }: PlacedExpression): readonly Finding[] {
  const own = reads.find(({ reference }) => path[0] !== "define" && reference[0] === path[0]);
  if (own === undefined) return [];
  const message = `\`${path[0]}\` is worked out here: it cannot be read yet`;
  return [finding("CS805", path, read.within(path, own.offset), message, "Read what it is made from.")];
}

/** Definitions, each after those whose names stand in it; those in a circle are marked. */
function inOrder(define: {
  readonly [name: string]: string;
}): readonly { readonly name: string; readonly isCircular: boolean }[] {
  const order: { name: string; isCircular: boolean }[] = [];
  const done = new Set<string>();
  const enter = (name: string, way: readonly string[]): void => {
    if (done.has(name) || way.includes(name)) return;
    const needed = namesIn(define[name] ?? "").filter((each) => Object.hasOwn(define, each));
    for (const each of needed) enter(each, [...way, name]);
    if (done.has(name)) return;
    done.add(name);
    order.push({ name, isCircular: reaches(define, name, name, new Set()) });
  };
  for (const name of Object.keys(define)) enter(name, []);
  return order;
}

function reaches(define: { readonly [name: string]: string }, from: string, goal: string, seen: Set<string>): boolean {
  return namesIn(define[from] ?? "").some((name) => {
    if (name === goal) return true;
    if (seen.has(name) || !Object.hasOwn(define, name)) return false;
    seen.add(name);
    return reaches(define, name, goal, seen);
  });
}

/** `def.NAME`, in whichever of the four ways fields are written; one inside a text literal does no harm. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/\bdef\s*(?:\.\s*\??\s*([A-Za-z_]\w*)|\[\s*\??\s*["']([A-Za-z_]\w*)["']\s*\])/g)].flatMap(
    ([, dotted, indexed]) => dotted ?? indexed ?? [],
  );
}

import { worstBytes } from "../checks/json-size.ts";
import type { MapPath, ReadMap, WrittenKey, WrittenSource } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { Class, Reference } from "../plan.ts";
import { closeName } from "../shape/close-name.ts";
import type { PlacedExpression } from "./compilation.ts";
import type { Foundations } from "./foundations.ts";
import { readKeyTemplate, templateReferences } from "./key-template.ts";
import type { KnownValue, KnownValues } from "./known-values.ts";
import { highestClass, lowestTrust } from "./lattice.ts";
import { printReference } from "./reference.ts";

/** What a map can read, each value held to what its row is looked up by; and which reads wait for which. */
export type Standing = KnownValues & {
  /** When a source can be read: 0 at once, 1 after those of 0, and so on. */
  readonly waves: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
};

/** A place of a source that reads something before the source can be read. */
export type KeyRead = { readonly reference: Reference; readonly path: MapPath; readonly offset: number };

const QUOTES = 2;

/**
 * Works out how private and how trustworthy every value is. A function never lowers a class, and a look-up is a
 * function: an attribute is at least as private as what its row's key was built from, and no more trustworthy than it.
 * `tenant.id` is as trustworthy as the list it was found in: that is what makes it the one built-in endorsement.
 */
export function standingOf(read: ReadMap, known: KnownValues, foundations: Foundations): Standing {
  const { sources } = read.map;
  const values = new Map(known.values);
  const waves = new Map<string, number>();
  const findings: Finding[] = [];
  const settled = new Set<string>();
  const way: string[] = [];

  /** The value at a reference, settled; undefined for what is not declared. */
  const valueAt = (reference: Reference): KnownValue | undefined => {
    const [root] = reference;
    if (Object.hasOwn(sources, root)) settle(root, () => settleSource(root, sources[root] as WrittenSource));
    else if (root === "tenant" && foundations.tenant) settle(root, settleTenant);
    else if (root === "partition" && foundations.partition) settle(root, settlePartition);
    return values.get(printReference(reference));
  };
  const settle = (name: string, work: () => void): void => {
    if (settled.has(name)) return;
    if (way.includes(name)) {
      findings.push(circle(read, [...way.slice(way.indexOf(name)), name]));
      return;
    }
    way.push(name);
    work();
    way.pop();
    settled.add(name);
  };
  const readsOf = (expression: PlacedExpression | null): readonly KnownValue[] =>
    (expression?.reads ?? []).flatMap(({ reference }) => valueAt(reference) ?? []);
  const waveOf = (reference: Reference): number =>
    Math.max(-1, ...rootsBehind(reference, foundations, new Set()).map((source) => waves.get(source) ?? -1));

  const settleSource = (name: string, source: WrittenSource): void => {
    const reads = keyReads(name, source);
    const key = reads.flatMap(({ reference, path, offset }) => {
      const value = valueAt(reference);
      findings.push(...keyProblems(read, known, { reference, path, offset }, value));
      return value ?? [];
    });
    const trust = lowestTrust([source.trust, ...key.map((value) => value.trust)]);
    // Somebody may sign for a private key; for a sensitive one nobody can.
    const isSignedFor = (level: Class): boolean => source.keyDeclassify !== undefined && level !== "sensitive";
    const least = highestClass(key.map(({ declaration }) => declaration.class).filter((each) => !isSignedFor(each)));
    waves.set(name, 1 + Math.max(-1, ...reads.map(({ reference }) => waveOf(reference))));
    for (const [printed, value] of values) {
      if (value.reference[0] !== name) continue;
      const declaration = { ...value.declaration, class: highestClass([value.declaration.class, least]) };
      values.set(printed, { ...value, declaration, trust, key });
    }
  };
  const settleTenant = (): void => {
    const { requested, allowed, default: fallback } = foundations.tenant as NonNullable<Foundations["tenant"]>;
    const allowedReads = readsOf(allowed);
    const key = [...readsOf(requested), ...allowedReads, ...readsOf(fallback)];
    const bytes = allowed.compiled
      ? worstBytes(
          { op: "index", of: allowed.compiled.expr, at: { op: "int", value: "0" } },
          (reference) => valueAt(reference)?.declaration,
        )
      : 0;
    values.set("tenant.id", {
      reference: ["tenant", "id"],
      declaration: {
        type: "string",
        class: highestClass(key.map(({ declaration }) => declaration.class)),
        ...(bytes !== null && { maxLength: Math.max(1, bytes - QUOTES) }),
      },
      trust: lowestTrust(allowedReads.map(({ trust }) => trust)),
      path: ["tenant"],
      key,
    });
  };
  const settlePartition = (): void => {
    const key = readsOf(foundations.partition);
    const least = highestClass(key.map(({ declaration }) => declaration.class));
    const trust = lowestTrust(key.map((value) => value.trust));
    for (const [printed, value] of values) {
      if (value.reference[0] !== "partition") continue;
      values.set(printed, { ...value, declaration: { ...value.declaration, class: least }, trust, key });
    }
  };

  for (const { reference } of known.values.values()) valueAt(reference);
  return { ...known, values, waves, findings };
}

/** The sources that must be read before a reference is known. */
function rootsBehind(reference: Reference, foundations: Foundations, seen: Set<string>): readonly string[] {
  const [root] = reference;
  if (seen.has(root)) return [];
  const { tenant, partition } = foundations;
  const through =
    root === "tenant"
      ? [tenant?.requested, tenant?.allowed, tenant?.default]
      : root === "partition"
        ? [partition]
        : null;
  if (through === null) return [root];
  seen.add(root);
  return through.flatMap((each) => (each?.reads ?? []).flatMap((one) => rootsBehind(one.reference, foundations, seen)));
}

/** What has to be known before a source can be read: the references of its key, and the partition it lies in. */
export function keyReads(name: string, { dynamodb }: WrittenSource): readonly KeyRead[] {
  if (dynamodb === undefined) return [];
  const { table, region = "", key, query } = dynamodb;
  const at = ["sources", name, "dynamodb"];
  const ofTemplates = (templates: WrittenKey, path: MapPath): readonly KeyRead[] =>
    Object.entries(templates).flatMap(([attribute, template]) => templateReads(template, [...path, attribute]));
  return [
    ...ofTemplates(key ?? {}, [...at, "key"]),
    ...ofTemplates(query?.key ?? {}, [...at, "query", "key"]),
    ...ofTemplates(query?.beginsWith ?? {}, [...at, "query", "beginsWith"]),
    ...partitionReads(table, [...at, "table"]),
    ...partitionReads(region, [...at, "region"]),
  ];
}

/** The partition names an infrastructure text holds, and where. */
export function partitionReads(text: string, path: MapPath): readonly KeyRead[] {
  return [...text.matchAll(/\{partition\.(\w+)\}/g)].map(({ 1: name = "", index }) => ({
    reference: ["partition", name],
    path,
    offset: index,
  }));
}

function templateReads(template: string, path: MapPath): readonly KeyRead[] {
  const parsed = readKeyTemplate(template);
  if ("problem" in parsed) return [];
  const offsets = [...template.matchAll(/\{/g)].map(({ index }) => index + 1);
  return templateReferences(parsed.parts).map((reference, index) => ({ reference, path, offset: offsets[index] ?? 0 }));
}

/** A key is text, built from one value each: what is not declared, or no text, builds none. */
function keyProblems(
  read: ReadMap,
  known: KnownValues,
  { reference, path, offset }: KeyRead,
  value: KnownValue | undefined,
): readonly Finding[] {
  const name = printReference(reference);
  const at = read.within(path, offset);
  if (value === undefined) {
    const [root] = reference;
    const isKnownOf = known.unusable.has(name) || read.broken(["sources", root]) || read.broken([root]);
    if (isKnownOf) return [];
    const close = closeName(name, known.values.keys());
    const fix = close === undefined ? `Declare \`${name}\`.` : `Write \`{${close}}\`.`;
    return [finding("CS303", path, at, `\`${name}\` is not declared`, fix)];
  }
  if (value.declaration.type === "string") return [];
  const message = `a key is built from text; \`${name}\` is none`;
  return [finding("CS305", path, at, message, "Build the key from values of type `string`.")];
}

/** Sources that wait for each other are never read. */
function circle(read: ReadMap, way: readonly string[]): Finding {
  const [first = ""] = way;
  const path = first === "tenant" || first === "partition" ? [first] : ["sources", first];
  const message = `nothing can be read first: ${way.join(" needs ")}`;
  return finding("CS805", path, read.at(path), message, "Key one of them by `user.sub` or `client.id`.");
}

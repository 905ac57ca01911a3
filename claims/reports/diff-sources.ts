import { declarationPath, printReference } from "../language/reference.ts";
import type { Class, Declaration, Plan, PlanSource, Reference, Trust } from "../plan.ts";
import {
  byRank,
  bySameness,
  code,
  type Difference,
  type Direction,
  difference,
  namesOf,
  newAndGone,
  own,
  VALUES,
} from "./difference.ts";

/** As what is declared less private, the checks protect it less. */
const CLASSES: readonly Class[] = ["sensitive", "pii", "open"];
const TRUSTS: readonly Trust[] = ["caller", "user", "idp", "operator"];

/** What changes about where values come from: what is declared of them, and how and where they are read. */
export function diffSources(old: Plan, now: Plan): readonly Difference[] {
  const sources = namesOf(old.sources, now.sources).flatMap((name) => {
    const [before, after] = [own(old.sources, name), own(now.sources, name)];
    return before && after ? diffSource(name, before, after) : [];
  });
  return [
    ...diffDeclarations(old.inputs.user, now.inputs.user, (name) => ["user", name]),
    ...diffDeclarations(old.inputs.metadata, now.inputs.metadata, (name) => ["client", "metadata", name]),
    ...sources,
  ];
}

function diffSource(name: string, old: PlanSource, now: PlanSource): readonly Difference[] {
  const source = `source ${code(name)}`;
  const found = (direction: Direction, step: string, sentence: string): readonly Difference[] =>
    difference(direction, [VALUES], ["sources", name, step], sentence);
  return [
    ...found(bySameness(readOf(old), readOf(now)), placeOf(now), `${source} reads another row, or reads it otherwise`),
    ...found(byRank(TRUSTS, old.trust, now.trust), "trust", believed(source, old.trust, now.trust)),
    ...found(
      byRank(["deny", "empty"], old.onMissing, now.onMissing),
      "onMissing",
      now.onMissing === "empty"
        ? `${source}: a missing row no longer refuses the token`
        : `${source}: a missing row now refuses the token`,
    ),
    ...found(errorDirection(old.onError, now.onError), "onError", `${source}: ${errorText(now.onError)}`),
    ...found(
      residencyDirection(old.residency, now.residency),
      "residency",
      `${source}: its values may now be sealed in ${regions(now.residency)}; it was ${regions(old.residency)}`,
    ),
    ...diffDeclarations(old.attributes, now.attributes, (attribute) => [name, attribute]),
  ];
}

/** What is said of a source's values, and not of how they are read. */
const SAID: readonly string[] = [
  "trust",
  "residency",
  "onMissing",
  "onError",
  "attributes",
] satisfies (keyof PlanSource)[];

function readOf(source: PlanSource): object {
  return others(source, SAID);
}

function placeOf({ kind }: PlanSource): string {
  return kind === "row" || kind === "query" ? "dynamodb" : kind;
}

/** Only `deny` lets no token out without the row; an old row and no row are risks of different kinds. */
function errorDirection(old: PlanSource["onError"], now: PlanSource["onError"]): Direction {
  if (typeof old === "object" && typeof now === "object") {
    return now.stale > old.stale ? "widen" : now.stale < old.stale ? "narrow" : undefined;
  }
  if (old === now) return undefined;
  return old === "deny" ? "widen" : now === "deny" ? "narrow" : "change";
}

function errorText(onError: PlanSource["onError"]): string {
  if (onError === "deny") return "a row that cannot be read now refuses the token";
  if (onError === "unknown") return "where its row cannot be read, tokens are now issued without it";
  return `where its row cannot be read, one of up to ${onError.stale} s ago may now stand in`;
}

/** Without a list, values may be sealed anywhere. */
function residencyDirection(old: readonly string[] | undefined, now: readonly string[] | undefined): Direction {
  if (old === undefined || now === undefined) return byRank([false, true], old === undefined, now === undefined);
  const { added, gone } = newAndGone(old, now);
  return added.length > 0 ? "widen" : gone.length > 0 ? "narrow" : undefined;
}

function regions(residency: readonly string[] | undefined): string {
  return residency === undefined ? "any region" : residency.join(", ") || "no region";
}

type Declared = { readonly [name: string]: Declaration & { readonly trust?: Trust } };

function diffDeclarations(old: Declared, now: Declared, reference: (name: string) => Reference): readonly Difference[] {
  return namesOf(old, now).flatMap((name) => {
    const [before, after] = [own(old, name), own(now, name)];
    return before && after ? diffDeclaration(before, after, reference(name)) : [];
  });
}

function diffDeclaration(old: Declared[string], now: Declared[string], reference: Reference): readonly Difference[] {
  const path = declarationPath(reference);
  const value = code(printReference(reference));
  const found = (direction: Direction, step: string, sentence: string): readonly Difference[] =>
    difference(direction, [VALUES], [...path, step], sentence);
  return [
    ...found(
      byRank(CLASSES, old.class, now.class),
      "class",
      `${value} is now declared ${now.class}; it was ${old.class}`,
    ),
    ...(old.trust && now.trust
      ? found(byRank(TRUSTS, old.trust, now.trust), "trust", believed(value, old.trust, now.trust))
      : []),
    ...found(defaultDirection(old, now), "default", defaultText(value, now)),
    ...found(bySameness(boundsOf(old), boundsOf(now)), "type", `${value} has another type, or other bounds`),
    ...found(bySameness(old.purpose, now.purpose), "purpose", `${value} has another purpose: ${now.purpose ?? "none"}`),
  ];
}

function believed(what: string, old: Trust, now: Trust): string {
  return `${what} is now declared to be trusted as ${now}; it was as ${old}`;
}

/** A default stands in for what is absent, where before nothing was known. */
function defaultDirection(old: Declaration, now: Declaration): Direction {
  if (old.default === undefined) return now.default === undefined ? undefined : "widen";
  return now.default === undefined ? "narrow" : bySameness(old.default, now.default, "unproven");
}

function defaultText(value: string, { default: stands }: Declaration): string {
  return stands === undefined
    ? `${value} no longer has a default`
    : `where it is absent, ${value} is now ${JSON.stringify(stands)}`;
}

function boundsOf(declared: Declared[string]): object {
  return others(declared, ["class", "trust", "purpose", "default"]);
}

function others(record: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

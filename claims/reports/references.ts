import { partsOf } from "../language/expr-parts.ts";
import { highestClass, lowestTrust } from "../language/lattice.ts";
import { printReference } from "../language/reference.ts";
import type { Class, Declaration, Expr, KeyTemplates, Plan, Reference, Trust } from "../plan.ts";

/** What the plan says of a value that an expression reads. */
export type Standing = {
  readonly class: Class;
  /** No better than that of whatever chose its row. */
  readonly trust: Trust;
  readonly declaration?: Declaration;
};

/** Everything expressions read, each once, in the order it is written; fields of rows as the source's attributes. */
export function referencesOf(...exprs: readonly (Expr | undefined)[]): readonly Reference[] {
  const found = exprs.flatMap((expr) => (expr === undefined ? [] : readsOf(expr, new Map())));
  return [...new Map(found.map((reference) => [printReference(reference), reference])).values()];
}

/** What the keys of a source are built from, each once. */
export function keyReferences(plan: Plan, source: string): readonly Reference[] {
  const declared = own(plan.sources, source);
  if (declared?.kind !== "row" && declared?.kind !== "query") return [];
  const templates: KeyTemplates[] = [declared.key, ...(declared.kind === "query" ? [declared.beginsWith ?? {}] : [])];
  const parts = templates.flatMap((each) => Object.values(each).flat());
  const found = parts.flatMap((part) => (typeof part === "string" ? [] : [part.ref]));
  return [...new Map(found.map((reference) => [printReference(reference), reference])).values()];
}

/** What a value is worked out from: the keys of its row, a tenant's request and list, what chooses a partition. */
export function originsOf(plan: Plan, [root]: Reference): readonly Reference[] {
  if (root === "tenant") return referencesOf(plan.tenant?.requested, plan.tenant?.default, plan.tenant?.allowed);
  if (root === "partition") return referencesOf(plan.partition?.by);
  return keyReferences(plan, root);
}

/** How private a value is and how far it is trusted, wherever it comes from. */
export function standingIn(plan: Plan, reference: Reference): Standing {
  const [root, name = "", input = ""] = reference;
  const origins = (): readonly Standing[] => originsOf(plan, reference).map((each) => standingIn(plan, each));
  switch (root) {
    case "user":
      return ofUser(plan, name);
    case "client": {
      const declaration = name === "id" ? undefined : own(plan.inputs.metadata, input);
      return declaration ? ofInput(declaration) : { class: "open", trust: name === "id" ? "operator" : "caller" };
    }
    case "request":
      return { class: "open", trust: name === "scopes" ? "caller" : "operator" };
    case "now":
      return { class: "open", trust: "operator" };
    case "tenant":
      // The one value of the caller's that is believed: it was found among those allowed.
      return { class: highestClass(origins().map((each) => each.class)), trust: "operator" };
    case "partition":
      return {
        class: highestClass(origins().map((each) => each.class)),
        trust: lowestTrust(origins().map(({ trust }) => trust)),
      };
    default:
      return ofSource(plan, root, name, origins());
  }
}

function ofUser(plan: Plan, name: string): Standing {
  const declaration = own(plan.inputs.user, name);
  if (declaration) return ofInput(declaration);
  return { class: name === "sub" ? "open" : "pii", trust: name === "sub" || name === "groups" ? "operator" : "user" };
}

function ofInput(declaration: Declaration & { readonly trust: Trust }): Standing {
  return { class: declaration.class, trust: declaration.trust, declaration };
}

function ofSource(plan: Plan, source: string, attribute: string, keys: readonly Standing[]): Standing {
  const declared = own(plan.sources, source);
  const declaration = declared && own(declared.attributes, attribute);
  return {
    class: declaration?.class ?? highestClass(keys.map((each) => each.class)),
    trust: lowestTrust([declared?.trust ?? "caller", ...keys.map(({ trust }) => trust)]),
    ...(declaration && { declaration }),
  };
}

/** Variables that stand for rows of a source, one or several, by name. */
type Rows = ReadonlyMap<string, Reference>;

function readsOf(expr: Expr, rows: Rows): readonly Reference[] {
  switch (expr.op) {
    case "ref":
    case "has":
      return [expr.ref];
    case "field":
    case "hasField": {
      const source = rowsOf(expr.of, rows);
      return source ? [...readsOf(expr.of, rows), [source[0], expr.name]] : readsOf(expr.of, rows);
    }
    case "all":
    case "exists":
    case "existsOne":
    case "filter":
    case "transform": {
      const [, ...bodies] = partsOf(expr);
      const inside = withRows(rows, expr.name, expr.of);
      return [...readsOf(expr.of, rows), ...bodies.flatMap((body) => readsOf(body, inside))];
    }
    case "bind":
      return [...readsOf(expr.value, rows), ...readsOf(expr.body, withRows(rows, expr.name, expr.value))];
    default:
      return partsOf(expr).flatMap((part) => readsOf(part, rows));
  }
}

function withRows(rows: Rows, name: string, value: Expr): Rows {
  const source = rowsOf(value, rows);
  const others = [...rows].filter(([each]) => each !== name);
  return new Map(source ? [...others, [name, source]] : others);
}

/** The source whose rows an expression comes to, one or several; `undefined` where it comes to a value. */
function rowsOf(expr: Expr, rows: Rows): Reference | undefined {
  switch (expr.op) {
    case "ref":
      return expr.ref.length === 1 && expr.ref[0] !== "now" ? expr.ref : undefined;
    case "var":
      return rows.get(expr.name);
    case "index":
    case "filter":
      return rowsOf(expr.of, rows);
    default:
      return undefined;
  }
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Why what an expression reads is read, in the map's words, each reason once. */
export function purposesOf(plan: Plan, ...exprs: readonly (Expr | undefined)[]): readonly string[] {
  const purposes = referencesOf(...exprs).map((reference) => standingIn(plan, reference).declaration?.purpose);
  return [...new Set(purposes.filter((each) => each !== undefined))];
}

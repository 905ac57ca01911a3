import { literalValue } from "../gather/declared-value.ts";
import type { Declaration, Expr, Field, Literal, Plan, PlanClaim, PlanType } from "../plan.ts";
import { standingIn } from "./references.ts";

/** A type of TypeScript, as far as a plan shows it. */
export type Shown =
  /** One of these values. */
  | { readonly literals: readonly Literal[] }
  | { readonly list: Shown }
  | { readonly map: Shown }
  | { readonly fields: readonly (readonly [name: string, shown: Shown])[] }
  | { readonly name: "string" | "number" | "boolean" };

/** What a claim is in a token; its values one by one where the plan names all there can be. */
export function typeOfClaim(plan: Plan, { value, type, otherwise }: PlanClaim): Shown {
  const shown = shownBy(plan, value, type);
  return otherwise !== undefined && "literals" in shown
    ? { literals: distinct([...shown.literals, otherwise]) }
    : shown;
}

/** A type as TypeScript writes it. Texts are quoted as JSON, whatever is in them. */
export function typeText(shown: Shown): string {
  if ("literals" in shown) return shown.literals.map(quoted).join(" | ");
  if ("list" in shown) {
    const item = typeText(shown.list);
    return /^[\w]+$/.test(item) ? `readonly ${item}[]` : `readonly (${item})[]`;
  }
  if ("map" in shown) return `{ readonly [key: string]: ${typeText(shown.map)} }`;
  if ("fields" in shown) {
    const fields = shown.fields.map(([name, field]) => `readonly ${quoted(name)}?: ${typeText(field)}`);
    return fields.length === 0 ? "Record<never, never>" : `{ ${fields.join("; ")} }`;
  }
  return shown.name;
}

/** A literal in source code, in which nothing hides or turns the reading direction. */
export function quoted(literal: Literal): string {
  return JSON.stringify(literal).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** Values are followed through references, literals, choices and items; anything that computes is its type alone. */
function shownBy(plan: Plan, expr: Expr, type: PlanType): Shown {
  switch (expr.op) {
    case "string":
    case "bool":
    case "double":
      return { literals: [expr.value] };
    case "int":
      return { literals: [Number(expr.value)] };
    case "ref": {
      const { declaration } = standingIn(plan, expr.ref);
      return declaration ? ofField(withDefault(declaration)) : ofType(type);
    }
    case "if": {
      const [yes, no] = [expr.yes, expr.no].map((each) => shownBy(plan, each, type)) as [Shown, Shown];
      if ("literals" in yes && "literals" in no) return { literals: distinct([...yes.literals, ...no.literals]) };
      return JSON.stringify(yes) === JSON.stringify(no) ? yes : ofType(type);
    }
    case "bind":
      return shownBy(plan, expr.body, type);
    case "field": {
      const of = expr.of.op === "ref" ? standingIn(plan, expr.of.ref).declaration?.type : undefined;
      const field = typeof of === "object" && "fields" in of ? of.fields[expr.name] : undefined;
      return field ? ofField(field) : ofType(type);
    }
    default:
      return ofType(type);
  }
}

/** A default need not be one of the values. */
function withDefault({ default: stands, values, ...field }: Declaration): Field {
  if (values === undefined || stands === undefined) return { ...field, ...(values && { values }) };
  return { ...field, values: [...values, ...scalarsOf(stands)] };
}

function scalarsOf(literal: Literal): readonly Literal[] {
  return typeof literal === "object" ? Object.values(literal).flatMap(scalarsOf) : [literal];
}

/** `values` binds the scalars at the bottom of a type, at whatever depth. */
function ofField({ type, values }: Field): Shown {
  if (typeof type === "object") {
    if ("list" in type) return { list: ofField({ type: type.list, ...(values && { values }) }) };
    if ("map" in type) return { map: ofField({ type: type.map, ...(values && { values }) }) };
    return { fields: Object.entries(type.fields).map(([name, field]) => [name, ofField(field)] as const) };
  }
  // A timestamp is text in the map and seconds in the token.
  const fits = values?.every((value) => literalValue(type, value) !== undefined) === true;
  return fits && values.length > 0 && type !== "timestamp" ? { literals: distinct(values) } : ofType(type);
}

function ofType(type: PlanType): Shown {
  if (typeof type === "object") return ofField({ type });
  return { name: type === "string" ? "string" : type === "bool" ? "boolean" : "number" };
}

function distinct(literals: readonly Literal[]): readonly Literal[] {
  return [...new Map(literals.map((each) => [JSON.stringify(each), each])).values()];
}

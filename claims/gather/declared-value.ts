import { instant, instantOfSeconds } from "../evaluate/instant.ts";
import type { Fact, Value } from "../facts.ts";
import type { Declaration, Field, Literal, PlanType } from "../plan.ts";
import { type Covers, withinBounds } from "./bounds.ts";
import { digitsOf } from "./decimal-text.ts";

/** The largest integer that survives JSON in every language: 2^53 - 1. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const INVALID: Fact = { state: "invalid" };

/** Where a raw value comes from, and what holds it against a pattern. */
export type Reading = {
  /** From Cognito, which hands over everything as text: `"true"`, `"42"`. From a table otherwise, with its type. */
  readonly asText?: boolean;
  /** Without it, no value keeps a `pattern`. */
  readonly covers?: Covers;
};

/**
 * Holds a raw value against its declaration.
 *
 * `undefined` is absent and takes the declaration's default; whatever breaks the declaration is invalid and never does.
 * A DynamoDB NULL is invalid: it is there, and it is not what was declared.
 */
export function readDeclared(
  declaration: Declaration,
  raw: unknown,
  { asText = false, covers = () => false }: Reading = {},
): Fact {
  if (raw === undefined) {
    if (declaration.default === undefined) return { state: "absent" };
    const value = literalValue(declaration.type, declaration.default);
    return value === undefined ? INVALID : { state: "present", value };
  }
  const value = asText && typeof raw === "string" ? fromText(declaration.type, raw) : fromStore(declaration.type, raw);
  return value !== undefined && withinBounds(declaration, value, covers) ? { state: "present", value } : INVALID;
}

/** A literal of the map as a value of `type`; `undefined` when it does not fit. */
export function literalValue(type: PlanType, literal: Literal): Value | undefined {
  return fromStore(type, literal);
}

function fromText(type: PlanType, text: string): Value | undefined {
  switch (type) {
    case "string":
      return text;
    case "bool":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "int":
      return integer(text);
    case "double":
      return double(text);
    case "timestamp":
      return instant(text) ?? seconds(integer(text));
    default:
      return undefined;
  }
}

function fromStore(type: PlanType, raw: unknown): Value | undefined {
  if (typeof type === "object") {
    if ("list" in type) return list(type.list, raw);
    return "map" in type ? map(type.map, raw) : declaredEntries(type.fields, raw);
  }
  switch (type) {
    case "string":
      return typeof raw === "string" ? raw : undefined;
    case "bool":
      return typeof raw === "boolean" ? raw : undefined;
    case "int":
      return integer(numberText(raw));
    case "double":
      return double(numberText(raw));
    case "timestamp":
      return typeof raw === "string" ? instant(raw) : seconds(integer(numberText(raw)));
  }
}

function list(item: PlanType, raw: unknown): Value | undefined {
  const items = raw instanceof Set ? sorted(raw) : Array.isArray(raw) ? (raw as unknown[]) : undefined;
  // A hole in an array is an item without a value.
  return items && allOrNothing(Array.from(items, (each) => fromStore(item, each)));
}

/** A set has no order of its own; sorted, the same row gives the same token every time. */
function sorted(set: ReadonlySet<unknown>): unknown[] {
  const text = (item: unknown): string => (typeof item === "string" ? item : (numberText(item) ?? ""));
  return [...set].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

function map(item: PlanType, raw: unknown): Value | undefined {
  if (!isPlain(raw)) return undefined;
  const entries = Object.entries(raw);
  const values = allOrNothing(entries.map(([, each]) => fromStore(item, each)));
  return values && new Map(entries.map(([key], index) => [key, values[index] as Value]));
}

/** The entries that are declared and there. One that is not what it was declared makes the whole of it unfit. */
function declaredEntries(fields: { readonly [name: string]: Field }, raw: unknown): Value | undefined {
  if (!isPlain(raw)) return undefined;
  const names = Object.keys(fields).filter((name) => Object.hasOwn(raw, name));
  const values = allOrNothing(names.map((name) => fromStore((fields[name] as Field).type, raw[name])));
  return values && new Map(names.map((name, index) => [name, values[index] as Value]));
}

function isPlain(raw: unknown): raw is { readonly [name: string]: unknown } {
  if (typeof raw !== "object" || raw === null || digitsOf(raw) !== undefined) return false;
  const prototype: unknown = Object.getPrototypeOf(raw);
  return prototype === Object.prototype || prototype === null;
}

function allOrNothing(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  return values.includes(undefined) ? undefined : (values as readonly Value[]);
}

function numberText(raw: unknown): string | undefined {
  return typeof raw === "number" && Number.isFinite(raw) ? String(raw) : digitsOf(raw);
}

function integer(text: string | undefined): bigint | undefined {
  if (text === undefined || text.length > 17 || !INTEGER.test(text)) return undefined;
  const value = BigInt(text);
  return value <= SAFE && value >= -SAFE ? value : undefined;
}

function double(text: string | undefined): number | undefined {
  if (text === undefined || !DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function seconds(count: bigint | undefined): Date | undefined {
  return count === undefined ? undefined : instantOfSeconds(Number(count));
}

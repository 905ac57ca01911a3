import { digitsOf } from "./decimal-text.ts";
import type { Fact, Value } from "./facts.ts";
import type { Declaration, Literal, PlanType } from "./plan.ts";

/** The largest integer that survives JSON in every language: 2^53 - 1. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** RFC 3339 section 5.6, `date-time`. */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

const INVALID: Fact = { state: "invalid" };

/**
 * Holds a raw value against its declaration.
 *
 * `raw` comes from a table (typed) or, with `asText`, from Cognito, which hands over everything as text: `"true"`,
 * `"42"`. `undefined` is absent and takes the declaration's default; whatever breaks the declaration is invalid and
 * never does. A DynamoDB NULL is invalid: it is there, and it is not what was declared.
 */
export function readDeclared(declaration: Declaration, raw: unknown, asText = false): Fact {
  if (raw === undefined) {
    if (declaration.default === undefined) return { state: "absent" };
    const value = literalValue(declaration.type, declaration.default);
    return value === undefined ? INVALID : { state: "present", value };
  }
  const value = asText && typeof raw === "string" ? fromText(declaration.type, raw) : fromStore(declaration.type, raw);
  return value !== undefined && withinBounds(declaration, value) ? { state: "present", value } : INVALID;
}

/** A literal of the map as a value of `type`; `undefined` when it does not fit. */
export function literalValue(type: PlanType, literal: Literal): Value | undefined {
  return fromStore(type, literal);
}

/** The instant an RFC 3339 text names; `undefined` for any other text, and for days no month has. */
export function instant(text: string): Date | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  const date = new Date(text.toUpperCase());
  if (Number.isNaN(date.getTime())) return undefined;
  // `Date` rolls 31 April over into May; a day that does not exist is no instant.
  const days = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return Number(text.slice(8, 10)) <= days ? date : undefined;
}

/** The instant `seconds` after the epoch, within the years 1 to 9999 (RFC 3339); `undefined` outside them. */
export function instantOfSeconds(seconds: number): Date | undefined {
  return seconds >= -62_135_596_800 && seconds < 253_402_300_800 ? new Date(seconds * 1000) : undefined;
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
  if (typeof type === "object") return "list" in type ? list(type.list, raw) : map(type.map, raw);
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
  return items && allOrNothing(items.map((each) => fromStore(item, each)));
}

/** A set has no order of its own; sorted, the same row gives the same token every time. */
function sorted(set: ReadonlySet<unknown>): unknown[] {
  const text = (item: unknown): string => (typeof item === "string" ? item : (numberText(item) ?? ""));
  return [...set].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

function map(item: PlanType, raw: unknown): Value | undefined {
  if (typeof raw !== "object" || raw === null || !isPlain(raw) || digitsOf(raw) !== undefined) return undefined;
  const entries = Object.entries(raw);
  const values = allOrNothing(entries.map(([, each]) => fromStore(item, each)));
  return values && new Map(entries.map(([key], index) => [key, values[index] as Value]));
}

function isPlain(raw: object): boolean {
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

/** `maxLength` binds every string inside, keys of maps too; `values` every scalar; `maxItems` every list and map. */
function withinBounds(declaration: Declaration, value: Value): boolean {
  if (value instanceof Map) {
    const map = value as ReadonlyMap<string, Value>;
    return [...map.keys()].every((key) => fitsLength(declaration, key)) && itemsWithin(declaration, [...map.values()]);
  }
  if (Array.isArray(value)) return itemsWithin(declaration, value as readonly Value[]);
  if (typeof value === "string" && !fitsLength(declaration, value)) return false;
  return declaration.values === undefined || declaration.values.some((allowed) => sameScalar(value, allowed));
}

function itemsWithin(declaration: Declaration, items: readonly Value[]): boolean {
  if (declaration.maxItems !== undefined && items.length > declaration.maxItems) return false;
  return items.every((item) => withinBounds(declaration, item));
}

function fitsLength({ maxLength }: Declaration, text: string): boolean {
  return maxLength === undefined || jsonBytes(text) <= maxLength;
}

/** Bytes of a string as JSON text, without its quotes. */
function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function sameScalar(value: Value, literal: Literal): boolean {
  if (typeof value === "bigint") return typeof literal === "number" && Number(value) === literal;
  if (value instanceof Date) {
    const at =
      typeof literal === "string"
        ? instant(literal)
        : typeof literal === "number"
          ? instantOfSeconds(literal)
          : undefined;
    return at?.getTime() === value.getTime();
  }
  return value === literal;
}

/**
 * How large a value can be, by its kind. Every number counts bytes of JSON text; null is where nothing bounds it. A
 * value may have a smaller bound than its parts suggest: `bytes` is the closest that is known of the whole.
 */
export type Bound =
  /** A number, a truth value or a timestamp: as it stands in a token, and as `string(x)` writes it. */
  | { readonly kind: "int" | "scalar"; readonly bytes: number; readonly text: number }
  /** A text, without its quotes. */
  | { readonly kind: "text"; readonly bytes: number | null }
  | { readonly kind: "list"; readonly bytes: number | null; readonly items: number | null; readonly item: Bound }
  /** `key` is a text, without its quotes. */
  | {
      readonly kind: "map";
      readonly bytes: number | null;
      readonly items: number | null;
      readonly key: number | null;
      readonly item: Bound;
    }
  | { readonly kind: "fields"; readonly bytes: number | null; readonly fields: ReadonlyMap<string, Bound> }
  /** No value at all, such as an item of an empty list. */
  | { readonly kind: "nothing" };

const QUOTES = 2;

export const NOTHING: Bound = { kind: "nothing" };

/** `false`. */
export const BOOL: Bound = scalar(5);
/** An int within 2^53 - 1 in a token; all of its 64 bits as text. */
export const INT: Bound = int(17, 20);
/** A double, whose longest text has a sign, six zeros and 17 digits. */
export const DOUBLE: Bound = scalar(25);
/** The seconds of a year up to 9999; as text, to the millisecond. */
export const TIMESTAMP: Bound = scalar(12, 24);

export function scalar(bytes: number, text: number = bytes): Bound {
  return { kind: "scalar", bytes, text };
}

export function int(bytes: number, text: number = bytes): Bound {
  return { kind: "int", bytes, text };
}

export function text(bytes: number | null): Bound {
  return { kind: "text", bytes };
}

/** A list of at most so many items, and at most so large as a whole, if that is known. */
export function list(items: number | null, item: Bound, whole: number | null = null): Bound {
  const each = jsonBytes(item);
  const sum = items === 0 ? QUOTES : items === null || each === null ? null : enclosed(items, each);
  return { kind: "list", bytes: least([sum, whole]), items, item };
}

/** A map of at most so many entries. */
export function map(items: number | null, key: number | null, item: Bound, whole: number | null = null): Bound {
  const entry = add([key, QUOTES + 1, jsonBytes(item)]);
  const sum = items === 0 ? QUOTES : items === null || entry === null ? null : enclosed(items, entry);
  return { kind: "map", bytes: least([sum, whole]), items, key, item };
}

/** A map of the fields it has, or fewer. */
export function fieldsOf(fields: ReadonlyMap<string, Bound>): Bound {
  const entries = [...fields].map(([name, bound]) =>
    add([Buffer.byteLength(JSON.stringify(name)), 1, jsonBytes(bound)]),
  );
  return { kind: "fields", bytes: add([QUOTES, Math.max(0, fields.size - 1), ...entries]), fields };
}

/** The most bytes a value's JSON text can have. */
export function jsonBytes(bound: Bound): number | null {
  if (bound.kind === "nothing") return 0;
  return bound.kind === "text" ? add([bound.bytes, QUOTES]) : bound.bytes;
}

/** What holds for either of two values. */
export function either(one: Bound, other: Bound): Bound {
  if (one.kind === "nothing") return other;
  if (other.kind === "nothing") return one;
  if ((one.kind === "int" || one.kind === "scalar") && one.kind === other.kind) {
    return { kind: one.kind, bytes: Math.max(one.bytes, other.bytes), text: Math.max(one.text, other.text) };
  }
  const bytes = most([jsonBytes(one), jsonBytes(other)]);
  if (one.kind === "text" && other.kind === "text") return text(most([one.bytes, other.bytes]));
  if (one.kind === "list" && other.kind === "list") {
    return list(most([one.items, other.items]), either(one.item, other.item), bytes);
  }
  if (one.kind === "map" && other.kind === "map") {
    return map(most([one.items, other.items]), most([one.key, other.key]), either(one.item, other.item), bytes);
  }
  if (one.kind === "fields" && other.kind === "fields") {
    const names = [...one.fields.keys(), ...other.fields.keys()];
    const fields = new Map(
      names.map((name) => [name, either(one.fields.get(name) ?? NOTHING, other.fields.get(name) ?? NOTHING)]),
    );
    return { kind: "fields", bytes, fields };
  }
  return text(null);
}

export function eitherOf(bounds: readonly Bound[]): Bound {
  return bounds.reduce(either, NOTHING);
}

/** The sum of parts; null when one is without bounds. */
export function add(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
}

/** The largest; null when one is without bounds. */
export function most(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((high, part) => (high === null || part === null ? null : Math.max(high, part)), 0);
}

/** The closest of several bounds that all hold. */
export function least(bounds: readonly (number | null)[]): number | null {
  const known = bounds.filter((bound) => bound !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function enclosed(items: number, bytes: number): number {
  return QUOTES + items * bytes + Math.max(0, items - 1);
}

import type { Expr, FunctionName } from "../plan.ts";
import {
  add,
  BOOL,
  type Bound,
  DOUBLE,
  INT,
  int,
  jsonBytes,
  least,
  list,
  NOTHING,
  TIMESTAMP,
  text,
} from "./value-bounds.ts";

/** Bytes a character can take in JSON text at most: `\u0000`. */
const LONGEST_CHARACTER = 6;
/** Years of a timestamp are below 10,000. */
const AGE = 4;

/** How large the result of a function can be, given how large its arguments can. */
export function callBound(name: FunctionName, args: readonly Expr[], bounds: readonly Bound[]): Bound {
  const [of = NOTHING, other = NOTHING] = bounds;
  switch (name) {
    case "size":
      return countBound(of);
    case "startsWith":
    case "endsWith":
    case "contains":
    case "bool":
      return BOOL;
    case "int":
      return INT;
    case "double":
      return DOUBLE;
    case "timestamp":
      return TIMESTAMP;
    case "age":
      return int(AGE);
    // Case and blanks change, bytes do not grow.
    case "lowerAscii":
    case "upperAscii":
    case "trim":
    case "domain":
      return text(textBytes(of));
    case "last":
      return text(least([textBytes(of), times(literal(args[1]), LONGEST_CHARACTER)]));
    case "string":
      return of.kind === "int" || of.kind === "scalar" ? text(of.text) : text(textBytes(of));
    case "json":
      // Quotes and what is escaped already are escaped once more.
      return of.kind === "int" || of.kind === "scalar" ? text(of.bytes) : text(times(2, jsonBytes(of)));
    case "split":
      return splitBound(textBytes(of), args[1]);
    case "bracketList":
      return pieces(textBytes(of), 1);
    case "join":
      return joinBound(of, textBytes(other));
    case "distinct":
    case "sort":
      return of;
    case "take":
      return of.kind === "list" ? list(least([of.items, literal(args[1])]), of.item, of.bytes) : of;
    case "flatten":
      return flattenBound(of);
  }
}

function textBytes(of: Bound): number | null {
  return of.kind === "text" ? of.bytes : of.kind === "nothing" ? 0 : null;
}

function literal(expr: Expr | undefined): number | null {
  return expr?.op === "int" ? Math.max(0, Number(expr.value)) : null;
}

function times(count: number | null, bytes: number | null): number | null {
  return count === null || bytes === null ? null : count * bytes;
}

function countBound(of: Bound): Bound {
  const most =
    of.kind === "list" || of.kind === "map" ? of.items : of.kind === "fields" ? of.fields.size : textBytes(of);
  return most === null ? INT : int(String(most).length);
}

/** A separator written out is whole characters; another could be half of one, and leave the other half: `\ud83d`. */
function splitBound(bytes: number | null, separator: Expr | undefined): Bound {
  if (separator?.op !== "string") return pieces(bytes === null ? null : Math.ceil(bytes * 1.5), 0);
  return pieces(bytes, Buffer.byteLength(JSON.stringify(separator.value)) - 2);
}

/** A text in pieces, of which each but the last costs it a separator of so many bytes. */
function pieces(bytes: number | null, separator: number): Bound {
  if (bytes === null) return list(null, text(null));
  const items = separator === 0 ? bytes + 1 : Math.floor(bytes / separator) + 1;
  // Every further piece takes a separator and gives two quotes and a comma.
  const whole = 2 + bytes + 2 + (items - 1) * Math.max(0, 3 - separator);
  return list(items, text(bytes), whole);
}

/** The texts of a list of `m` items are its bytes without `1 + 3m`: brackets, quotes and commas. */
function joinBound(of: Bound, separator: number | null): Bound {
  if (of.kind !== "list") return text(of.kind === "nothing" ? 0 : null);
  const { items, item, bytes } = of;
  if (items === 0) return text(0);
  const between = items === null || separator === null ? null : (items - 1) * separator;
  const byItems = add([times(items, textBytes(item)), between]);
  const more = items === null || separator === null ? null : (items - 1) * Math.max(0, separator - 3);
  const byWhole = bytes === null || more === null ? null : Math.max(0, bytes - 4) + more;
  return text(least([byItems, byWhole]));
}

function flattenBound(of: Bound): Bound {
  if (of.kind !== "list") return of;
  const { item, items, bytes } = of;
  if (item.kind !== "list") return list(0, NOTHING);
  return list(times(items, item.items), item.item, bytes);
}

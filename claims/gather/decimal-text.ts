const DIGITS: unique symbol = Symbol("digits");

/**
 * A number as its table wrote it: decimal text, because DynamoDB's 38 digits do not fit a JavaScript number. A symbol
 * marks it, which no row can hold: so no map of a row passes for a number, and no number for a map.
 */
export type DecimalText = { readonly [DIGITS]: string };

/** Marks `digits` as a number. */
export function decimalText(digits: string): DecimalText {
  return { [DIGITS]: digits };
}

/** The digits of a number that `decimalText` made; undefined for everything else. */
export function digitsOf(raw: unknown): string | undefined {
  return typeof raw === "object" && raw !== null && Object.hasOwn(raw, DIGITS)
    ? (raw as DecimalText)[DIGITS]
    : undefined;
}

/** An object from outside, about whose fields nothing is known yet. */
export type Fields = { readonly [name: string]: unknown };

/** Whether `value` is an object with named fields: no array, not null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field `name` of `holder` itself; nothing a prototype has to offer. */
export function own(holder: Fields, name: string): unknown {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

/** Whether a field is absent or null. */
export function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

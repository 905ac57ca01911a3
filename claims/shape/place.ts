import type { MapPath } from "../claim-map.ts";

/** A part of a map: its steps, where it stands in the text, and what a person calls it. */
export type Place = {
  readonly path: MapPath;
  readonly offset: number;
  /** The named thing it belongs to, such as `` claim `email` ``; empty at the top of the map. */
  readonly owner: string;
  /** The keys from there on, such as `dynamodb`, `table`. */
  readonly inner: readonly string[];
  readonly isItem: boolean;
};

/** The whole map. */
export const top: Place = { path: [], offset: 0, owner: "", inner: [], isItem: false };

export function keyOf(place: Place, key: string, offset: number): Place {
  return { ...place, path: [...place.path, key], offset, inner: [...place.inner, key], isItem: false };
}

export function itemOf(place: Place, index: number, offset: number): Place {
  return { ...place, path: [...place.path, String(index)], offset, isItem: true };
}

/** One of the things the writer gives names to. */
export function namedIn(place: Place, noun: string, name: string, offset: number): Place {
  return { path: [...place.path, name], offset, owner: `${noun} ${code(name)}`, inner: [], isItem: false };
}

/** How a message names a place: `` `dynamodb.table` of source `staff` ``. */
export function label({ owner, inner, isItem }: Place): string {
  if (inner.length === 0) return owner === "" ? "the map" : owner;
  const key = code(inner.join("."));
  return (isItem ? `an item of ${key}` : key) + (owner === "" ? "" : ` of ${owner}`);
}

/** Something as it is written, short enough for a line of a report. */
export function code(written: string): string {
  const line = written.replaceAll(/\s+/g, " ").replaceAll("`", "'");
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}

/** `` `a`, `b` or `c` `` */
export function anyOf(names: readonly string[]): string {
  const codes = names.map(code);
  return codes.length < 2 ? codes.join("") : `${codes.slice(0, -1).join(", ")} or ${codes.at(-1)}`;
}

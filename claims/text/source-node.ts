/**
 * A claim map's text as a tree, with the offset of everything in it. No YAML and no JSON is left here but the text's
 * own spelling, where a finding may have to show it.
 */
export type SourceNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: "text"; readonly value: string; readonly quoted: boolean }
  | { readonly kind: "number"; readonly value: number; readonly written: string }
  | { readonly kind: "bool"; readonly value: boolean; readonly written: string }
  | { readonly kind: "null" }
  | { readonly kind: "list"; readonly items: readonly SourceNode[] }
  | { readonly kind: "map"; readonly entries: readonly SourceEntry[] }
  /** It could not be read, and a finding says so. */
  | { readonly kind: "broken" }
);

/** One key of a map with its value. Keys are unique within a map. */
export type SourceEntry = {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly value: SourceNode;
};

/** Something wrong at one place of the text. */
export type SourceProblem = {
  readonly code: string;
  readonly offset: number;
  readonly message: string;
  readonly fix: string;
};

/** The steps to whatever stands deepest around `offset`. */
export function pathAround(root: SourceNode, offset: number): readonly string[] {
  const path: string[] = [];
  for (let node: SourceNode | undefined = root; node !== undefined; ) {
    const part: SourceEntry | undefined = partsOf(node).find(
      ({ start, value }) => start <= offset && offset <= value.end,
    );
    if (part !== undefined) path.push(part.key);
    node = part?.value;
  }
  return path;
}

function partsOf(node: SourceNode): readonly SourceEntry[] {
  if (node.kind === "map") return node.entries;
  if (node.kind !== "list") return [];
  return node.items.map((value, index) => ({ key: String(index), start: value.start, end: value.end, value }));
}

/** A piece of a part: what one process measures in one go. */
export type Chunk = { readonly index: number; readonly seed: number; readonly size: number };

/** Numbers by their names: those that begin with `most` are maxima, all others add up. */
export type Figures = { readonly [name: string]: number };

/** `total` in pieces of `each`, the last one smaller; every piece has a seed of its own. */
export function chunksOf(total: number, each: number, seed: number): readonly Chunk[] {
  return Array.from({ length: Math.ceil(total / each) }, (_, index) => ({
    index,
    seed: seed + index,
    size: Math.min(each, total - index * each),
  }));
}

/** The figures of several chunks in one. */
export function together(all: readonly Figures[]): Figures {
  const sum: Record<string, number> = {};
  for (const [name, figure] of all.flatMap((figures) => Object.entries(figures))) {
    const before = sum[name];
    sum[name] = before === undefined ? figure : name.startsWith("most") ? Math.max(before, figure) : before + figure;
  }
  return sum;
}

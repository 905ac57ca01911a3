/** The one name among `known` that somebody may have meant by `written`; undefined when none, or several, are close. */
export function closeName(written: string, known: Iterable<string>): string | undefined {
  const short = fold(written).slice(0, LONGEST);
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const distance = editDistance(short, fold(name).slice(0, LONGEST));
    if (distance > Math.min(short.length, name.length) / 3 || distance > least) continue;
    best = distance === least ? undefined : name;
    least = distance;
  }
  return best;
}

/** Longer names are compared by their beginning: this bounds the work, and nobody misspells the end alone. */
const LONGEST = 64;

/** `seal_for`, `seal-for` and `sealfor` are all `sealFor`. */
function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

/** A stream of choices that look random: the same seed gives the same choices on every machine. */
export type Random = {
  /** A whole number from 0 up to `below`, which is not among them. */
  readonly int: (below: number) => number;
  /** True in this share of cases. */
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(from: readonly T[]) => T;
  /** Each of them with this chance, in their order. */
  readonly some: <T>(from: readonly T[], share: number) => readonly T[];
  readonly text: (length: number, alphabet: string) => string;
};

/** Choices from a seed of any number of parts: a run, a world, an event. The generator is Chris Doty-Humphrey's sfc32. */
export function randomFrom(...seed: readonly number[]): Random {
  let [a, b, c, count] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = (): number => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (const part of seed) {
    a ^= part | 0;
    for (let round = 0; round < 12; round += 1) next();
  }
  const int = (below: number): number => Math.floor((next() / 2 ** 32) * below);
  const chance = (share: number): boolean => next() / 2 ** 32 < share;
  return {
    int,
    chance,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new RangeError("nothing to pick from");
      return from[int(from.length)] as T;
    },
    some: (from, share) => from.filter(() => chance(share)),
    text: (length, alphabet) => Array.from({ length }, () => alphabet.charAt(int(alphabet.length))).join(""),
  };
}

import type { Random } from "../canary/random.ts";

/** Texts that are one person's alone, and whose they are. */
export type Marks = {
  /** A text of 18 characters that nobody else has. */
  readonly draw: (owner: number) => string;
  /** A random id that nobody else has. */
  readonly drawId: (owner: number) => string;
  /** The owners of all of them within a text. */
  readonly ownersIn: (text: string) => ReadonlySet<number>;
};

/** Without `q` and `z`, so that no mark begins inside another. */
const LETTERS = "0123456789abcdefghijklmnoprstuvwxy";
const HEX = "0123456789abcdef";
const MARK = /zq[0-9a-prs-y]{16}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/g;

export function marksFrom(random: Random): Marks {
  const owners = new Map<string, number>();
  const owned = (owner: number, mark: string): string => {
    owners.set(mark, owner);
    return mark;
  };
  return {
    draw: (owner) => owned(owner, `zq${random.text(16, LETTERS)}`),
    drawId: (owner) => {
      const [a, b, c, d, e] = [8, 4, 3, 3, 12].map((length) => random.text(length, HEX));
      return owned(owner, `${a}-${b}-4${c}-8${d}-${e}`);
    },
    ownersIn: (text) => {
      const found = new Set<number>();
      // What only looks like a mark, in an envelope say, has no owner.
      for (const [mark] of text.matchAll(MARK)) {
        const owner = owners.get(mark);
        if (owner !== undefined) found.add(owner);
      }
      return found;
    },
  };
}

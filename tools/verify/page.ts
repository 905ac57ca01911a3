import { together } from "./chunks.ts";
import type { Part } from "./parts.ts";
import type { Measured } from "./results.ts";

/** A part of which every piece is there. */
export type Complete = {
  readonly part: Part;
  readonly pieces: readonly Measured[];
  /** Whether its code is another by now. */
  readonly isOld: boolean;
};

/** Where the page begins to be generated. */
export const MARK = "<!-- generated: `npm run verify:long` writes it anew -->";

/** The generated half of `docs/reference/assurance.md`. */
export function pageOf(parts: readonly Part[], complete: readonly Complete[]): string {
  return [
    "| promise | measured | seeds | commit | date | Node |",
    "|---|---|---|---|---|---|",
    ...parts.map((part) => {
      const found = complete.find((each) => each.part === part);
      return found ? rowOf(found) : `| ${part.promise} | not yet | | | | |`;
    }),
  ].join("\n");
}

function rowOf({ part, pieces, isOld }: Complete): string {
  const seeds = pieces.map(({ chunk }) => chunk.seed);
  const [first, last] = [Math.min(...seeds), Math.max(...seeds)];
  return `| ${[
    part.promise,
    part.told(together(pieces.map(({ figures }) => figures))),
    first === last ? `${first}` : `${first} to ${last}`,
    `${each(pieces.map(({ code }) => `\`${code.commit}\`${code.isChanged ? " and changes" : ""}`))}${isOld ? "; its code has changed since" : ""}`,
    each(pieces.map(({ date }) => date)),
    each(pieces.map(({ node }) => node)),
  ].join(" | ")} |`;
}

/** Every text once. */
function each(texts: readonly string[]): string {
  return [...new Set(texts)].join(", ");
}

/** A page with its generated half put in anew. */
export function withGenerated(page: string, generated: string): string {
  const [written = ""] = page.split(MARK);
  return `${written}${MARK}\n\n${generated}\n`;
}

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** Every page of the project: Markdown that is neither installed nor made. */
export function markdownPages(folder = "."): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (!entry.isDirectory()) return entry.name.endsWith(".md") ? [path] : [];
    return entry.name.startsWith(".") || entry.name === "node_modules" || entry.name === "dist"
      ? []
      : markdownPages(path);
  });
}

/** A page without its code, in which nothing is a link or a heading. */
export function proseOf(page: string): string {
  return readFileSync(page, "utf8")
    .replaceAll(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2$/gm, "")
    .replaceAll(/<!--[\s\S]*?-->/g, "");
}

export type Link = { readonly text: string; readonly path: string; readonly anchor: string };

/** Links to other places of the project: the path from its root, and what comes after the `#`. */
export function linksOf(page: string): readonly Link[] {
  // A code span may stand in a link's text; a link cannot stand in a code span.
  const prose = proseOf(page).replaceAll(/(?<!\[[^\]\n]*)`[^`\n]+`/g, "");
  return [...prose.matchAll(/\[([^\]]*)\]\((?!\w+:)([^)\s]*)\)/g)].map(([, text = "", target = ""]) => {
    const [path = "", anchor = ""] = target.split("#");
    return { text, path: path === "" ? page : posix.join(posix.dirname(page), path), anchor };
  });
}

/** Places of a page that a link may name: its headings as GitHub names them, a repeated one with a number after it. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...proseOf(page).matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = ""]) => {
      const slug = slugOf(heading);
      const before = seen.get(slug) ?? 0;
      seen.set(slug, before + 1);
      return before === 0 ? slug : `${slug}-${before}`;
    }),
  );
}

function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");
}

/** A page's title. */
export function titleOf(page: string): string {
  return /^# (.+)$/m.exec(readFileSync(page, "utf8"))?.[1] ?? "";
}

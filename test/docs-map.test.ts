import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { llmsText } from "../tools/write-llms.mjs";
import { anchorsOf, linksOf, markdownPages, proseOf, titleOf } from "./markdown-pages.ts";

const pages = markdownPages();
const MAP = "docs/README.md";

/** Folders of the documentation and where the map lists their pages. */
const SECTIONS: Readonly<Record<string, string>> = {
  "docs/tutorials/": "Tutorials",
  "docs/how-to/": "How-to guides",
  "docs/reference/": "Reference",
  "docs/explanation/": "Explanation",
};

test("every link of every page leads to a file and, where it names one, to a heading in it", () => {
  const places = new Map(pages.map((page) => [page, anchorsOf(page)]));
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter(({ path, anchor }) => !existsSync(path) || (anchor !== "" && places.get(path)?.has(anchor) === false))
      .map(({ path, anchor }) => `${page}: ${path}${anchor && `#${anchor}`}`),
  );
  expect(pages.length).toBeGreaterThan(80);
  expect(pages.flatMap(linksOf).filter(({ anchor }) => anchor !== "").length).toBeGreaterThan(100);
  expect(broken).toEqual([]);
});

test("the map of the documentation lists every page once, by its title, where it belongs; add yours there", () => {
  const listed = readFileSync(MAP, "utf8")
    .split(/^## /m)
    .flatMap((section) =>
      [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+)\): \S/gm)].map(([, text = "", path = ""]) => ({
        section: section.split("\n")[0],
        text,
        page: `docs/${path}`,
      })),
    )
    .filter(({ page }) => !page.startsWith("docs/../"));
  const wanted = pages.flatMap((page) => {
    const [folder] = Object.keys(SECTIONS).filter((each) => page.startsWith(each));
    return folder === undefined ? [] : [{ section: SECTIONS[folder], text: titleOf(page), page }];
  });
  const byPage = <T extends { readonly page: string }>(items: readonly T[]): readonly T[] =>
    items.toSorted((a, b) => (a.page < b.page ? -1 : 1));
  expect(byPage(listed)).toEqual(byPage(wanted));
});

test("every page of the documentation can be reached from the README or the map", () => {
  const reached = new Set(["README.md", MAP]);
  // A set is gone through to its end, whatever is added on the way.
  for (const page of reached) {
    for (const { path } of linksOf(page)) {
      const inside = existsSync(`${path}/README.md`) ? [`${path}/README.md`] : pages.filter((each) => each === path);
      const listing = pages.filter((each) => each.startsWith(`${path}/`) && !each.slice(path.length + 1).includes("/"));
      for (const next of [...inside, ...listing]) reached.add(next);
    }
  }
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});

test("llms.txt is the map of the documentation, and `node tools/write-llms.mjs` writes it anew", () => {
  const about = JSON.parse(readFileSync("package.json", "utf8")) as { name: string; description: string };
  expect(readFileSync("llms.txt", "utf8")).toBe(llmsText(readFileSync(MAP, "utf8"), about));
});

test("links and headings are read as GitHub reads them", () => {
  const page = "test/markdown/links.md";
  expect(linksOf(page)).toEqual([
    { text: "one", path: "test/markdown/other.md", anchor: "" },
    { text: "two", path: page, anchor: "a-heading" },
    { text: "a `span` in it", path: "test/markdown/other.md", anchor: "other" },
  ]);
  expect([...anchorsOf(page)]).toEqual(["links-of-a-page", "a-heading", "a-heading-1", "claimsealopen-and-cs401"]);
  expect(proseOf(page)).not.toContain("no link");
});

import { readFileSync } from "node:fs";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { markdownPages } from "./markdown-pages.ts";

/** Its examples are taken from maps, some of them broken, and held by a test of their own. */
const ELSEWHERE = ["docs/reference/check-codes.md"];

/** Every fenced block of a page; `language` is the first word behind its fence. */
const blocks = markdownPages().flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent = "", language = "", code = ""]) => ({
      page,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  ),
);

const script = async (code: string): Promise<unknown> => transform(code, { loader: "tsx" });
const json = async (code: string): Promise<unknown> => JSON.parse(code);

/** How a block is read: whole, or as part of something whole. Languages that are not here nothing here can read. */
const READERS: Readonly<Record<string, readonly ((code: string) => Promise<unknown>)[]>> = {
  ts: [script, (code) => script(`({ ${code} })`)],
  js: [script, (code) => script(`({ ${code} })`)],
  // A part of something may end with the comma before what follows it.
  json: [
    json,
    (code) => json(`[${code.trimEnd().replace(/,$/, "")}]`),
    (code) => json(`{${code.trimEnd().replace(/,$/, "")}}`),
  ],
  yaml: [
    async (code) => {
      for (const { errors } of parseAllDocuments(code)) if (errors[0]) throw errors[0];
    },
  ],
};

test("every block of code on a page can be read in the language it is said to be in", async () => {
  const read = blocks.filter(({ page, language }) => Object.hasOwn(READERS, language) && !ELSEWHERE.includes(page));
  const faults = await Promise.all(
    read.map(async ({ page, language, code }) => {
      const asked = (READERS[language] ?? []).map((reader) => reader(code));
      const isRead = (await Promise.allSettled(asked)).some(({ status }) => status === "fulfilled");
      return isRead ? [] : [`${page}: ${language}: ${code.slice(0, 80)}`];
    }),
  );
  expect(faults.flat()).toEqual([]);
  expect(read.length).toBeGreaterThan(60);
});

test("what cannot be read is not read", async () => {
  const broken = { ts: "const a: = 1;", js: "f(", json: '{ "a": }', yaml: "a: { b: 1" };
  for (const [language, code] of Object.entries(broken)) {
    for (const reader of READERS[language] ?? []) await expect(reader(code)).rejects.toBeInstanceOf(Error);
  }
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { CODES } from "../../claims/codes.ts";
import type { Finding } from "../../claims/finding.ts";
import { spliced } from "../../cli/code-examples/spliced.ts";
import { uncovered } from "../../cli/code-examples/uncovered.ts";
import { codePage } from "../../cli/code-page.ts";

const page = readFileSync("docs/reference/check-codes.md", "utf8");
const [soundMap = ""] = fencesOf("yaml", sectionOf("## The sound map"));

/** The codes that `check` itself reports; CS9xx is about tests. */
const codes = Object.keys(CODES).filter((code) => !code.startsWith("CS9"));

function sectionOf(heading: string): string {
  const [, section = ""] = page.split(`\n${heading}\n`);
  return section.split(/^#{2,3} /m)[0] ?? "";
}

function fencesOf(language: string, section: string): readonly string[] {
  return section
    .split(`\`\`\`${language}\n`)
    .flatMap((each, index) => (index === 0 ? [] : (each.split("```")[0] ?? "")));
}

/** The codes a sentence of the section names as links. */
function linked(section: string, sentence: RegExp): readonly string[] {
  return [...(sentence.exec(section)?.[0] ?? "").matchAll(/\[(CS\d{3})\]/g)].map(([, code = ""]) => code);
}

function codesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code))].toSorted();
}

test("the page on check codes is as `node tools/write-pages.mjs` writes it", async () => {
  const [, generated = ""] = page.split(/<!-- generated[^\n]*-->\n/);
  expect(generated.trim()).toBe(await codePage());
});

test("every code has a section under a heading that links can rely on, with its level, reason and remedy", () => {
  expect([...page.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)).toEqual(Object.keys(CODES));
  for (const [code, { level, title, why, remedy }] of Object.entries(CODES)) {
    const said = `**${level.replace(/^./, (first) => first.toUpperCase())}: ${title}.** ${why} ${remedy}`;
    expect(sectionOf(`### ${code}`).trim().split("\n\n")[0]).toBe(said);
  }
});

test("the map that all examples change is sound, under --strict too", () => {
  expect(checkClaimMap(soundMap, { strict: true })).toMatchObject({ ok: true, findings: [] });
});

describe("on the page on check codes", () => {
  test.for(codes)(
    "the mistake of %s gives that code and no other but those named, and mended it gives none",
    (code) => {
      const section = sectionOf(`### ${code}`);
      const [broken = "", mended = "", ...more] = fencesOf("yaml", section);
      expect(more).toEqual([]);
      const mistake = checkClaimMap(spliced(soundMap, broken)).findings;
      expect(codesOf(mistake)).toEqual([code, ...linked(section, /^This mistake is .*$/m)].toSorted());
      const { ok, findings } = checkClaimMap(spliced(soundMap, mended));
      expect([ok, findings.filter(({ level }) => level !== "info")]).toEqual([true, []]);
      expect(codesOf(findings)).toEqual(linked(section, /^Mended.*$/m));
      expect(codesOf(findings)).not.toContain(code);
    },
  );
});

describe("on the page on check codes, of tests", () => {
  const [map = "", tests = ""] = fencesOf("yaml", sectionOf("## CS9xx: tests"));

  test("those at its head cover all of the map beside them", async () => {
    expect(await uncovered(map, tests)).toEqual([]);
  });

  const tested = Object.keys(CODES).filter((code) => code.startsWith("CS9"));
  test.for(tested)("the case of %s is one of them, and without it there is that code and no other", async (code) => {
    const [line = ""] = fencesOf("yaml", sectionOf(`### ${code}`));
    const without = tests.split("\n").filter((each) => each.trim() !== line.trim());
    expect(without).toHaveLength(tests.split("\n").length - 1);
    expect(codesOf(await uncovered(map, without.join("\n")))).toEqual([code]);
  });
});

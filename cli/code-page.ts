import { checkClaimMap } from "../claims/check.ts";
import { CODES } from "../claims/codes.ts";
import type { Finding } from "../claims/finding.ts";
import { EXAMPLES } from "./code-examples/all-examples.ts";
import type { CodeExample } from "./code-examples/code-example.ts";
import { COVERED_MAP, COVERING_TESTS, caseLine, MISSED_CASES } from "./code-examples/covering-tests.ts";
import { SOUND_MAP } from "./code-examples/sound-map.ts";
import { spliced } from "./code-examples/spliced.ts";
import { uncovered } from "./code-examples/uncovered.ts";
import { findingBlocks } from "./formats/text.ts";

const FAMILIES: readonly (readonly [prefix: string, title: string])[] = [
  ["CS1", "CS1xx: text and shape"],
  ["CS2", "CS2xx: names"],
  ["CS3", "CS3xx: expressions and types"],
  ["CS4", "CS4xx: privacy"],
  ["CS5", "CS5xx: trust"],
  ["CS6", "CS6xx: size"],
  ["CS7", "CS7xx: profiles and scopes"],
  ["CS8", "CS8xx: sources"],
  ["CS9", "CS9xx: tests"],
];

/**
 * The reference page's part that is made from the catalogue and its examples: the map they all change, and a section
 * for each code with a mistake, what `claimseal check` prints of it, and the same mended.
 */
export async function codePage(): Promise<string> {
  const families: string[] = [];
  for (const [prefix, title] of FAMILIES) {
    const names = Object.keys(CODES).filter((code) => code.startsWith(prefix));
    const list = names.map((code) => `- ${codes([code])} ${CODES[code]?.title ?? ""}`).join("\n");
    families.push(`## ${title}`, list, ...(prefix === "CS9" ? COVERED : []));
    for (const code of names) families.push(await section(code));
  }
  return ["## The sound map", fenced("yaml", SOUND_MAP.trimEnd()), ...families].join("\n\n");
}

async function section(code: string): Promise<string> {
  const { level, title, why, remedy } = CODES[code] as (typeof CODES)[string];
  const example = EXAMPLES[code];
  const missed = MISSED_CASES[code];
  const said = `**${level.charAt(0).toUpperCase()}${level.slice(1)}: ${title}.** ${why} ${remedy}`;
  return [
    `### ${code}`,
    said,
    ...(example ? exampleParts(code, example) : []),
    ...(missed ? await missedParts(missed) : []),
  ].join("\n\n");
}

async function missedParts(name: string): Promise<readonly string[]> {
  const line = caseLine(name);
  const findings = await uncovered(COVERED_MAP, COVERING_TESTS.replace(`${line}\n`, ""));
  const blocks = findingBlocks({ path: "clinic.claims.yaml", text: COVERED_MAP, findings }, false);
  return ["Without this case", fenced("yaml", line.trim()), "the coverage says", fenced("text", blocks.join("\n\n"))];
}

const COVERED: readonly string[] = [
  "Only `claimseal test --coverage` reports these. The examples are about this map,",
  fenced("yaml", COVERED_MAP.trimEnd()),
  "and these tests, which cover all of it:",
  fenced("yaml", COVERING_TESTS.trimEnd()),
];

function exampleParts(code: string, { broken, mended, also = [] }: CodeExample): readonly string[] {
  const text = spliced(SOUND_MAP, broken);
  const { findings } = checkClaimMap(text);
  const left = checkClaimMap(spliced(SOUND_MAP, mended)).findings;
  const blocks = findingBlocks({ path: "map.claims.yaml", text, findings }, false);
  return [
    fenced("yaml", broken),
    fenced("text", blocks.filter((_, index) => findings[index]?.code === code).join("\n\n")),
    ...(also.length > 0 ? [`This mistake is reported as ${codes(also)} too.`] : []),
    `Mended${left.length > 0 ? ` (${codes(codesOf(left))} remains)` : ""}:`,
    fenced("yaml", mended),
  ];
}

function codesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code))];
}

function codes(names: readonly string[]): string {
  return names.map((name) => `[${name}](#${name.toLowerCase()})`).join(" and ");
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

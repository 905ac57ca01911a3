import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CheckedFile, checkFile } from "../../../cli/claim-map-file.ts";
import { githubReport } from "../../../cli/formats/github.ts";
import { junitReport } from "../../../cli/formats/junit.ts";
import { sarifReport } from "../../../cli/formats/sarif.ts";
import { textReport } from "../../../cli/formats/text.ts";
import { visibleJson } from "../../../cli/formats/visible.ts";
import { readXml } from "./strict-xml.ts";

const clinic = readFileSync("mappings/clinic-eu.claims.yaml", "utf8");

/** What breaks a terminal, a log, a workflow, an XML file or a page. */
const PAYLOADS = [
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u009b31m",
  "\u0000",
  "\u007f",
  "\r",
  "\r\n::error::x",
  "\n::stop-commands::x\n",
  "::add-mask::x",
  "%0A::error::x",
  "##[error]x",
  "]]>",
  "<![CDATA[",
  "<!--",
  "&amp;&#0;",
  '"><script>',
  "\ud800",
  "\udc00",
  "\ufffe",
  "\u2028::error::x",
  "\u202e",
  "\u200b",
  "\u{e0041}",
  "{0}",
  "[a](http://x.example)",
  "\t",
  "名",
  "é".repeat(300),
];

const payload = fc.constantFrom(...PAYLOADS);
/** As YAML's escapes say it: so even what no YAML file may hold gets into names and values. */
const escaped = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;
const written = fc.oneof(payload, payload.map(escaped));
/** A sound map with something foreign in it. */
const wounded = fc
  .array(fc.tuple(fc.nat(clinic.length), written), { minLength: 1, maxLength: 4 })
  .map((wounds) => wounds.reduce((text, [at, put]) => text.slice(0, at) + put + text.slice(at), clinic));
const renamed = fc
  .tuple(fc.constantFrom("profession", "licence_no", "care-api", "clinician", "staff.suspended", "informs"), payload)
  .map(([name, put]) => clinic.replaceAll(new RegExp(`\\b${name}\\b`, "g"), () => escaped(`${name}${put}`)));
const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), wounded, renamed);
const anyPath = fc.oneof(
  fc.constant("m.claims.yaml"),
  payload.map((put) => `maps/${put}.yaml`),
  payload,
);

async function checked(path: string, text: string): Promise<CheckedFile> {
  const unused = (): never => expect.unreachable("only the map is read");
  return checkFile(path, false, {
    print: unused,
    say: unused,
    readFile: async () => text,
    readInput: unused,
    readBytes: unused,
    readFrom: unused,
    progress: null,
    writeFile: unused,
    writePrivate: unused,
    appendFile: unused,
    hold: unused,
    environment: {},
    colour: false,
    stopped: Promise.resolve(),
  });
}

/** Characters that a terminal or a log would obey. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test("whatever a map holds, no format of its findings can be broken by it", async () => {
  let findings = 0;
  await fc.assert(
    fc.asyncProperty(anyPath, anyText, async (path, text) => {
      const file = await checked(path, text);
      findings += file.findings.length;

      const plain = textReport(file, false);
      expect(plain).not.toMatch(OBEYED);
      expect(plain.split("\n").filter((line) => line.trim().startsWith("::"))).toEqual([]);
      expect(stripVTControlCharacters(textReport(file, true))).toBe(plain);

      const github = githubReport(file);
      expect(github).not.toMatch(OBEYED);
      const commands = github.split("\n");
      expect(commands).toHaveLength(file.findings.length + 1);
      expect(commands.pop()).toMatch(/^claimseal check /);
      for (const command of commands) {
        expect(command).toMatch(/^::(error|warning|notice) file=[^:,]*,line=\d+,col=\d+,title=claimseal CS\d{3}::./u);
      }

      const sarif = sarifReport([file], "1.2.3");
      expect(sarif).not.toMatch(OBEYED);
      const { runs } = JSON.parse(sarif) as { runs: { results: { message: { text: string } }[] }[] };
      const messages = runs.flatMap(({ results }) => results.map(({ message }) => message.text));
      expect(messages).toHaveLength(file.findings.length);
      expect(
        messages.filter((message) => /\]\(/.test(message) || /[{}]/.test(message.replaceAll(/\{\{|\}\}/g, ""))),
      ).toEqual([]);

      const junit = readXml(junitReport([file]));
      expect(junit.attributes["tests"]).toBe(String(Math.max(1, file.findings.length)));

      const json = visibleJson(file.findings);
      expect(json).not.toMatch(OBEYED);
      expect(JSON.parse(json)).toEqual(file.findings);
    }),
    { numRuns: 150 },
  );
  expect(findings).toBeGreaterThan(150);
});

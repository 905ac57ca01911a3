import { CODES } from "../claims/codes.ts";
import { type CheckedFile, checkFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { explainCode } from "./explain-code.ts";
import { exitCode } from "./findings.ts";
import { githubReport } from "./formats/github.ts";
import { junitReport } from "./formats/junit.ts";
import { sarifReport } from "./formats/sarif.ts";
import { textReport } from "./formats/text.ts";
import { visibleJson } from "./formats/visible.ts";
import { CliError, EXIT } from "./io.ts";
import { testsOf } from "./next.ts";

type Format = (files: readonly CheckedFile[], about: { readonly colour: boolean; readonly version: string }) => string;

const FORMATS: Readonly<Record<string, Format>> = {
  text: (files, { colour }) => files.map((file) => textReport(file, colour)).join("\n\n"),
  json: ([file]) => visibleJson({ ok: file?.ok, findings: file?.findings }),
  github: (files) => files.map(githubReport).join("\n"),
  sarif: (files, { version }) => sarifReport(files, version),
  junit: (files) => junitReport(files),
};

/** `claimseal check MAP...`: every problem of claim maps at once. The exit code is that of the worst map. */
export const check: Command = {
  name: "check",
  description: "Checks claim maps: shape, names, types, privacy, trust, size",
  args: {
    map: {
      type: "positional",
      required: false,
      description: "claim maps, NAME.claims.yaml or NAME.claims.json; - is standard input",
    },
    format: {
      type: "enum",
      options: Object.keys(FORMATS),
      default: "text",
      description: "how findings are printed; json takes one map",
    },
    strict: { type: "boolean", description: "warnings are errors" },
    explain: { type: "string", valueHint: "CODE", description: "says what a code means, in place of a check" },
  },
  repeatable: ["map"],
  offers: { explain: Object.keys(CODES) },
  examples: [
    ["claimseal check mappings/clinic-eu.claims.yaml", "every problem, its place, and what to write instead"],
    ["claimseal check mappings/*.claims.yaml --strict", "several maps; warnings count as errors: for CI"],
    ["claimseal check map.claims.yaml --format sarif", "for code scanning; github and junit are for CI too"],
    ["claimseal check --explain CS401", "what a code means, why, and what to do"],
  ],
  run: async (given, io, { version }) => {
    const code = given.text("explain");
    const paths = given.each("map");
    if (code !== undefined) {
      if (paths.length > 0) throw new CliError(EXIT.usage, "--explain takes no MAP");
      io.print(explainCode(code));
      return EXIT.ok;
    }
    if (paths.length === 0) throw new CliError(EXIT.usage, "MAP is missing");
    const format = given.text("format") ?? "text";
    if (format === "json" && paths.length > 1) {
      throw new CliError(EXIT.usage, "--format json takes one MAP; sarif and junit take several");
    }
    const files: CheckedFile[] = [];
    for (const path of new Set(paths)) files.push(await checkFile(path, given.flag("strict"), io));
    io.print((FORMATS[format] as Format)(files, { colour: io.colour, version }));
    return Math.max(...files.map(({ findings }) => exitCode(findings)));
  },
  // With findings, the report says how to go on.
  next: (given, exit) => {
    if (exit !== EXIT.ok || given.text("format") !== "text" || given.text("explain") !== undefined) return null;
    const [map = "-", ...others] = given.each("map");
    const tests = map === "-" || others.length > 0 ? [] : [testsOf(map)];
    return ["claimseal", "test", ...tests, "--coverage"];
  },
};

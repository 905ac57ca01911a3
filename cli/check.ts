import { checkClaimMap } from "../claims/check.ts";
import type { Finding } from "../claims/finding.ts";
import { envelopeSize } from "../crypto/envelope-size.ts";
import type { Command } from "./command.ts";
import { readText } from "./files.ts";
import { EXIT } from "./io.ts";

/** `claimseal check MAP`: every problem of a claim map at once. */
export const check: Command = {
  name: "check",
  description: "Checks a claim map: shape, names, types, privacy, trust, size",
  args: {
    map: { type: "positional", description: "the claim map, NAME.claims.yaml or NAME.claims.json" },
    format: { type: "enum", options: ["text", "json"], default: "text", description: "how findings are printed" },
    strict: { type: "boolean", description: "warnings are errors" },
  },
  examples: [
    ["claimseal check mappings/clinic-eu.claims.yaml", "every problem with its place and what to write instead"],
    ["claimseal check map.claims.yaml --strict", "warnings count as errors: for CI"],
    ["claimseal check map.claims.yaml --format json", "findings as JSON on standard output"],
  ],
  run: async (given, io) => {
    const path = given.text("map") ?? "";
    const text = await readText(path, io);
    const { ok, findings } = checkClaimMap(text, {
      format: path.endsWith(".json") ? "json" : "yaml",
      strict: given.flag("strict"),
      envelopeBytes: (plaintext) => envelopeSize(plaintext, null),
    });
    if (given.text("format") === "json") io.print(JSON.stringify({ ok, findings }, null, 2));
    else io.print(report(path, findings));
    return exitCode(findings);
  },
};

/** 0 without an error, 5 where one would leak or escalate, 1 for every other. */
export function exitCode(findings: readonly Finding[]): number {
  const errors = findings.filter(({ level }) => level === "error");
  if (errors.some(({ code }) => /^CS[45]/.test(code))) return EXIT.unsafe;
  return errors.length > 0 ? EXIT.findings : EXIT.ok;
}

/** Findings for people: place, level, code, what is wrong, what to write instead; then a line that counts. */
export function report(path: string, findings: readonly Finding[]): string {
  const blocks = findings.map(({ line, column, level, code, message, fix }) =>
    [`${path}:${line}:${column}`, `  ${level} ${code}  ${indented(message)}`, `  fix: ${indented(fix)}`].join("\n"),
  );
  const count = (level: Finding["level"], plural: string): string => {
    const n = findings.filter((finding) => finding.level === level).length;
    return n === 0 ? "" : `${n} ${n === 1 ? level : plural}`;
  };
  const counts = [count("error", "errors"), count("warning", "warnings"), count("info", "infos")].filter(Boolean);
  return [...blocks, `${path}: ${counts.length === 0 ? "no findings" : counts.join(", ")}`].join("\n\n");
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n    ");
}

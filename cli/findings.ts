import type { Finding } from "../claims/finding.ts";
import { EXIT } from "./io.ts";

/** 0 without an error, 5 where one would leak or escalate (CS4xx, CS5xx), 1 for every other. */
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

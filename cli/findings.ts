import type { Finding } from "../claims/finding.ts";
import { visiblePath } from "./formats/visible.ts";
import { EXIT } from "./io.ts";

/** A map's text and what `check` found in it: what every format of findings is made from. */
export type CheckedText = {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
};

/** 0 without an error, 5 where one would leak or escalate (CS4xx, CS5xx), 1 for every other. */
export function exitCode(findings: readonly Finding[]): number {
  const errors = findings.filter(({ level }) => level === "error");
  if (errors.some(({ code }) => /^CS[45]/.test(code))) return EXIT.unsafe;
  return errors.length > 0 ? EXIT.findings : EXIT.ok;
}

/** `map.claims.yaml: 2 errors, 1 warning` */
export function counts(path: string, findings: readonly Finding[]): string {
  const count = (level: Finding["level"], plural: string): string => {
    const n = findings.filter((finding) => finding.level === level).length;
    return n === 0 ? "" : `${n} ${n === 1 ? level : plural}`;
  };
  const told = [count("error", "errors"), count("warning", "warnings"), count("info", "infos")].filter(Boolean);
  return `${visiblePath(path)}: ${told.length === 0 ? "no findings" : told.join(", ")}`;
}

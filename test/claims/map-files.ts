import { readFileSync } from "node:fs";
import type { ReadMap } from "../../claims/claim-map.ts";
import type { Finding } from "../../claims/finding.ts";
import { readClaimMap } from "../../claims/shape/read-map.ts";

const read = (name: string): string => readFileSync(new URL(`maps/${name}.claims.yaml`, import.meta.url), "utf8");

/** The smallest map there is. */
export const MINIMAL: string = read("minimal");
/** A map with what most maps have, and every kind of value in it. */
export const COMPLETE: string = read("complete");
/** A map with every key of the language that `COMPLETE` has not. */
export const WHOLE: string = read("whole");

/** A text with one part of it replaced; fails where the part is not there, so that no test checks nothing. */
export function edited(text: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the map has no ${JSON.stringify(from)}`);
    return before.replace(from, () => to);
  }, text);
}

/** A finding on two lines, as a person reads it. */
export function shown(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ line, column, code, message, fix }) => `${line}:${column} ${code} ${message}\n${fix}`);
}

/** A map that reads without a finding. */
export function wellFormed(text: string): ReadMap {
  const { read: map, findings } = readClaimMap(text);
  if (map === null || findings.length > 0) throw new Error(`not well-formed:\n${shown(findings).join("\n")}`);
  return map;
}

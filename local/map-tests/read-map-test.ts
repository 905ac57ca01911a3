import type { MapPath, Position } from "../../claims/claim-map.ts";
import { finding } from "../../claims/codes.ts";
import type { Finding } from "../../claims/finding.ts";
import { type MapTest, mapTestShape } from "../../claims/shape/map-test-shape.ts";
import { top } from "../../claims/shape/place.ts";
import { lookUp } from "../../claims/shape/read-map.ts";
import { leftOut, type WalkFindings } from "../../claims/shape/walk-findings.ts";
import { walk } from "../../claims/shape/walk-shape.ts";
import { madeOf } from "../../claims/shape/wording.ts";
import { pathAround } from "../../claims/text/source-node.ts";
import { currentOffset, originalOffset, positionOf } from "../../claims/text/source-text.ts";
import { readSource } from "../../claims/text/yaml-source.ts";
import { writtenTestProblems } from "./written-test-rules.ts";

/** A file of map tests as read, and where everything in it stands. */
export type ReadMapTest = {
  readonly test: MapTest;
  /** The place of a part; of what is around it, if there is no such part. */
  readonly at: (path: MapPath) => Position;
};

/**
 * Reads a file of map tests and reports everything wrong with its text and shape (CS1xx), each with line and column.
 * `read` is null wherever something was reported: a test that was read by half would pass by half. Never throws.
 */
export function readMapTest(
  text: string,
  format: "yaml" | "json" = "yaml",
): { readonly read: ReadMapTest | null; readonly findings: readonly Finding[] } {
  const { root, problems, source } = readSource(text, format);
  const position = positionOf(text);
  const ofText = problems.map(({ code, offset, message, fix }) => {
    const path = root === null ? [] : pathAround(root, currentOffset(source, offset));
    return finding(code, path, position(offset), message, fix);
  });
  if (root?.kind !== "map") {
    const what = root === null || root.kind === "null" || root.kind === "broken" ? "nothing" : madeOf(root);
    const message = `a file of map tests is a map of keys, not ${what}`;
    const nothing = finding("CS101", [], { line: 1, column: 1 }, message, "Begin with `version: 1`.");
    return { read: null, findings: ofText.length > 0 ? ofText : [nothing] };
  }
  const found: WalkFindings = {
    text: source.text,
    format,
    names: new Set(),
    problems: [],
    broken: new Set(),
    kept: [],
  };
  const written = walk({ kind: "record", record: mapTestShape }, root, { ...top, owner: "the test" }, found);
  const ofShape = found.problems.map(({ code, path, offset, message, fix }) =>
    finding(code, path, position(originalOffset(source, offset)), message, fix),
  );
  if (written === leftOut || ofText.length + ofShape.length > 0)
    return { read: null, findings: [...ofText, ...ofShape] };

  const test = written as MapTest;
  const look = lookUp(root, found);
  const at = (path: MapPath): Position => position(originalOffset(source, look.start(path)));
  const ofRules = writtenTestProblems(test).map(({ code, path, message, fix }) =>
    finding(code, path, at(path), message, fix),
  );
  return { read: ofRules.length > 0 ? null : { test, at }, findings: ofRules };
}

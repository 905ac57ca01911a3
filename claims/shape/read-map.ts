import type { ClaimMap, MapPath, Position, ReadMap, Unmatched } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { ROOTS } from "../language/language.ts";
import { scalarOffset } from "../text/scalar-offset.ts";
import { pathAround, type SourceEntry, type SourceNode } from "../text/source-node.ts";
import { currentOffset, originalOffset, positionOf } from "../text/source-text.ts";
import { readSource } from "../text/yaml-source.ts";
import { claimMapShape } from "./claim-map-shape.ts";
import { top } from "./place.ts";
import { leftOut, type PlacedProblem, pathKey, type WalkFindings } from "./walk-findings.ts";
import { walk } from "./walk-shape.ts";
import { madeOf } from "./wording.ts";
import { writtenProblems } from "./written-rules.ts";

/** A map as the shape describes it, before what this reader rewrites or works out. */
type Written = Omit<ClaimMap, "unmatched" | "limits"> & {
  readonly unmatched:
    | "deny"
    | "bare"
    | { readonly untouched: { readonly reason: string; readonly approvedBy: string } };
  readonly limits: Omit<ClaimMap["limits"], "username"> & { readonly username?: number };
};

/**
 * Reads a claim map and reports everything wrong with its text and its shape, each with line and column (CS1xx). What
 * could not be used is left out of `read.map`; `read` is null only when there is no map at all. Never throws.
 *
 * @example
 * const { read, findings } = readClaimMap(await readFile("clinic-eu.claims.yaml", "utf8"));
 */
export function readClaimMap(
  text: string,
  format: "yaml" | "json" = "yaml",
): { readonly read: ReadMap | null; readonly findings: readonly Finding[] } {
  const { root, problems, source } = readSource(text, format);
  const position = positionOf(text);
  const place = (offset: number): Position => position(originalOffset(source, offset));
  const ofText = problems.map(({ code, offset, message, fix }) => {
    const path = root === null ? [] : pathAround(root, currentOffset(source, offset));
    return finding(code, path, position(offset), message, fix);
  });
  if (root?.kind !== "map") {
    const nothing = finding("CS101", [], { line: 1, column: 1 }, ...wordsForNothing(root));
    return { read: null, findings: ofText.length > 0 ? ofText : [nothing] };
  }

  const found: WalkFindings = {
    text: source.text,
    format,
    names: rootNames(root),
    problems: [],
    broken: new Set(),
    kept: [],
  };
  const written = walk({ kind: "record", record: claimMapShape }, root, top, found);
  // Every mandatory part of the top has something to stand in for it, so the top itself is never left out.
  if (written === leftOut) return { read: null, findings: ofText };
  const map = finish(written as Written);
  const look = lookUp(root, found);
  const read: ReadMap = {
    map,
    at: (path) => place(look.start(path)),
    within: (path, offset) => {
      const node = look.node(path);
      return node?.kind === "text" ? place(scalarOffset(source.text, node, offset)) : place(look.start(path));
    },
    broken: look.isBroken,
  };
  const ofRules = writtenProblems(read).map(({ code, path, message, fix }) => {
    if (code === "CS104") found.broken.add(pathKey(path));
    return finding(code, path, read.at(path), message, fix);
  });
  const ofShape = found.problems.map((one: PlacedProblem) =>
    finding(one.code, one.path, place(one.offset), one.message, one.fix),
  );
  return { read, findings: inOrder([...ofText, ...ofShape, ...ofRules]) };
}

/** Findings in the order of the file. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => one.line - other.line || one.column - other.column);
}

function wordsForNothing(root: SourceNode | null): readonly [message: string, fix: string] {
  const fix = "Begin with `version: 1`.";
  return root === null || root.kind === "null" || root.kind === "broken"
    ? ["the file holds no claim map", fix]
    : [`a claim map is a map of keys, not ${madeOf(root)}`, fix];
}

/** What an expression can start with, and `native`, which stands for one. */
function rootNames(root: SourceNode): ReadonlySet<string> {
  const sources = child(root, "sources");
  const names = sources?.value.kind === "map" ? sources.value.entries.map(({ key }) => key) : [];
  return new Set([...ROOTS, "true", "false", "null", "native", ...names]);
}

function finish({ unmatched, limits, ...rest }: Written): ClaimMap {
  // A UUID under `opaque`; otherwise as long as Cognito lets a username be (API reference, `UsernameType`).
  const username = limits.username ?? (rest.pool.usernames === "opaque" ? 36 : 128);
  const kind: Unmatched =
    typeof unmatched === "string" ? { kind: unmatched } : { kind: "untouched", ...unmatched.untouched };
  return { ...rest, unmatched: kind, limits: { ...limits, username } };
}

/** Look-ups by the steps of the map as read, whose lists may have lost items. */
export function lookUp(
  root: SourceNode,
  { broken, kept }: WalkFindings,
): {
  readonly node: (path: MapPath) => SourceNode | undefined;
  readonly start: (path: MapPath) => number;
  readonly isBroken: (path: MapPath) => boolean;
} {
  const indices = new Map(kept.map((list) => [pathKey(list.path), list.indices]));

  const inFile = (path: MapPath): MapPath => {
    const steps: string[] = [];
    for (const step of path) {
      const index = indices.get(pathKey(steps))?.[Number(step)];
      steps.push(index === undefined ? step : String(index));
    }
    return steps;
  };
  const along = (path: MapPath): { readonly node: SourceNode | undefined; readonly start: number } => {
    let node: SourceNode | undefined = root;
    let start = 0;
    for (const step of inFile(path)) {
      const next: Pick<SourceEntry, "start" | "value"> | undefined = node && child(node, step);
      start = next?.start ?? start;
      node = next?.value;
    }
    return { node, start };
  };
  return {
    node: (path) => along(path).node,
    start: (path) => along(path).start,
    isBroken: (path) => {
      const steps = inFile(path);
      return steps.some((_, index) => broken.has(pathKey(steps.slice(0, index + 1))));
    },
  };
}

function child(node: SourceNode, step: string): Pick<SourceEntry, "start" | "value"> | undefined {
  if (node.kind === "map") return node.entries.find(({ key }) => key === step);
  const item = node.kind === "list" && /^\d+$/.test(step) ? node.items[Number(step)] : undefined;
  return item && { start: item.start, value: item };
}

import type { MapPath } from "../../claims/claim-map.ts";
import { jsonFault } from "../../claims/text/json-source.ts";
import { positionOf } from "../../claims/text/source-text.ts";
import { readSource } from "../../claims/text/yaml-source.ts";
import type { Diagnostic, Location, Span, TextName } from "./messages.ts";
import { spanAlong, wordAt } from "./places.ts";

/** One of the page's JSON texts, read. */
export type JsonText = {
  /** Undefined where it is no JSON. */
  readonly value: unknown;
  readonly at: (path: MapPath) => Location;
  readonly diagnostics: readonly Diagnostic[];
};

/** Reads a text of the page as JSON, with the place of everything in it. Never throws. */
export function readJsonText(name: Exclude<TextName, "map">, text: string): JsonText {
  // Places are asked for seldom enough, and found at some cost.
  let spans: ((path: MapPath) => Span) | undefined;
  const at = (path: MapPath): Location => {
    spans ??= spanAlong(text, readSource(text, "json").root);
    return { text: name, ...spans(path) };
  };
  const wrong = (offset: number, message: string, remedy: string): JsonText => {
    const span = wordAt(text, positionOf(text)(offset));
    return { value: undefined, at, diagnostics: [problem(name, span, message, remedy)] };
  };
  const deep = tooDeep(text);
  if (deep !== undefined) return wrong(deep, `this is nested more than ${DEEPEST} levels deep`, "Flatten it.");
  try {
    return { value: JSON.parse(text.replace(/^\ufeff/, "")), at, diagnostics: [] };
  } catch {
    const { offset, message, fix } = jsonFault(text);
    return wrong(offset, message, fix);
  }
}

/** Whoever goes through a value calls himself for each level of it; DynamoDB itself takes 32. */
const DEEPEST = 40;

/** A text that never ends goes to the end: what is in it is gone through once. */
const BRACKET_OR_TEXT = /"(?:[^"\\]|\\.)*(?:"|\\?$)|[[\]{}]/gs;

/** Where a text goes too deep, whether or not it is JSON. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(BRACKET_OR_TEXT)) {
    if (found === "[" || found === "{") depth += 1;
    if (found === "]" || found === "}") depth -= 1;
    if (depth > DEEPEST) return index;
  }
  return undefined;
}

/** Something wrong with event, rows or setting. */
export function problem(
  text: TextName,
  { from, to }: Span,
  message: string,
  remedy: string,
  severity: Diagnostic["severity"] = "error",
): Diagnostic {
  return { text, from, to, code: "PLAYGROUND", severity, message, remedy, flow: [] };
}

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
  try {
    return { value: JSON.parse(text.replace(/^\ufeff/, "")), at, diagnostics: [] };
  } catch {
    const { offset, message, fix } = jsonFault(text);
    const span = wordAt(text, positionOf(text)(offset));
    return { value: undefined, at, diagnostics: [problem(name, span, message, fix)] };
  }
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

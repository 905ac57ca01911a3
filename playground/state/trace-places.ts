import type { Location, Span, TextName, Trace } from "../../local/playground/messages.ts";

/** The places in one text that a claim's way touches; the claim itself comes first. */
export function placesOfTrace(trace: Trace | undefined, text: TextName): readonly Location[] {
  if (trace === undefined) return [];
  const { at, steps } = trace;
  const attributes = steps.filter(({ kind }) => kind === "attribute");
  // Of a row the attribute is what one looks for.
  const places = [at, ...[...attributes, ...steps].flatMap(({ inData, inMap }) => [inData, inMap])];
  const seen = new Set<string>();
  return places.filter((place): place is Location => {
    if (place === null || place.text !== text) return false;
    const key = `${place.from.line}:${place.from.column}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Lines (from 1) of a place. */
export function linesOf({ from, to }: Span): readonly number[] {
  // A place that ends where a line begins does not touch that line.
  const last = to.column === 1 && to.line > from.line ? to.line - 1 : to.line;
  return Array.from({ length: last - from.line + 1 }, (_, index) => from.line + index);
}

/** The text that holds the value a claim ends up with: the row of an attribute, or what Cognito sent. */
export function placeOfTrace({ steps }: Trace): TextName | undefined {
  const within = (kind: string): TextName | undefined =>
    steps.find((step) => step.kind === kind && step.inData !== null)?.inData?.text;
  return within("attribute") ?? within("source") ?? within("event");
}

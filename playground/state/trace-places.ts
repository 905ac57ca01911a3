import type { Location, TextName, Trace } from "../../local/playground/messages.ts";

/** Lines (from 1) that a claim's way touches in one text; where it starts comes first. */
export function linesOfTrace(trace: Trace | undefined, text: TextName): readonly number[] {
  if (trace === undefined) return [];
  const places = [trace.at, ...trace.steps.flatMap(({ inMap, inData }) => [inData, inMap])];
  return [...new Set(places.flatMap((place) => linesOf(place, text)))];
}

function linesOf(place: Location | null, text: TextName): readonly number[] {
  if (place === null || place.text !== text) return [];
  const { from, to } = place;
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

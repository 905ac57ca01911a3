import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../local/playground/messages.ts";
import { diagnosticsOf, offsetOf } from "../../playground/editors/diagnostics.ts";

const doc = Text.of(["version: 1", "name: clinic", ""]);
const place = (line: number, column: number) => ({ line, column });
const finding = (from: Diagnostic["from"], to: Diagnostic["to"]): Diagnostic => ({
  text: "map",
  code: "CS103",
  severity: "error",
  message: "unknown key",
  remedy: "",
  flow: [],
  from,
  to,
});

test("a place is an offset, and one that the text no longer has is the nearest that it has", () => {
  const places = [place(1, 1), place(2, 7), place(2, 99), place(99, 1), place(0, 0)];
  expect(places.map((each) => offsetOf(doc, each))).toEqual([0, 17, 23, 24, 0]);
});

test("a finding spans what it is of; one without a length spans the character it stands at", () => {
  const spans = diagnosticsOf(doc, [
    finding(place(1, 1), place(1, 8)),
    finding(place(2, 1), place(2, 1)),
    finding(place(3, 1), place(3, 1)),
    finding(place(7, 1), place(8, 1)),
  ]).map(({ from, to, severity }) => [from, to, severity]);
  expect(spans).toEqual([
    [0, 7, "error"],
    [11, 12, "error"],
    [24, 24, "error"],
    [24, 24, "error"],
  ]);
});

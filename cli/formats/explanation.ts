import type { JsonValue } from "../../cognito/json.ts";
import type { ExplainedExpression, Explanation } from "../../local/explain.ts";
import type { ClaimOutcome } from "../../local/explain-outcome.ts";
import type { ExplainedRead } from "../../local/explain-reads.ts";
import { visible } from "./visible.ts";

const RESULTS: Readonly<Record<ClaimOutcome["result"], string>> = {
  clear: "in the clear",
  sealed: "sealed",
  "left out": "left out",
  refused: "no token",
};

/** An explanation for people. */
export function explanationReport(explanation: Explanation, reveal: boolean): string {
  const { claim, profile, class: how, trust, effect, reads, when, value, outcomes, refused } = explanation;
  const readers = Math.max(0, ...outcomes.map(({ reader }) => reader.length));
  const blocks = [
    [`${claim}, profile ${profile}: ${how}, trusted as ${trust}${effect === null ? "" : `, ${effect}`}`],
    ["depends on", ...(reads.length === 0 ? ["  nothing"] : readLines(reads))],
    [...(when ? expressionLines("when", when) : []), ...expressionLines("value", value)],
    outcomes.map(({ reader, result, because }) => `${reader.padEnd(readers)}  ${RESULTS[result]}: ${because}`),
    ...(refused ? [[`refused: ${refused.code}`, ...(refused.detail ? [`  because ${refused.detail}`] : [])]] : []),
    [reveal ? "values that are not open stay masked" : "values are masked; --reveal shows those that are open"],
  ];
  return visible(blocks.map((lines) => lines.join("\n")).join("\n\n"));
}

/** A line of what it is, and one of where it comes from. */
function readLines(reads: readonly ExplainedRead[]): readonly string[] {
  const width = Math.max(...reads.map(({ reference }) => reference.length));
  return reads.flatMap((read) => {
    const { reference, state, shape, way, usedIn } = read;
    const said = [state, ...(shape === null ? [] : [shape])].join(", ");
    return [
      `  ${reference.padEnd(width)}  ${said}${shown(read.value)} (${read.class}, ${read.trust}; for ${usedIn.join(", ")})`,
      `  ${" ".repeat(width)}  ${way.join(" -> ")}`,
    ];
  });
}

function expressionLines(
  label: "when" | "value",
  { text, state, shape, value }: ExplainedExpression,
): readonly string[] {
  const came =
    state !== "known"
      ? `not known: ${state}`
      : label === "when"
        ? `came to ${JSON.stringify(value)}`
        : `came to: ${shape ?? ""}${shown(value)}`;
  return [`${label.padEnd(5)}  ${text}`, `       ${came}`];
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? "" : ` ${JSON.stringify(value)}`;
}

import { styleText } from "node:util";
import type { Difference } from "../../local/map-tests/differences.ts";
import type { CaseResult } from "../../local/map-tests/run-map-test.ts";
import { visible } from "./visible.ts";

/** What is shown of a case of any kind. */
type Shown = Pick<CaseResult, "name" | "place" | "differences">;

/** One case for people: a line, and what differs below it. */
export function caseText({ name, place, differences }: Shown, colour: boolean): string {
  const paint = (style: "green" | "red", text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  if (differences.length === 0) return `  ${paint("green", "✓")} ${visible(name)}`;
  return [`  ${paint("red", "✗")} ${visible(name)} (line ${place.line})`, ...differences.map(differenceText)].join(
    "\n",
  );
}

function differenceText({ at, expected, actual }: Difference): string {
  return visible([`      ${at}`, `        expected  ${expected}`, `        got       ${actual}`].join("\n"));
}

/** The line that counts; `unready` files were not run. */
export function totalText(results: readonly Shown[], unready: number): string {
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  const counts = [
    `${results.length - failed} passed`,
    ...(failed > 0 ? [`${failed} failed (values that no \`expect\` states are shown by kind and length)`] : []),
    ...(unready > 0 ? [`${unready} ${unready === 1 ? "file" : "files"} not run`] : []),
  ];
  return counts.join(", ");
}

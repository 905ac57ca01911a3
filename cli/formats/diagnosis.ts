import { styleText } from "node:util";
import type { Diagnosis } from "../../deploy/doctor/examine.ts";
import type { Finding, Unchecked } from "../../deploy/doctor/outcome.ts";
import { visible } from "./visible.ts";

const COLOURS = { error: "red", warning: "yellow", info: "cyan" } as const;

/** A diagnosis for people: findings, the worst first; what was not looked at and why; the verdict on a line of its own. */
export function diagnosisText({ verdict, findings, notChecked }: Diagnosis, colour: boolean): string {
  return [
    ...findings.map((finding) => findingLines(finding, colour)),
    ...(notChecked.length > 0 ? [["not checked", ...notChecked.map(uncheckedLines)].join("\n")] : []),
    `verdict: ${visible(verdict)}`,
  ].join("\n\n");
}

function findingLines({ level, code, place, reason, remedy }: Finding, colour: boolean): string {
  // Whether colour is wanted was decided where the terminal is known; the stream is not asked again.
  const painted = colour ? styleText(["bold", COLOURS[level]], level, { validateStream: false }) : level;
  return [`${painted} ${code}  ${oneLine(place.join("."))}`, `  ${oneLine(reason)}`, `  fix: ${oneLine(remedy)}`].join(
    "\n",
  );
}

function uncheckedLines({ codes, place, reason }: Unchecked): string {
  return `  ${oneLine(place.join("."))}: ${oneLine(reason)}\n    ${codes.join(" ")}`;
}

function oneLine(text: string): string {
  return visible(text).replaceAll("\n", " ");
}

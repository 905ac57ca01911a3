import { packagedExamples } from "../../../local/playground/example-files.ts";
import type { Run } from "../../../local/playground/messages.ts";

/** The examples, by name. */
export const EXAMPLES: ReadonlyMap<string, ReturnType<typeof packagedExamples>[number]> = new Map(
  packagedExamples().map((each) => [each.name, each]),
);

/** What the page would send for one situation of an example, changed. */
export function asked(example: string, situation: string, change: Partial<Run> = {}): Run {
  const { map, rows, setting, situations } = EXAMPLES.get(example) ?? fail(example);
  const one = situations.find(({ name }) => name === situation) ?? fail(situation);
  return {
    map,
    rows: one.rows ?? rows,
    setting: one.setting ?? setting,
    event: one.event,
    faults: one.faults,
    ...change,
  };
}

/** A text with one place changed, which has to be there. */
export function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`there is no ${from}`);
  return text.replace(from, () => to);
}

function fail(what: string): never {
  throw new Error(`there is no ${what}`);
}

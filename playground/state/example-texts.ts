import type { Faults, Start, Texts } from "../../local/playground/messages.ts";

/** The texts of one sign-in of an example, untouched. */
export function textsOf(start: Start, example: string, situation: number): (Texts & { faults: Faults }) | undefined {
  const found = start.examples.find(({ name }) => name === example);
  const chosen = found?.situations[situation];
  if (found === undefined || chosen === undefined) return undefined;
  return {
    map: found.map,
    event: chosen.event,
    rows: chosen.rows ?? found.rows,
    setting: chosen.setting ?? found.setting,
    faults: chosen.faults,
  };
}

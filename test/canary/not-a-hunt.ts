import { REFUSAL_TEXTS } from "../../triggers/refusal.ts";
import { FAULTS } from "./faults.ts";
import type { Hunted } from "./hunt.ts";

/** A plan that is not the deployed one is refused before there is a trigger; the others are of another trigger. */
const NOT_HERE: readonly string[] = ["PLAN_MISMATCH", "PROVIDER_NONE", "ATTRIBUTE_REQUIRED", "ATTRIBUTES_NONE"];

/** Every way an event can end. */
const OUTCOMES = [
  ...Object.keys(REFUSAL_TEXTS).filter((code) => !NOT_HERE.includes(code)),
  "MAP_HALT",
  "MAP_SUSPENDED",
  "issued",
  "untouched",
];

/**
 * What was missing for a hunt to say anything: most maps passed, most events gave tokens, most envelopes held something,
 * everything failed and every end was met. Nothing at all is printed at a sign-in, so nothing can be printed too late to
 * be scanned.
 */
export function notAHunt(hunted: Hunted, events: number): readonly string[] {
  const { maps, canaries, envelopes, values, outcomes, faults, printed } = hunted;
  const wanted: readonly (readonly [isThere: boolean, what: string])[] = [
    [hunted.events === events, `${events} events`],
    [printed === "", "silence"],
    [maps.passed > maps.refused * 3, "maps that pass"],
    [(outcomes.get("issued") ?? 0) > events / 2, "tokens"],
    [canaries > events * 10, "canaries"],
    [envelopes > events / 4, "envelopes"],
    [values > envelopes, "values in envelopes"],
    ...unlike("faults", [...faults.keys()], [...FAULTS, "none"]),
    ...unlike("ends", [...outcomes.keys()], OUTCOMES),
  ];
  return wanted.flatMap(([isThere, what]) => (isThere ? [] : [`not enough: ${what}`]));
}

function unlike(what: string, met: readonly string[], all: readonly string[]): (readonly [boolean, string])[] {
  const missing = all.filter((each) => !met.includes(each));
  const strange = met.filter((each) => !all.includes(each));
  return [
    [missing.length === 0, `${what}: ${missing.join(", ")}`],
    [strange.length === 0, `${what} that nobody knows: ${strange.join(", ")}`],
  ];
}

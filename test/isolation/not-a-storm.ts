import type { Stormed } from "./storm.ts";

type Wanted = readonly [isThere: boolean, what: string];

/** Of fewer sign-ins chance decides how many are whole and how many are not. */
const ENOUGH = 1_000;

/** What was missing for a run to say anything: everything at once, most of it whole, and a good deal gone wrong. */
export function notAStorm(stormed: Stormed, events: number): readonly string[] {
  const { underWay, besides, whole, envelopes, stale, issued, records } = stormed;
  const always: readonly Wanted[] = [
    [stormed.events === events && records === events, `${events} events, a record of each`],
    [underWay === Math.min(64, events), "64 sign-ins at once"],
  ];
  const ofMany: readonly Wanted[] = [
    [besides > events / 10, "people who sign in twice at once"],
    [whole > events / 2, "whole tokens"],
    [envelopes > events / 2, "envelopes"],
    [stale > events / 200, "rows that stand in for others"],
    [issued < events, "sign-ins that are refused"],
  ];
  return [...always, ...(events < ENOUGH ? [] : ofMany)].flatMap(([isThere, what]) =>
    isThere ? [] : [`not enough: ${what}`],
  );
}

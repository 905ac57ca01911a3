import type { Stormed } from "./storm.ts";

/** What was missing for a run to say anything: everything at once, most of it whole, and a good deal gone wrong. */
export function notAStorm(stormed: Stormed, events: number): readonly string[] {
  const { underWay, besides, whole, envelopes, stale, issued, records } = stormed;
  const wanted: readonly (readonly [isThere: boolean, what: string])[] = [
    [stormed.events === events && records === events, `${events} events, a record of each`],
    [underWay === Math.min(64, events), "64 sign-ins at once"],
    [besides > events / 10, "people who sign in twice at once"],
    [whole > events / 2, "whole tokens"],
    [envelopes > events / 2, "envelopes"],
    [stale > events / 200, "rows that stand in for others"],
    [issued < events, "sign-ins that are refused"],
  ];
  return wanted.flatMap(([isThere, what]) => (isThere ? [] : [`not enough: ${what}`]));
}

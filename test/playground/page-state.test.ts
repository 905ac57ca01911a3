import { expect, test } from "vitest";
import type { RunAnswer, Trace } from "../../local/playground/messages.ts";
import { nextTab } from "../../playground/shell/next-tab.ts";
import { FIRST_STATE, nextState, type PageAction, type PageState } from "../../playground/state/page-state.ts";
import { linesOf, placeOfTrace, placesOfTrace } from "../../playground/state/trace-places.ts";
import { startOf } from "./a-start.ts";

const after = (...actions: readonly PageAction[]): PageState =>
  actions.reduce(
    nextState,
    nextState(FIRST_STATE, { do: "start", start: startOf("clinic", "shop"), link: null, notice: "" }),
  );

const answer = (state: "issued" | "none", traces: readonly Trace[] = []): RunAnswer => ({
  diagnostics: [],
  outcome: state === "none" ? { state, because: "the map has errors" } : { state, unsafe: false },
  profile: null,
  event: null,
  idToken: null,
  accessToken: null,
  readers: [],
  thief: null,
  traces,
  removed: null,
  record: null,
  faults: [],
  references: [],
});

const at = (text: "map" | "rows" | "event", line: number, last = line) => ({
  text,
  from: { line, column: 1 },
  to: { line: last, column: 9 },
});

const step = { state: "present", text: "", class: "open", inMap: null, inData: null } as const;
const trace: Trace = {
  claim: "licence_no",
  class: "pii",
  effect: "informs",
  at: at("map", 40, 41),
  steps: [
    { ...step, kind: "event", name: "user.sub", inData: at("event", 3) },
    { ...step, kind: "attribute", name: "staff.licenceNo", inMap: at("map", 12), inData: at("rows", 7) },
    { ...step, kind: "value", name: "staff.licenceNo", inMap: at("map", 40) },
  ],
};

test("the page begins with the first sign-in of the first example", () => {
  expect(after()).toMatchObject({
    example: "clinic",
    situation: 0,
    texts: { map: "name: clinic", event: '{ "one": 1 }' },
  });
});

test("another sign-in brings its event, rows and faults, and leaves the map as it was edited", () => {
  const state = after({ do: "type", text: "map", to: "mine" }, { do: "take situation", index: 1 });
  expect(state.texts).toEqual({ map: "mine", event: '{ "two": 2 }', rows: '{ "table": [{}] }', setting: "{}" });
  expect([state.situation, state.faults]).toEqual([1, { staff: "unavailable" }]);
});

test("another example, or the same one again, takes everything that was edited back", () => {
  const edited = { do: "type", text: "map", to: "mine" } as const;
  expect(after(edited, { do: "take example", name: "shop" }).texts.map).toBe("name: shop");
  expect(after(edited, { do: "take example", name: "clinic" }).texts.map).toBe("name: clinic");
});

test("whoever edits the event is nobody of the example any more; whoever edits the map still is", () => {
  expect(after({ do: "type", text: "map", to: "mine" }).situation).toBe(0);
  expect(after({ do: "type", text: "event", to: "{}" }).situation).toBeNull();
});

test("a text that is typed as it is changes nothing, so nothing is asked", () => {
  const state = after();
  expect(nextState(state, { do: "type", text: "map", to: "name: clinic" })).toBe(state);
});

test("a machine takes a person's place for as long as nothing else happens to the event", () => {
  const sent = after().texts;
  const to = { map: "name: clinic", event: '{ "machine": 1 }' };
  const machine = { do: "turn", sent, to, toMachine: true } as const;
  const back = { do: "return to person" } as const;
  expect(after(machine)).toMatchObject({ situation: null, texts: { event: '{ "machine": 1 }' } });
  expect(after(machine, back)).toMatchObject({ situation: 0, person: null, texts: { event: '{ "one": 1 }' } });
  const typed = { do: "type", text: "event", to: "{}" } as const;
  expect(after(machine, typed, back).texts.event).toBe("{}");
  expect(after({ ...machine, toMachine: false }, back).texts.event).toBe('{ "machine": 1 }');
  expect(after({ do: "type", text: "map", to: "mine" }, machine).texts).toMatchObject({
    map: "mine",
    event: sent.event,
  });
});

test("faults are switched on and off part by part, and all at once", () => {
  const both = [
    { do: "fault", part: "staff", name: "stall" },
    { do: "fault", part: "seal.care-api", name: "late" },
  ] as const;
  expect(after(...both).faults).toEqual({ staff: "stall", "seal.care-api": "late" });
  expect(after(...both, { do: "fault", part: "staff", name: null }).faults).toEqual({ "seal.care-api": "late" });
  expect(after(...both, { do: "no faults" }).faults).toEqual({});
});

test("while a text cannot be read, what was run last stays in sight", () => {
  const issued = answer("issued");
  const state = after({ do: "answer", answer: issued }, { do: "answer", answer: answer("none") });
  expect([state.answer?.outcome.state, state.lastRun]).toEqual(["none", issued]);
});

test("an answer ends the trouble", () => {
  const troubled = { do: "trouble", kind: "gone", message: "the server does not answer" } as const;
  expect(after(troubled).trouble).toEqual({ kind: "gone", message: "the server does not answer" });
  expect(after(troubled, { do: "answer", answer: answer("issued") }).trouble).toBeNull();
});

test("whoever asks where a claim comes from sees the text its value stands in", () => {
  const given = { do: "answer", answer: answer("issued", [trace]) } as const;
  const state = after({ do: "bring to front", text: "setting" }, given, { do: "trace", claim: "licence_no" });
  expect([state.traced, state.front]).toEqual(["licence_no", "rows"]);
  expect(nextState(state, { do: "trace", claim: null })).toMatchObject({ traced: null, front: "rows" });
});

test("the places of a claim's way are told text by text, each once, beginning with the claim and what it reads", () => {
  const linesIn = (text: "map" | "rows" | "event" | "setting") => placesOfTrace(trace, text).flatMap(linesOf);
  expect(linesIn("map")).toEqual([40, 41, 12]);
  expect(linesIn("rows")).toEqual([7]);
  expect(linesIn("setting")).toEqual([]);
  expect(placesOfTrace(undefined, "map")).toEqual([]);
  expect(linesOf({ from: { line: 2, column: 1 }, to: { line: 4, column: 1 } })).toEqual([2, 3]);
  const sent = { ...trace, steps: [{ ...step, kind: "event", name: "a", inData: at("event", 1) }] } as const;
  expect(placeOfTrace(sent)).toBe("event");
});

test("arrow keys go round a list of tabs, Home and End to its ends, and other keys nowhere", () => {
  const keys = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End", "Tab", "a"];
  expect(keys.map((key) => nextTab(key, 2, 3))).toEqual([0, 1, 0, 1, 0, 2, null, null]);
  expect(nextTab("ArrowLeft", 0, 3)).toBe(2);
});

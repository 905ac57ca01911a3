import type { Faults, RunAnswer, Start, TextName, Texts } from "../../local/playground/messages.ts";
import { textsOf } from "./example-texts.ts";
import type { Link } from "./link.ts";
import { placeOfTrace } from "./trace-places.ts";

/** Everything the page shows, but for what an input of its own remembers. */
export type PageState = {
  /** Null until the server has said what there is. */
  readonly start: Start | null;
  readonly example: string;
  /** One of the example's sign-ins; null once the event is one's own. */
  readonly situation: number | null;
  readonly texts: Texts;
  readonly faults: Faults;
  /** The person whom a machine took the place of, to come back to; null once anything else happened to the event. */
  readonly person: { readonly event: string; readonly situation: number | null } | null;
  /** The newest answer; null before the first. */
  readonly answer: RunAnswer | null;
  /** The newest one in which something was run: what is shown while a text cannot be read. */
  readonly lastRun: RunAnswer | null;
  /** Why there was no answer to the newest question. */
  readonly trouble: { readonly kind: "gone" | "refused"; readonly message: string } | null;
  /** The claim whose way is shown. */
  readonly traced: string | null;
  /** The text in front, beside the map. */
  readonly front: TextName;
  /** What was just done, for a moment and in words. */
  readonly notice: string;
};

export type PageAction =
  | { readonly do: "start"; readonly start: Start; readonly link: Link | null; readonly notice: string }
  | { readonly do: "take example"; readonly name: string }
  | { readonly do: "take situation"; readonly index: number }
  | { readonly do: "take link"; readonly link: Link }
  | { readonly do: "type"; readonly text: TextName; readonly to: string }
  | {
      readonly do: "turn";
      readonly sent: Texts;
      readonly to: Pick<Texts, "map" | "event">;
      readonly toMachine: boolean;
    }
  | { readonly do: "return to person" }
  | { readonly do: "fault"; readonly part: string; readonly name: string | null }
  | { readonly do: "no faults" }
  | { readonly do: "answer"; readonly answer: RunAnswer }
  | { readonly do: "trouble"; readonly kind: "gone" | "refused"; readonly message: string }
  | { readonly do: "trace"; readonly claim: string | null }
  | { readonly do: "bring to front"; readonly text: TextName }
  | { readonly do: "notice"; readonly notice: string };

export const NO_TEXTS: Texts = { map: "", event: "", rows: "", setting: "" };

export const FIRST_STATE: PageState = {
  start: null,
  example: "",
  situation: null,
  texts: NO_TEXTS,
  faults: {},
  person: null,
  answer: null,
  lastRun: null,
  trouble: null,
  traced: null,
  front: "rows",
  notice: "",
};

/** The page after something happened. */
export function nextState(state: PageState, action: PageAction): PageState {
  switch (action.do) {
    case "start": {
      const [first] = action.start.examples;
      const started = { ...state, start: action.start, trouble: null, notice: action.notice };
      if (action.link !== null) return linked(started, action.link);
      return first === undefined ? started : withExample(started, first.name);
    }
    case "take example":
      return withExample(state, action.name);
    case "take situation":
      return withSituation(state, action.index);
    case "take link":
      return linked(state, action.link);
    case "type":
      if (state.texts[action.text] === action.to) return state;
      return {
        ...state,
        texts: { ...state.texts, [action.text]: action.to },
        // Another map is tried on the same person; another event is another person.
        situation: action.text === "map" ? state.situation : null,
        person: action.text === "event" ? null : state.person,
      };
    case "turn": {
      const { map, event } = state.texts;
      // Whoever has typed meanwhile turned another text.
      if (map !== action.sent.map || event !== action.sent.event) return state;
      const person = action.toMachine ? { event, situation: state.situation } : null;
      return { ...state, texts: { ...state.texts, ...action.to }, situation: null, person };
    }
    case "return to person": {
      if (state.person === null) return state;
      const { event, situation } = state.person;
      return { ...state, texts: { ...state.texts, event }, situation, person: null };
    }
    case "fault": {
      const { [action.part]: _, ...others } = state.faults;
      return { ...state, faults: action.name === null ? others : { ...others, [action.part]: action.name } };
    }
    case "no faults":
      return { ...state, faults: {} };
    case "answer": {
      const { answer } = action;
      const lastRun = answer.outcome.state === "none" ? state.lastRun : answer;
      return { ...state, answer, lastRun, trouble: null };
    }
    case "trouble":
      return { ...state, trouble: { kind: action.kind, message: action.message } };
    case "trace": {
      const found = state.lastRun?.traces.find(({ claim }) => claim === action.claim);
      return { ...state, traced: action.claim, front: (found && placeOfTrace(found)) ?? state.front };
    }
    case "bring to front":
      return { ...state, front: action.text };
    case "notice":
      return { ...state, notice: action.notice };
  }
}

function withExample(state: PageState, example: string): PageState {
  const taken = state.start && textsOf(state.start, example, 0);
  if (!taken) return state;
  const { faults, ...texts } = taken;
  return { ...state, example, situation: 0, texts, faults, person: null, traced: null };
}

/** Another sign-in leaves an edited map as it is. */
function withSituation(state: PageState, situation: number): PageState {
  const taken = state.start && textsOf(state.start, state.example, situation);
  if (!taken) return state;
  const { faults, ...texts } = taken;
  return { ...state, situation, texts: { ...texts, map: state.texts.map }, faults, person: null };
}

function linked(state: PageState, { example, situation, faults, ...texts }: Link): PageState {
  const untouched = state.start && textsOf(state.start, example, situation ?? 0);
  return {
    ...state,
    example,
    situation,
    texts: { ...NO_TEXTS, ...textsIn(untouched ?? {}), ...textsIn(texts) },
    faults,
    person: null,
    traced: null,
  };
}

function textsIn({ map, event, rows, setting }: Partial<Texts>): Partial<Texts> {
  return {
    ...(map !== undefined && { map }),
    ...(event !== undefined && { event }),
    ...(rows !== undefined && { rows }),
    ...(setting !== undefined && { setting }),
  };
}

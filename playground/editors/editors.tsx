import { useMemo, useRef } from "preact/hooks";
import type { Diagnostic, Location, TextName, Trace } from "../../local/playground/messages.ts";
import { several } from "../readers/shown-value.ts";
import { type Tab, TabList, TabPanel } from "../shell/tabs.tsx";
import type { PageState } from "../state/page-state.ts";
import { holdsRealToken } from "../state/real-token.ts";
import { placesOfTrace } from "../state/trace-places.ts";
import { type Known, mapHelp } from "./map-help.ts";
import { TextEditor } from "./text-editor.tsx";

type Editors = {
  readonly state: PageState;
  readonly trace: Trace | undefined;
  /** Where somebody asked to be taken; a new object each time. */
  readonly goal: Location | null;
  readonly isNarrow: boolean;
  readonly nonce: string;
  readonly change: (text: TextName, to: string) => void;
  readonly bringToFront: (text: TextName) => void;
  readonly runTests: () => void;
  /** Takes all texts back to the example's. */
  readonly reset: () => void;
};

const TEXTS = [
  { id: "map", title: "Claim map", label: "claim map, YAML", language: "yaml" },
  { id: "rows", title: "Rows", label: "rows by table, JSON", language: "json" },
  { id: "event", title: "Event", label: "event as Cognito sends it, JSON", language: "json" },
  { id: "setting", title: "Setting", label: "variables and clock, JSON", language: "json" },
] as const;

/** The four texts. The map is always in sight where there is room; of the others, one at a time. */
export function Editors({ state, trace, goal, isNarrow, nonce, change, bringToFront, ...actions }: Editors) {
  const { runTests, reset } = actions;
  const { start, texts, answer, lastRun, front } = state;
  const known = useRef<Known>({ language: { places: {}, functions: [] }, references: [] });
  if (start !== null) known.current = { language: start.language, references: lastRun?.references ?? [] };
  const help = useMemo(() => mapHelp(() => known.current), []);
  const findings = answer?.diagnostics ?? NONE;
  const byText = useMemo(() => split(findings), [findings]);
  const places = useMemo(
    () => ({
      map: placesOfTrace(trace, "map"),
      rows: placesOfTrace(trace, "rows"),
      event: placesOfTrace(trace, "event"),
      setting: placesOfTrace(trace, "setting"),
    }),
    [trace],
  );
  const inTabs = isNarrow ? TEXTS : TEXTS.filter(({ id }) => id !== "map");
  const chosen = inTabs.some(({ id }) => id === front) ? front : (inTabs[0]?.id ?? "map");
  const tabs = inTabs.map(({ id, title }): Tab => ({ id: `text-${id}`, title, alert: errorsIn(byText[id]) }));
  const panel = ({ id, label, language }: (typeof TEXTS)[number], isChosen: boolean | null) => (
    <TabPanel key={id} id={`text-${id}`} chosen={isChosen} label={label} class="text">
      {id === "map" && (
        <div class="text-head">
          {isChosen === null && <h2 class="text-title">Claim map</h2>}
          {isChosen === null && errorsIn(byText.map) && <span class="tab-alert">{errorsIn(byText.map)}</span>}
          <button type="button" class="button small" onClick={runTests}>
            Run its tests
          </button>
          <button type="button" class="button small" onClick={reset}>
            Reset
          </button>
        </div>
      )}
      {holdsRealToken(texts[id]) && (
        <p class="said bad" role="alert">
          This looks like somebody's real token. It is kept out of the link, and is better not here at all.
        </p>
      )}
      <TextEditor
        label={label}
        language={language}
        text={texts[id]}
        change={(to) => change(id, to)}
        findings={byText[id]}
        traced={places[id]}
        goal={goal?.text === id ? goal : null}
        nonce={nonce}
        {...(id === "map" && { help })}
      />
    </TabPanel>
  );
  return (
    <>
      {!isNarrow && panel(TEXTS[0], null)}
      <div class="tabbed">
        <TabList
          label="texts"
          tabs={tabs}
          chosen={`text-${chosen}`}
          choose={(id) => bringToFront(id.replace("text-", "") as TextName)}
        />
        {inTabs.map((text) => panel(text, text.id === chosen))}
      </div>
      <p class="hint">
        <kbd>Tab</kbd> indents; <kbd>Esc</kbd>, then <kbd>Tab</kbd> leaves the editor. <kbd>Ctrl</kbd>+<kbd>Space</kbd>{" "}
        completes, <kbd>F8</kbd> goes to the next finding.
      </p>
    </>
  );
}

const NONE: readonly Diagnostic[] = [];

function split(findings: readonly Diagnostic[]): Readonly<Record<TextName, readonly Diagnostic[]>> {
  const of = (name: TextName): readonly Diagnostic[] => findings.filter(({ text }) => text === name);
  return { map: of("map"), event: of("event"), rows: of("rows"), setting: of("setting") };
}

function errorsIn(findings: readonly Diagnostic[]): string | null {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return errors === 0 ? null : several(errors, "error");
}

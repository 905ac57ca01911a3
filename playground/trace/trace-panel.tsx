import { useEffect, useRef } from "preact/hooks";
import type { Location, Trace, TraceStep } from "../../local/playground/messages.ts";
import { ClassChip } from "../readers/class-chip.tsx";
import { shownValue } from "../readers/shown-value.ts";

type TracePanel = {
  readonly trace: Trace;
  readonly goTo: (place: Location) => void;
  readonly close: () => void;
};

/** The way of one claim, from what was sent and stored to everybody it reaches. Escape closes it. */
export function TracePanel({ trace, goTo, close }: TracePanel) {
  const panel = useRef<HTMLElement>(null);
  const { claim, class: how, effect, at, steps } = trace;
  useEffect(() => {
    // Whoever edits the claim meanwhile is not to be taken out of the text.
    if (document.activeElement?.closest(".cm-editor, dialog")) return;
    panel.current?.focus({ preventScroll: true });
    document.querySelector('.claim[aria-pressed="true"]')?.scrollIntoView({ block: "nearest" });
  }, [claim]);
  return (
    <section class="trace" aria-label={`the way of ${claim}`} ref={panel} tabIndex={-1}>
      <header class="trace-title">
        <h2>
          Where <code>{claim}</code> comes from
        </h2>
        <ClassChip kind={how} />
        {effect !== null && <span class="quiet">it {effect}</span>}
        {at !== null && <Go place={at} goTo={goTo} />}
        <button type="button" class="button small" onClick={close}>
          Close
        </button>
      </header>
      <ol class="steps">
        {steps.map((step, index) => (
          <Step key={index} step={step} goTo={goTo} />
        ))}
      </ol>
    </section>
  );
}

const KINDS: Readonly<Record<TraceStep["kind"], string>> = {
  event: "sent",
  source: "row",
  attribute: "attribute",
  "worked out": "worked out",
  condition: "condition",
  value: "value",
  outcome: "reader",
};

function Step({ step, goTo }: { readonly step: TraceStep; readonly goTo: (place: Location) => void }) {
  const { kind, name, state, text, value, class: how, inMap, inData } = step;
  return (
    <li class={`step ${GOOD.has(state) ? "well" : "not"}`}>
      <span class="step-kind">{KINDS[kind]}</span>
      <code class="step-name">{name}</code>
      <span class="step-state">{state}</span>
      {value !== undefined && (
        <span class="step-value">
          <ClassChip kind={how} /> {shownValue(value)}
        </span>
      )}
      {text !== "" && <span class="step-text">{text}</span>}
      <span class="step-places">
        {inData && <Go place={inData} goTo={goTo} />}
        {inMap && <Go place={inMap} goTo={goTo} />}
      </span>
    </li>
  );
}

const GOOD: ReadonlySet<string> = new Set(["present", "default", "known", "clear", "sealed"]);

function Go({ place, goTo }: { readonly place: Location; readonly goTo: (place: Location) => void }) {
  return (
    <button type="button" class="link" onClick={() => goTo(place)}>
      {place.text} line {place.from.line}
    </button>
  );
}

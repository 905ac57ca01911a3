import type { EventKind, FaultyPart, Turn } from "../../local/playground/messages.ts";
import type { PageAction, PageState } from "../state/page-state.ts";
import { Choice } from "./choice.tsx";
import { FaultMenu } from "./fault-menu.tsx";
import { ThemeSwitch } from "./theme.tsx";

type Toolbar = {
  readonly state: PageState;
  readonly tell: (action: PageAction) => void;
  readonly turn: (to: Turn["to"]) => void;
  readonly saveTest: () => void;
  readonly copyLink: () => void;
  readonly isNarrow: boolean;
};

/** What is run: which example, who signs in and how, and what fails meanwhile. */
export function Toolbar({ isNarrow, ...toolbar }: Toolbar) {
  const { state, tell } = toolbar;
  const { start, example, situation } = state;
  const here = start?.examples.find(({ name }) => name === example);
  return (
    <header class="bar">
      <h1 class="brand">
        <Seal />
        <span>
          claimseal
          <small>who reads what</small>
        </span>
      </h1>
      <label class="field wide">
        <span>Example</span>
        <select
          value={example}
          onChange={({ currentTarget }) => tell({ do: "take example", name: currentTarget.value })}
        >
          {here === undefined && <option value={example}>of a link</option>}
          {start?.examples.map(({ name, title }) => (
            <option key={name} value={name}>
              {name}: {title.split(/[.:;(]/, 1)}
            </option>
          ))}
        </select>
      </label>
      <label class="field wide">
        <span>Who signs in</span>
        <select
          value={situation ?? ""}
          onChange={({ currentTarget }) => tell({ do: "take situation", index: Number(currentTarget.value) })}
        >
          {situation === null && <option value="">somebody of your own</option>}
          {here?.situations.map(({ name }, index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {isNarrow ? (
        <details class="bar-more">
          <summary class="button">More: how, faults, save</summary>
          <div class="bar-rest">
            <HowItSignsIn {...toolbar} />
          </div>
        </details>
      ) : (
        <HowItSignsIn {...toolbar} />
      )}
    </header>
  );
}

function HowItSignsIn({ state, tell, turn, saveTest, copyLink }: Omit<Toolbar, "isNarrow">) {
  const { faults, lastRun, answer } = state;
  const event: EventKind | null = answer?.event ?? lastRun?.event ?? null;
  const parts: readonly FaultyPart[] = lastRun?.faults ?? [];
  return (
    <>
      <Choice
        legend="Token for"
        name="grant"
        options={GRANTS}
        chosen={event?.grant ?? null}
        isDisabled={event === null}
        choose={(grant) => turn({ grant })}
      />
      <Choice
        legend="Event version"
        name="events"
        options={VERSIONS}
        chosen={event?.events ?? null}
        isDisabled={event === null}
        choose={(events) => turn({ events })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={event?.refresh ?? false}
          disabled={event === null || event.grant !== "user"}
          onChange={({ currentTarget }) => turn({ refresh: currentTarget.checked })}
        />
        refresh
      </label>
      <FaultMenu
        parts={parts}
        faults={faults}
        set={(part, name) => tell({ do: "fault", part, name })}
        clear={() => tell({ do: "no faults" })}
      />
      <div class="bar-end">
        <button type="button" class="button main" onClick={saveTest}>
          Save as test
        </button>
        <button type="button" class="button" onClick={copyLink}>
          Copy link
        </button>
        <ThemeSwitch />
      </div>
    </>
  );
}

const GRANTS = [
  { value: "user", title: "person" },
  { value: "client_credentials", title: "machine" },
] as const;

const VERSIONS = [
  { value: "V1", title: "V1" },
  { value: "V2", title: "V2" },
  { value: "V3", title: "V3" },
] as const;

function Seal() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path fill="var(--accent)" d="M16 2 27 6v10c0 7-4.6 11.5-11 14C9.6 27.5 5 23 5 16V6z" />
      <path class="seal-tick" d="m10.5 16.5 4 4 7.5-8.5" />
    </svg>
  );
}

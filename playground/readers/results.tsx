import type { Ceiling, Location, RunAnswer } from "../../local/playground/messages.ts";
import { Behind } from "./behind.tsx";
import { ClaimRow, type Traceable } from "./claim-row.tsx";
import { Readers } from "./readers.tsx";

type Results = {
  readonly current: RunAnswer;
  /** The newest answer in which something was run. */
  readonly last: RunAnswer | null;
  readonly ceilings: readonly Ceiling[];
  readonly isNarrow: boolean;
  readonly goTo: (place: Location) => void;
} & Traceable;

/** Who reads what; while a text cannot be read, what it was before, and said to be that. */
export function Results({ current, last, ceilings, isNarrow, goTo, ...traceable }: Results) {
  if (last === null) return null;
  const isPast = current.outcome.state === "none";
  return (
    <div class={isPast ? "past" : ""}>
      {isPast && <p class="past-said">Below: what it was when it last could be run.</p>}
      {last.accessToken === null ? (
        <Untold answer={last} {...traceable} />
      ) : (
        <Readers answer={last} ceilings={ceilings} isNarrow={isNarrow} goTo={goTo} {...traceable} />
      )}
      <Behind answer={last} />
    </div>
  );
}

/** Of a refused sign-in: the claims there would be, since each can say how far it came. */
function Untold({ answer: { traces, profile }, ...traceable }: { readonly answer: RunAnswer } & Traceable) {
  if (traces.length === 0) return null;
  return (
    <section class="pane issued untold" aria-label="claims of the profile">
      <header class="pane-title">
        <h2>How far each claim came</h2>
        <p>{profile === null ? "the claims of the map" : `the claims of ${profile}`}; choose one to see its way</p>
      </header>
      <ul class="claims">
        {traces.map(({ claim, class: how, steps }) => (
          <ClaimRow key={claim} name={claim} kind={how} isTraceable {...traceable}>
            <span class="quiet">{steps.findLast(({ kind }) => kind !== "outcome")?.state ?? ""}</span>
          </ClaimRow>
        ))}
      </ul>
    </section>
  );
}

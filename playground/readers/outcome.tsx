import type { Diagnostic, Location, Outcome, RunAnswer } from "../../local/playground/messages.ts";
import { counted, several } from "./shown-value.ts";

/** The newest run in one sentence: the sentence that is read aloud when it changes. */
export function outcomeSaid({ outcome, profile, thief, readers }: RunAnswer): string {
  switch (outcome.state) {
    case "none":
      return `Nothing was run: ${outcome.because}.`;
    case "refused":
      return `No token: refused with ${outcome.code}.`;
    case "issued": {
      const leaks = thief?.leaks ?? 0;
      const read = leaks === 0 ? "nothing private" : several(leaks, "private value");
      if (outcome.unsafe) return `The check refuses this map. Whoever finds such a token would read ${read}.`;
      const opening = readers.filter(({ opened }) => opened !== null && opened.length > 0);
      const names = listed(opening.map(({ resourceServer }) => resourceServer));
      const opens = [NOBODY, `${names} opens its envelope`][opening.length] ?? `${names} open their envelopes`;
      return `Tokens issued${profile === null ? "" : ` for ${profile}`}: ${opens}, and whoever finds the token reads ${read}.`;
    }
  }
}

const NOBODY = "no envelope is opened";

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

type OutcomeLine = { readonly answer: RunAnswer };

/** The sentence, by its colour and a sign as well. */
export function OutcomeLine({ answer }: OutcomeLine) {
  const { outcome, thief, accessToken } = answer;
  const isBad = outcome.state !== "issued" || outcome.unsafe || (thief?.leaks ?? 0) > 0;
  return (
    <div class={`outcome ${outcome.state === "none" ? "none" : isBad ? "bad" : "good"}`}>
      <span class="outcome-sign" aria-hidden="true">
        {isBad ? "!" : "✓"}
      </span>
      <p>
        {outcomeSaid(answer)}
        {accessToken !== null && <span class="quiet"> Access token: {counted(accessToken.bytes.all)} bytes.</span>}
      </p>
    </div>
  );
}

type Refused = { readonly outcome: Extract<Outcome, { readonly state: "refused" }> };

/** A refusal, large: its code, what people see, and where to read on. */
export function Refusal({ outcome: { code, text, detail } }: Refused) {
  return (
    <section class="refusal" aria-label="the refusal">
      <p class="refusal-lead">No token is issued</p>
      <p class="refusal-code">{code}</p>
      <dl class="facts">
        <div>
          <dt>people see</dt>
          <dd>{text}</dd>
        </div>
        {detail !== "" && (
          <div>
            <dt>because of</dt>
            <dd>{detail}</dd>
          </div>
        )}
        <div>
          <dt>what to do</dt>
          <dd>
            <code>docs/reference/refusal-codes.md</code> says it, under this code.
          </dd>
        </div>
      </dl>
    </section>
  );
}

type Unsafe = { readonly diagnostics: readonly Diagnostic[]; readonly goTo: (place: Location) => void };

/** Why the check refuses the map: what leaks or escalates, each by its way and in words. */
export function Unsafe({ diagnostics, goTo }: Unsafe) {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return (
    <section class="unsafe" aria-label="why this map is refused">
      <h2>No function starts with this map. Below is what its tokens would say if one did.</h2>
      <ul>
        {errors.map((finding) => (
          <li key={`${finding.code} ${finding.from.line} ${finding.from.column}`}>
            {finding.flow.length > 0 && (
              <ol class="flow">
                {finding.flow.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            )}
            <p>
              <code>{finding.code}</code> {finding.message}
            </p>
            {finding.remedy !== "" && <p class="remedy">{finding.remedy}</p>}
            <button type="button" class="button small" onClick={() => goTo(finding)}>
              show line {finding.from.line}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

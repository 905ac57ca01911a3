import type { Diagnostic, Location, Scanned, Thief } from "../../local/playground/messages.ts";
import { ClassChip } from "./class-chip.tsx";
import { several } from "./shown-value.ts";

type ThiefPane = {
  readonly thief: Thief;
  readonly diagnostics: readonly Diagnostic[];
  readonly goTo: (place: Location) => void;
};

/** What somebody reads who was never meant to have the access token: a proxy, a log, a thief. */
export function ThiefPane({ thief, diagnostics, goTo }: ThiefPane) {
  const { scan, leaks, reads, userInfo, getUser } = thief;
  const found = scan.filter((each) => each.found !== null && !each.found.signedFor);
  const signed = scan.filter((each) => each.found?.signedFor);
  const nowhere = scan.filter((each) => each.found === null);
  return (
    <>
      {leaks === 0 ? (
        <p class="safe">
          <strong>reads nothing private</strong> {several(scan.length, "private value")} of event and rows{" "}
          {scan.length === 1 ? "was" : "were"} looked for, in every encoding.
        </p>
      ) : (
        <div class="leaks">
          <p>reads {several(leaks, "private value")}:</p>
          <ul>
            {found.map((each) => (
              <Leak key={each.path} scanned={each} flow={flowTo(each, diagnostics)} goTo={goTo} />
            ))}
          </ul>
        </div>
      )}
      <dl class="facts thief-facts">
        <div>
          <dt>in the clear</dt>
          <dd>
            {reads
              .filter(({ from }) => from !== "cognito")
              .map(({ name, from }) => (from === "envelope" ? `${name} (sealed)` : name))
              .join(", ") || "only what Cognito always says"}
          </dd>
        </div>
        <div>
          <dt>asks Cognito's userInfo</dt>
          <dd>{answered(userInfo)}</dd>
        </div>
        <div>
          <dt>asks Cognito's GetUser</dt>
          <dd>{answered(getUser)}</dd>
        </div>
      </dl>
      {signed.length > 0 && (
        <Places
          title={`${several(signed.length, "private value")} readable, signed for in the map`}
          places={signed}
          goTo={goTo}
        />
      )}
      {nowhere.length > 0 && (
        <Places title={`${several(nowhere.length, "private value")} not to be found`} places={nowhere} goTo={goTo} />
      )}
    </>
  );
}

function answered(names: readonly string[] | null): string {
  if (names === null) return "refused: the token lacks the scope";
  return names.length === 0 ? "answered, with nothing" : `shown: ${names.join(", ")}`;
}

/** The way the check found, where it did; the finding's own otherwise. */
function flowTo({ path, found }: Scanned, diagnostics: readonly Diagnostic[]): readonly string[] {
  const source = path.replace(/^event\./, "").replace(/ \(row \d+\)$/, "");
  const told = diagnostics.find(({ flow }) => flow[0] === source)?.flow;
  return told ?? [path, ...(found?.claim ? [`claim ${found.claim}`] : []), "access token (clear)"];
}

type LeakProps = {
  readonly scanned: Scanned;
  readonly flow: readonly string[];
  readonly goTo: (place: Location) => void;
};

function Leak({ scanned: { path, class: how, found, at }, flow, goTo }: LeakProps) {
  return (
    <li class="leak-path">
      <ClassChip kind={how} />{" "}
      <ol class="flow">
        {flow.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {found && (
        <p class="leak-words">
          {path} stands {found.claim ? `in claim ${found.claim}` : "in the token"}, {found.encoding}. Anybody who has
          the token can read it.
        </p>
      )}
      {at && (
        <button type="button" class="button small" onClick={() => goTo(at)}>
          show where it comes from
        </button>
      )}
    </li>
  );
}

type PlacesProps = {
  readonly title: string;
  readonly places: readonly Scanned[];
  readonly goTo: (place: Location) => void;
};

function Places({ title, places, goTo }: PlacesProps) {
  return (
    <details class="more">
      <summary>{title}</summary>
      <ul class="places">
        {places.map(({ path, class: how, how: way, at }) => (
          <li key={path}>
            <ClassChip kind={how} />{" "}
            {at ? (
              <button type="button" class="link" onClick={() => goTo(at)}>
                {path}
              </button>
            ) : (
              path
            )}
            {way === "short" && <span class="quiet"> (short: only whole values were compared)</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

import { useEffect, useMemo, useReducer, useState } from "preact/hooks";
import type { Location, Run, RunAnswer, Turn } from "../local/playground/messages.ts";
import { Editors } from "./editors/editors.tsx";
import { OutcomeLine, outcomeSaid, Refusal, Unsafe } from "./readers/outcome.tsx";
import { Results } from "./readers/results.tsx";
import { RunTestsDialog } from "./shell/run-tests.tsx";
import { SaveTestDialog } from "./shell/save-test.tsx";
import { Toolbar } from "./shell/toolbar.tsx";
import { Trouble, Waiting } from "./shell/trouble.tsx";
import { useMedia } from "./shell/use-media.ts";
import { keepLink, linkIn } from "./state/address.ts";
import { begin, troubleOf } from "./state/begin.ts";
import { newest } from "./state/newest.ts";
import { FIRST_STATE, nextState } from "./state/page-state.ts";
import type { Server } from "./state/server.ts";
import { TracePanel } from "./trace/trace-panel.tsx";

/** Keys that come in bursts are one question. */
const PAUSE_MS = 25;
/** Long enough to be read, or heard, twice. */
const NOTICE_MS = 10_000;

type Playground = { readonly server: Server; readonly nonce: string };

/** The whole page: what one edits on one side, who reads what on the other. */
export function Playground({ server, nonce }: Playground) {
  const [state, tell] = useReducer(nextState, FIRST_STATE);
  const [dialog, setDialog] = useState<"test" | "tests" | null>(null);
  const [goal, setGoal] = useState<Location | null>(null);
  const isNarrow = useMedia("(max-width: 999px)");
  const { start, example, situation, texts, faults, answer, lastRun, trouble, traced, notice } = state;
  const run: Run = { ...texts, faults };

  const ask = useMemo(() => {
    const show = (answered: RunAnswer): void => tell({ do: "answer", answer: answered });
    return newest<Run, RunAnswer>({
      ask: server.run,
      show,
      fail: (error) => tell(troubleOf(error)),
      pauseMs: PAUSE_MS,
    });
  }, [server]);
  const restart = (): void => void begin(server).then(tell);
  useEffect(restart, [server]);
  useEffect(() => {
    if (start !== null) ask(run);
  }, [start, texts, faults]);
  useEffect(() => keepLink(state), [start, example, situation, texts, faults]);
  useEffect(() => {
    if (start === null) return;
    const follow = ({ newURL }: HashChangeEvent): void => {
      void linkIn(newURL, start).then((link) => link !== null && tell({ do: "take link", link }));
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [start]);

  useEffect(() => {
    if (notice === "") return;
    const later = setTimeout(() => tell({ do: "notice", notice: "" }), NOTICE_MS);
    return () => clearTimeout(later);
  }, [notice]);

  const turn = (to: Turn["to"]): void => {
    if (to.grant === "user" && state.person !== null) {
      tell({ do: "return to person" });
      return;
    }
    const toMachine = to.grant === "client_credentials";
    server.turn({ ...texts, to }).then(
      ({ map, event }) => tell({ do: "turn", sent: texts, to: { map, event }, toMachine }),
      (error: unknown) => tell(troubleOf(error)),
    );
  };
  const copy = (text: string, what: string): void => {
    navigator.clipboard.writeText(text).then(
      () => tell({ do: "notice", notice: `${what}: copied` }),
      () => tell({ do: "notice", notice: `${what}: this browser does not let it be copied` }),
    );
  };
  const goTo = (place: Location): void => {
    tell({ do: "bring to front", text: place.text });
    setGoal({ ...place });
  };
  const closeTrace = (): void => {
    document.querySelector<HTMLElement>('.claim[aria-pressed="true"]')?.focus();
    tell({ do: "trace", claim: null });
  };
  // Escape closes what a click or a key has opened, from wherever it is pressed.
  useEffect(() => {
    if (traced === null) return;
    const leave = ({ key, target }: KeyboardEvent): void => {
      const isElsewhere = target instanceof Element && target.closest(".cm-editor, dialog, details.faults") !== null;
      if (key === "Escape" && !isElsewhere) closeTrace();
    };
    addEventListener("keydown", leave);
    return () => removeEventListener("keydown", leave);
  }, [traced]);
  const trace = lastRun?.traces.find(({ claim }) => claim === traced);
  const outcome = answer?.outcome;

  return (
    <div class="page">
      <button type="button" class="skip" onClick={() => document.getElementById("readers")?.focus()}>
        To who reads what
      </button>
      <Toolbar
        state={state}
        tell={tell}
        turn={turn}
        saveTest={() => setDialog("test")}
        copyLink={() => copy(location.href, "link")}
        isNarrow={isNarrow}
      />
      <div class="messages">
        {/* One sentence about the newest run, said aloud when it changes. */}
        <p class="only-heard" role="status" aria-live="polite">
          {trouble !== null ? trouble.message : answer === null ? "" : outcomeSaid(answer)}
        </p>
        <p class="notice" role="status" aria-live="polite">
          {notice}
        </p>
        {trouble !== null && <Trouble trouble={trouble} again={() => (start === null ? restart() : ask(run))} />}
      </div>
      <main class="work">
        <div class="inputs">
          {start === null ? (
            <Waiting isOver={trouble !== null} />
          ) : (
            <Editors
              state={state}
              trace={trace}
              goal={goal}
              isNarrow={isNarrow}
              nonce={nonce}
              change={(text, to) => tell({ do: "type", text, to })}
              bringToFront={(text) => tell({ do: "bring to front", text })}
              runTests={() => setDialog("tests")}
              reset={() => tell({ do: "take example", name: example })}
            />
          )}
        </div>
        <div class="readers-side" id="readers" tabIndex={-1}>
          {answer === null && <Waiting isOver={trouble !== null} />}
          {answer !== null && <OutcomeLine answer={answer} />}
          {outcome?.state === "refused" && <Refusal outcome={outcome} />}
          {answer !== null && outcome?.state !== "none" && outcome?.unsafe && (
            <Unsafe diagnostics={answer.diagnostics} goTo={goTo} />
          )}
          {answer !== null && (
            <Results
              current={answer}
              last={lastRun}
              ceilings={start?.ceilings ?? []}
              isNarrow={isNarrow}
              goTo={goTo}
              traced={traced}
              trace={(claim) => tell({ do: "trace", claim })}
            />
          )}
          {trace && <TracePanel trace={trace} goTo={goTo} close={closeTrace} />}
        </div>
      </main>
      {dialog === "test" && (
        <SaveTestDialog
          run={run}
          suggested={
            start?.examples.find(({ name }) => name === example)?.situations[situation ?? -1]?.name ??
            "a sign-in of my own"
          }
          server={server}
          copy={copy}
          close={() => setDialog(null)}
        />
      )}
      {dialog === "tests" && (
        <RunTestsDialog example={example} map={texts.map} server={server} close={() => setDialog(null)} />
      )}
    </div>
  );
}

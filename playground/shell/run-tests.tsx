import { useEffect, useState } from "preact/hooks";
import type { TestsAnswer } from "../../local/playground/messages.ts";
import { several } from "../readers/shown-value.ts";
import { type Server, ServerError } from "../state/server.ts";
import { Dialog } from "./dialog.tsx";

type RunTestsDialog = {
  readonly example: string;
  readonly map: string;
  readonly server: Pick<Server, "runTests">;
  readonly close: () => void;
};

/** The tests beside the example's map, run against the map as it is now. */
export function RunTestsDialog({ example, map, server, close }: RunTestsDialog) {
  const [answer, setAnswer] = useState<TestsAnswer | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    server.runTests({ example, map }).then(setAnswer, (error: unknown) => {
      setTrouble(error instanceof ServerError ? error.message : "they cannot be run");
    });
  }, []);
  return (
    <Dialog title={`The tests of ${example}, against this map`} close={close}>
      <div aria-live="polite">
        {answer === null && trouble === "" && <p class="quiet">running ...</p>}
        {trouble !== "" && <p class="said bad">No test was run: {trouble}.</p>}
        {answer !== null && <Result answer={answer} />}
      </div>
      {answer !== null && (
        <ul class="cases">
          {answer.cases.map(({ name, passes, differences }) => (
            <li key={name} class={passes ? "well" : "not"}>
              <span class="case-sign">{passes ? "passes" : "fails"}</span> {name}
              {differences.map((difference) => (
                <code key={difference} class="difference">
                  {difference}
                </code>
              ))}
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Result({ answer: { cases, diagnostics } }: { readonly answer: TestsAnswer }) {
  const failed = cases.filter(({ passes }) => !passes).length;
  if (cases.length === 0) {
    const why = diagnostics.findLast(({ code }) => code === "PLAYGROUND") ?? diagnostics[0];
    return <p class="said bad">No test was run: {why?.message ?? "there are none beside this map"}</p>;
  }
  return (
    <p class={`said ${failed === 0 ? "good" : "bad"}`}>
      {several(cases.length - failed, "test")} passed, {failed} failed
    </p>
  );
}

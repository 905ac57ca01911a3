import { useEffect, useState } from "preact/hooks";
import type { Run, SavedTest } from "../../local/playground/messages.ts";
import { type Server, ServerError } from "../state/server.ts";
import { Dialog } from "./dialog.tsx";

type SaveTest = {
  readonly run: Run;
  readonly suggested: string;
  readonly server: Pick<Server, "test">;
  readonly copy: (text: string, what: string) => void;
  readonly close: () => void;
};

/** What is shown, written down as a test of the map: to read, to copy, to keep. */
export function SaveTestDialog({ run, suggested, server, copy, close }: SaveTest) {
  const [name, setName] = useState(suggested);
  const [saved, setSaved] = useState<SavedTest | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let isStale = false;
    const asked = name.trim() === "" ? suggested : name;
    const write = async (): Promise<void> => {
      try {
        const answer = await server.test({ ...run, name: asked });
        if (isStale) return;
        setSaved(answer);
        setTrouble("");
      } catch (error) {
        if (!isStale) setTrouble(error instanceof ServerError ? error.message : "it cannot be written");
      }
    };
    const later = setTimeout(() => void write(), saved === null ? 0 : 250);
    return () => {
      isStale = true;
      clearTimeout(later);
    };
  }, [name]);
  return (
    <Dialog title="Save as test" close={close}>
      <label class="field">
        <span>What it shows, in a sentence</span>
        <input class="text" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      {trouble !== "" && (
        <p class="said bad" role="alert">
          There is no test: {trouble}.
        </p>
      )}
      {saved !== null && <Saved saved={saved} copy={copy} />}
    </Dialog>
  );
}

function Saved({
  saved: { files, passes, notes },
  copy,
}: {
  readonly saved: SavedTest;
  readonly copy: SaveTest["copy"];
}) {
  const [first] = files;
  if (first === undefined) return <p class="said bad">Nothing could be run, so there is nothing to hold on to.</p>;
  return (
    <>
      <p class={`said ${passes ? "good" : "bad"}`} aria-live="polite">
        {passes ? `It passes: claimseal test ${first.name}` : "It does not pass as it is; read it before you keep it."}
      </p>
      {notes.length > 0 && (
        <ul class="notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {files.map(({ name, text }, index) => (
        <details key={name} class="more" open={index === 0}>
          <summary>{name}</summary>
          <pre>{text}</pre>
          <div class="dialog-row">
            <button type="button" class="button" onClick={() => copy(text, name)}>
              Copy
            </button>
            <button type="button" class="button" onClick={() => download(name, text)}>
              Download
            </button>
          </div>
        </details>
      ))}
    </>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

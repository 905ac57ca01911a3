import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  tooltips,
} from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import type { Diagnostic as Finding, Location } from "../../local/playground/messages.ts";
import { diagnosticsOf, offsetOf } from "./diagnostics.ts";
import { editorLook } from "./editor-theme.ts";
import { findingMessage } from "./finding-message.ts";
import { tracedPlaces, tracePlaces } from "./traced-places.ts";
import { typedOver } from "./typed-over.ts";

type TextEditor = {
  /** What a screen reader calls it. */
  readonly label: string;
  readonly language: "yaml" | "json";
  readonly text: string;
  readonly change: (text: string) => void;
  readonly findings: readonly Finding[];
  /** What stands out. */
  readonly traced: readonly Location[];
  /** Where the cursor is wanted; a new object each time. */
  readonly goal: Location | null;
  /** Completion and hover, where there are such for this text. */
  readonly help?: Extension;
  /** What the page's policy knows its styles by. */
  readonly nonce: string;
};

/** Marks changes that nobody typed. */
const outside = Annotation.define<boolean>();

const basics: Extension = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  history(),
  drawSelection(),
  indentUnit.of("  "),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  lintGutter(),
  tracedPlaces,
  typedOver,
  editorLook,
  tooltips({ position: "fixed" }),
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...lintKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];

/** One text in CodeMirror. Tab indents; after Escape, Tab leaves, which is CodeMirror's own way out. */
export function TextEditor({ label, language, text, change, findings, traced, goal, help, nonce }: TextEditor) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const tell = useRef(change);
  tell.current = change;
  // Texts on their way from here to `text`, oldest first: keys are faster than the page.
  const typed = useRef<string[]>([]);

  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          EditorView.updateListener.of((update) => {
            const isTyped = update.transactions.some((each) => each.docChanged && each.annotation(outside) !== true);
            if (!isTyped) return;
            const now = update.state.doc.toString();
            typed.current.push(now);
            tell.current(now);
          }),
          language === "yaml" ? yaml() : json(),
          basics,
          ...(help === undefined ? [] : [help]),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  // Another example, a link: the text changes from outside. What was typed is in the editor already, and more perhaps.
  useEffect(() => {
    const { current } = view;
    const arrived = typed.current.indexOf(text);
    if (arrived >= 0) typed.current.splice(0, arrived + 1);
    if (current === null || arrived >= 0 || current.state.doc.toString() === text) return;
    current.dispatch({
      changes: { from: 0, to: current.state.doc.length, insert: text },
      annotations: outside.of(true),
    });
  }, [text]);

  useEffect(() => {
    const { current } = view;
    if (current === null) return;
    const placed = diagnosticsOf(current.state.doc, findings).map((each, index) => {
      const finding = findings[index];
      return finding === undefined ? each : { ...each, renderMessage: () => findingMessage(finding) };
    });
    current.dispatch(setDiagnostics(current.state, placed));
  }, [findings]);

  useEffect(() => {
    if (view.current !== null) tracePlaces(view.current, traced);
  }, [traced]);

  useEffect(() => {
    const { current } = view;
    if (current === null || goal === null) return;
    const anchor = offsetOf(current.state.doc, goal.from);
    current.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    current.focus();
  }, [goal]);

  return <div class="editor" ref={place} />;
}

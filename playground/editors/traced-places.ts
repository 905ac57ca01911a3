import { type Extension, type Range, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import type { Location } from "../../local/playground/messages.ts";
import { linesOf } from "../state/trace-places.ts";
import { offsetOf } from "./diagnostics.ts";

const show = StateEffect.define<readonly Location[]>();
const line = Decoration.line({ class: "cm-traced" });
const words = Decoration.mark({ class: "cm-traced-words" });

/** The places a claim comes from stand out until others do: their lines, and in these the words. */
export const tracedPlaces: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, transaction) => {
    const asked = transaction.effects.find((effect) => effect.is(show));
    if (asked === undefined) return shown.map(transaction.changes);
    const { doc } = transaction.state;
    return Decoration.set(
      asked.value.flatMap((place) => marksOf(doc, place)),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marksOf(doc: Text, place: Location): readonly Range<Decoration>[] {
  const lines = linesOf(place).filter((number) => number >= 1 && number <= doc.lines);
  const [from, to] = [offsetOf(doc, place.from), offsetOf(doc, place.to)];
  return [
    ...lines.map((number) => line.range(doc.line(number).from)),
    ...(from < to && lines.length === 1 ? [words.range(from, to)] : []),
  ];
}

/** Marks places and brings the first of them into view, in a long line as well. */
export function tracePlaces(view: EditorView, places: readonly Location[]): void {
  const [first] = places;
  const effects: StateEffect<unknown>[] = [show.of(places)];
  if (first !== undefined) {
    const at = offsetOf(view.state.doc, first.from);
    effects.push(EditorView.scrollIntoView(at, { y: "center", x: "nearest", xMargin: 120 }));
  }
  view.dispatch({ effects });
}

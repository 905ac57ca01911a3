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

/** Marks places, and scrolls the editor to the first of them, in a long line as well; the page stays where it is. */
export function tracePlaces(view: EditorView, places: readonly Location[]): void {
  view.dispatch({ effects: show.of(places) });
  const [first] = places;
  if (first === undefined) return;
  const { scrollDOM } = view;
  const at = offsetOf(view.state.doc, first.from);
  scrollDOM.scrollTop = view.lineBlockAt(at).top - scrollDOM.clientHeight / 2;
  view.requestMeasure({
    read: () => view.coordsAtPos(at)?.left ?? null,
    write: (left) => {
      if (left === null) return;
      const { left: edge, width } = scrollDOM.getBoundingClientRect();
      const isInSight = left > edge + MARGIN && left < edge + width - MARGIN;
      if (!isInSight) scrollDOM.scrollLeft += left - edge - width / 2;
    },
  });
}

/** Room for the gutters on one side, and for a value on the other. */
const MARGIN = 80;

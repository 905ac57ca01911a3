import { type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

const show = StateEffect.define<readonly number[]>();
const line = Decoration.line({ class: "cm-traced" });

/** The lines a claim comes from stand out until others do. */
export const tracedLines: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (shown, transaction) => {
    const asked = transaction.effects.find((effect) => effect.is(show));
    if (asked === undefined) return shown.map(transaction.changes);
    const { doc } = transaction.state;
    const builder = new RangeSetBuilder<Decoration>();
    for (const number of [...new Set(asked.value)].toSorted((one, other) => one - other)) {
      if (number < 1 || number > doc.lines) continue;
      const { from } = doc.line(number);
      builder.add(from, from, line);
    }
    return builder.finish();
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Marks lines (from 1) and brings the first into view. */
export function traceLines(view: EditorView, numbers: readonly number[]): void {
  const [first] = numbers;
  const effects: StateEffect<unknown>[] = [show.of(numbers)];
  if (first !== undefined && first >= 1 && first <= view.state.doc.lines) {
    effects.push(EditorView.scrollIntoView(view.state.doc.line(first).from, { y: "center" }));
  }
  view.dispatch({ effects });
}

import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import type { Language, ReferenceKnowledge } from "../../local/playground/messages.ts";
import { type Proposal, proposalsAt, sayingOf } from "./map-knowledge.ts";
import { placeInMap } from "./place-in-map.ts";

/** What is known right now: the language never changes, what expressions can read does with the map. */
export type Known = { readonly language: Language; readonly references: readonly ReferenceKnowledge[] };

/** Completion and hover for the text of a claim map. */
export function mapHelp(known: () => Known): Extension {
  return [autocompletion({ override: [(context) => complete(known(), context)] }), hover(known)];
}

/** What a name in a map or an expression is made of. */
const WORD = /[\w.:"[\]-]*$/;
const KINDS = { key: "property", value: "enum", reference: "variable", function: "function" } as const;

function complete({ language, references }: Known, context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.toString();
  const before = text.slice(0, context.pos);
  const place = placeInMap(text, context.pos);
  const word = WORD.exec(before.slice(place.from))?.[0].replace(/^["[\]]+/, "") ?? "";
  if (before.slice(place.from).trimStart().startsWith("#")) return null;
  if (word === "" && !context.explicit) return null;
  const options = proposalsAt(language, references, place);
  if (options.length === 0) return null;
  return { from: context.pos - word.length, options: options.map(optionOf), validFor: /^[\w.:-]*$/ };
}

function optionOf({ label, insert, kind, detail, about }: Proposal) {
  return {
    label,
    apply: insert,
    type: KINDS[kind],
    detail,
    ...(about !== "" && { info: () => said(about) }),
  };
}

function hover(known: () => Known): Extension {
  return hoverTooltip((view, at) => {
    const { from, text } = view.state.doc.lineAt(at);
    const within = [...text.matchAll(/[\w.-]+(?:\["[^"]*"\])?/g)].find(
      ({ index, 0: word }) => index <= at - from && at - from <= index + word.length,
    );
    if (within === undefined) return null;
    const start = from + within.index;
    const { language, references } = known();
    const saying = sayingOf(language, references, placeInMap(view.state.doc.toString(), start), within[0]);
    if (saying === undefined || saying.about === "") return null;
    return {
      pos: start,
      end: start + within[0].length,
      above: true,
      create: () => {
        const dom = said(saying.about);
        const title = document.createElement("strong");
        title.textContent = saying.title;
        dom.prepend(title);
        dom.classList.add("cm-hover");
        return { dom };
      },
    };
  });
}

function said(text: string): HTMLElement {
  const dom = document.createElement("div");
  const words = document.createElement("p");
  words.textContent = text;
  dom.append(words);
  return dom;
}

import type {
  FunctionKnowledge,
  KeyKnowledge,
  Language,
  PlaceKnowledge,
  ReferenceKnowledge,
} from "../../local/playground/messages.ts";
import type { PlaceInMap } from "./place-in-map.ts";

/** What may be written at a place, with a word on each. */
export type Proposal = {
  readonly label: string;
  readonly insert: string;
  readonly kind: "key" | "value" | "reference" | "function";
  readonly detail: string;
  readonly about: string;
};

/** What is known of a place: its pattern has `*` where the map's author chooses a name. */
export function knowledgeAt({ places }: Language, steps: readonly string[]): PlaceKnowledge | undefined {
  const exact = steps.join("/");
  if (Object.hasOwn(places, exact)) return places[exact];
  const fitting = Object.keys(places).filter((place) => fits(place === "" ? [] : place.split("/"), steps));
  // Of several the one that names most.
  const [best] = fitting.toSorted((one, other) => stars(one) - stars(other));
  return best === undefined ? undefined : places[best];
}

function fits(pattern: readonly string[], steps: readonly string[]): boolean {
  return pattern.length === steps.length && pattern.every((step, index) => step === "*" || step === steps[index]);
}

function stars(place: string): number {
  return place.split("/").filter((step) => step === "*").length;
}

/** What is known of the key whose value stands at a place. */
export function keyAt(language: Language, { steps, key }: PlaceInMap): KeyKnowledge | undefined {
  return knowledgeAt(language, steps)?.keys.find(({ name }) => name === key);
}

/** Whether an expression is written here; names of one's own (`define`) have expressions where their place says so. */
export function isExpression(language: Language, place: PlaceInMap): boolean {
  if (place.role === "key") return false;
  const known = keyAt(language, place);
  if (known !== undefined) return known.expression;
  // A name of one's own whose block is told by the key above it: `define`.
  const above = place.steps.at(-1) ?? null;
  return keyAt(language, { ...place, steps: place.steps.slice(0, -1), key: above })?.expression ?? false;
}

/** Everything that may be written at a place. */
export function proposalsAt(
  language: Language,
  references: readonly ReferenceKnowledge[],
  place: PlaceInMap,
): readonly Proposal[] {
  if (place.role === "key") return (knowledgeAt(language, place.steps)?.keys ?? []).map(ofKey);
  if (isExpression(language, place)) return [...references.map(ofReference), ...language.functions.map(ofFunction)];
  return (keyAt(language, place)?.values ?? []).map((value) => ({
    label: value,
    insert: value,
    kind: "value",
    detail: "",
    about: "",
  }));
}

function ofKey({ name, about, required }: KeyKnowledge): Proposal {
  return { label: name, insert: `${name}: `, kind: "key", detail: required ? "required" : "", about };
}

function ofReference(known: ReferenceKnowledge): Proposal {
  return {
    label: known.text,
    insert: known.text,
    kind: "reference",
    detail: `${known.class}, ${known.type}`,
    about: aboutReference(known),
  };
}

function ofFunction({ name, form, about }: FunctionKnowledge): Proposal {
  return { label: name, insert: name, kind: "function", detail: form, about };
}

/** A reference in a sentence. */
export function aboutReference({ type, class: how, trust, purpose }: ReferenceKnowledge): string {
  return `${type}, ${how}, trusted as ${trust}${purpose === "" ? "" : `; for: ${purpose}`}`;
}

/** What there is to say of the word at an offset; undefined where nothing is known of it. */
export function sayingOf(
  language: Language,
  references: readonly ReferenceKnowledge[],
  place: PlaceInMap,
  word: string,
): { readonly title: string; readonly about: string } | undefined {
  if (place.role === "key") {
    const key = knowledgeAt(language, place.steps)?.keys.find(({ name }) => name === word);
    return key && { title: `${word}${key.required ? " (required)" : ""}`, about: key.about };
  }
  const reference = references.find(({ text }) => text === word);
  if (reference) return { title: word, about: aboutReference(reference) };
  if (isExpression(language, place)) {
    const called = language.functions.find(({ name }) => name === word || word.endsWith(`.${name}`));
    if (called) return { title: called.form, about: called.about };
  }
  const key = keyAt(language, place);
  return key && { title: key.name, about: key.about };
}

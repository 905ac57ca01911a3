import { FUNCTION_GROUPS } from "../../claims/language/function-entries.ts";
import { claimMapShape } from "../../claims/shape/claim-map-shape.ts";
import type { Kind, RecordShape } from "../../claims/shape/shape.ts";
import type { KeyKnowledge, Language, PlaceKnowledge } from "./messages.ts";

/** What an editor of claim maps knows, from the descriptions that the reader walks and the reference is made from. */
export function languageKnown(): Language {
  const places: Record<string, PlaceKnowledge> = {};
  ofRecord(claimMapShape, "", places);
  const functions = FUNCTION_GROUPS.flatMap(({ entries }) =>
    entries.map(({ name, form, gives, says }) => ({ name, form, about: `Gives ${gives}. ${withoutLinks(says)}` })),
  );
  return { places, functions };
}

function ofRecord({ about, keys, rest }: RecordShape, place: string, places: Record<string, PlaceKnowledge>): void {
  places[place] = {
    about: sentence(about),
    keys: Object.entries(keys).map(
      ([name, { kind, about: what, required }]): KeyKnowledge => ({
        name,
        about: sentence(what),
        required: required === true,
        values: valuesOf(kind),
        expression: isExpression(kind),
      }),
    ),
    names: rest?.noun ?? null,
  };
  for (const [name, { kind, about: what }] of Object.entries(keys)) ofKind(kind, what, below(place, name), places);
  if (rest) ofKind(rest.of, rest.noun, below(place, "*"), places);
}

function ofKind(kind: Kind, about: string, place: string, places: Record<string, PlaceKnowledge>): void {
  switch (kind.kind) {
    case "record":
    case "either":
      ofRecord(kind.record, place, places);
      break;
    case "names":
      places[place] = { about: sentence(about), keys: [], names: kind.noun };
      ofKind(kind.of, kind.noun, below(place, "*"), places);
      break;
    case "list":
      ofKind(kind.of, about, below(place, "*"), places);
      break;
    default:
    // Of a value that is no map there is nothing to know below it.
  }
}

function below(place: string, step: string): string {
  return place === "" ? step : `${place}/${step}`;
}

function valuesOf(kind: Kind): readonly string[] {
  switch (kind.kind) {
    case "choice":
      return kind.of;
    case "bool":
      return ["true", "false"];
    case "constant":
      return [String(kind.value)];
    case "list":
      return valuesOf(kind.of);
    case "either":
      return valuesOf(kind.choice);
    default:
      return [];
  }
}

function isExpression(kind: Kind): boolean {
  switch (kind.kind) {
    case "text":
      return kind.as === "expression";
    case "list":
    case "names":
      return isExpression(kind.of);
    case "either":
      return isExpression(kind.choice);
    default:
      return false;
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A page that shows text shows no links. */
function withoutLinks(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

import type { SourceNode } from "../text/source-node.ts";
import { anyOf, code } from "./place.ts";
import type { Form, Key, Kind } from "./shape.ts";

/** What to write where this kind of value stands: a sentence. */
export function offer(kind: Kind): string {
  switch (kind.kind) {
    case "text":
      if (kind.as === "expression") return "Write a CEL expression in quotes.";
      if (kind.as === "template") return "Write a template such as `STAFF#{user.sub}` in quotes.";
      return kind.form ? offerForm(kind.form, kind.as === "infrastructure") : "Write text.";
    case "choice":
      return `Write ${anyOf(kind.of)}.`;
    case "bool":
      return "Write `true` or `false`.";
    case "whole":
      return `Write a whole number from ${kind.least} to ${kind.most}.`;
    case "constant":
      return `Write \`${kind.value}\`.`;
    case "literal":
      return "Write text, a number, `true`, `false`, or a list or map of these.";
    case "json":
      return "Write JSON.";
    case "list":
      return `Write a list: \`[${itemExample(kind.of)}]\`.`;
    case "record":
      return `Write a map: \`{ ${Object.keys(kind.record.keys).slice(0, 3).join(": ..., ")}: ... }\`.`;
    case "names":
      return `Write a map: \`{ ${kind.form?.example ?? "NAME"}: ... }\`.`;
    case "either":
      return `Write ${kind.hint}.`;
  }
}

/** What to add where a key is missing: a sentence. */
export function addition(name: string, { kind, about }: Key): string {
  if (kind.kind === "constant") return `Add ${code(`${name}: ${kind.value}`)}.`;
  return `Add ${code(name)}: ${kind.kind === "choice" ? anyOf(kind.of) : about}.`;
}

export function offerForm(form: Form, mayBeVariable: boolean): string {
  const variable = mayBeVariable ? ", or `${env:NAME}`" : "";
  return `Write ${form.is}, such as ${code(form.example)}${variable}${form.made ? `: ${form.made}` : ""}.`;
}

/** What YAML (or JSON) made of a value, with its article. */
export function madeOf({ kind }: SourceNode): string {
  const words = { text: "text", number: "a number", bool: "a truth value", list: "a list", map: "a map" };
  return kind === "null" || kind === "broken" ? "nothing" : words[kind];
}

/** What a kind asks for, with its article. */
export function askedFor(kind: Kind): string {
  switch (kind.kind) {
    case "text":
    case "choice":
      return "text";
    case "bool":
      return "a truth value";
    case "whole":
    case "constant":
      return "a number";
    case "literal":
    case "json":
      return "a plain value";
    case "list":
      return "a list";
    case "record":
    case "names":
      return "a map";
    case "either":
      return kind.choice.kind === "list" ? "a list or a map" : "text or a map";
  }
}

function itemExample(kind: Kind): string {
  if (kind.kind === "choice") return kind.of[0] ?? "...";
  if (kind.kind === "literal") return "VALUE";
  return kind.kind === "text" ? (kind.form?.example ?? "NAME") : "...";
}

import { readKeyTemplate } from "../language/key-template.ts";
import { scalarOffset } from "../text/scalar-offset.ts";
import type { SourceNode } from "../text/source-node.ts";
import { quoted } from "../text/source-text.ts";
import { code, label, type Place } from "./place.ts";
import type { Text } from "./shape.ts";
import { leave, type leftOut, report, type WalkFindings } from "./walk-findings.ts";
import { madeOf, offer } from "./wording.ts";

export const VARIABLE: RegExp = /^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/;
/** What somebody writes who means `${env:NAME}`. */
const ALMOST_VARIABLE = /\$\{|^\$\w+$|\{env:/;
export const PARTITION: RegExp = /\{partition\.\w+\}/;
/** Words, and nothing an expression could do with them. */
const WORDS = /^[A-Za-z_]\w*(?: (?!in )[A-Za-z_]\w*)*$/;

type TextProblem = { readonly code: string; readonly message: string; readonly fix: string; readonly inside?: number };

/** Reads a text of any sort. What only lacks quotes is reported, and read as it was meant. */
export function readText(kind: Text, node: SourceNode, place: Place, found: WalkFindings): string | typeof leftOut {
  const value = asText(kind, node, place, found);
  if (value === undefined) return leave(place, found);
  if (value.trim() === "") {
    report(found, place, "CS111", node.start, `${label(place)} is empty`, offer(kind));
    return leave(place, found);
  }
  const problem = textProblem(kind, value);
  if (problem === undefined) return value;
  const offset =
    node.kind === "text" && problem.inside !== undefined ? scalarOffset(found.text, node, problem.inside) : node.start;
  report(found, place, problem.code, offset, `${label(place)} ${problem.message}`, problem.fix);
  // A text in the wrong form still names what it names, and the other checks have more to say with it.
  return kind.as === "expression" ? leave(place, found) : value;
}

function asText(kind: Text, node: SourceNode, place: Place, found: WalkFindings): string | undefined {
  const quote = (written: string): string => {
    const key = place.path.at(-1);
    const value = found.format === "json" ? JSON.stringify(written) : quoted(written);
    return place.isItem || key === undefined ? value : `${found.format === "json" ? `"${key}"` : key}: ${value}`;
  };
  if (node.kind === "number" || node.kind === "bool") {
    const message = `${label(place)} is ${madeOf(node)} here, not text`;
    report(found, place, "CS105", node.start, message, `Quote it: ${code(quote(node.written))}.`);
    return node.written;
  }
  if (node.kind === "text") {
    const trap = kind.as === "expression" ? expressionTrap(node, found) : undefined;
    if (trap === undefined) return node.value;
    report(found, place, "CS108", node.start, `${label(place)} ${trap.message}`, `Write ${code(quote(trap.meant))}.`);
    return trap.meant;
  }
  const written = found.text.slice(node.start, node.end);
  if (kind.as === "expression" && found.format === "yaml" && /^[[{]/.test(written) && !written.includes("\n")) {
    const message = `${label(place)} is an expression, and ${code(written.charAt(0))} starts ${madeOf(node)} in YAML`;
    report(found, place, "CS108", node.start, message, `Write ${code(quote(written))}.`);
    return written;
  }
  report(found, place, "CS105", node.start, `${label(place)} is ${madeOf(node)}, not text`, offer(kind));
  return undefined;
}

/** Text that lost its quotes to YAML, or its end to a comment. */
function expressionTrap(
  node: SourceNode & { readonly kind: "text" },
  found: WalkFindings,
): { readonly message: string; readonly meant: string } | undefined {
  if (node.quoted) {
    const isText = WORDS.test(node.value) && !found.names.has(node.value);
    const meant = found.format === "json" ? `'${node.value}'` : `"${node.value}"`;
    return isText
      ? { message: `reads ${code(node.value)} as a name: the quotes are not part of it`, meant }
      : undefined;
  }
  const rest = /^[ \t]+#[^\n]*/.exec(found.text.slice(node.end))?.[0];
  const isCut =
    rest !== undefined && (node.value.split('"').length % 2 === 0 || node.value.split("'").length % 2 === 0);
  return isCut ? { message: "is cut off: ` #` starts a comment", meant: (node.value + rest).trimEnd() } : undefined;
}

function textProblem(kind: Text, value: string): TextProblem | undefined {
  if (kind.as === "template") return templateProblem(value, kind.isBeginning === true);
  if (kind.as !== "infrastructure") {
    const inside = value.indexOf("${env:");
    if (inside >= 0) {
      const fix = "Use variables for tables, regions, keys, clients and readers only.";
      return { code: "CS107", message: "cannot hold `${env:NAME}`", fix, inside };
    }
  } else if (VARIABLE.test(value)) {
    return undefined;
  } else if (PARTITION.test(value)) {
    if (kind.isPartitioned) return undefined;
    const fix = "Use `{partition.NAME}` for tables, regions and keys only.";
    return { code: "CS107", message: "cannot hold `{partition.NAME}`", fix, inside: value.search(PARTITION) };
  } else if (ALMOST_VARIABLE.test(value)) {
    const message = "mixes a variable with other text, or misspells it";
    return {
      code: "CS107",
      message,
      fix: "Write `${env:NAME}` and nothing else; put the whole value into the variable.",
    };
  }
  if (kind.form === undefined || kind.form.pattern.test(value)) return undefined;
  return { code: "CS106", message: `is not ${kind.form.is}`, fix: offer(kind) };
}

function templateProblem(value: string, isBeginning: boolean): TextProblem | undefined {
  const variable = value.indexOf("${");
  if (variable >= 0) {
    const message = "is a key: it cannot hold `${env:NAME}`";
    return { code: "CS107", message, fix: "Write the key's fixed text into the map.", inside: variable };
  }
  const template = readKeyTemplate(value);
  if (!("problem" in template)) {
    if (!isBeginning || typeof template.parts.at(-1) === "string") return undefined;
    // What begins with `ORG#a` may be of `ab`.
    const fix = "End it with fixed text, such as `ORG#{tenant.id}#`; a whole key is no beginning and stands in `key`.";
    return { code: "CS107", message: "ends with a reference: longer values begin like it", fix };
  }
  const { problem, text, offset } = template;
  if (problem === "neighbours") {
    const fix = "Put fixed text between the two, such as `#`: without, two subjects can have one key.";
    return { code: "CS107", message: `has nothing in front of ${code(text)} but a reference`, fix, inside: offset };
  }
  if (problem === "braces") {
    const fix = "Close every `{` with a `}`: `STAFF#{user.sub}`.";
    return { code: "CS107", message: `has a ${code(text)} without its partner`, fix, inside: offset };
  }
  const fix = "Write a reference in braces, such as `{user.sub}` or `{tenant.id}`.";
  return { code: "CS107", message: `holds ${code(`{${text}}`)}, which is no reference`, fix, inside: offset };
}

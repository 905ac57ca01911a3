import type { SourceEntry, SourceNode } from "../text/source-node.ts";
import { closeName } from "./close-name.ts";
import { anyOf, code, itemOf, keyOf, label, namedIn, type Place } from "./place.ts";
import type { Choice, Form, Key, Kind, RecordShape } from "./shape.ts";
import { leave, leftOut, report, type WalkFindings } from "./walk-findings.ts";
import { readText } from "./walk-text.ts";
import { addition, askedFor, madeOf, offer, offerForm } from "./wording.ts";

type Of<K extends string, T> = Extract<T, { readonly kind: K }>;

/**
 * Reads one part of a map by its kind: reports everything wrong with it, leaves out what cannot be used and returns
 * the rest as plain values without prototypes, with the defaults filled in.
 */
export function walk(kind: Kind, node: SourceNode, place: Place, found: WalkFindings): unknown {
  if (node.kind === "broken") return leave(place, found);
  if (kind.kind === "json") return json(node, place, found);
  if (node.kind === "null") {
    report(found, place, "CS105", place.offset, `${label(place)} has no value`, offer(kind));
    return leave(place, found);
  }
  if (kind.kind === "text") return readText(kind, node, place, found);
  if (kind.kind === "choice" && node.kind === "text") return choose(kind, offer(kind), node, place, found);
  if (kind.kind === "bool" && node.kind === "bool") return node.value;
  if (kind.kind === "whole" && node.kind === "number") return wholeNumber(kind, node, place, found);
  if (kind.kind === "constant" && node.kind === "number") return constant(kind, node, place, found);
  if (kind.kind === "literal") return literal(node, place, found);
  if (kind.kind === "list" && node.kind === "list") return list(kind, node, place, found);
  if (kind.kind === "record" && node.kind === "map") return record(kind.record, node, place, found);
  if (kind.kind === "names" && node.kind === "map") return names(kind, node, place, found);
  if (kind.kind === "either" && node.kind === "map") return record(kind.record, node, place, found);
  if (kind.kind === "either") return short(kind, node, place, found);
  return wrongKind(kind, node, place, found);
}

function short(kind: Of<"either", Kind>, node: SourceNode, place: Place, found: WalkFindings): unknown {
  const { choice } = kind;
  if (choice.kind === "list" && node.kind === "list") return list(choice, node, place, found);
  if (choice.kind === "text" && node.kind === "text") return readText(choice, node, place, found);
  if (choice.kind === "choice" && node.kind === "text") return choose(choice, offer(kind), node, place, found);
  return wrongKind(kind, node, place, found);
}

function wrongKind(kind: Kind, node: SourceNode, place: Place, found: WalkFindings): typeof leftOut {
  const message = `${label(place)} is ${madeOf(node)}, not ${askedFor(kind)}`;
  const isLoneItem = kind.kind === "list" && node.kind === "text" && !/[\s,[\]{}"']/.test(node.value);
  const fix = isLoneItem ? `Write ${code(`[${node.value}]`)}.` : offer(kind);
  report(found, place, "CS105", node.start, message, fix);
  return leave(place, found);
}

function choose(kind: Choice, fix: string, node: Of<"text", SourceNode>, place: Place, found: WalkFindings): unknown {
  if (kind.of.includes(node.value)) return node.value;
  const meant = closeName(node.value, kind.of);
  const message = `${label(place)} cannot be ${code(node.value)}`;
  report(found, place, "CS106", node.start, message, meant === undefined ? fix : `Write ${code(meant)}.`);
  return leave(place, found);
}

function wholeNumber(
  kind: Of<"whole", Kind>,
  node: Of<"number", SourceNode>,
  place: Place,
  found: WalkFindings,
): unknown {
  const { value } = node;
  if (Number.isInteger(value) && value >= kind.least && value <= kind.most) return value;
  report(found, place, "CS106", node.start, `${label(place)} cannot be ${code(node.written)}`, offer(kind));
  return leave(place, found);
}

function constant(
  kind: Of<"constant", Kind>,
  node: Of<"number", SourceNode>,
  place: Place,
  found: WalkFindings,
): unknown {
  if (node.value === kind.value) return node.value;
  const message = `${label(place)} is ${code(node.written)}; this claimseal reads \`${kind.value}\` only`;
  report(found, place, "CS106", node.start, message, offer(kind));
  return leave(place, found);
}

/** JSON but null. */
function literal(node: SourceNode, place: Place, found: WalkFindings): unknown {
  if (node.kind === "list") return list({ kind: "list", of: { kind: "literal" } }, node, place, found);
  if (node.kind === "map") return names({ kind: "names", noun: "entry", of: { kind: "literal" } }, node, place, found);
  return scalar(node, place, found);
}

/** JSON as it stands. What cannot be read of it leaves the whole out: a row without one of its values is another row. */
function json(node: SourceNode, place: Place, found: WalkFindings): unknown {
  if (node.kind === "null") return null;
  if (node.kind === "list") {
    const items = node.items.map((item, index) => json(item, itemOf(place, index, item.start), found));
    return items.includes(leftOut) ? leave(place, found) : items;
  }
  if (node.kind !== "map") return scalar(node, place, found);
  const values = bare();
  for (const { key, start, value } of node.entries) values[key] = json(value, keyOf(place, key, start), found);
  return Object.values(values).includes(leftOut) ? leave(place, found) : values;
}

/** Numbers that YAML would change on the way are refused: an identifier may stand there. */
function scalar(node: SourceNode, place: Place, found: WalkFindings): unknown {
  if (node.kind !== "number") return "value" in node ? node.value : leave(place, found);
  const isKept = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(node.written) && Number.isFinite(node.value);
  if (isKept && (!Number.isInteger(node.value) || Number.isSafeInteger(node.value))) return node.value;
  const message = `${label(place)}: ${code(node.written)} becomes the number ${node.value}`;
  report(found, place, "CS105", node.start, message, `Quote it: ${code(JSON.stringify(node.written))}.`);
  return leave(place, found);
}

function list(kind: Of<"list", Kind>, node: Of<"list", SourceNode>, place: Place, found: WalkFindings): unknown {
  if (node.items.length < (kind.least ?? 0)) {
    report(found, place, "CS111", node.start, `${label(place)} is empty`, offer(kind));
    return leave(place, found);
  }
  const values: unknown[] = [];
  const indices: number[] = [];
  for (const [index, item] of node.items.entries()) {
    const here = itemOf(place, index, item.start);
    const value = walk(kind.of, item, here, found);
    if (value === leftOut) continue;
    if (typeof value === "string" && values.includes(value)) {
      report(found, here, "CS111", item.start, `${label(place)} holds ${code(value)} twice`, "Delete one of the two.");
      leave(here, found);
      continue;
    }
    values.push(value);
    indices.push(index);
  }
  if (values.length < node.items.length) found.kept.push({ path: place.path, indices });
  return values.length === 0 && kind.least ? leave(place, found) : values;
}

function names(kind: Of<"names", Kind>, node: Of<"map", SourceNode>, place: Place, found: WalkFindings): unknown {
  const { length } = node.entries;
  if (length < (kind.least ?? 0) || length > (kind.most ?? Number.POSITIVE_INFINITY)) {
    const message = length === 0 ? `${label(place)} is empty` : `${label(place)} has more than ${kind.most} entries`;
    report(found, place, "CS111", node.start, message, offer(kind));
    return leave(place, found);
  }
  const values = bare();
  for (const { key, start, value } of node.entries) {
    const here = namedIn(place, kind.noun, key, start);
    if (key.trim() === "" || kind.form?.pattern.test(key) === false) {
      const fix = kind.form ? nameFix(kind.form, key) : "Give it a name.";
      report(found, here, "CS106", start, `${label(here)} is not ${kind.form?.is ?? "a name"}`, fix);
      leave(here, found);
      continue;
    }
    const read = walk(kind.of, value, here, found);
    if (read !== leftOut) values[key] = read;
  }
  return values;
}

function nameFix(form: Form, written: string): string {
  const meant = `${form.prefix ?? ""}${written}`;
  return form.pattern.test(meant) ? `Write ${code(meant)}.` : offerForm(form, false);
}

function record(shape: RecordShape, node: Of<"map", SourceNode>, place: Place, found: WalkFindings): unknown {
  const read = new Map<string, unknown>();
  const meant = new Set<string>();
  const known = Object.keys(shape.keys);
  const free = known.filter((name) => !node.entries.some(({ key }) => key === name));
  for (const entry of node.entries) {
    const here = keyOf(place, entry.key, entry.start);
    const key = Object.hasOwn(shape.keys, entry.key) ? shape.keys[entry.key] : undefined;
    if (key !== undefined) {
      read.set(entry.key, walk(key.kind, entry.value, here, found));
    } else if (shape.rest === undefined) {
      const near = unknownKey(known, free, entry, place, found);
      // The key that was meant is not missing too: whatever depends on it is skipped.
      if (near !== undefined) leave(keyOf(place, near, place.offset), found);
      if (near !== undefined) meant.add(near);
      leave(here, found);
    }
  }
  const values = bare();
  let isSpoilt = false;
  for (const [name, key] of Object.entries(shape.keys)) {
    const here = keyOf(place, name, place.offset);
    if (!read.has(name) && key.required) {
      if (!meant.has(name))
        report(found, here, "CS104", place.offset, `${label(place)} has no ${code(name)}`, addition(name, key));
      leave(here, found);
    }
    const value = read.get(name) ?? leftOut;
    const filled = value === leftOut ? substitute(key) : value;
    if (filled !== undefined) values[name] = filled;
    else if (key.required) isSpoilt = true;
  }
  if (shape.rest) {
    const own = node.entries.filter(({ key }) => !Object.hasOwn(shape.keys, key));
    const rest: Of<"names", Kind> = { kind: "names", least: 1, ...shape.rest };
    values[shape.rest.into] = names(rest, { ...node, entries: own }, place, found);
    isSpoilt ||= values[shape.rest.into] === leftOut;
  }
  return isSpoilt ? leave(place, found) : values;
}

/** Reports an unknown key and returns the one that was meant, if one is close. */
function unknownKey(
  known: readonly string[],
  free: readonly string[],
  { key, start }: SourceEntry,
  place: Place,
  found: WalkFindings,
): string | undefined {
  const meant = closeName(key, free);
  const where = place.path.length === 0 ? "" : ` in ${label(place)}`;
  const fix = meant === undefined ? `Known here: ${anyOf(known)}.` : `Write ${code(meant)}.`;
  report(found, keyOf(place, key, start), "CS103", start, `unknown key ${code(key)}${where}`, fix);
  return meant;
}

/** What a key that is missing or left out is taken as: its stand-in or its default, for a record key by key. */
function substitute({ kind, standIn, default: value = standIn }: Key): unknown {
  if (kind.kind === "names" && value !== undefined) return bare();
  if (kind.kind !== "record" || value === undefined) return value;
  const values = bare();
  for (const [name, key] of Object.entries(kind.record.keys)) {
    const inner = substitute(key);
    if (inner !== undefined) values[name] = inner;
  }
  return values;
}

/** A record that holds what was read and nothing else: no prototype, so no name has a meaning of its own. */
function bare(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

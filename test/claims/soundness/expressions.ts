import type { Class, Trust } from "../../../claims/plan.ts";
import type { Random } from "../../canary/random.ts";

export type Kind = "string" | "bool" | "int" | "list" | "timestamp" | "map" | "fields";

/** Something an expression may read, and what the drawing of the map reckons of it. */
export type Readable = {
  /** As an expression writes it; the name alone for an attribute of a query's rows. */
  readonly text: string;
  readonly kind: Kind;
  readonly class: Class;
  readonly trust: Trust;
  /** The query whose rows have it. */
  readonly rows?: string;
  /** A machine has it not. */
  readonly isPersonal: boolean;
  /** Every value it can have is listed. */
  readonly hasValues?: boolean;
  /** Nothing bounds its length. */
  readonly isUnbounded?: boolean;
};

/** What an expression is made from at one place. */
export type Words = {
  readonly random: Random;
  readonly readables: readonly Readable[];
  /** Texts that a macro or a binding named. */
  readonly variables: readonly string[];
  /** How far it may still grow. */
  readonly depth: number;
  /** Whether nothing may be called whose result has no bound that shows. */
  readonly isBounded: boolean;
};

const LITERALS = ["a", "b", "", "a", "b", "x.org", "a,b"] as const;
const quoted = (text: string): string => `'${text}'`;

/** An expression of one of the types a claim can have. */
export function drawValue(words: Words): string {
  const { random } = words;
  const kinds = words.isBounded
    ? [drawText, drawText, drawText, drawCondition]
    : [drawText, drawText, drawText, drawCondition, drawList, drawInt];
  return random.pick(kinds)(words);
}

export function drawText(words: Words): string {
  const { random } = words;
  if (words.depth <= 0 || random.chance(0.35)) return leaf(words);
  const inner = deeper(words);
  const bounded = [
    () => `(${drawText(inner)} + ${drawText(inner)})`,
    () => `(${drawCondition(inner)} ? ${drawText(inner)} : ${drawText(inner)})`,
    () => `${drawText(inner)}.${random.pick(["lowerAscii", "upperAscii", "trim"])}()`,
    () => orValue(inner),
  ];
  const unbounded = [
    () => `last(${drawText(inner)}, ${random.int(3)})`,
    () => `domain(${drawText(inner)})`,
    () => `${drawList(inner)}.join(',')`,
    () => `string(${drawInt(inner)})`,
    () => `${drawList(inner)}[0]`,
    () => `json(${drawList(inner)})`,
    () => fieldOf(inner, "city"),
    () => entryOf(inner),
    () => `{'a': ${drawText(inner)}, 'b': 'x'}[${drawText(inner)}]`,
    () => withBinding(inner, drawText),
    () => pseudonymOf(inner),
  ];
  return random.pick(words.isBounded ? bounded : [...bounded, ...unbounded])();
}

export function drawCondition(words: Words): string {
  const { random } = words;
  const inner = deeper(words);
  const small = [
    () => `${drawText({ ...words, depth: 0 })} == ${quoted(random.pick(LITERALS))}`,
    () => presence(words),
    () => reading(words, "bool") ?? `${drawText({ ...words, depth: 0 })} != 'a'`,
  ];
  if (words.depth <= 0 || random.chance(0.25)) return random.pick(small)();
  return random.pick([
    ...small,
    () => `${drawText(inner)} == ${drawText(inner)}`,
    () => `${drawText(inner)} in ['a', ${drawText(inner)}]`,
    () => `(${drawCondition(inner)} && ${drawCondition(inner)})`,
    () => `(${drawCondition(inner)} || ${drawCondition(inner)})`,
    () => `!(${drawCondition(inner)})`,
    () => `${drawInt(inner)} ${random.pick(["<", ">=", "=="])} ${random.int(3)}`,
    () => `${drawText(inner)}.${random.pick(["startsWith", "contains", "endsWith"])}('a')`,
    () => `matches(${drawText(inner)}, '^a')`,
    () => overTexts(inner, random.pick(["exists", "all", "exists_one"])),
    () => overRows(inner, random.pick(["exists", "all", "exists_one"])),
    () => overRows(inner, "exists"),
    () => `${drawText(inner)} in ${drawList(inner)}`,
    () => reading(words, "timestamp", (text) => `${text} < now`) ?? presence(words),
    () => withBinding(inner, drawCondition),
  ])();
}

export function drawList(words: Words): string {
  const { random } = words;
  const there = reading(words, "list");
  if (words.depth <= 0 || (there !== undefined && random.chance(0.4))) return there ?? `[${leaf(words)}]`;
  const inner = deeper(words);
  return random.pick([
    () => `[${drawText(inner)}, ${drawText(inner)}]`,
    () => `${random.pick(["distinct", "sort"])}(${drawList(inner)})`,
    () => `take(${drawList(inner)}, ${random.int(3)})`,
    () => `flatten([${drawList(inner)}, ${drawList(inner)}])`,
    () => `${drawText(inner)}.split(',')`,
    () => `bracketList(${drawText(inner)})`,
    () => overTexts(inner, "filter"),
    () => mapped(inner),
    () => mappedRows(inner),
    () => mappedRows(inner),
  ])();
}

export function drawInt(words: Words): string {
  const { random } = words;
  const there = reading(words, "int");
  if (words.depth <= 0 || random.chance(0.3)) return there ?? String(random.int(4));
  const inner = deeper(words);
  return random.pick([
    () => `size(${drawText(inner)})`,
    () => `${drawList(inner)}.size()`,
    () => `(${drawInt(inner)} + ${drawInt(inner)})`,
    () => `age(${drawText(inner)})`,
    () => counted(inner),
    () => there ?? "1",
  ])();
}

/** A condition that asking for more scopes can only make truer. */
export function drawAsking(words: Words, scopes: readonly string[]): string {
  const { random } = words;
  const asked = `${JSON.stringify(random.pick(scopes))} in request.scopes`;
  return random.pick([
    asked,
    `${asked} && ${drawCondition(deeper(words))}`,
    `(${drawCondition(deeper(words))} || ${asked})`,
    `${asked} && (${drawCondition(deeper(words))} || ${asked})`,
  ]);
}

function deeper(words: Words): Words {
  return { ...words, depth: words.depth - 1 };
}

function leaf({ random, readables, variables }: Words): string {
  const texts = readables.filter(({ kind, rows }) => kind === "string" && rows === undefined);
  if (variables.length > 0 && random.chance(0.4)) return random.pick(variables);
  return texts.length > 0 && random.chance(0.8) ? random.pick(texts).text : quoted(random.pick(LITERALS));
}

/** One of the readables of a kind, if there is any. */
function reading(
  { random, readables }: Words,
  kind: Kind,
  write: (text: string) => string = (text) => text,
): string | undefined {
  const found = readables.filter((each) => each.kind === kind && each.rows === undefined);
  return found.length > 0 ? write(random.pick(found).text) : undefined;
}

function presence(words: Words): string {
  const found = words.readables.filter(({ rows, text }) => rows === undefined && /^[a-z]\w*\.\w+$/.test(text));
  const open = found.filter(({ text }) => !/^(?:request|tenant|partition|def)\./.test(text));
  if (open.length === 0) return `${leaf(words)} == 'a'`;
  const { text } = words.random.pick(open);
  return words.random.chance(0.7) ? `has(${text})` : `${text.replace(".", ".?")}.hasValue()`;
}

function orValue(words: Words): string {
  const found = words.readables.filter(
    ({ kind, rows, text }) => kind === "string" && rows === undefined && /^(?:s\d|user)\.\w+$/.test(text),
  );
  if (found.length === 0) return leaf(words);
  return `${words.random.pick(found).text.replace(".", ".?")}.orValue(${drawText(words)})`;
}

function pseudonymOf(words: Words): string {
  const found = words.readables.filter(
    ({ kind, rows, text }) => kind === "string" && rows === undefined && !/^(?:def|partition)\./.test(text),
  );
  return found.length > 0 ? `pseudonym(${words.random.pick(found).text})` : leaf(words);
}

function fieldOf(words: Words, name: string): string {
  return reading(words, "fields", (text) => `${text}.${name}`) ?? leaf(words);
}

function entryOf(words: Words): string {
  return reading(words, "map", (text) => `${text}[${drawText(words)}]`) ?? leaf(words);
}

function withBinding(words: Words, draw: (words: Words) => string): string {
  const name = `v${words.depth}`;
  return `cel.bind(${name}, ${drawText(words)}, ${draw({ ...words, variables: [...words.variables, name] })})`;
}

function overTexts(words: Words, macro: string): string {
  const name = `e${words.depth}`;
  return `${drawList(words)}.${macro}(${name}, ${drawCondition({ ...words, variables: [...words.variables, name] })})`;
}

function mapped(words: Words): string {
  const name = `e${words.depth}`;
  return `${drawList(words)}.map(${name}, ${drawText({ ...words, variables: [...words.variables, name] })})`;
}

/** A query, and its attributes of one kind as the macro's variable has them. */
function rowsOf(
  words: Words,
  name: string,
): { readonly source: string; readonly texts: readonly string[] } | undefined {
  const found = words.readables.filter(({ rows, kind }) => rows !== undefined && kind === "string");
  if (found.length === 0) return undefined;
  const { rows: source = "" } = words.random.pick(found);
  return { source, texts: found.filter(({ rows }) => rows === source).map(({ text }) => `${name}.${text}`) };
}

function overRows(words: Words, macro: string): string {
  const name = `r${words.depth}`;
  const rows = rowsOf(words, name);
  if (rows === undefined) return presence(words);
  const { random } = words;
  const condition = random.chance(0.25)
    ? `has(${random.pick(rows.texts)})`
    : random.chance(0.5)
      ? `${random.pick(rows.texts)} == ${drawText({ ...words, depth: 0 })}`
      : drawCondition({ ...words, variables: [...words.variables, ...rows.texts] });
  return `${rows.source}.${macro}(${name}, ${condition})`;
}

function mappedRows(words: Words): string {
  const name = `r${words.depth}`;
  const rows = rowsOf(words, name);
  if (rows === undefined) return `[${leaf(words)}]`;
  const inside = { ...words, variables: [...words.variables, ...rows.texts] };
  return words.random.chance(0.5)
    ? `${rows.source}.map(${name}, ${words.random.pick(rows.texts)})`
    : `${rows.source}.map(${name}, ${drawCondition(inside)}, ${words.random.pick(rows.texts)})`;
}

/** How many rows there are, all or some. */
function counted(words: Words): string {
  const rows = rowsOf(words, "r");
  if (rows === undefined) return "1";
  return words.random.chance(0.5)
    ? `${rows.source}.size()`
    : `${rows.source}.filter(r, ${words.random.pick(rows.texts)} == 'a').size()`;
}

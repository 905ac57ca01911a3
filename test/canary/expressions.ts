import type { JsonValue } from "../../cognito/json.ts";
import type { Readable } from "./map-document.ts";
import type { Random } from "./random.ts";

/** What is known of one declared value in one event; the value as a token carries it. */
export type Fact =
  | { readonly state: "present"; readonly value: JsonValue }
  | { readonly state: "absent" }
  /** Breaks its declaration. */
  | { readonly state: "invalid" }
  /** Its source failed, and the map lets that pass. */
  | { readonly state: "failed" };

/** Facts by the names expressions write. */
export type Facts = ReadonlyMap<string, Fact>;

/** What an expression comes to; undefined where it is unknown. */
export type Model = (facts: Facts) => JsonValue | undefined;

/** An expression, and what it should come to by a model much smaller than the language. */
export type Modelled = { readonly text: string; readonly model: Model };

/** The values an expression may draw on. */
type From = {
  readonly random: Random;
  readonly readables: readonly Readable[];
  /** Nothing whose largest result the check cannot tell. */
  readonly isBounded: boolean;
};

/** The model of a bare reference. */
export function reference({ printed, declared }: Readable): Modelled {
  return {
    text: printed,
    model: (facts) => {
      const fact = facts.get(printed);
      if (fact?.state === "present") return fact.value;
      return fact?.state === "absent" ? declared.default : undefined;
    },
  };
}

/** A random expression of any type a claim can have; null where nothing may be read. */
export function drawValue(from: From): Modelled | null {
  const { random, readables } = from;
  if (readables.length === 0) return null;
  if (random.chance(0.6)) return reference(random.pick(readables));
  const made = random.pick([drawText, drawText, drawCondition, drawList, drawMap])(from);
  return made ?? reference(random.pick(readables));
}

/** Something of the rows of a query, of which an attribute may be read. */
export function ofRows({ root, name }: Readable, random: Random): Modelled {
  const each = (facts: Facts): readonly { readonly [name: string]: Fact }[] | undefined => {
    const rows = facts.get(root);
    return rows?.state === "present"
      ? (rows.value as unknown as readonly { readonly [name: string]: Fact }[])
      : undefined;
  };
  const known = (row: { readonly [name: string]: Fact }, of: string): JsonValue | undefined => {
    const fact = row[of];
    return fact?.state === "present" ? fact.value : undefined;
  };
  const allOf = (values: readonly (JsonValue | undefined)[]): JsonValue | undefined =>
    values.includes(undefined) ? undefined : (values as readonly JsonValue[]);
  return random.pick<Modelled>([
    {
      text: `${root}.map(m, m.${name})`,
      model: (facts) => allOf(each(facts)?.map((row) => known(row, name)) ?? [undefined]),
    },
    {
      text: `${root}.filter(m, m.org == "alpha").map(m, m.${name})`,
      model: (facts) => {
        const rows = each(facts);
        if (rows === undefined || rows.some((row) => known(row, "org") === undefined)) return undefined;
        return allOf(rows.filter((row) => known(row, "org") === "alpha").map((row) => known(row, name)));
      },
    },
    {
      text: `${root}.exists(m, m.${name} == "alpha")`,
      model: (facts) => {
        const values = each(facts)?.map((row) => known(row, name)) ?? [undefined];
        return values.includes("alpha") ? true : values.includes(undefined) ? undefined : false;
      },
    },
  ]);
}

/** A random text: what a V1 token carries. */
export function drawText(from: From): Modelled | null {
  const { random, readables, isBounded } = from;
  const texts = ofType(readables, "string");
  const lists = ofType(readables, "list<string>");
  const maps = ofType(readables, "map<string, string>");
  const numbers = ofType(readables, "int");
  const of = (value: Modelled, text: string, result: (value: never) => JsonValue | undefined): Modelled => ({
    text,
    model: (facts) => {
      const known = value.model(facts);
      return known === undefined ? undefined : result(known as never);
    },
  });
  const ways: (() => Modelled)[] = [];
  if (texts.length > 0) {
    const text = reference(random.pick(texts));
    const other = reference(random.pick(texts));
    ways.push(
      () => text,
      () => of(text, `${text.text}.lowerAscii()`, (value: string) => lowerAscii(value)),
      () => of(text, `${text.text}.upperAscii()`, (value: string) => value.replace(/[a-z]/g, (at) => at.toUpperCase())),
      () => of(text, `${text.text}.trim()`, (value: string) => value.trim()),
      () => ({
        text: `${text.text} + "/" + ${other.text}`,
        model: (facts) => joined(text.model(facts), other.model(facts)),
      }),
      () => {
        const test = drawCondition(from) ?? { text: "true", model: () => true };
        return {
          text: `${test.text} ? ${text.text} : "none"`,
          model: (facts) => {
            const result = test.model(facts);
            return result === undefined ? undefined : result === true ? text.model(facts) : "none";
          },
        };
      },
    );
  }
  if (lists.length > 0) {
    const list = reference(random.pick(lists));
    ways.push(() => of(list, `${list.text}[0]`, (items: readonly string[]) => items[0]));
  }
  if (texts.length > 0 && !isBounded) {
    const text = reference(random.pick(texts));
    ways.push(() => of(text, `${text.text}.split("@")[0]`, (value: string) => value.split("@")[0]));
  }
  if (lists.length > 0 && !isBounded) {
    const list = reference(random.pick(lists));
    const listed = (items: readonly string[]): string | undefined =>
      items.some((item) => item === "" || item.includes(";")) ? undefined : items.join(";");
    ways.push(() => of(list, `${list.text}.join(";")`, listed));
  }
  if (maps.length > 0) {
    const map = reference(random.pick(maps));
    const at = (entries: { readonly [key: string]: string }): string | undefined =>
      Object.hasOwn(entries, "first") ? entries["first"] : undefined;
    ways.push(() => of(map, random.pick([`${map.text}.first`, `${map.text}["first"]`]), at));
  }
  if (numbers.length > 0) {
    const number = reference(random.pick(numbers));
    ways.push(() => of(number, `string(${number.text})`, (value: number) => String(value)));
  }
  return ways.length === 0 ? null : random.pick(ways)();
}

/** A random condition. */
export function drawCondition(from: From): Modelled | null {
  const { random, readables } = from;
  if (readables.length === 0) return null;
  if (random.chance(0.2)) return combined(from);
  const read = random.pick(readables);
  const value = reference(read);
  const test = (text: string, holds: (value: never) => boolean): Modelled => ({
    text,
    model: (facts) => {
      const known = value.model(facts);
      return known === undefined ? undefined : holds(known as never);
    },
  });
  const { text } = value;
  const presence: Modelled = {
    text: /[[]/.test(text) ? `${text.replace("[", "[?")}.hasValue()` : `has(${text})`,
    model: (facts) => {
      const known = value.model(facts);
      return known !== undefined ? true : facts.get(text)?.state === "absent" ? false : undefined;
    },
  };
  const ways: { readonly [type in Readable["declared"]["type"]]: readonly Modelled[] } = {
    string: [
      test(`${text} == "alpha"`, (each: string) => each === "alpha"),
      test(`${text} in ["alpha", "beta"]`, (each: string) => ["alpha", "beta"].includes(each)),
      test(`${text}.startsWith("a")`, (each: string) => each.startsWith("a")),
      test(`!${text}.contains("7")`, (each: string) => !each.includes("7")),
      test(`size(${text}) > 4`, (each: string) => Array.from(each).length > 4),
    ],
    bool: [test(text, (each: boolean) => each), test(`!${text}`, (each: boolean) => !each)],
    int: [test(`${text} > 3`, (each: number) => each > 3), test(`${text} % 2 == 0`, (each: number) => each % 2 === 0)],
    timestamp: [test(`${text} < timestamp("2500-01-01T00:00:00Z")`, (each: number) => each < 16_725_225_600)],
    "list<string>": [
      test(`"alpha" in ${text}`, (each: readonly string[]) => each.includes("alpha")),
      test(`${text}.size() > 1`, (each: readonly string[]) => each.length > 1),
    ],
    "map<string, string>": [
      test(`has(${text}.first)`, (each: { readonly [key: string]: string }) => Object.hasOwn(each, "first")),
    ],
  };
  return random.chance(0.3) ? presence : random.pick(ways[read.declared.type]);
}

/** Two conditions, settled by one where one can settle it. */
function combined(from: From): Modelled | null {
  const [left, right] = [drawCondition(from), drawCondition(from)];
  if (left === null || right === null) return null;
  const isAnd = from.random.chance(0.5);
  return {
    text: `(${left.text} ${isAnd ? "&&" : "||"} ${right.text})`,
    model: (facts) => {
      const results = [left.model(facts), right.model(facts)];
      if (results.includes(!isAnd)) return !isAnd;
      return results.includes(undefined) ? undefined : isAnd;
    },
  };
}

function drawList({ random, readables }: From): Modelled | null {
  const texts = ofType(readables, "string");
  if (texts.length === 0) return null;
  const items = [reference(random.pick(texts)), reference(random.pick(texts))];
  return {
    text: `[${items.map(({ text }) => text).join(", ")}]`,
    model: (facts) => {
      const values = items.map(({ model }) => model(facts));
      return values.includes(undefined) ? undefined : (values as JsonValue[]);
    },
  };
}

function drawMap({ random, readables }: From): Modelled | null {
  const texts = ofType(readables, "string");
  if (texts.length === 0) return null;
  const value = reference(random.pick(texts));
  return {
    text: `{"kind": "x", "of": ${value.text}}`,
    model: (facts) => {
      const of = value.model(facts);
      return of === undefined ? undefined : { kind: "x", of };
    },
  };
}

function ofType(readables: readonly Readable[], type: Readable["declared"]["type"]): readonly Readable[] {
  return readables.filter(({ declared }) => declared.type === type);
}

function joined(a: JsonValue | undefined, b: JsonValue | undefined): string | undefined {
  return typeof a === "string" && typeof b === "string" ? `${a}/${b}` : undefined;
}

function lowerAscii(value: string): string {
  return value.replace(/[A-Z]/g, (at) => at.toLowerCase());
}

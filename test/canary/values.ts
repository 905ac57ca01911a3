import { decimalText } from "../../claims/gather/decimal-text.ts";
import type { JsonValue } from "../../cognito/json.ts";
import { type Canary, drawCanary, type Shape, shapeWithin } from "./canaries.ts";
import { WORDS } from "./draw-declarations.ts";
import type { Fact } from "./expressions.ts";
import type { WrittenValue } from "./map-document.ts";
import type { Random } from "./random.ts";

/** What decides the form of an event, and what decides the letters in it: a second run changes only the latter. */
export type Draw = { readonly structure: Random; readonly letters: Random };

/** A value for one place: as its source holds it, what is known of it, and the canaries in it. */
export type DrawnValue = { readonly raw: unknown; readonly fact: Fact; readonly canaries: readonly Canary[] };

type Plain = { readonly raw: unknown; readonly value: JsonValue; readonly canaries: readonly Canary[] };

/** A value that fits its declaration: with canaries in it where it is private, one of few words where it is open. */
export function drawFitting(place: string, declared: WrittenValue, asText: boolean, draw: Draw): DrawnValue {
  const { raw, value, canaries } =
    declared.class === "open" ? drawOpen(declared, draw) : drawPrivate(place, declared, draw);
  // Cognito hands over everything as text.
  const text = typeof raw === "string" ? raw : JSON.stringify(value);
  return { raw: asText ? text : raw, fact: { state: "present", value }, canaries };
}

/** A value that breaks its declaration and holds canaries, however open the place; null where text always fits. */
export function drawUnfitting(place: string, declared: WrittenValue, asText: boolean, draw: Draw): DrawnValue | null {
  const { structure, letters } = draw;
  const canary = drawCanary(place, structure.pick(["email", "name", "code", "postcode"]), letters);
  const { value } = canary;
  const broken = (raw: unknown): DrawnValue => ({ raw, fact: { state: "invalid" }, canaries: [canary] });
  const tooLong = value.padEnd(declared.maxLength === undefined ? 0 : declared.maxLength + 1, "-");
  if (asText) {
    if (declared.type === "string") {
      if (declared.values) return broken(value);
      return declared.maxLength === undefined ? null : broken(tooLong);
    }
    return broken(value);
  }
  const raws: readonly unknown[] = [
    decimalText(value),
    { deep: [{ deeper: { value } }] },
    Buffer.from(value),
    new Set([value, 5]),
    [value, null],
    { [value]: 7, [Symbol.iterator]: value },
    Object.create({ inherited: value }),
    new Map([[value, value]]),
    Symbol(value),
    ["__proto__", { value }],
    Object.defineProperty({}, "__proto__", { value: { value }, enumerable: true }),
    ...(declared.values || !declared.type.includes("string") ? [value, [value], { first: value }] : []),
    ...(declared.maxLength !== undefined ? [tooLong, [tooLong], { first: tooLong }, { [tooLong]: [] }] : []),
    ...(declared.maxItems !== undefined ? [Array.from({ length: declared.maxItems + 1 }, () => value)] : []),
  ];
  return broken(structure.pick(raws));
}

/** A value that is a trap to read: it throws, turns into text by itself, or is within itself. It breaks any declaration. */
export function drawTrap(place: string, { structure, letters }: Draw): DrawnValue {
  const canary = drawCanary(place, "code", letters);
  const { value } = canary;
  const spring = (): never => {
    throw new Error(`trap of ${value}`);
  };
  const round: { self?: unknown; value: string } = { value };
  round.self = round;
  const traps: readonly unknown[] = [
    Object.defineProperty({}, "first", { enumerable: true, get: spring }),
    new Proxy([value], { get: spring, getPrototypeOf: spring }),
    round,
    { toJSON: () => value, toString: () => value },
  ];
  return { raw: structure.pick(traps), fact: { state: "invalid" }, canaries: [canary] };
}

/** Words that keep to the bounds of the maps this project ships. */
const SHORT = ["c42", "c7", "org-1"];

function drawOpen(declared: WrittenValue, { structure }: Draw): Plain {
  const { type, values, maxLength = 80, pattern = ".*", min } = declared;
  const words = (values ?? [...WORDS, ...(declared.pattern || maxLength < 20 ? SHORT : [])]).filter(
    (each) => each.length <= maxLength && new RegExp(`^(?:${pattern})$`, "u").test(each),
  );
  const word = (): string => structure.pick(words);
  switch (type) {
    case "string":
      return same(word());
    case "int":
      return same((typeof min === "number" ? min : 0) + structure.int(9));
    case "bool":
      return same(structure.chance(0.5));
    case "timestamp":
      return { raw: "2026-03-01T08:00:00Z", value: 1_772_352_000, canaries: [] };
    case "list<string>":
      return same(Array.from({ length: structure.int(3) }, word));
    case "map<string, string>":
      return same({ first: word() });
  }
}

function drawPrivate(
  place: string,
  { type, values, maxLength, pattern, maxItems = 3 }: WrittenValue,
  draw: Draw,
): Plain {
  const { structure, letters } = draw;
  const canaries: Canary[] = [];
  const given = (shape: Shape): string => {
    const canary = drawCanary(place, shape, letters);
    canaries.push(canary);
    return canary.value;
  };
  const text = (): string => {
    if (values) return structure.pick(values);
    const shape = shapeWithin(maxLength ?? 80, pattern, structure);
    return shape === null ? "-" : given(shape);
  };
  const plain = (value: JsonValue, raw: unknown = value): Plain => ({ raw, value, canaries });
  switch (type) {
    case "string":
      return plain(text());
    case "int": {
      const digits = given("number");
      return plain(Number(digits), structure.chance(0.5) ? decimalText(digits) : Number(digits));
    }
    case "bool":
      return plain(structure.chance(0.5));
    case "timestamp": {
      const at = given("date");
      return plain(Math.floor(Date.parse(at) / 1000), at);
    }
    case "list<string>":
      return plain(Array.from({ length: structure.int(maxItems + 1) }, text));
    case "map<string, string>": {
      const entries = [["first", text()] as const, ...(structure.chance(0.5) ? [[text(), text()] as const] : [])];
      return plain(Object.fromEntries(entries));
    }
  }
}

function same(value: JsonValue): Plain {
  return { raw: value, value, canaries: [] };
}

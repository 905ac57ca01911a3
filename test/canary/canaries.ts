import { type Random, randomFrom } from "./random.ts";

/** What a canary looks like, so that code which treats a phone number in its own way meets one. */
export type Shape = "email" | "phone" | "date" | "postcode" | "name" | "code" | "number" | "uuid";

/** A value that exists nowhere else: where it turns up, its source has leaked. */
export type Canary = {
  /** What was given it: `staff.phone`, `clientMetadata.k1`. Findings quote this. */
  readonly place: string;
  readonly shape: Shape;
  readonly value: string;
};

const DIGITS = "0123456789";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const BASE36 = DIGITS + LETTERS;
/** Diaeresis, acute, cedilla: letters with them have two spellings in Unicode (NFC and NFD). */
const MARKS = "\u0308\u0301\u0327";

/** Every shape with twelve or more random characters, and characters that URLs, HTML and JSON escape. */
const SHAPES: { readonly [shape in Shape]: (random: Random) => string } = {
  email: ({ text }) => `${text(7, BASE36)}+${text(6, BASE36)}@${text(8, BASE36)}.${text(2, LETTERS)}`,
  phone: ({ text }) => `+${text(2, "123456789")} ${text(3, DIGITS)} ${text(9, DIGITS)}`,
  // Far in the future, so that no date of the maps or of the run is ever one.
  date: ({ int, text }) =>
    `${3000 + int(6000)}-${two(1 + int(12))}-${two(1 + int(28))}T${two(int(24))}:${two(int(60))}:${two(int(60))}.${text(9, DIGITS)}Z`,
  postcode: ({ text }) => `${text(6, BASE36)} ${text(6, BASE36)}`.toUpperCase(),
  name: ({ text }) =>
    `${text(1, LETTERS).toUpperCase()}${text(1, MARKS)}${text(4, BASE36)}e${text(1, MARKS)}${text(3, BASE36)} "O'${text(4, BASE36)}&${text(6, BASE36)}"`,
  code: ({ text }) => text(16, BASE36),
  // 15 digits: exact as a JavaScript number.
  number: ({ text }) => `${text(1, "123456789")}${text(14, DIGITS)}`,
  uuid: ({ text }) => {
    const hex = text(32, "0123456789abcdef");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  },
};

/** Shapes any text can have, by the bytes they take at most as JSON text without its quotes. */
const TEXT_SHAPES: readonly (readonly [shape: Shape, bytes: number])[] = [
  ["code", 16],
  ["postcode", 13],
  ["phone", 18],
  ["email", 25],
  ["date", 30],
  ["name", 35],
];

/** One of each, to hold against a pattern: the letters make no difference to those of our maps. */
const SAMPLES: Readonly<Record<Shape, string>> = Object.fromEntries(
  Object.entries(SHAPES).map(([shape, draw]) => [shape, draw(randomFrom(1))]),
) as Record<Shape, string>;

/** A fresh canary. */
export function drawCanary(place: string, shape: Shape, letters: Random): Canary {
  return { place, shape, value: SHAPES[shape](letters) };
}

/** A shape for a text of at most `bytes` bytes and of a pattern; null where nothing recognizable fits. */
export function shapeWithin(bytes: number, pattern: string | undefined, structure: Random): Shape | null {
  const fitting = TEXT_SHAPES.filter(
    ([shape, size]) =>
      size <= bytes && (pattern === undefined || new RegExp(`^(?:${pattern})$`, "u").test(SAMPLES[shape])),
  );
  return fitting.length === 0 ? null : structure.pick(fitting)[0];
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

import { hash as digestOf } from "node:crypto";
import type { Shape } from "./canaries.ts";

/** One way to write a canary. Any `window` characters of `text` in a row count as a leak. */
export type Form = { readonly encoding: string; readonly text: string; readonly window: number };

/** Characters that six of the source make in each kind of text, so that a part of a value is found as well. */
export const WINDOWS = { text: 6, digits: 8, escaped: 8, base64: 8, base32: 8, hex: 12, utf16: 12, hash: 16 } as const;

/** Shapes of so few different characters that six in a row may be there by chance. */
const WEAK: { readonly [shape in Shape]?: number } = { phone: 8, date: 8, number: 8, uuid: 16 };

/** Every form a leaked value may have, each text once. */
export function formsOf(value: string, shape: Shape): readonly Form[] {
  const { text: six, digits, escaped, base64, base32, hex, utf16, hash } = WINDOWS;
  const text = WEAK[shape] ?? six;
  const bytes = Buffer.from(value);
  const little = Buffer.from(value, "utf16le");
  const big = Buffer.from(little).swap16();
  const forms: Form[] = [];
  const seen = new Set<string>();
  const add = (encoding: string, written: string, window: number): void => {
    if (written.length < window || seen.has(written)) return;
    seen.add(written);
    forms.push({ encoding, text: written, window });
  };
  add("raw", value, text);
  add("NFC", value.normalize("NFC"), text);
  add("NFD", value.normalize("NFD"), text);
  add("upper case", value.toUpperCase(), text);
  add("lower case", value.toLowerCase(), text);
  add("reversed", Array.from(value).reverse().join(""), text);
  add("UTF-8 read as Latin-1", bytes.toString("latin1"), text);
  add("URL-encoded", encodeURIComponent(value), Math.max(text, escaped));
  add("form-encoded", new URLSearchParams([["", value]]).toString().slice(1), Math.max(text, escaped));
  for (const quote of ["&#39;", "&#x27;"]) add("HTML-escaped", htmlEscaped(value, quote), Math.max(text, escaped));
  add("JSON-escaped", JSON.stringify(value).slice(1, -1), Math.max(text, escaped));
  add("JSON-escaped to ASCII", asciiJson(value), Math.max(text, escaped));
  add("hex", bytes.toString("hex"), hex);
  add("hex, upper case", bytes.toString("hex").toUpperCase(), hex);
  for (const [offset, written] of atOffsets(bytes, 5, base32Of, 5).entries())
    add(`base32 at offset ${offset}`, written, base32);
  for (const [offset, written] of atOffsets(bytes, 3, (each) => each.toString("base64"), 6).entries()) {
    add(`base64 at offset ${offset}`, written, base64);
    add(`base64url at offset ${offset}`, written.replaceAll("+", "-").replaceAll("/", "_"), base64);
  }
  for (const [encoding, wide] of [["UTF-16LE", little] as const, ["UTF-16BE", big] as const]) {
    add(encoding, wide.toString("latin1"), utf16);
    // As such text stands in JSON: a zero byte is six characters there.
    add(`${encoding}, JSON-escaped`, JSON.stringify(wide.toString("latin1")).slice(1, -1), hash);
  }
  add("digits only", value.replace(/\D/g, ""), digits);
  if (shape === "date") {
    add("seconds", String(Math.floor(Date.parse(value) / 1000)), digits);
    add("milliseconds", String(Date.parse(value)), digits);
  }
  for (const [spelling, hashed] of [["", value] as const, [" of lower case", value.toLowerCase()] as const]) {
    if (spelling !== "" && hashed === value) continue;
    for (const algorithm of ["sha1", "sha256", "md5"]) {
      const digest = digestOf(algorithm, hashed, "buffer");
      add(`${algorithm}${spelling}`, digest.toString("hex"), hash);
      add(`${algorithm}${spelling} in base64`, digest.toString("base64"), base64);
      add(`${algorithm}${spelling} in base64url`, digest.toString("base64url"), base64);
    }
  }
  return forms;
}

/**
 * `bytes` as they read in an encoded text where they start at each offset within a group: the characters that depend
 * on nothing but them.
 */
function atOffsets(
  bytes: Buffer,
  group: number,
  encode: (bytes: Buffer) => string,
  bitsEach: number,
): readonly string[] {
  return Array.from({ length: group }, (_, offset) => {
    const written = encode(Buffer.concat([Buffer.alloc(offset), bytes]));
    return written.slice(Math.ceil((offset * 8) / bitsEach), Math.floor(((offset + bytes.length) * 8) / bitsEach));
  });
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 without padding (RFC 4648, section 6). */
export function base32Of(bytes: Uint8Array): string {
  let [text, bits, held] = ["", 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >>> bits) & 31);
    }
  }
  return bits > 0 ? text + BASE32.charAt((held << (5 - bits)) & 31) : text;
}

function htmlEscaped(value: string, quote: string): string {
  const names: { readonly [character: string]: string } = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": quote,
  };
  return value.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

function asciiJson(value: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value)
    .slice(1, -1)
    .replace(/[^ -~]/g, escaped);
}

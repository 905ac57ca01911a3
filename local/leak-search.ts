/** One way to write a value, and the alphabet it is written in. */
export type Written = {
  readonly encoding: string;
  readonly text: string;
  readonly alphabet: "text" | "escaped" | "hex" | "base32" | "base64" | "utf16" | "escaped utf16";
};

/** Every way a value may be written where it has leaked, each text once. Hashes and parts of it are none of them. */
export function writtenForms(value: string): readonly Written[] {
  const bytes = Buffer.from(value);
  const little = Buffer.from(value, "utf16le");
  const big = Buffer.from(little).swap16();
  const forms: Written[] = [];
  const seen = new Set<string>();
  const add = (alphabet: Written["alphabet"], encoding: string, text: string): void => {
    if (seen.has(text)) return;
    seen.add(text);
    forms.push({ encoding, text, alphabet });
  };
  add("text", "raw", value);
  add("text", "NFC", value.normalize("NFC"));
  add("text", "NFD", value.normalize("NFD"));
  add("text", "upper case", value.toUpperCase());
  add("text", "lower case", value.toLowerCase());
  add("text", "reversed", Array.from(value).reverse().join(""));
  add("text", "UTF-8 read as Latin-1", bytes.toString("latin1"));
  add("escaped", "URL-encoded", encodeURIComponent(value));
  add("escaped", "form-encoded", new URLSearchParams([["", value]]).toString().slice(1));
  for (const quote of ["&#39;", "&#x27;"]) add("escaped", "HTML-escaped", htmlEscaped(value, quote));
  add("escaped", "JSON-escaped", JSON.stringify(value).slice(1, -1));
  add("escaped", "JSON-escaped to ASCII", asciiJson(value));
  add("hex", "hex", bytes.toString("hex"));
  add("hex", "hex, upper case", bytes.toString("hex").toUpperCase());
  for (const [offset, written] of atOffsets(bytes, 5, base32Of, 5).entries()) {
    add("base32", `base32 at offset ${offset}`, written);
  }
  for (const [offset, written] of atOffsets(bytes, 3, (each) => each.toString("base64"), 6).entries()) {
    add("base64", `base64 at offset ${offset}`, written);
    add("base64", `base64url at offset ${offset}`, written.replaceAll("+", "-").replaceAll("/", "_"));
  }
  for (const [encoding, wide] of [["UTF-16LE", little] as const, ["UTF-16BE", big] as const]) {
    add("utf16", encoding, wide.toString("latin1"));
    // As such text stands in JSON: a zero byte is six characters there.
    add("escaped utf16", `${encoding}, JSON-escaped`, JSON.stringify(wide.toString("latin1")).slice(1, -1));
  }
  return forms;
}

/** The first encoding in which one of `contents` holds `value` from end to end; undefined where none does. */
export function encodingWithin(contents: readonly string[], value: string): string | undefined {
  return writtenForms(value).find(({ text }) => contents.some((content) => content.includes(text)))?.encoding;
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
  const padded = Buffer.concat([Buffer.alloc(group), bytes]);
  return Array.from({ length: group }, (_, offset) => {
    const written = encode(padded.subarray(group - offset));
    return written.slice(Math.ceil((offset * 8) / bitsEach), Math.floor(((offset + bytes.length) * 8) / bitsEach));
  });
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 without padding (RFC 4648, section 6). */
export function base32Of(bytes: Uint8Array): string {
  const text = Buffer.alloc(Math.ceil((bytes.length * 8) / 5));
  let [length, bits, held] = [0, 0, 0];
  const write = (group: number): void => {
    text[length] = BASE32.charCodeAt(group & 31);
    length += 1;
  };
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      write(held >>> bits);
    }
  }
  if (bits > 0) write(held << (5 - bits));
  return text.toString("latin1");
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

/** Control, format and line-separating characters, halves of surrogate pairs, and the two that XML has no place for. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/**
 * Text of a map or a path as a terminal, a log or an XML file may hold it: what would move the cursor, turn the
 * reading direction or hide becomes one character that is seen. Line feeds stay, a tab is a space.
 */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    if (character === "\n") return character;
    if (character === "\t") return " ";
    const code = character.charCodeAt(0);
    // U+2400..U+2421 are pictures of the control characters, in their order.
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** A path on one line, which may be a line's beginning: CI systems take a line that begins with `::` for a command. */
export function visiblePath(path: string): string {
  return visible(path)
    .replaceAll("\n", "\u240a")
    .replace(/^(?=\s*::)/, "./");
}

/** JSON that is safe to look at: `JSON.stringify` escapes C0 and lone surrogates only; a terminal obeys C1 as well. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    // By UTF-16 unit, as JSON has it: a few format characters are outside the basic plane.
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

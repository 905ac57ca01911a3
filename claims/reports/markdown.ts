/** A cell or a line of Markdown: already escaped. */
export type Markdown = string;

/** A table; nothing but `none` where it has no rows. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Markdown[])[],
  none = "There are none.",
): Markdown {
  if (rows.length === 0) return none;
  const line = (cells: readonly Markdown[]): Markdown => `| ${cells.join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Words of a map as words: whatever is in them, they neither format nor link, and stay in their cell. */
export function words(text: string): Markdown {
  return seen(text).replaceAll(/[\\`*_[\]<>|~#&]/g, (character) => `\\${character}`);
}

/**
 * Text of a map as code. A bar ends a cell even there, unless a backslash escapes it, and a backslash of the text's own
 * would escape that one (GitHub Flavored Markdown, "Tables"): such text is written as entities.
 */
export function code(text: string): Markdown {
  const shown = seen(text);
  if (shown.includes("\\|") || shown === "") return `<code>${entities(shown)}</code>`;
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${space}${shown.replaceAll("|", "\\|")}${space}${fence}`;
}

function entities(text: string): Markdown {
  return text.replaceAll(/[^\w ]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Several of them in one cell, one after the other. */
export function codes(texts: readonly string[]): Markdown {
  return texts.map(code).join(", ");
}

/** On one line, with nothing in it that hides or turns the reading direction. */
function seen(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/** A text that YAML reads as the same text without quotes, as a key or a name. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][\w.-]*$/i;

/** JSON on one line, with the blanks people write. */
export function jsonLine(value: unknown): string {
  return line(value, (name) => JSON.stringify(name));
}

/** The same as YAML reads it: names without quotes where they need none, and nothing in it that cannot be seen. */
export function yamlLine(value: unknown): string {
  return line(value, yamlName);
}

export function yamlName(name: string): string {
  return PLAIN.test(name) ? name : seen(JSON.stringify(name));
}

function line(value: unknown, nameOf: (name: string) => string): string {
  if (Array.isArray(value)) return `[${value.map((each) => line(each, nameOf)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return seen(JSON.stringify(value));
  const entries = Object.entries(value).map(([name, each]) => `${nameOf(name)}: ${line(each, nameOf)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function seen(json: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(/(?! )[\p{C}\p{Z}]/gu, (character) => character.split("").map(escaped).join(""));
}

/** Rows by table, one row a line. */
export function rowsText(tables: { readonly [table: string]: readonly unknown[] }): string {
  const entries = Object.entries(tables).map(([table, rows]) => {
    const lines = rows.map((row) => `    ${jsonLine(row)}`).join(",\n");
    return `  ${JSON.stringify(table)}: [${rows.length > 0 ? `\n${lines}\n  ` : ""}]`;
  });
  return `{\n${entries.join(",\n")}\n}`;
}

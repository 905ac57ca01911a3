/** A key, or the items of a list, with the lines that belong to it. */
type Entry = { readonly key: string; readonly indent: number; readonly lines: readonly string[] };

/**
 * A map with the lines of an example in it: a line `KEY: VALUE` takes the place of the map's line under that key, with
 * whatever is indented below it, or is added to its part; a line `KEY:` leads to what stands below it. Items of a list
 * replace the map's list. An example that begins with `version:` is a whole map. Works on lines, not on YAML: what an
 * example shows may be what YAML cannot read.
 */
export function spliced(map: string, example: string): string {
  if (example.startsWith("version:")) return example;
  return `${merged(linesOf(map), linesOf(example)).join("\n")}\n`;
}

function merged(map: readonly string[], example: readonly string[]): readonly string[] {
  const theirs = entriesOf(map);
  const ours = entriesOf(example);
  if (ours[0]?.key === "-") return example;
  const kept = theirs.flatMap((entry): readonly string[] => {
    const same = ours.filter(({ key }) => key === entry.key);
    if (same.length === 0) return entry.lines;
    return same.flatMap((each) => (leadsOn(each) && leadsOn(entry) ? withInner(entry, each) : each.lines));
  });
  const added = ours.filter(({ key }) => !theirs.some((entry) => entry.key === key));
  return [...kept, ...added.flatMap(({ lines }) => lines)];
}

function withInner({ lines: [head = "", ...inner] }: Entry, { lines: [, ...changes] }: Entry): readonly string[] {
  return [head, ...merged(inner, changes)];
}

/** `KEY:` and nothing behind it but a comment. */
function leadsOn({ lines: [head = "", ...inner] }: Entry): boolean {
  return /:\s*(?:#.*)?$/.test(head) && inner.length > 0;
}

/** The lines of one level, each with what is indented deeper; items of a list are one entry. */
function entriesOf(lines: readonly string[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const line of lines) {
    const indent = line.search(/\S/);
    const key = line.trimStart().startsWith("- ") ? "-" : (/^\s*(.*?)(?::(?:\s|$)|$)/.exec(line)?.[1] ?? "");
    const last = entries.at(-1);
    if (last !== undefined && (indent > last.indent || (key === "-" && last.key === "-"))) {
      entries[entries.length - 1] = { ...last, lines: [...last.lines, line] };
    } else {
      entries.push({ key, indent, lines: [line] });
    }
  }
  return entries;
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, "").split("\n");
}

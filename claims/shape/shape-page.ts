import type { Key, Kind, RecordShape } from "./shape.ts";

/**
 * The keys of a map as Markdown: a section per record with a table of its keys. Made from the description the reader
 * walks, so the page says what the reader takes.
 */
export function shapePage(shape: RecordShape, title: string = "the map"): string {
  return sections(title, "", shape).join("\n\n");
}

/** `path` is empty at the top. */
function sections(title: string, path: string, { about, keys, rest }: RecordShape): readonly string[] {
  const rows = Object.entries(keys).map(
    ([name, key]) => `| \`${name}\` | ${valueText(key.kind)} | ${presence(key)} | ${key.about} |`,
  );
  const others = rest ? [`| any name | ${valueText(rest.of)} | | a ${rest.noun} |`] : [];
  const table = ["| key | value | | |", "|---|---|---|---|", ...rows, ...others].join("\n");
  const own = [`### ${title}`, sentence(about), table].join("\n\n");
  const inner = Object.entries(keys).flatMap(([name, { kind }]) =>
    innerSections(path === "" ? name : `${path}.${name}`, kind),
  );
  return [own, ...inner];
}

function innerSections(path: string, kind: Kind): readonly string[] {
  switch (kind.kind) {
    case "record":
    case "either":
      return sections(path, path, kind.record);
    case "names":
      return innerSections(`${path}.NAME`, kind.of);
    case "list":
      return innerSections(`${path}[]`, kind.of);
    default:
      return [];
  }
}

function valueText(kind: Kind): string {
  switch (kind.kind) {
    case "text":
      return kind.as === "expression" ? "expression" : kind.as === "template" ? "template" : (kind.form?.is ?? "text");
    case "choice":
      return kind.of.map((each) => `\`${each}\``).join(", ");
    case "bool":
      return "`true`, `false`";
    case "whole":
      return `${kind.least} to ${kind.most}`;
    case "constant":
      return `\`${kind.value}\``;
    case "literal":
      return "a literal";
    case "json":
      return "JSON";
    case "list":
      return `list, each ${valueText(kind.of)}`;
    case "record":
      return "map";
    case "names":
      return `map by ${kind.noun}`;
    case "either":
      return kind.hint;
  }
}

function presence({ required, default: fallback }: Key): string {
  if (required) return "required";
  // A default that is a map or a list says no more than its own keys do.
  return fallback === undefined || typeof fallback === "object"
    ? ""
    : `\`${JSON.stringify(fallback)}\``.replaceAll('"', "");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

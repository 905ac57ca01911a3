import { readFileSync } from "node:fs";

/** The files of the dashboard's map, as the tutorial has them at one point. */
export type MapFiles = { readonly map: string; readonly tables: string };

const FOLDER = "examples/react-dashboard/map";

/**
 * What becomes of the map when somebody follows docs/tutorials/dashboard.md: with the first claim, with the second one as
 * it leaks, and with it sealed. Each block of the page goes where the page says.
 */
export function followTutorial(): { readonly first: MapFiles; readonly leak: MapFiles; readonly sealed: MapFiles } {
  const page = readFileSync("docs/tutorials/dashboard.md", "utf8");
  const blocks = [...page.matchAll(/```(?:yaml|json)\n([^`]*)```/g)].map(([, block = ""]) => block);
  const [ward = "", wardClaim = "", post = "", pager = "", leaking = "", sealed = "", number = ""] = blocks;
  if (blocks.length !== 7) throw new TypeError(`the tutorial has ${blocks.length} edits where 7 are known`);
  const start = {
    map: readFileSync(`${FOLDER}/dashboard.claims.yaml`, "utf8"),
    tables: readFileSync(`${FOLDER}/dashboard.tables.json`, "utf8"),
  };
  const first = {
    map: below(below(start.map, / {6}role: \{ type/, ward), / {6}role: +\{ value/, wardClaim),
    tables: start.tables.replace(/ {4}\{[^\n]*CLINIC#c42", "role": "lead" \},\n/, post),
  };
  const withPager = below(first.map, / {6}payrollNo:/, pager);
  const tables = first.tables.replace(/("payrollNo": "PR-000417")\n/, `$1,\n${number}`);
  return {
    first,
    leak: { ...first, map: below(withPager, / {6}ward: +\{ value/, leaking) },
    sealed: { map: below(withPager, / {6}ward: +\{ value/, sealed), tables },
  };
}

/** The text with a block below the one line that begins like this. */
function below(text: string, line: RegExp, block: string): string {
  const lines = text.split("\n");
  const at = lines.findIndex((each) => new RegExp(`^${line.source}`).test(each));
  if (at < 0) throw new TypeError(`no line begins with ${line.source}`);
  return [...lines.slice(0, at + 1), block.trimEnd(), ...lines.slice(at + 1)].join("\n");
}

// Writes the tables of `docs/reference/failure-matrix.md` from what the tests of faults saw, after a run of all of them:
// `CLAIMSEAL_FAULTS=all npx vitest run test/faults`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const RESULTS = fileURLToPath(new URL("../.claimseal/faults/", import.meta.url));

const PAGE = fileURLToPath(new URL("../docs/reference/failure-matrix.md", import.meta.url));
const CELLS = 42;

/** A table for each dependency, in the order of the cells. */
export function matrixTables(rows) {
  const inOrder = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return [...new Set(inOrder.map(({ dependency }) => dependency))]
    .map((dependency) =>
      table(
        dependency,
        inOrder.filter((row) => row.dependency === dependency),
      ),
    )
    .join("\n\n");
}

function table(dependency, rows) {
  return [
    `## ${dependency}`,
    "",
    "| | what goes wrong | whoever waits gets | in the token | codes | metrics | answer | tests |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map(({ id, fault, gets, token, codes, metrics, within, tests }) => {
      const cells = [id, fault, gets, token, quoted(codes), quoted(metrics), `under ${within}`, quoted(tests)];
      return `| ${cells.join(" | ")} |`;
    }),
  ].join("\n");
}

function quoted(names) {
  return names.map((name) => `\`${name}\``).join(" ");
}

function write() {
  const seen = readdirSync(RESULTS).map((file) => JSON.parse(readFileSync(`${RESULTS}${file}`, "utf8")));
  const late = seen.filter(({ within, longestMs }) => longestMs > Number.parseFloat(within) * 1000);
  for (const { id, longestMs, within } of late) console.error(`${id}: ${longestMs} ms, not under ${within}`);
  if (seen.length !== CELLS) console.error(`${seen.length} of ${CELLS} faults were seen; run all of them first`);
  if (late.length > 0 || seen.length !== CELLS) return 1;
  const [introduction] = readFileSync(PAGE, "utf8").split(/(?<=<!-- generated[^\n]*-->\n)/);
  writeFileSync(PAGE, `${introduction}\n${matrixTables(seen)}\n`);
  const answers = seen.reduce((sum, each) => sum + each.answers, 0);
  console.log(
    `${CELLS} faults, ${answers} answers, the longest after ${Math.max(...seen.map(({ longestMs }) => longestMs))} ms`,
  );
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = write();

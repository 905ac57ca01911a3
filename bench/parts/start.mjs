// Cold starts, by `cold-start.mjs`, under every Node of Lambda that is installed.
import { fileURLToPath } from "node:url";
import { jsonOf } from "../json-of.mjs";
import { rounded } from "../statistics.mjs";

const program = fileURLToPath(new URL("../cold-start.mjs", import.meta.url));

export async function run({ quick, say }) {
  say("processes start, in turn");
  const { runs, bytes, measured } = await jsonOf(program, [quick ? "1" : "9", "--peers", "--json"]);
  return {
    runs,
    bytes,
    measured: measured.map(({ node, ms, ratios }) => ({ node, ms: short(ms), ratios: short(ratios) })),
  };
}

function short(value) {
  if (typeof value === "number") return rounded(value, 3);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, short(member)]));
}

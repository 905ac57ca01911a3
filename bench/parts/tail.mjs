// The slowest sign-ins, by `tail.mjs`: with 5 % slow reads, with and without second copies of them.
import { fileURLToPath } from "node:url";
import { jsonOf } from "../json-of.mjs";

const program = fileURLToPath(new URL("../tail.mjs", import.meta.url));

export async function run({ quick, say }) {
  say("sign-ins with slow reads");
  return jsonOf(program, [quick ? "200" : "3000"], { failing: true });
}

// Keystrokes in the playground, by `keystroke.mjs`, where that and a browser are there.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jsonOf } from "../json-of.mjs";

const program = fileURLToPath(new URL("../keystroke.mjs", import.meta.url));

export async function run({ quick, say }) {
  if (!existsSync(program)) return { skipped: "the playground has no benchmark yet" };
  say("keys in a browser");
  return jsonOf(program, ["--json", ...(quick ? ["--quick"] : [])], { failing: true });
}

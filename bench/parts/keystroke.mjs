// Keystrokes in the playground, by `keystroke.mjs`, where there is a browser.
import { fileURLToPath } from "node:url";
import { hasChromium } from "../../tools/playground-in-chromium.mjs";
import { jsonOf } from "../json-of.mjs";

const program = fileURLToPath(new URL("../keystroke.mjs", import.meta.url));

export async function run({ quick, say }) {
  if (!hasChromium()) return { skipped: "there is no Chromium on this machine" };
  say("keys in a browser");
  try {
    return await jsonOf(program, [quick ? "5" : "60"], { limitMs: 180_000 });
  } catch (error) {
    // Said here and not kept: what a browser complains of names places on this machine.
    console.error(error.message);
    return { skipped: "the playground did not answer to keys" };
  }
}

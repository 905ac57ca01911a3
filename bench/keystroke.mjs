// How long a key takes in the playground: from its press to the tokens it makes, in Chromium, over the page's own way through
// `claimseal dev`: editor, pause, request, check, compile, sign-in, envelopes, search for leaks, and the page again. Each key
// renames a claim, so each has tokens of its own. `npm run build` first, then `node bench/keystroke.mjs [KEYS] [--most MS]`.
// Prints JSON; with --most it fails where the median is over that.
import { parseArgs } from "node:util";
import { CHROMIUM, hasChromium, launchChromium, startPlayground } from "../tools/playground-in-chromium.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { most: { type: "string" } } });
const KEYS = Number(positionals[0] ?? 60);
/** Browser, server and the engine's thread compile themselves meanwhile. */
const WARM_UP = 10;

if (!hasChromium()) {
  console.error(`nothing was measured: there is no ${CHROMIUM}`);
  process.exit(1);
}
/** A page that has no new tokens for so long has none to come. */
const PATIENCE_MS = 20_000;
const playground = await startPlayground();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(playground.url);
  const access = page.locator(".pane", { has: page.getByRole("heading", { name: "Access token" }) });
  await access.getByRole("button", { name: "clinic_id" }).click();
  await page
    .locator(".trace-title")
    .getByRole("button", { name: /^map line/ })
    .click();
  await page.locator(".cm-focused").waitFor();
  await page.evaluate(watchClaims);
  const samples = [];
  for (let key = 0; key < WARM_UP + KEYS; key += 1) {
    await page.keyboard.press(key % 2 === 0 ? "a" : "Backspace");
    const ms = await page.evaluate((patienceMs) => globalThis.nextTokens(patienceMs), PATIENCE_MS);
    if (key >= WARM_UP) samples.push(ms);
  }
  samples.sort((one, other) => one - other);
  const at = (share) => Number(samples[Math.min(samples.length - 1, Math.floor(samples.length * share))].toFixed(1));
  const result = { keys: samples.length, medianMs: at(0.5), p95Ms: at(0.95), browser: `Chromium ${browser.version()}` };
  console.log(JSON.stringify(result, null, 2));
  if (values.most !== undefined && result.medianMs > Number(values.most)) process.exitCode = 1;
} finally {
  await browser.close();
  await playground.stop();
}

/** In the page: notes when a key goes down, and when the tokens beside it have another claim than before. */
function watchClaims() {
  const names = () => [...document.querySelectorAll(".readers .claim-name")].map((each) => each.textContent).join();
  let pressed = 0;
  let before = names();
  let took = null;
  let waiting = null;
  addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    const now = names();
    if (now === before) return;
    before = now;
    took = performance.now() - pressed;
    waiting?.();
  }).observe(document.getElementById("readers"), { subtree: true, childList: true, characterData: true });
  globalThis.nextTokens = async (patienceMs) => {
    if (took === null) {
      await new Promise((resolve, reject) => {
        waiting = resolve;
        setTimeout(() => reject(new Error("a key made no new tokens")), patienceMs);
      });
    }
    const ms = took;
    [took, waiting] = [null, null];
    return ms;
  };
}

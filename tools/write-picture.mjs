// Makes README's picture of the playground, docs/images/playground.webp: the clinic, with the way of one claim open. After
// `npm run build`: `node tools/write-picture.mjs`. Ends with what it wrote, or with why it wrote nothing.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CHROMIUM, hasChromium, launchChromium, startPlayground } from "./playground-in-chromium.mjs";

const PICTURE = fileURLToPath(new URL("../docs/images/playground.webp", import.meta.url));
/** A README that loads slowly is not read. */
const MOST_BYTES = 250 * 1024;

if (!hasChromium()) {
  console.error(`no picture was written: install chromium, which Debian puts at ${CHROMIUM}`);
  process.exit(1);
}
const playground = await startPlayground();
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1240 }, colorScheme: "light" });
  await page.goto(playground.url);
  const careApi = page.locator(".pane.reader", { hasText: "care-api" }).first();
  await careApi.getByRole("button", { name: "licence_no" }).click();
  await page.getByLabel("the way of licence_no").waitFor();
  // Who reads what comes first: the list is read from its beginning.
  await page.locator("#readers").evaluate((list) => list.scrollTo(0, 0));
  // Half of what it would be as PNG.
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 88 });
  const picture = Buffer.from(data, "base64");
  if (picture.length > MOST_BYTES) throw new Error(`it would be ${kib(picture)} KiB, and may be ${MOST_BYTES / 1024}`);
  mkdirSync(new URL(".", `file://${PICTURE}`), { recursive: true });
  writeFileSync(PICTURE, picture);
  console.error(`wrote docs/images/playground.webp, ${kib(picture)} KiB`);
} catch (error) {
  console.error(`no picture was written: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await playground.stop();
}

function kib({ length }) {
  return Math.round(length / 1024);
}

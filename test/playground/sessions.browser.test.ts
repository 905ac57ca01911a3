import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { launchChromium, startPlayground } from "../../tools/playground-in-chromium.mjs";
import { ran } from "../cli/recorded-io.ts";
import { openSession, startOf } from "./a-session.ts";

// A page takes its time where browsers, servers and other tests share two cores.
vi.setConfig({ testTimeout: 120_000 });

let browser: Browser;
let playground: Awaited<ReturnType<typeof startPlayground>>;
let map = "";

beforeAll(async () => {
  [browser, playground] = await Promise.all([launchChromium(), startPlayground()]);
  map = (await startOf(playground.url)).examples[0]?.map ?? "";
});

afterAll(async () => {
  await browser?.close();
  await playground?.stop();
});

/** What has the focus, in a word; fails where the eye would not find it. */
async function focused(page: Page): Promise<string> {
  const [name, isSeen] = (await page.evaluate(`(() => {
    const at = document.activeElement;
    const outlined = [at, at.closest(".editor"), at.closest("label")].filter(Boolean);
    const isSeen = outlined.some((each) => getComputedStyle(each).outlineStyle !== "none");
    return [at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "", isSeen];
  })()`)) as [string, boolean];
  expect([name, isSeen]).toEqual([name, true]);
  return name.replace(/\s+/g, " ").trim();
}

/** Waits until the focus is where what was just pressed sends it. */
async function arrives(page: Page, at: RegExp): Promise<void> {
  await expect.poll(() => focused(page), { timeout: 10_000 }).toMatch(at);
}

/** Presses a key until what has the focus is called so; fails after as many as there are stops. Editors let go after Escape. */
async function press(page: Page, key: string, until: RegExp): Promise<void> {
  for (let stop = 0; stop < 60; stop += 1) {
    if (/, (?:YAML|JSON)$/.test(await focused(page))) await page.keyboard.press("Escape");
    await page.keyboard.press(key);
    if (until.test(await focused(page))) return;
  }
  expect.fail(`${key} leads nowhere called ${until}`);
}

test("a whole session without a mouse: choose, break, mend, edit, trace, save", async () => {
  const { page, pane, says, end } = await openSession(browser, playground.url);
  await page.keyboard.press("Tab");
  await arrives(page, /^To who reads what$/);

  // A machine in place of the person, by an arrow key, and back.
  await press(page, "Tab", /^person/);
  await page.keyboard.press("ArrowRight");
  await pane("ID token").getByText("A machine gets none.").waitFor();
  await page.keyboard.press("ArrowLeft");
  await pane("ID token").getByText("anna@clinic.example").waitFor();

  // A fault, its refusal, and no fault.
  await press(page, "Tab", /^Faults$/);
  await page.keyboard.press("Enter");
  await press(page, "Tab", /staff/);
  await page.keyboard.press("ArrowDown");
  await says(/No token: refused with/);
  await page.keyboard.press("ArrowUp");
  await pane("Access token").waitFor();
  await page.keyboard.press("Escape");
  await arrives(page, /^Faults$/);

  // Into the map; Tab indents there, and after Escape it leaves.
  await press(page, "Tab", /^claim map/);
  await page.keyboard.press("Control+End");
  await page.keyboard.type("# mine");
  await page.keyboard.press("Tab");
  await arrives(page, /^claim map/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await arrives(page, /^Rows$/);

  // One stop for the tabs, arrows between them.
  await page.keyboard.press("ArrowRight");
  await arrives(page, /^Event$/);
  await page.keyboard.press("End");
  await arrives(page, /^Setting$/);

  // To a claim, its way, and back to it.
  await press(page, "Tab", /^variables and clock/);
  await page.keyboard.press("Escape");
  await press(page, "Tab", /^licence_no/);
  await page.keyboard.press("Enter");
  await arrives(page, /^the way of licence_no$/);
  await press(page, "Tab", /^rows line/);
  await page.keyboard.press("Enter");
  await arrives(page, /^rows by table/);
  await page.keyboard.press("Escape");
  await press(page, "Shift+Tab", /^Rows/);
  await page.keyboard.press("Escape");
  await page.getByLabel("the way of licence_no").waitFor({ state: "detached" });
  await arrives(page, /^licence_no/);

  // Back to the top, and the test is saved.
  await press(page, "Shift+Tab", /^Save as test$/);
  await page.keyboard.press("Enter");
  await page.getByText(/^It passes/).waitFor();
  await arrives(page, /^What it shows/);
  await press(page, "Tab", /^Copy$/);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await arrives(page, /^Save as test$/);
  expect(await page.locator("dialog").count()).toBe(0);
  await end();
});

test("at 360 pixels readers and texts are tabs, and nothing is wider than the screen", async () => {
  const phone = { viewport: { width: 360, height: 740 } };
  const { page, pane, picture, end } = await openSession(browser, playground.url, phone);
  const width = (): Promise<number> => page.evaluate("document.documentElement.scrollWidth");
  expect(await width()).toBe(360);
  await picture("phone-light");
  const tabs = page.getByRole("tablist", { name: "who reads" }).getByRole("tab");
  expect(await tabs.allInnerTexts()).toEqual(["ID token", "Access token", "Thief", "care-api", "billing-api"]);
  await tabs.first().focus();
  for (const title of ["Access token", "Thief", "care-api"]) {
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".pane:visible h2").allInnerTexts()).toEqual([title]);
    expect(await width()).toBe(360);
  }
  await pane("care-api").getByRole("button", { name: "licence_no" }).click();
  const title = page.getByLabel("the way of licence_no").getByRole("heading");
  await title.waitFor();
  // The editors go to the places, and the page stays where it is.
  const top = async (): Promise<number> => (await title.boundingBox())?.y ?? -1;
  await expect.poll(() => page.locator(".cm-traced-words").count()).toBeGreaterThan(0);
  expect(await top()).toBeGreaterThan(0);
  expect(await top()).toBeLessThan(740);
  expect(await width()).toBe(360);
  await picture("phone-trace-light");
  await page.getByRole("button", { name: "Close" }).click();
  const texts = page.getByRole("tablist", { name: "texts" }).getByRole("tab");
  expect(await texts.allInnerTexts()).toEqual(["Claim map", "Rows", "Event", "Setting"]);
  await texts.first().click();
  await page.locator('.cm-content[aria-label^="claim map"]').waitFor();
  await page.getByText("More: how, faults, save").click();
  await page.getByText("Faults", { exact: true }).click();
  expect(await width()).toBe(360);
  await picture("phone-faults-light");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save as test" }).click();
  await page.getByText(/^It passes/).waitFor();
  expect(await width()).toBe(360);
  await picture("phone-save-light");
  await end();
});

test("at 360 pixels it is dark too", async () => {
  const phone = { viewport: { width: 360, height: 740 }, colorScheme: "dark" } as const;
  const { style, picture, end } = await openSession(browser, playground.url, phone);
  expect(await style("html", "backgroundColor")).toBe("rgb(14, 19, 24)");
  await picture("phone-dark");
  await end();
});

test("the address holds what is in the editors, and brings it back", async () => {
  const { page, pane, write, says, end } = await openSession(browser, playground.url);
  const hashLength = (): number => new URL(page.url()).hash.length;
  await write("claim map", map.replace("clinic_id:", "place_id:"));
  await expect.poll(hashLength).toBeGreaterThan(200);
  const before = page.url();
  await page.getByText("Faults", { exact: true }).click();
  const part = page.getByLabel("faults to switch on").locator("label", { hasText: /staff/ }).first();
  await part.locator("select").selectOption("unavailable");
  await says(/No token/);
  await expect.poll(() => page.url()).not.toBe(before);
  const address = page.url();
  await page.reload();
  await says(/No token: refused with SOURCE_UNAVAILABLE/);
  await page.getByText("1 fault", { exact: true }).click();
  await page.getByRole("button", { name: "Everything works" }).click();
  await pane("Access token").locator(".claim-name", { hasText: "place_id" }).waitFor();

  // Pasted behind the address of a page that is open already.
  await page.getByRole("button", { name: "Reset" }).click();
  await pane("Access token").locator(".claim-name", { hasText: "clinic_id" }).waitFor();
  await expect.poll(() => page.url()).not.toBe(address);
  await page.evaluate(`location.hash = ${JSON.stringify(new URL(address).hash)}`);
  await says(/No token: refused with SOURCE_UNAVAILABLE/);
  await end();
});

test("an address that cannot be read is said to be that, and the first example is there", async () => {
  const { page, pane, end } = await openSession(browser, `${playground.url}#1.notalink`);
  expect(await page.locator(".notice").innerText()).toMatch(/The link in the address cannot be read/);
  await pane("care-api").waitFor();
  await end();
});

test("a real token in an editor is warned of, and is never in the address", async () => {
  const { page, editor, end } = await openSession(browser, playground.url);
  const hashLength = (): number => new URL(page.url()).hash.length;
  await expect.poll(hashLength).toBeGreaterThan(1);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "RS256", kid: "a" })}.${part({ sub: "somebody" })}.c2lnbmF0dXJl`;
  await page.getByRole("tab", { name: "Event" }).click();
  await editor("event").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(token);
  await page.getByText("This looks like somebody's real token.").waitFor();
  expect(new URL(page.url()).hash).toBe("");
  await page.keyboard.press("Control+z");
  await expect.poll(hashLength).toBeGreaterThan(1);
  await end();
});

test("what is saved as a test passes as one, from the command line", async () => {
  const { page, picture, end } = await openSession(browser, playground.url);
  await page.getByRole("button", { name: "Save as test" }).click();
  await page.getByLabel("What it shows, in a sentence").fill("Anna reads charts");
  await page.locator("dialog pre", { hasText: "Anna reads charts" }).waitFor();
  await page.getByText(/^It passes/).waitFor();
  await picture("save-light");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).first().click();
  const file = await download;
  const folder = mkdtempSync(join(tmpdir(), "claimseal-saved-"));
  try {
    const saved = join(folder, file.suggestedFilename());
    await file.saveAs(saved);
    const others = await page.locator("dialog details").all();
    for (const other of others.slice(1)) {
      const name = await other.locator("summary").innerText();
      writeFileSync(join(folder, name), (await other.locator("pre").textContent()) ?? "");
    }
    writeFileSync(join(folder, "clinic-eu.claims.yaml"), map);
    const { exit, out } = await ran(["test", saved]);
    expect([exit, out]).toEqual([0, expect.stringMatching(/1 passed/)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await end();
});

test("the tests beside the map run against the map as it was edited", async () => {
  const { page, write, end } = await openSession(browser, playground.url);
  await page.getByRole("button", { name: "Run its tests" }).click();
  await page.getByText(/^\d+ tests passed, 0 failed$/).waitFor();
  await page.keyboard.press("Escape");
  await write("claim map", map.replace('in ["physician", "nurse"]', 'in ["physician"]'));
  await page.getByRole("button", { name: "Run its tests" }).click();
  await page.getByText(/passed, [1-9]\d* failed$/).waitFor();
  expect(await page.locator(".cases .difference").first().innerText()).toMatch(/expected .* got /);
  await end();
});

test("when the server is gone the page says so, and what was typed is still there", async () => {
  const own = await startPlayground();
  const { page, editor, picture } = await openSession(browser, own.url);
  await own.stop();
  await editor("claim map").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# mine ");
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();
  expect(await editor("claim map").locator(".cm-line").first().innerText()).toMatch(/^# mine /);
  await picture("gone-light");
  await page.context().close();
});

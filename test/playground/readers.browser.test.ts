import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { launchChromium, startPlayground } from "../../tools/playground-in-chromium.mjs";
import { openSession, startOf } from "./a-session.ts";

// A page takes its time where browsers, servers and other tests share two cores.
vi.setConfig({ testTimeout: 120_000 });

let browser: Browser;
let playground: Awaited<ReturnType<typeof startPlayground>>;
let map = "";
let rows = "";

beforeAll(async () => {
  [browser, playground] = await Promise.all([launchChromium(), startPlayground()]);
  const [clinic] = (await startOf(playground.url)).examples;
  map = clinic?.map ?? "";
  rows = clinic?.rows ?? "";
});

afterAll(async () => {
  await browser?.close();
  await playground?.stop();
});

test("the first screen shows the clinic: who signed in, what APIs read, what one of them opens, and that a thief reads nothing", async () => {
  const { page, pane, says, picture, end } = await openSession(browser, playground.url);
  await says(
    /^.?Tokens issued for clinician: care-api opens its envelope, and whoever finds the token reads nothing private/,
  );
  expect(await pane("ID token").locator(".claims").first().innerText()).toContain("anna@clinic.example");
  expect(await pane("Access token").innerText()).toMatch(/profession\s+open\s+physician/);
  expect(await pane("Access token").innerText()).not.toContain("DE-48213377");
  expect(await pane("Access token").innerText()).toMatch(/3 claims only care-api can open/);
  expect(await pane("care-api").innerText()).toMatch(/licence_no\s+pii\s+DE-48213377/);
  expect(await pane("care-api").innerText()).toMatch(/blood_type\s+sensitive\s+0\+/);
  expect(await pane("billing-api").innerText()).toContain("SCOPE_MISSING");
  expect(await pane("Thief").innerText()).toContain("reads nothing private");
  await picture("light-1440");
  await page.getByText("What the map took out").click();
  expect(await page.locator(".behind").innerText()).toMatch(/scopes taken away\s+openid, email/);
  await page.getByText("What the function logs: names and codes").click();
  const logged = await page.locator(".behind pre").innerText();
  expect(logged).toMatch(/licence_no/);
  expect(logged).not.toMatch(/DE-48213377|anna@clinic/);
  await end();
});

test("it is dark where the system is, and by the switch", async () => {
  const { page, style, picture, end } = await openSession(browser, playground.url, { colorScheme: "dark" });
  const ground = (): Promise<string> => style("html", "backgroundColor");
  expect(await ground()).toBe("rgb(14, 19, 24)");
  await picture("dark-1440");
  await page.getByLabel("Colours").selectOption("light");
  await expect.poll(ground).toBe("rgb(243, 245, 247)");
  await page.reload();
  await page.locator(".outcome").waitFor();
  expect(await ground()).toBe("rgb(243, 245, 247)");
  await end();
});

test("a key in the map changes the tokens", async () => {
  const { page, pane, end } = await openSession(browser, playground.url);
  await pane("Access token").getByRole("button", { name: "clinic_id" }).click();
  // The way to the claim in the map leaves the cursor before its name.
  await page
    .locator(".trace-title")
    .getByRole("button", { name: /^map line/ })
    .click();
  await page.locator(".cm-focused").waitFor();
  await page.keyboard.type("my_");
  await pane("Access token").locator(".claim-name", { hasText: "my_clinic_id" }).waitFor();
  expect(await pane("ID token").locator(".claim-name").allInnerTexts()).toContain("my_clinic_id");
  // The panel of the claim is there again with its name, and leaves the keys where they are.
  for (let key = 0; key < 3; key += 1) await page.keyboard.press("Backspace");
  await page.getByLabel("the way of clinic_id").waitFor();
  await page.keyboard.type("x");
  await pane("Access token").locator(".claim-name", { hasText: "xclinic_id" }).waitFor();
  await end();
});

test("keys that come faster than answers are all there in the end", async () => {
  const { page, editor, end } = await openSession(browser, playground.url);
  await editor("claim map").focus();
  await page.keyboard.press("Control+Home");
  const typed = "# typed faster than anybody can answer, 0123456789 0123456789 0123456789";
  await page.keyboard.type(`${typed}\n`);
  expect(await editor("claim map").locator(".cm-line").first().innerText()).toBe(typed);
  await end();
});

test("another sign-in is other tokens: a clerk's employer is sealed for billing", async () => {
  const { page, pane, end } = await openSession(browser, playground.url);
  const clerk = (await startOf(playground.url)).examples[0]?.situations.findIndex(({ event }) =>
    event.includes("Beispiel"),
  );
  await page.getByLabel("Who signs in").selectOption({ index: clerk ?? -1 });
  await pane("billing-api").locator(".claim", { hasText: "employer" }).waitFor();
  expect(await pane("Access token").innerText()).toMatch(/profession\s+open\s+clerk/);
  await end();
});

test("a machine gets no ID token, V1 no claims in its access token, and a refresh is one", async () => {
  const { page, pane, editor, end } = await openSession(browser, playground.url);
  await page.getByRole("checkbox", { name: "refresh" }).click();
  await page.getByRole("tab", { name: "Event" }).click();
  await editor("event").getByText("TokenGeneration_RefreshTokens").waitFor();
  await page.getByRole("radio", { name: "V1" }).click();
  await page.locator(".outcome, .past-said").first().waitFor();
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("radio", { name: "machine" }).click();
  await editor("event").getByText("TokenGeneration_ClientCredentials").waitFor();
  await expect.poll(() => pane("ID token").innerText()).toContain("A machine gets none.");
  await end();
});

test("a leak turns red with its path, in words too, and sealing it again makes it green", async () => {
  const { pane, write, says, page, style, picture, end } = await openSession(browser, playground.url);
  const leaking = map.replace(
    "licence_no: { value: staff.licenceNo, sealFor: [care-api],",
    "licence_no: { value: staff.licenceNo, to: [access],",
  );
  expect(leaking).not.toBe(map);
  await write("claim map", leaking);
  await says(/The check refuses this map. Whoever finds such a token would read 1 private value/);
  const thief = pane("Thief");
  await thief.getByText("reads 1 private value").waitFor();
  expect(await thief.locator(".flow li").allInnerTexts()).toEqual([
    expect.stringContaining("staff.licenceNo"),
    expect.stringContaining("licence_no"),
    expect.stringContaining("access token"),
  ]);
  expect(await thief.innerText()).toMatch(/stands in claim licence_no/);
  expect(await thief.getAttribute("class")).toContain("alarmed");
  expect(await style(".pane.thief", "borderTopColor")).toBe("rgb(179, 32, 27)");
  expect(await pane("Access token").locator(".claim.leak").innerText()).toMatch(
    /licence_no[\s\S]*readable by whoever finds it/,
  );
  await page.getByLabel("why this map is refused").getByText("CS401").first().waitFor();
  await picture("leak-light");
  await write("claim map", map);
  await thief.getByText("reads nothing private").waitFor();
  await end();
});

test("a fault shows its refusal, large, with its code and what people see; without it there are tokens again", async () => {
  const { page, pane, says, style, picture, end } = await openSession(browser, playground.url);
  await page.getByText("Faults", { exact: true }).click();
  const part = page.getByLabel("faults to switch on").locator("label", { hasText: /staff/ }).first();
  await part.locator("select").selectOption("unavailable");
  await says(/No token: refused with SOURCE_UNAVAILABLE/);
  const refusal = page.getByLabel("the refusal");
  expect(Number.parseFloat(await style(".refusal-code", "fontSize"))).toBeGreaterThan(30);
  expect(await refusal.innerText()).toMatch(/SOURCE_UNAVAILABLE[\s\S]*people see[\s\S]*refusal-codes\.md/);
  await page.keyboard.press("Escape");
  await picture("refusal-light");
  await page.getByText("1 fault", { exact: true }).click();
  await page.getByRole("button", { name: "Everything works" }).click();
  await pane("Access token").waitFor();
  await end();
});

test("a claim leads back to its line in the map and its row, and both stand out", async () => {
  const { page, pane, picture, end } = await openSession(browser, playground.url);
  await pane("care-api").getByRole("button", { name: "licence_no" }).click();
  const trace = page.getByLabel("the way of licence_no");
  expect(await trace.innerText()).toMatch(/user\.sub[\s\S]*staff\.licenceNo[\s\S]*care-api\s+sealed/);
  const traced = await page.locator(".cm-traced").allInnerTexts();
  expect(traced.some((line) => line.includes("licence_no:"))).toBe(true);
  expect(traced.some((line) => line.includes('"licenceNo"'))).toBe(true);
  await picture("trace-light");
  await trace
    .getByRole("button", { name: /^rows line/ })
    .last()
    .click();
  await page.locator('.cm-focused .cm-content[aria-label^="rows"]').waitFor();
  await page.keyboard.type(" ");
  await page.keyboard.press("Control+z");
  await page.locator("h2", { hasText: "Claim map" }).click();
  await pane("care-api").getByRole("button", { name: "licence_no" }).focus();
  await page.keyboard.press("Escape");
  await trace.waitFor({ state: "detached" });
  await end();
});

test("what cannot be read is said in the gutter and in words, and what was there last stays in sight", async () => {
  const { page, pane, write, says, end } = await openSession(browser, playground.url);
  await write("claim map", map.replace("version: 1", "versio: 1"));
  await says(/Nothing was run/);
  await page.getByText("Below: what it was when it last could be run.").waitFor();
  expect(await pane("care-api").innerText()).toContain("DE-48213377");
  await page.locator(".tab-alert", { hasText: /error/ }).first().waitFor();
  await page.keyboard.press("Control+Home");
  await page.locator(".cm-lint-marker-error").first().hover();
  const said = page.locator(".cm-tooltip-lint");
  await said.waitFor();
  expect(await said.innerText()).toMatch(/CS\d{3}/);
  await page.mouse.move(700, 500);
  await write("rows", "{ ");
  await page.getByRole("tab", { name: /Rows\s*\d+ error/ }).waitFor();
  await end();
});

test("the editor proposes keys, classes and references, and says what they are", async () => {
  const { page, write, end } = await openSession(browser, playground.url);
  const end0 = map
    .trimEnd()
    .replace("      profession: { value", "      mine: { value: staff.lic\n      profession: { value");
  await write("claim map", end0.slice(0, end0.indexOf("staff.lic\n") + "staff.li".length));
  await page.keyboard.type("c");
  const proposed = page.locator(".cm-tooltip-autocomplete");
  await proposed.getByText("staff.licenceNo").waitFor();
  expect(await proposed.innerText()).toMatch(/pii/);
  await page.keyboard.press("Escape");
  await write("claim map", "pool:\n  events: ");
  await page.keyboard.press("Control+Space");
  await proposed.getByText("V2").waitFor();
  await page.keyboard.press("Escape");
  await write("claim map", map);
  await page.keyboard.press("Control+Home");
  await page
    .locator(".cm-line", { hasText: /^version: 1/ })
    .locator("span", { hasText: "version" })
    .first()
    .hover();
  await page.locator(".cm-hover").waitFor();
  await end();
});

test("texts that look like HTML stay texts, wherever they are shown", async () => {
  const { page, pane, write, end } = await openSession(browser, playground.url);
  const attack = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  await page.getByRole("tab", { name: "Rows" }).click();
  await write("rows", rows.replaceAll("Dr. Anna Testmann", attack).replaceAll("physician", "physician"));
  await pane("care-api").getByText(attack).waitFor();
  await pane("care-api").getByRole("button", { name: "legal_name" }).click();
  await page.getByLabel("the way of legal_name").getByText(attack).first().waitFor();
  await write(
    "claim map",
    map.replace("name: clinic-eu", `name: "${attack}"`).replace("code: SUSPENDED", `code: "${attack}"`),
  );
  await page.locator(".outcome", { hasText: /Nothing was run|refuses/ }).waitFor();
  await page.locator(".cm-lint-marker-error").first().hover();
  await page.locator(".cm-tooltip-lint").waitFor();
  expect(await page.locator("#page img, #page script, .cm-tooltip img").count()).toBe(0);
  await end();
});

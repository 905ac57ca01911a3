// examples/react-dashboard in a browser, as its tutorial has it. CLAIMSEAL_BROWSER=all, with the example's own packages
// (`npm ci --prefix examples/react-dashboard`).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ready, type RunningDashboard, startDashboard } from "./dashboard-process.ts";
import { followTutorial, type MapFiles } from "./tutorial-edits.ts";

const PICTURES = ".pictures";

let dashboard: RunningDashboard;
let browser: Browser;
let page: Page;
/** What the browser asked for, what was refused of it, and what it complained of. */
const asked: { url: string; body: string | null }[] = [];
const refused: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  dashboard = await startDashboard();
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  page = await browser.newPage({ ignoreHTTPSErrors: true, viewport: { width: 1200, height: 900 } });
  page.on("request", (request) => asked.push({ url: request.url(), body: request.postData() }));
  page.on("response", (response) => {
    if (response.status() >= 400) refused.push(`${response.status()} ${new URL(response.url()).pathname}`);
  });
  // Chromium writes a line of its own for each answer of 400 and above; those are counted, by what they answer to.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  page.on("pageerror", ({ message }) => complaints.push(message));
  await page.goto(dashboard.ready.url);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await dashboard?.stop();
}, 60_000);

const picture = (name: string): Promise<Buffer> =>
  page.screenshot({ path: `${PICTURES}/dashboard-${name}.png`, fullPage: true });
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
const card = (name: string): Locator => page.getByRole("region", { name });

/** Names and values of a list, as they are shown. */
async function listed(within: Locator, label: string): Promise<Record<string, string>> {
  const rows = within.getByLabel(label).locator("div");
  await rows.first().waitFor();
  return Object.fromEntries(
    await rows.evaluateAll((all) => all.map((row) => [row.children[0]?.textContent, row.children[1]?.textContent])),
  );
}

async function signInByForm({ people }: Ready, who: string): Promise<void> {
  const { email = "", password = "" } = people.find((person) => person.email.startsWith(who)) ?? {};
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await button("Sign in").click();
  await page.getByTestId("name").waitFor();
}

/** What was refused since the last time it was asked; once, as React asks twice in development. */
const refusedSince = (): string[] => [...new Set(refused.splice(0))];

/** Saves the map, and waits until the page has loaded again by itself. */
async function saved(files: MapFiles): Promise<Ready> {
  const [ready] = await Promise.all([dashboard.save(files), page.waitForEvent("load")]);
  return ready;
}

test("Amplify signs Anna in, her password stays in the page, and the ID token's name stands in the bar", async () => {
  await button("Sign in").waitFor();
  await picture("door");
  await signInByForm(dashboard.ready, "anna");
  expect(await page.getByTestId("name").textContent()).toBe("Anna Testmann");
  expect(await listed(card("Good day, Anna Testmann"), "ID token")).toEqual({
    name: "Anna Testmann",
    email: "anna@clinic.example",
    "cognito:groups": "on-call",
    clinic_id: "c42",
    role: "lead",
    clinics: "c42, c7",
  });
  const sent = asked.filter(({ url }) => url.endsWith("/cognito-idp")).map(({ body }) => body ?? "");
  expect(sent.map((body) => JSON.parse(body).AuthFlow ?? JSON.parse(body).ChallengeName)).toEqual([
    "USER_SRP_AUTH",
    "PASSWORD_VERIFIER",
  ]);
  expect(sent.join()).not.toContain(dashboard.ready.people[0]?.password);
});

test("both APIs answer from the access token, each opens its own envelope, and neither the other's", async () => {
  const clear = { scope: "care-api/chart.read billing-api/invoice.read", clinic_id: "c42", role: "lead" };
  const care = card("care-api");
  expect(await listed(care, "in the clear")).toEqual(clear);
  expect(await listed(care, "opened")).toEqual({ legal_name: "Dr. Anna Testmann", licence_no: "DE-48213377" });
  expect(await listed(care, "tried")).toEqual({ "billing-api": "refused: SEALED_INTEGRITY" });
  const billing = card("billing-api");
  expect(await listed(billing, "in the clear")).toEqual(clear);
  expect(await listed(billing, "opened")).toEqual({ legal_name: "Dr. Anna Testmann", payroll_no: "PR-000417" });
  expect(await listed(billing, "tried")).toEqual({ "care-api": "refused: SEALED_INTEGRITY" });
  await picture("overview");
  expect(refusedSince()).toEqual([]);
});

test("the ID token is refused by both, by a code, and the access token taken again", async () => {
  for (const api of ["care-api", "billing-api"]) {
    await card(api).getByRole("button", { name: "Send the ID token instead" }).click();
    expect(await card(api).getByRole("alert").textContent()).toMatch(/^TOKEN_USE This is an ID token/);
  }
  await picture("id-token");
  expect(refusedSince()).toEqual(["401 /care-api/seen", "401 /billing-api/seen"]);
  await card("care-api").getByRole("button", { name: "Send the access token" }).click();
  expect(await listed(card("care-api"), "opened")).toHaveProperty("licence_no");
  expect(refusedSince()).toEqual([]);
});

test("the drawer lists the claims of both tokens by name, and values when asked", async () => {
  await button("Tokens").click();
  const row = async (name: string): Promise<string[]> =>
    page
      .getByRole("row")
      .filter({ has: page.getByText(name, { exact: true }) })
      .getByRole("cell")
      .allTextContents();
  expect(await row("email")).toEqual(["email", "yes", ""]);
  expect(await row("clinic_id")).toEqual(["clinic_id", "yes", "yes"]);
  expect(await row("sealed_care_api")).toEqual(["sealed_care_api", "", "yes"]);
  expect(await page.getByText("licence_no").count()).toBe(1);
  await picture("drawer");
  await page.getByLabel("show values").check();
  expect(await row("role")).toEqual(["role", "lead", "lead"]);
  expect((await row("sealed_care_api")).at(-1)).toMatch(/^\[sealed, \d+ bytes\]$/);
  await picture("drawer-values");
  await button("Close").click();
});

test("switching the clinic by a refresh changes claims, menu and what the APIs answer", async () => {
  await button("Switch").click();
  const changes = page.getByRole("table", { name: "What has changed" });
  await changes.waitFor();
  const rows = await changes
    .locator("tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
  expect(rows).toEqual([
    ["clinic_id", "ID", "c42", "c7"],
    ["role", "ID", "lead", "physician"],
    ["scope", "access", "care-api/chart.read billing-api/invoice.read", "care-api/chart.read"],
    ["clinic_id", "access", "c42", "c7"],
    ["role", "access", "lead", "physician"],
    ["sealed_billing_api", "access", "sealed", "none"],
  ]);
  expect(await card("billing-api").getByRole("alert").textContent()).toMatch(/^SCOPE_MISSING/);
  expect(await page.getByRole("navigation").getByRole("button").allTextContents()).toEqual([
    "Overview",
    "Charts",
    "On call",
  ]);
  await picture("switched");
  expect(refusedSince()).toEqual(["403 /billing-api/seen"]);
});

test("a hidden entry that is opened all the same meets the API's refusal", async () => {
  await page.getByLabel("show what is hidden").check();
  await button("Invoices (hidden)").click();
  expect(await card("Invoices").getByRole("alert").textContent()).toMatch(/^SCOPE_MISSING/);
  await button("Charts").click();
  await page.getByText("signed: Dr. Anna Testmann").waitFor();
  expect(await card("Charts").getByRole("listitem").allTextContents()).toEqual(["C-2001 out-patients · Stress test"]);
  await picture("charts");
  await button("On call").click();
  await card("On call").waitFor();
  await button("Overview").click();
  await listed(card("care-api"), "opened");
  await card("billing-api").getByRole("alert").waitFor();
  expect(refusedSince()).toEqual(["403 /billing-api/invoices", "403 /billing-api/seen"]);
});

test("a clinic of somebody else's is refused by the trigger, and the tokens stay as they were", async () => {
  await button("Ask for c99, which is not yours").click();
  expect(await card("Clinic").getByRole("alert").textContent()).toContain("(TENANT_REFUSED)");
  await page.getByText("clinic c7", { exact: true }).waitFor();
  await picture("refused");
  expect(refusedSince()).toEqual(["400 /cognito-idp"]);
});

test("tokens that have run out are renewed for the same clinic, before one is sent and when the page loads", async () => {
  // Amplify keeps how far this machine's clock is off; two hours make every token one that has run out.
  const runOut = (): Promise<void> =>
    page.evaluate(() => {
      const key = Object.keys(sessionStorage).find((each) => each.endsWith(".clockDrift")) ?? "";
      sessionStorage.setItem(key, String(2 * 3_600_000));
    });
  const refreshes = (from: number): unknown[] =>
    asked
      .slice(from)
      .filter(({ url }) => url.endsWith("/cognito-idp"))
      .map(({ body }) => JSON.parse(body ?? "{}").ClientMetadata);
  for (const again of [
    () => card("care-api").getByRole("button", { name: "Send the access token" }).click(),
    () => page.reload(),
  ]) {
    await runOut();
    const before = asked.length;
    await Promise.all([page.waitForResponse((answer) => answer.url().endsWith("/billing-api/seen")), again()]);
    await page.getByText("clinic c7", { exact: true }).waitFor();
    expect(await listed(card("care-api"), "opened")).toHaveProperty("licence_no");
    expect(refreshes(before)).toEqual([{ clinic: "c7" }]);
    await card("billing-api").getByRole("alert").waitFor();
  }
  expect(refusedSince()).toEqual(["403 /billing-api/seen"]);
});

test("signing out leaves nothing in the browser's storage", async () => {
  await button("Sign out").click();
  await button("Sign in on the pool's page").waitFor();
  expect(await page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")).toEqual([]);
});

test("the redirect signs Ben in over https, with a code and PKCE, and his menu and envelopes are others", async () => {
  const before = asked.length;
  await button("Sign in on the pool's page").click();
  const { email, password } = dashboard.ready.people[1] ?? { email: "", password: "" };
  await page.getByLabel("Username or email").fill(email);
  await picture("redirect");
  await page.getByLabel("Password").fill(password);
  await button("Sign in").click();
  await page.getByTestId("name").waitFor();
  const went = asked.slice(before).map(({ url }) => new URL(url));
  expect(went.filter(({ protocol }) => protocol === "http:")).toEqual([]);
  const authorize = went.find(({ pathname }) => pathname === "/oauth2/authorize");
  expect(authorize?.searchParams.get("code_challenge_method")).toBe("S256");
  expect(went.map(({ pathname }) => pathname)).toContain("/oauth2/token");
  expect(new URL(page.url()).search).toBe("");
  expect(await page.getByTestId("name").textContent()).toBe("Ben Beispiel");
  expect(await page.getByRole("navigation").getByRole("button").allTextContents()).toEqual(["Overview", "Invoices"]);
  expect(await listed(card("billing-api"), "opened")).toEqual({ legal_name: "Ben Beispiel", payroll_no: "PR-000982" });
  expect(await card("care-api").getByRole("alert").textContent()).toMatch(/^SCOPE_MISSING/);
  await picture("ben");
  await button("Sign out").click();
  await button("Sign in on the pool's page").waitFor();
  expect(refusedSince()).toEqual(["403 /care-api/seen"]);
});

test("a wrong password is told above the form, and nobody is signed in", async () => {
  await page.getByLabel("Email").fill("anna@clinic.example");
  await page.getByLabel("Password").fill("Wrong-Horse-7");
  await button("Sign in").click();
  expect(await page.getByRole("alert").textContent()).toBe("Incorrect username or password.");
  expect(refusedSince()).toEqual(["400 /cognito-idp"]);
});

test("a claim of one's own, as the tutorial adds it, is in the dashboard after the next sign-in", async () => {
  const { first, leak, sealed } = followTutorial();
  await signInByForm(await saved(first), "anna");
  expect(await listed(card("Good day, Anna Testmann"), "ID token")).toHaveProperty("ward", "cardiology");
  expect(await listed(card("billing-api"), "in the clear")).toHaveProperty("ward", "cardiology");
  await picture("own-claim");

  expect(await dashboard.saveUntil(leak.map, /CS401[\s\S]*fix: Seal[\s\S]*what was running still is/)).toContain(
    "staff.pager",
  );
  await page.reload();
  expect(await listed(card("care-api"), "in the clear")).toHaveProperty("ward", "cardiology");

  await signInByForm(await saved(sealed), "anna");
  expect(await listed(card("care-api"), "opened")).toHaveProperty("pager", "+49 30 5550123");
  expect(await listed(card("billing-api"), "opened")).not.toHaveProperty("pager");
  expect(await listed(card("Good day, Anna Testmann"), "ID token")).not.toHaveProperty("pager");
  expect(refusedSince()).toEqual([]);
}, 90_000);

test("it fits a screen of 360 pixels, light and dark", async () => {
  await page.setViewportSize({ width: 360, height: 780 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await picture(`narrow-${colorScheme}`);
  }
  await button("Tokens").click();
  await page.getByLabel("show values").check();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  await picture("narrow-drawer");
});

test("a second one on the same port says which it is, and how to take another", async () => {
  const port = new URL(dashboard.ready.url).port;
  const second = spawn(process.execPath, ["start.js", "--port", port], { cwd: "examples/react-dashboard" });
  const [said, [code]] = await Promise.all([text(second.stderr), once(second, "exit")]);
  expect(said).toContain(`PORT_TAKEN: port ${port} is not to be had; choose another one with --port\n`);
  expect(code).toBe(3);
});

test("Ctrl-C while one starts anew ends what ran and what was about to", async () => {
  const other = await startDashboard();
  await other.saveUntil(followTutorial().first.map, /starting anew/);
  expect(await other.stop()).toBe(0);
  await expect(fetch(other.ready.url)).rejects.toThrow("fetch failed");
}, 60_000);

test("nothing was asked for beyond this machine, no script complained, and Ctrl-C ends it all", async () => {
  const hosts = new Set(
    asked.map(({ url }) => new URL(url)).flatMap(({ protocol, hostname }) => (protocol === "data:" ? [] : [hostname])),
  );
  expect([...hosts]).toEqual(["localhost"]);
  expect(complaints).toEqual([]);
  await page.close();
  expect(await dashboard.stop()).toBe(0);
  await expect(fetch(dashboard.ready.url)).rejects.toThrow("fetch failed");
});

import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { newTestIssuer } from "../../local/testing/test-issuer.ts";
import { testKit } from "../../local/testing/test-kit.ts";
import type { Opener } from "../../resource-server/open.ts";

type Curious = { readonly [name: string]: Opener };
type Asked = { readonly status: number; readonly body: unknown };

/** The examples are JavaScript, as a reader would have it; these are their shapes. */
const apis = `${import.meta.dirname}/../../examples/apis`;
const { createApp: careApi } = (await import(`${apis}/care-api/app.js`)) as {
  createApp: (opener: Opener, curious: Curious, pageOrigin?: string) => RequestListener;
};
const { createApp: billingApi } = (await import(`${apis}/billing-api/app.js`)) as {
  createApp: (
    opener: Opener,
    curious: Curious,
    pageOrigin?: string,
  ) => { request: (path: string, init: RequestInit) => Promise<Response> };
};
const { curiousOptions } = (await import(`${apis}/seen.js`)) as {
  curiousOptions: (options: object, other: string) => object;
};

const issuer = newTestIssuer();
const kit = await testKit({
  issuer,
  map: "clinic-dashboard",
  resourceServers: { "care-api": { scopes: ["chart.read"] }, "billing-api": { scopes: ["invoice.read"] } },
});
/** A service that reaches for the other's envelope has the claim's name, and for the rest its own. */
const reaching = async (own: string, other: string): Promise<Curious> => {
  const names = { [other]: { identifier: own } };
  return { [other]: (await testKit({ issuer, map: "clinic-dashboard", resourceServers: names })).opener(other) };
};

const care = { legal_name: "Dr. Anna Testmann", licence_no: "DE-48213377" };
const billing = { legal_name: "Dr. Anna Testmann", payroll_no: "PR-000417" };
const lead = {
  scopes: ["care-api/chart.read", "billing-api/invoice.read"],
  claims: { clinic_id: "c42", role: "lead" },
  sealed: { "care-api": care, "billing-api": billing },
};

async function fetchFrom(app: RequestListener, path: string, init: RequestInit): Promise<Response> {
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return new Response((await answer.text()) || null, { status: answer.status, headers: answer.headers });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function askCare(path: string, token: string): Promise<Asked> {
  const app = careApi(kit.opener("care-api"), await reaching("care-api", "billing-api"));
  return read(await fetchFrom(app, path, bearer(token)));
}

async function askBilling(path: string, token: string): Promise<Asked> {
  const app = billingApi(kit.opener("billing-api"), await reaching("billing-api", "care-api"));
  return read(await app.request(path, bearer(token)));
}

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });
const read = async (answer: Response): Promise<Asked> => ({ status: answer.status, body: await answer.json() });

test("care-api sees the clear claims and its own envelope, and fails with the other one", async () => {
  const { status, body } = await askCare("/seen", await kit.mint(lead));
  expect(status).toBe(200);
  expect(body).toMatchObject({ claims: { clinic_id: "c42", role: "lead" }, opened: care });
  expect(body).toHaveProperty("others", { "billing-api": "SEALED_INTEGRITY" });
  expect(JSON.stringify(body)).not.toMatch(/PR-000417|sealed_/);
});

test("billing-api sees the same clear claims, its own envelope, and nothing of the other one", async () => {
  const { status, body } = await askBilling("/seen", await kit.mint(lead));
  expect(status).toBe(200);
  expect(body).toMatchObject({ claims: { clinic_id: "c42", role: "lead" }, opened: billing });
  expect(body).toHaveProperty("others", { "care-api": "SEALED_INTEGRITY" });
  expect(JSON.stringify(body)).not.toMatch(/DE-48213377|sealed_/);
});

test("both answer for the clinic in the access token, and show rows of no other", async () => {
  const elsewhere = await kit.mint({ ...lead, claims: { clinic_id: "c7", role: "lead" } });
  expect(await askCare("/charts", elsewhere)).toMatchObject({
    status: 200,
    body: { clinic: "c7", rows: [{ id: "C-2001" }] },
  });
  expect(await askBilling("/invoices", elsewhere)).toMatchObject({ status: 200, body: { rows: [{ id: "I-77" }] } });
  const nowhere = await kit.mint({ ...lead, claims: { clinic_id: "c1", role: "lead" } });
  expect(await askCare("/charts", nowhere)).toMatchObject({ body: { rows: [] } });
});

test("both refuse an ID token, and an access token without their scope, on every route", async () => {
  const idToken = await kit.mint({ ...lead, flaw: "id-token" });
  const bare = await kit.mint({ ...lead, scopes: [] });
  const answers = [
    await askCare("/charts", idToken),
    await askCare("/seen", idToken),
    await askBilling("/invoices", idToken),
    await askBilling("/seen", idToken),
    await askCare("/charts", bare),
    await askCare("/seen", bare),
    await askBilling("/invoices", bare),
    await askBilling("/seen", bare),
  ];
  expect(answers).toEqual([
    ...Array(4).fill({ status: 401, body: { error: "TOKEN_USE" } }),
    ...Array(4).fill({ status: 403, body: { error: "SCOPE_MISSING" } }),
  ]);
});

test("a browser may ask from the page's origin where one is named, and from no other, and keeps no answer", async () => {
  const page = "https://dashboard.example";
  const [token, care, billing] = [await kit.mint(lead), kit.opener("care-api"), kit.opener("billing-api")];
  const letIn = async (origin: string, pageOrigin: string | undefined, init: RequestInit): Promise<unknown[]> => {
    const asked = { ...init, headers: { ...(init.headers as Record<string, string>), origin } };
    const answers = [
      await fetchFrom(careApi(care, {}, pageOrigin), "/charts", asked),
      await billingApi(billing, {}, pageOrigin).request("/invoices", asked),
    ];
    return answers.map(({ status, headers }) => [status, headers.get("access-control-allow-origin")]);
  };
  const preflight = {
    method: "OPTIONS",
    headers: { "access-control-request-method": "GET", "access-control-request-headers": "authorization" },
  };
  expect(await letIn(page, page, preflight)).toEqual(Array(2).fill([204, page]));
  expect(await letIn(page, page, bearer(token))).toEqual(Array(2).fill([200, page]));
  expect(await letIn(page, page, {})).toEqual(Array(2).fill([401, page]));
  expect(await letIn("https://dashboard.example.evil", page, preflight)).toEqual(Array(2).fill([204, null]));
  expect(await letIn("null", page, bearer(token))).toEqual(Array(2).fill([200, null]));
  expect(await letIn(page, undefined, bearer(token))).toEqual(Array(2).fill([200, null]));
  const kept = [
    await fetchFrom(careApi(care, {}), "/charts", bearer(token)),
    await billingApi(billing, {}).request("/invoices", bearer(token)),
  ];
  expect(kept.map(({ headers }) => headers.get("cache-control"))).toEqual(["no-store", "no-store"]);
});

test("reaching for another's envelope takes its claim's name and nothing else of it", () => {
  const seal = { mode: "envelope", keys: ["arn:aws:kms:eu-central-1:111122223333:key/care"] };
  const own = { resourceServer: "care-api", userPoolId: "eu-central-1_Local0001", scope: "care-api/chart.read", seal };
  expect(curiousOptions(own, "billing-api")).toEqual({
    ...own,
    scope: null,
    resourceServer: { name: "billing-api", identifier: "care-api" },
  });
});

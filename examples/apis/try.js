// Both services without AWS, with tokens made for a test: node try.js
import { once } from "node:events";
import { serve } from "@hono/node-server";
import { createTestKit } from "claimseal/testing";
import { createApp as createBillingApi } from "./billing-api/app.js";
import { createApp as createCareApi } from "./care-api/app.js";

const kit = await createTestKit({
  map: "clinic-dashboard",
  resourceServers: { "care-api": { scopes: ["chart.read"] }, "billing-api": { scopes: ["invoice.read"] } },
});
const care = createCareApi(kit.opener("care-api")).listen(0, "127.0.0.1");
const billing = serve({ fetch: createBillingApi(kit.opener("billing-api")).fetch, port: 0, hostname: "127.0.0.1" });
await Promise.all([once(care, "listening"), once(billing, "listening")]);

const lead = {
  scopes: ["care-api/chart.read", "billing-api/invoice.read"],
  claims: { clinic_id: "c42", role: "lead" },
  sealed: {
    "care-api": { legal_name: "Dr. Anna Testmann", licence_no: "DE-48213377" },
    "billing-api": { legal_name: "Dr. Anna Testmann", payroll_no: "PR-000417" },
  },
};

async function ask(what, server, path, token) {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  process.stdout.write(`${what}: ${answer.status} ${await answer.text()}\n`);
}

const accessToken = await kit.mint(lead);
await ask("care-api, with an access token", care, "/charts", accessToken);
await ask("billing-api, with the same one", billing, "/invoices", accessToken);
await ask(
  "billing-api, without its scope",
  billing,
  "/invoices",
  await kit.mint({ ...lead, scopes: ["care-api/chart.read"] }),
);
await ask("care-api, with an ID token", care, "/charts", await kit.mint({ ...lead, flaw: "id-token" }));
await ask("billing-api, with an ID token", billing, "/invoices", await kit.mint({ ...lead, flaw: "id-token" }));

care.close();
billing.close();

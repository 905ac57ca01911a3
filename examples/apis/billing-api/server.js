// The service as it is deployed: node server.js
import { serve } from "@hono/node-server";
import { createOpener } from "claimseal/open";
import { createApp } from "./app.js";

const { USER_POOL_ID, WEB_CLIENT_ID, BILLING_KEY_ARN, PAGE_ORIGIN, PORT = "3002" } = process.env;

const opener = createOpener({
  resourceServer: "billing-api",
  userPoolId: USER_POOL_ID,
  clientId: [WEB_CLIENT_ID],
  scope: "billing-api/invoice.read",
  map: "clinic-dashboard",
  seal: { mode: "envelope", keys: [BILLING_KEY_ARN] },
});

// Ahead of the first request; in an outage the opener fetches the keys when it needs them.
await opener.hydrate().catch(() => {});
serve({ fetch: createApp(opener, {}, PAGE_ORIGIN ?? null).fetch, port: Number(PORT) });

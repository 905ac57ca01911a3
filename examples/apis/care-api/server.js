// The service as it is deployed: node server.js
import { createOpener } from "claimseal/open";
import { createApp } from "./app.js";

const { USER_POOL_ID, WEB_CLIENT_ID, CARE_KEY_ARN, PAGE_ORIGIN, PORT = "3001" } = process.env;

const opener = createOpener({
  resourceServer: "care-api",
  userPoolId: USER_POOL_ID,
  clientId: [WEB_CLIENT_ID],
  scope: "care-api/chart.read",
  map: "clinic-dashboard",
  seal: { mode: "envelope", keys: [CARE_KEY_ARN] },
});

// Ahead of the first request; in an outage the opener fetches the keys when it needs them.
await opener.hydrate().catch(() => {});
createApp(opener, {}, PAGE_ORIGIN ?? null).listen(Number(PORT));

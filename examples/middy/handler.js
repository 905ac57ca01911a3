// The function as it is deployed: its handler is handler.handler.
import { createOpener } from "claimseal/open";
import { charts } from "./charts.js";

const { USER_POOL_ID, WEB_CLIENT_ID, CARE_KEY_ARN } = process.env;

const opener = createOpener({
  resourceServer: "care-api",
  userPoolId: USER_POOL_ID,
  clientId: [WEB_CLIENT_ID],
  scope: "care-api/chart.read",
  map: "clinic-eu",
  seal: { mode: "envelope", keys: [CARE_KEY_ARN] },
});

export const handler = charts(opener);

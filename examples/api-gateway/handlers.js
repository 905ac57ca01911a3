// The authorizers as they are deployed: handlers.rest and handlers.http.
import { createOpener } from "claimseal/open";
import * as authorizers from "./authorizers.js";

const { USER_POOL_ID, WEB_CLIENT_ID } = process.env;

// An authorizer opens nothing, so it needs no key and no right to one.
const opener = createOpener({
  resourceServer: "care-api",
  userPoolId: USER_POOL_ID,
  clientId: [WEB_CLIENT_ID],
  scope: "care-api/chart.read",
  map: "clinic-eu",
  seal: null,
});

export const rest = authorizers.rest(opener);
export const http = authorizers.http(opener);

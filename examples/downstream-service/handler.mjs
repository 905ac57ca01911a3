import { withAuth } from "claimseal/api-gateway";
import { createOpener } from "claimseal/open";

const { USER_POOL_ID, WEB_CLIENT_ID, CARE_KEY_ARN } = process.env;

// Made once per process: it keeps the pool's signing keys, and data keys for a while.
const opener = createOpener({
  resourceServer: "care-api",
  userPoolId: USER_POOL_ID,
  clientId: [WEB_CLIENT_ID],
  scope: "care-api/chart.read",
  map: "clinic-eu",
  seal: { mode: "envelope", keys: [CARE_KEY_ARN] },
});

export const handler = withAuth(opener, async (_event, { claims, sealed }) => {
  const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
  return { statusCode: 200, body: JSON.stringify({ clinic: claims.clinic_id, signedBy }) };
});

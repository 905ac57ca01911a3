import { withAuth } from "claimseal/api-gateway";

/** A function behind API Gateway, whatever authorizer stands before it. It is handed its opener. */
export function charts(opener) {
  return withAuth(opener, async (_event, { claims, sealed }) => {
    const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
    return { statusCode: 200, body: JSON.stringify({ clinic: claims.clinic_id, signedBy }) };
  });
}

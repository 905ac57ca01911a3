import middy from "@middy/core";
import { sealedClaims } from "claimseal/middy";

/** A function behind API Gateway, with middy. It is handed its opener. */
export function charts(opener) {
  return middy()
    .use(sealedClaims(opener))
    .handler(async (_event, { auth: { claims, sealed } }) => {
      const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
      return { statusCode: 200, body: JSON.stringify({ clinic: claims.clinic_id, signedBy }) };
    });
}

import { sealedClaims } from "claimseal/express";
import express from "express";

/** The service. It is handed its opener, so that a test can hand it another. */
export function createApp(opener) {
  const app = express();

  app.get("/charts", sealedClaims(opener), (_req, res) => {
    const { claims, sealed } = res.locals.auth;
    const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
    res.json({ clinic: claims.clinic_id, signedBy });
  });

  app.post("/charts", sealedClaims(opener, { scope: "care-api/chart.write" }), (_req, res) => {
    res.status(201).json({ clinic: res.locals.auth.claims.clinic_id });
  });

  return app;
}

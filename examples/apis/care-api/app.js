import { sealedClaims } from "claimseal/express";
import express from "express";
import { seen } from "../seen.js";

/** Charts by clinic. Whose they are is nothing a token has to say. */
const CHARTS = {
  c42: [
    { id: "C-1001", ward: "cardiology", title: "Echocardiogram, control" },
    { id: "C-1002", ward: "cardiology", title: "Admission" },
  ],
  c7: [{ id: "C-2001", ward: "out-patients", title: "Stress test" }],
};

/** The service. It is handed its opener, so that a test can hand it another. */
export function createApp(opener, curious) {
  const app = express();
  app.disable("x-powered-by");
  const mayRead = sealedClaims(opener, { scope: "care-api/chart.read" });

  app.get("/charts", mayRead, (_req, res) => {
    const { claims, sealed } = res.locals.auth;
    const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
    res.json({ clinic: claims.clinic_id, rows: CHARTS[claims.clinic_id] ?? [], signedBy });
  });

  app.get("/seen", mayRead, async (req, res) => {
    const accessToken = req.get("authorization").replace(/^Bearer +/i, "");
    res.set("cache-control", "no-store").json(await seen(res.locals.auth, accessToken, curious));
  });

  return app;
}

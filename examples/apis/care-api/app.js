import { sealedClaims } from "claimseal/express";
import express from "express";
import { seen } from "../seen.js";

/** Charts by clinic. Whose they are is nothing a token has to say. */
const CHARTS = new Map([
  [
    "c42",
    [
      { id: "C-1001", ward: "cardiology", title: "Echocardiogram, control" },
      { id: "C-1002", ward: "cardiology", title: "Admission" },
    ],
  ],
  ["c7", [{ id: "C-2001", ward: "out-patients", title: "Stress test" }]],
]);

/**
 * The service. It is handed its opener, so that a test can hand it another.
 *
 * @param pageOrigin The one origin whose pages may ask from a browser; null where they share the service's.
 */
export function createApp(opener, curious = {}, pageOrigin = null) {
  const app = express();
  app.disable("x-powered-by");
  if (pageOrigin !== null) app.use(letIn(pageOrigin));
  app.use((_req, res, next) => {
    res.set("cache-control", "no-store");
    next();
  });
  const mayRead = sealedClaims(opener, { scope: "care-api/chart.read" });

  app.get("/charts", mayRead, (_req, res) => {
    const { claims, sealed } = res.locals.auth;
    const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
    res.json({ clinic: claims.clinic_id, rows: CHARTS.get(claims.clinic_id) ?? [], signedBy });
  });

  app.get("/seen", mayRead, async (req, res) => {
    const accessToken = req.get("authorization").replace(/^Bearer +/i, "");
    res.json(await seen(res.locals.auth, accessToken, curious));
  });

  return app;
}

/** CORS for one origin (Fetch standard, "CORS protocol"). No cookie goes along: the token is in a header. */
function letIn(origin) {
  return (req, res, next) => {
    res.vary("origin");
    if (req.get("origin") === origin) res.set("access-control-allow-origin", origin);
    if (req.method !== "OPTIONS") return next();
    res.set({ "access-control-allow-methods": "GET", "access-control-allow-headers": "authorization" });
    res.status(204).end();
  };
}

import { sealedClaims } from "claimseal/hono";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { seen } from "../seen.js";

/** Invoices by clinic. */
const INVOICES = new Map([
  [
    "c42",
    [
      { id: "I-310", title: "Echocardiograms, November", amount: "1 840 EUR" },
      { id: "I-311", title: "Admissions, November", amount: "620 EUR" },
    ],
  ],
  ["c7", [{ id: "I-77", title: "Stress tests, November", amount: "410 EUR" }]],
]);

/**
 * The service. It is handed its opener, so that a test can hand it another.
 *
 * @param pageOrigin The one origin whose pages may ask from a browser; null where they share the service's.
 */
export function createApp(opener, curious = {}, pageOrigin = null) {
  const app = new Hono();
  if (pageOrigin !== null)
    app.use(cors({ origin: pageOrigin, allowMethods: ["GET"], allowHeaders: ["authorization"] }));
  app.use(async (c, next) => {
    c.header("cache-control", "no-store");
    await next();
  });
  const mayRead = sealedClaims(opener, { scope: "billing-api/invoice.read" });

  app.get("/invoices", mayRead, (c) => {
    const { claims, sealed } = c.var.auth;
    const signedBy = sealed.legal_name.reveal({ reason: "signature under an invoice" });
    return c.json({ clinic: claims.clinic_id, rows: INVOICES.get(claims.clinic_id) ?? [], signedBy });
  });

  app.get("/seen", mayRead, async (c) => {
    const accessToken = c.req.header("authorization").replace(/^Bearer +/i, "");
    return c.json(await seen(c.var.auth, accessToken, curious));
  });

  return app;
}

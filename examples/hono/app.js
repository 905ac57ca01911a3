import { sealedClaims } from "claimseal/hono";
import { Hono } from "hono";

/** The service. It is handed its opener, so that a test can hand it another. */
export function createApp(opener) {
  const app = new Hono();

  app.get("/charts", sealedClaims(opener), (c) => {
    const { claims, sealed } = c.var.auth;
    const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
    return c.json({ clinic: claims.clinic_id, signedBy });
  });

  app.post("/charts", sealedClaims(opener, { scope: "care-api/chart.write" }), (c) =>
    c.json({ clinic: c.var.auth.claims.clinic_id }, 201),
  );

  return app;
}

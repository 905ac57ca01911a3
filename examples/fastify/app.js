import { sealedClaims } from "claimseal/fastify";
import fastify from "fastify";

/** The service. It is handed its opener, so that a test can hand it another. */
export async function createApp(opener) {
  const app = fastify();

  // Every route of this scope; register it in a scope of its own to leave others open.
  await app.register(sealedClaims, { opener });

  app.get("/charts", async ({ auth: { claims, sealed } }) => {
    const signedBy = sealed.legal_name.reveal({ reason: "signature under a chart" });
    return { clinic: claims.clinic_id, signedBy };
  });

  app.post("/charts", { config: { scope: "care-api/chart.write" } }, async ({ auth }, reply) => {
    reply.code(201);
    return { clinic: auth.claims.clinic_id };
  });

  return app;
}

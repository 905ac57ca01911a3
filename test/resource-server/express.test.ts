import type { AddressInfo } from "node:net";
import express from "express";
import { describe, expect, test } from "vitest";
import { sealedClaims } from "../../resource-server/express.ts";
import type { Opener } from "../../resource-server/opener.ts";
import { askOverHttp, chart, keepsTheContract } from "./adapter-contract.ts";
import { accessToken, service } from "./service.ts";

describe("the middleware, in Express", () => {
  keepsTheContract(async (opener, options) => {
    const app = express();
    app.get("/charts", sealedClaims(opener, options), (_req, res) => {
      res.json(chart(res.locals.auth));
    });
    app.get("/orders", sealedClaims(opener, { ...options, scope: "care-api/order.write" }), (_req, res) => {
      res.json(chart(res.locals.auth));
    });
    return listening(app);
  });

  test("types what handlers get", async () => {
    const { opener, envelope } = service();
    const typed = opener as unknown as Opener<{ readonly clinic_id: string }, { readonly licence_no: string }>;
    const app = express();
    app.get("/charts", sealedClaims(typed), (_req, res) => {
      const licence: string = res.locals.auth.sealed.licence_no.reveal();
      // @ts-expect-error no such claim
      const hospital: undefined = res.locals.auth.claims.hospital;
      res.json([res.locals.auth.claims.clinic_id, licence, hospital ?? null]);
    });
    const { ask, stop } = await listening(app);
    const token = accessToken({ sealed_care_api: envelope() });
    const answer = await ask("/charts", [["Authorization", `Bearer ${token}`]]);
    await stop();
    expect(JSON.parse(answer.body)).toEqual(["c42", "DE-48213377", null]);
  });

  test("passes what is no refusal on to the service's own error handler", async () => {
    const kit = service();
    const app = express();
    const broken = { ...kit.opener, open: () => Promise.reject(new Error("a bug")) };
    app.get("/charts", sealedClaims(broken), (_req, res) => {
      res.json({});
    });
    app.use((error: Error, _req: express.Request, res: express.Response, _next: express.NextFunction) => {
      res.status(500).json({ caught: error.message });
    });
    const { ask, stop } = await listening(app);
    const answer = await ask("/charts", [["Authorization", `Bearer ${accessToken()}`]]);
    await stop();
    expect([answer.status, answer.body]).toEqual([500, '{"caught":"a bug"}']);
  });
});

async function listening(app: express.Express) {
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ask: (path: string, headers: Parameters<typeof askOverHttp>[2]) => askOverHttp(port, path, headers),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

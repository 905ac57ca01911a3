import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { sealedClaims } from "../../resource-server/hono.ts";
import type { Opener } from "../../resource-server/opener.ts";
import { askOverHttp, chart, keepsTheContract } from "./adapter-contract.ts";
import { accessToken, service } from "./service.ts";

describe("the middleware, in Hono", () => {
  keepsTheContract(async (opener, options) => {
    const app = new Hono();
    app.get("/charts", sealedClaims(opener, options), (c) => c.json(chart(c.var.auth)));
    app.get("/orders", sealedClaims(opener, { ...options, scope: "care-api/order.write" }), (c) =>
      c.json(chart(c.var.auth)),
    );
    const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
      const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(started));
    });
    const { port } = server.address() as AddressInfo;
    return {
      ask: (path, headers) => askOverHttp(port, path, headers),
      stop: async () => {
        if ("closeAllConnections" in server) server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  });

  test("types what handlers get", async () => {
    const { opener, envelope } = service();
    const typed = opener as unknown as Opener<{ readonly clinic_id: string }, { readonly licence_no: string }>;
    const app = new Hono().get("/", sealedClaims(typed), (c) => {
      const licence: string = c.var.auth.sealed.licence_no.reveal();
      // @ts-expect-error no such claim
      const hospital: undefined = c.var.auth.claims.hospital;
      return c.json([c.var.auth.claims.clinic_id, licence, hospital ?? null]);
    });
    const authorization = `Bearer ${accessToken({ sealed_care_api: envelope() })}`;
    const answer = await app.request("/", { headers: { authorization } });
    expect(await answer.json()).toEqual(["c42", "DE-48213377", null]);
  });
});

import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { describe, expect, test } from "vitest";
import { sealedClaims } from "../../resource-server/fastify.ts";
import type { Opened, Opener } from "../../resource-server/opener.ts";
import { askOverHttp, chart, keepsTheContract } from "./adapter-contract.ts";
import { accessToken, service } from "./service.ts";

describe("the plugin, in Fastify", () => {
  keepsTheContract(async (opener, options) => {
    const app = fastify();
    await app.register(sealedClaims, { opener, ...options });
    app.get("/charts", async (request) => chart(request.auth));
    app.get("/orders", { config: { scope: "care-api/order.write" } }, async (request) => chart(request.auth));
    await app.listen({ port: 0, host: "127.0.0.1" });
    const { port } = app.server.address() as AddressInfo;
    return { ask: (path, headers) => askOverHttp(port, path, headers), stop: () => app.close() };
  });

  test("guards the scope it is registered in, and no other", async () => {
    const { opener } = service();
    const app = fastify();
    app.get("/health", async () => "ok");
    await app.register(async (guarded) => {
      await guarded.register(sealedClaims, { opener });
      guarded.get("/charts", async (request) => chart(request.auth));
    });
    expect((await app.inject("/health")).statusCode).toBe(200);
    expect((await app.inject("/charts")).statusCode).toBe(401);
    await app.close();
  });

  test("refuses before a body is read", async () => {
    const { opener } = service();
    const app = fastify();
    await app.register(sealedClaims, { opener });
    app.post("/charts", async () => "never");
    const answer = await app.inject({
      method: "POST",
      url: "/charts",
      headers: { "content-type": "application/json" },
      payload: "{ not JSON",
    });
    expect(answer.statusCode).toBe(401);
    await app.close();
  });

  test("gives handlers their own types", async () => {
    const { opener, envelope } = service();
    const typed = opener as unknown as Opener<{ readonly clinic_id: string }, { readonly licence_no: string }>;
    const app = fastify();
    await app.register(sealedClaims, { opener: typed });
    app.get("/charts", async (request) => {
      const auth =
        request.getDecorator<Opened<{ readonly clinic_id: string }, { readonly licence_no: string }>>("auth");
      const licence: string = auth.sealed.licence_no.reveal();
      return [auth.claims.clinic_id, licence];
    });
    const authorization = `Bearer ${accessToken({ sealed_care_api: envelope() })}`;
    const answer = await app.inject({ url: "/charts", headers: { authorization } });
    expect(answer.json()).toEqual(["c42", "DE-48213377"]);
    await app.close();
  });
});

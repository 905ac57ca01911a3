import middy from "@middy/core";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import type { GatewayResult } from "../../resource-server/gateway-event.ts";
import { sealedClaims } from "../../resource-server/middy.ts";
import type { Opener } from "../../resource-server/opener.ts";
import { chart, keepsTheContract } from "./adapter-contract.ts";
import { accessToken, service } from "./service.ts";

const context = { getRemainingTimeInMillis: () => 3_000 } as Context;

describe("the middleware, in middy", () => {
  keepsTheContract(async (opener, options) => ({
    ask: async (path, lines) => {
      const needs = path === "/orders" ? { ...options, scope: "care-api/order.write" } : options;
      const handler = middy<APIGatewayProxyEventV2, GatewayResult>()
        .use(sealedClaims(opener, needs))
        .handler(async (_event, { auth }) => ({ statusCode: 200, headers: {}, body: JSON.stringify(chart(auth)) }));
      const headers = new Headers();
      for (const [name, value] of lines) headers.append(name, value);
      const event = { version: "2.0", headers: Object.fromEntries(headers) } as unknown as APIGatewayProxyEventV2;
      const answer = await handler(event, { ...context } as never);
      const lower = Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]);
      return { status: answer.statusCode, headers: Object.fromEntries(lower), body: answer.body };
    },
    stop: async () => {},
  }));

  test("types what handlers get, and forgets one request's before the next", async () => {
    const { opener, envelope } = service();
    const typed = opener as unknown as Opener<{ readonly clinic_id: string }, { readonly licence_no: string }>;
    const handler = middy<APIGatewayProxyEventV2, GatewayResult>()
      .use(sealedClaims(typed))
      .handler(async (_event, { auth }) => {
        const licence: string = auth.sealed.licence_no.reveal();
        return { statusCode: 200, headers: {}, body: `${auth.claims.clinic_id} ${licence}` };
      });
    const event = (authorization?: string) => ({ headers: { authorization } }) as unknown as APIGatewayProxyEventV2;
    const token = accessToken({ sealed_care_api: envelope() });
    expect(await handler(event(`Bearer ${token}`), { ...context } as never)).toMatchObject({ body: "c42 DE-48213377" });
    expect(await handler(event(), { ...context } as never)).toMatchObject({ statusCode: 401 });
  });
});

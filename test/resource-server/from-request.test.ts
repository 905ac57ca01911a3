import { describe, expect, test } from "vitest";
import { fromRequest } from "../../resource-server/from-request.ts";
import type { Opener } from "../../resource-server/opener.ts";
import { type Answer, chart, type HeaderLines, keepsTheContract } from "./adapter-contract.ts";
import { accessToken, service } from "./service.ts";

const requestOf = (headers: HeaderLines, signal?: AbortSignal): Request => {
  const request = new Headers();
  for (const [name, value] of headers) request.append(name, value);
  return new Request("https://care.example/charts", { headers: request, ...(signal && { signal }) });
};

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

describe("a plain function for a Request", () => {
  keepsTheContract(async (opener, options) => ({
    ask: async (path, headers) => {
      const needs = path === "/orders" ? { ...options, scope: "care-api/order.write" } : options;
      const { auth, refusal } = await fromRequest(opener, requestOf(headers), needs);
      return answerOf(refusal ?? Response.json(chart(auth)));
    },
    stop: async () => {},
  }));

  test("waits no longer than the request does", async () => {
    const { opener, envelope } = service();
    const authorization = `Bearer ${accessToken({ sealed_care_api: envelope() })}`;
    const { refusal } = await fromRequest(opener, requestOf([["authorization", authorization]], AbortSignal.abort()));
    expect(refusal?.status).toBe(503);
  });

  test("types what it gives", async () => {
    const { opener, envelope } = service();
    const typed = opener as unknown as Opener<{ readonly clinic_id: string }, { readonly licence_no: string }>;
    const authorization = `Bearer ${accessToken({ sealed_care_api: envelope() })}`;
    const { auth } = await fromRequest(typed, requestOf([["authorization", authorization]]));
    const licence: string | undefined = auth?.sealed.licence_no.reveal();
    // @ts-expect-error no such claim
    expect([auth?.claims.clinic_id, licence, auth?.claims.hospital]).toEqual(["c42", "DE-48213377", undefined]);
  });
});

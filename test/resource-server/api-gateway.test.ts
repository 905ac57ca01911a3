import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
  APIGatewayTokenAuthorizerEvent,
  Context,
} from "aws-lambda";
import { describe, expect, test } from "vitest";
import { httpAuthorizer, restAuthorizer, withAuth } from "../../resource-server/api-gateway.ts";
import type { GatewayEvent, GatewayResult } from "../../resource-server/gateway-event.ts";
import type { OpenerError } from "../../resource-server/opener-error.ts";
import { type Answer, chart, type HeaderLines, keepsTheContract } from "./adapter-contract.ts";
import { accessToken, type Payload, poolKey, type Service, seconds, service, sub } from "./service.ts";

const methodArn = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/live/GET/charts/c42";
const context = {} as Context;

/** As an HTTP API sends it, payload format 2.0: names in lower case, values of a name joined. */
function httpEvent(headers: HeaderLines): GatewayEvent {
  const joined = new Headers();
  for (const [name, value] of headers) joined.append(name, value);
  return { headers: Object.fromEntries(joined) };
}

/** As a REST API sends it: names as the client spelled them, the last value of each, and all of them beside. */
function restEvent(headers: HeaderLines): GatewayEvent {
  const names = [...new Set(headers.map(([name]) => name))];
  const all = (name: string): string[] => headers.flatMap(([each, value]) => (each === name ? [value] : []));
  return {
    headers: Object.fromEntries(names.map((name) => [name, all(name).at(-1)])),
    multiValueHeaders: Object.fromEntries(names.map((name) => [name, all(name)])),
  };
}

function answerOf({ statusCode, headers, body }: GatewayResult): Answer {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status: statusCode, headers: Object.fromEntries(lower), body };
}

describe.for([
  ["a REST API", restEvent],
  ["an HTTP API", httpEvent],
] as const)("a function behind %s", ([, eventOf]) => {
  keepsTheContract(async (opener, options) => ({
    ask: async (path, headers) => {
      const needs = path === "/orders" ? { ...options, scope: "care-api/order.write" } : options;
      const handler = withAuth(
        opener,
        async (_event: GatewayEvent, auth) => ({ statusCode: 200, headers: {}, body: JSON.stringify(chart(auth)) }),
        needs,
      );
      return answerOf(await handler(eventOf(headers), context));
    },
    stop: async () => {},
  }));
});

describe("a function behind a JWT authorizer", () => {
  const handler = (kit: Service) =>
    withAuth(kit.opener, async (_event: APIGatewayProxyEventV2, auth) => ({
      statusCode: 200,
      headers: {},
      body: JSON.stringify(chart(auth)),
    }));

  /** What the authorizer found is in the event; the header is what was really sent. */
  const event = (authorization: string | undefined, claims: object): APIGatewayProxyEventV2 =>
    ({
      version: "2.0",
      headers: { ...(authorization !== undefined && { authorization }) },
      requestContext: { authorizer: { jwt: { claims, scopes: ["care-api/chart.read"] } } },
    }) as unknown as APIGatewayProxyEventV2;

  test("believes the raw header, and none of what the authorizer passes on", async () => {
    const kit = service();
    const forged = { sub: "somebody-else", clinic_id: "c99", scope: "care-api/chart.read" };
    const token = accessToken({ sealed_care_api: kit.envelope() });
    expect(await handler(kit)(event(`Bearer ${token}`, forged), context)).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ clinic: "c42", licence: "DE-48213377" }),
    });
    for (const none of [undefined, "Bearer forged.by.hand"]) {
      expect(await handler(kit)(event(none, forged), context)).toMatchObject({ statusCode: 401 });
    }
  });

  test("reads arrays as they are, which the authorizer makes one text of", async () => {
    const kit = service();
    const read = withAuth(kit.opener, async (_event: APIGatewayProxyEventV2, { claims }) => claims["cognito:groups"]);
    const token = accessToken({ "cognito:groups": ["a b", "c"], sealed_care_api: kit.envelope() });
    expect(await read(event(`Bearer ${token}`, { "cognito:groups": "[a b c]" }), context)).toEqual(["a b", "c"]);
  });

  test("hands on the event and context it was called with", async () => {
    const kit = service();
    const read = withAuth(kit.opener, async (given: APIGatewayProxyEvent, _auth, passed: Context) => [given, passed]);
    const rest = { headers: { Authorization: `Bearer ${accessToken({ sealed_care_api: kit.envelope() })}` } };
    const [given, passed] = (await read(rest as unknown as APIGatewayProxyEvent, context)) as unknown[];
    expect([given, passed]).toEqual([rest, context]);
  });

  test("answers a header of a megabyte without reading it", async () => {
    const kit = service();
    expect(await handler(kit)(event(`Bearer ${"x".repeat(2 ** 20)}`, {}), context)).toMatchObject({ statusCode: 400 });
  });
});

/** The ways to ask an authorizer, each for a token. */
const authorizers = {
  "a REST API, of type TOKEN": (authorization: string) =>
    ({ type: "TOKEN", methodArn, authorizationToken: authorization }) satisfies APIGatewayTokenAuthorizerEvent,
  "a REST API, of type REQUEST": (authorization: string) =>
    ({
      type: "REQUEST",
      methodArn,
      headers: { Authorization: authorization },
    }) as unknown as APIGatewayRequestAuthorizerEvent,
};

describe.for(Object.entries(authorizers))("an authorizer of %s", ([, eventOf]) => {
  const claims: Payload = { clinic_id: "c42", roles: ["a b", "c"], daily_cap: 3 };
  const ask = async (kit: Service, change: Payload = {}, names: readonly string[] = []) =>
    restAuthorizer(kit.opener, { context: names })(
      eventOf(`Bearer ${accessToken({ ...claims, sealed_care_api: kit.envelope(), ...change })}`),
    );

  test("lets a good token through to the whole stage, because its answer is cached by token", async () => {
    const kit = service();
    expect(await ask(kit)).toEqual({
      principalId: sub,
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "execute-api:Invoke",
            Effect: "Allow",
            Resource: "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/live/*",
          },
        ],
      },
      context: {},
    });
  });

  test("passes on the clear claims that are named, as texts, and never a sealed one", async () => {
    const kit = service();
    const names = ["clinic_id", "roles", "daily_cap", "missing", "licence_no", "sealed_care_api", "constructor"];
    expect((await ask(kit, {}, names)).context).toEqual({ clinic_id: "c42", roles: '["a b","c"]', daily_cap: "3" });
  });

  test("asks KMS nothing, so its role needs no right to a key", async () => {
    const kit = service();
    await ask(kit);
    expect(kit.asked).toEqual([]);
  });

  test("denies a token without the scope, which the gateway answers with 403", async () => {
    const kit = service();
    const { principalId, policyDocument, context } = await ask(kit, { scope: "care-api/chart.write" }, ["clinic_id"]);
    expect([principalId, policyDocument.Statement[0]?.Effect, context]).toEqual(["refused", "Deny", {}]);
  });

  test.for<readonly [string, Payload]>([
    ["an ID token", { token_use: "id" }],
    ["one that has expired", { exp: seconds() - 3_600 }],
    ["one of another client", { client_id: "another" }],
    ["one no map has touched", { cmv: undefined }],
  ])("throws exactly Unauthorized for %s, which the gateway answers with 401", async ([, change]) => {
    await expect(ask(service(), change)).rejects.toEqual(new Error("Unauthorized"));
  });

  test("throws something else when the signing keys are out of reach, which the gateway answers with 500", async () => {
    const kit = service({ jwks: { fetch: () => Promise.reject(new Error("no way out")) } });
    await expect(ask(kit)).rejects.toEqual(new Error("KEY_UNAVAILABLE"));
  });

  test("tells why, where somebody listens", async () => {
    const kit = service();
    const refused: OpenerError[] = [];
    const authorize = restAuthorizer(kit.opener, { onRefused: (error) => refused.push(error) });
    await expect(authorize(eventOf(`Basic ${poolKey.kid}`))).rejects.toThrow("Unauthorized");
    expect(refused).toMatchObject([{ code: "TOKEN_INVALID", message: "the request has no single bearer token" }]);
  });
});

describe("an authorizer of an HTTP API", () => {
  const ask = async (
    kit: Service,
    change: Payload = {},
  ): Promise<APIGatewaySimpleAuthorizerWithContextResult<object>> => {
    const authorization = `Bearer ${accessToken({ sealed_care_api: kit.envelope(), ...change })}`;
    const event = { version: "2.0", type: "REQUEST", headers: { authorization } } as unknown;
    const authorize = httpAuthorizer(kit.opener, { context: ["clinic_id", "licence_no", "sealed_care_api"] });
    return authorize(event as APIGatewayRequestAuthorizerEventV2);
  };

  test("lets a good token through, with the clear claims that are named and no call to KMS", async () => {
    const kit = service();
    expect(await ask(kit)).toEqual({ isAuthorized: true, context: { clinic_id: "c42" } });
    expect(kit.asked).toEqual([]);
  });

  test("refuses one without the scope with 403, and one that is not valid with 401", async () => {
    expect(await ask(service(), { scope: undefined })).toEqual({ isAuthorized: false, context: {} });
    await expect(ask(service(), { token_use: "id" })).rejects.toEqual(new Error("Unauthorized"));
  });
});

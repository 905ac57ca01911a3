import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedPool, machine, payloadOf, poolId, site, startPool, web } from "./embedded-pool.ts";
import { answering, startTriggerFunction, type TriggerFunction, throwing, unchanged } from "./trigger-function.ts";

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({ trigger: trigger.url });
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
afterEach(() => {
  trigger.reply = unchanged;
  trigger.events.length = 0;
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});
const asMachine = basic(machine.id, machine.secret);

async function ask(form: Record<string, string> | string, headers: Record<string, string> = asMachine) {
  const response = await fetch(`${embedded.url}/oauth2/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe("client credentials", () => {
  test("a machine gets an access token alone, for the scopes it asks for", async () => {
    const { status, headers, body } = await ask({ grant_type: "client_credentials", scope: "care/read" });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toEqual({ access_token: expect.any(String), expires_in: 3600, token_type: "Bearer" });
    const claims = payloadOf(String(body["access_token"]));
    expect(claims).toMatchObject({
      sub: machine.id,
      client_id: machine.id,
      token_use: "access",
      scope: "care/read",
      version: 2,
    });
    for (const personal of ["username", "cognito:groups", "event_id", "origin_jti"]) {
      expect(claims).not.toHaveProperty(personal);
    }
  });

  test("without a scope it gets all its own, also with credentials in the form", async () => {
    const { body } = await ask(
      { grant_type: "client_credentials", client_id: machine.id, client_secret: machine.secret },
      {},
    );
    expect(payloadOf(String(body["access_token"]))["scope"]).toBe("care/read care/export");
  });

  test("the trigger is told the client, the scopes and the metadata, and of no person", async () => {
    await ask({
      grant_type: "client_credentials",
      scope: "care/export",
      aws_client_metadata: JSON.stringify({ environment: "dev" }),
    });
    expect(trigger.events).toEqual([
      {
        version: "3",
        triggerSource: "TokenGeneration_ClientCredentials",
        region: "eu-west-1",
        userPoolId: poolId,
        userName: "ClientCredentials",
        callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: machine.id },
        request: {
          userAttributes: {},
          groupConfiguration: null,
          scopes: ["care/export"],
          clientMetadata: { environment: "dev" },
        },
        response: { claimsAndScopeOverrideDetails: null },
      },
    ]);
  });

  test("what the trigger answers is in the token", async () => {
    trigger.reply = answering({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: {
          claimsToAddOrOverride: { plan: "gold", quota: { daily: 10 } },
          scopesToAdd: ["care/delete"],
          scopesToSuppress: ["care/export"],
        },
      },
    });
    const { body } = await ask({ grant_type: "client_credentials" });
    expect(payloadOf(String(body["access_token"]))).toMatchObject({
      plan: "gold",
      quota: { daily: 10 },
      scope: "care/read care/delete",
    });
  });

  test("a trigger that throws refuses the token, and its text is the description", async () => {
    trigger.reply = throwing("TENANT_REFUSED");
    expect(await ask({ grant_type: "client_credentials" })).toMatchObject({
      status: 400,
      body: { error: "invalid_request", error_description: "PreTokenGeneration failed with error TENANT_REFUSED." },
    });
  });

  const refused: readonly [
    why: string,
    form: Record<string, string> | string,
    headers: Record<string, string>,
    error: string,
  ][] = [
    ["a wrong secret", { grant_type: "client_credentials" }, basic(machine.id, "wrong"), "invalid_client"],
    ["an unknown client", { grant_type: "client_credentials" }, basic("nobody", "wrong"), "invalid_client"],
    ["a missing secret", { grant_type: "client_credentials", client_id: machine.id }, {}, "invalid_client"],
    [
      "a header that is not Basic",
      { grant_type: "client_credentials" },
      { authorization: "Bearer x" },
      "invalid_client",
    ],
    ["no client at all", { grant_type: "client_credentials" }, {}, "invalid_request"],
    [
      "another client in the form",
      { grant_type: "client_credentials", client_id: web.id },
      asMachine,
      "invalid_request",
    ],
    [
      "credentials in two places",
      { grant_type: "client_credentials", client_id: machine.id, client_secret: machine.secret },
      asMachine,
      "invalid_request",
    ],
    ["a scope of no allowance", { grant_type: "client_credentials", scope: "care/delete" }, asMachine, "invalid_scope"],
    [
      "one wrong scope among right ones",
      { grant_type: "client_credentials", scope: "care/read openid" },
      asMachine,
      "invalid_scope",
    ],
    [
      "a client made for people",
      { grant_type: "client_credentials" },
      basic(site.id, site.secret),
      "unauthorized_client",
    ],
    ["an unknown grant", { grant_type: "password" }, asMachine, "unsupported_grant_type"],
    ["no grant", { scope: "care/read" }, asMachine, "invalid_request"],
    [
      "a parameter given twice",
      "grant_type=client_credentials&scope=care/read&scope=care/export",
      asMachine,
      "invalid_request",
    ],
    [
      "a body that is no form",
      '{"grant_type":"client_credentials"}',
      { ...asMachine, "content-type": "application/json" },
      "invalid_request",
    ],
    [
      "metadata that is no JSON",
      { grant_type: "client_credentials", aws_client_metadata: "{" },
      asMachine,
      "invalid_request",
    ],
    [
      "metadata that is no map of strings",
      { grant_type: "client_credentials", aws_client_metadata: '{"a":1}' },
      asMachine,
      "invalid_request",
    ],
  ];
  test.for(refused)("%s is refused before the trigger is asked", async ([, form, headers, error]) => {
    expect(await ask(form, headers)).toMatchObject({ status: 400, body: { error } });
    expect(trigger.events).toEqual([]);
  });
});

describe("refreshing at the token endpoint", () => {
  async function refreshToken(): Promise<string> {
    const [Username, Password] = [`p${Math.random()}@example.org`, "Correct-Horse-7"];
    await embedded.cognito.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username }));
    await embedded.cognito.send(
      new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username, Password, Permanent: true }),
    );
    const { AuthenticationResult: result } = await embedded.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: web.id,
        AuthParameters: { USERNAME: Username, PASSWORD: Password },
      }),
    );
    trigger.events.length = 0;
    return result?.RefreshToken ?? "";
  }

  test("a public client gets new ID and access tokens, and the trigger runs again", async () => {
    const { status, body } = await ask(
      { grant_type: "refresh_token", client_id: web.id, refresh_token: await refreshToken() },
      {},
    );
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "id_token", "token_type"]);
    expect(payloadOf(String(body["id_token"]))).toMatchObject({ token_use: "id", aud: web.id });
    expect(trigger.events).toMatchObject([{ triggerSource: "TokenGeneration_RefreshTokens" }]);
  });

  test("another client's token and an invented one are invalid_grant", async () => {
    const token = await refreshToken();
    const stolen = await ask({ grant_type: "refresh_token", refresh_token: token }, basic(site.id, site.secret));
    const invented = await ask({ grant_type: "refresh_token", client_id: web.id, refresh_token: "invented" }, {});
    const none = await ask({ grant_type: "refresh_token", client_id: web.id }, {});
    const machines = await ask({ grant_type: "refresh_token", refresh_token: token });
    expect([stolen, invented, none, machines].map(({ status, body }) => [status, body])).toEqual([
      [400, { error: "invalid_grant" }],
      [400, { error: "invalid_grant" }],
      [400, { error: "invalid_request" }],
      [400, { error: "unauthorized_client" }],
    ]);
  });
});

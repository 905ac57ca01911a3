import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { callback, exchange, signInByPage } from "./browser.ts";
import { type EmbeddedPool, issuer, machine, poolId, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, password, refusal, signIn } from "./people.ts";
import { answering, startTriggerFunction, type TriggerFunction, unchanged } from "./trigger-function.ts";

const email = "anna@example.org";
const clock = { ms: 1_763_800_000_000 };
const spa: AppClient = {
  ...web,
  flows: ["code", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  allowedScopes: ["openid", "email", "phone", "profile", "care/read", "aws.cognito.signin.user.admin"],
  callbackUrls: [callback],
};
const lasting: AppClient = { ...spa, id: "lasting0client0id", name: "lasting", revocation: false };

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
let sub: string;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({
    trigger: trigger.url,
    clients: [spa, lasting, site, machine],
    now: () => clock.ms,
  });
  await createPerson(embedded, email, {
    email_verified: "true",
    given_name: "Anna",
    phone_number: "+4930555017",
    "custom:tenant": "blue",
  });
  sub = embedded.pool.directory.get(email).sub;
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
afterEach(() => {
  trigger.reply = unchanged;
});

const tokensFor = (scope: string, client = spa) =>
  signInByPage(embedded.url, { username: email, password }, client.id, scope);

async function userInfo(authorization?: string) {
  const response = await fetch(`${embedded.url}/oauth2/userInfo`, { headers: authorization ? { authorization } : {} });
  const challenge = response.headers.get("www-authenticate");
  return { status: response.status, challenge, body: (await response.json()) as Record<string, unknown> };
}

const refusedBecause = (status: number, error: string, text: string) => ({
  status,
  challenge: `Bearer error="${error}", error_description="${text}"`,
  body: { error, error_description: text },
});
const noScope = refusedBecause(401, "invalid_token", "Access token does not contain openid scope");
const over = refusedBecause(
  401,
  "invalid_token",
  "Access token is expired, disabled, or deleted, or the user has globally signed out.",
);

describe("userInfo", () => {
  test.for([
    ["openid email", ["email", "email_verified"]],
    ["openid phone", ["phone_number"]],
    ["openid", ["custom:tenant", "email", "email_verified", "given_name", "phone_number"]],
    ["openid profile email", ["custom:tenant", "email", "email_verified", "given_name", "phone_number"]],
  ] as const)("with %s shows what these scopes open", async ([scope, attributes]) => {
    const { access_token } = await tokensFor(scope);
    const { status, body } = await userInfo(`Bearer ${access_token}`);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([...attributes, "sub", "username"].sort());
    expect(body).toMatchObject({ sub, username: sub });
  });

  test("gives flags as text", async () => {
    const { access_token } = await tokensFor("openid email");
    expect((await userInfo(`Bearer ${access_token}`)).body["email_verified"]).toBe("true");
  });

  test("is refused to tokens without openid: of the API, of custom scopes, and where the trigger took it out", async () => {
    const { AccessToken } = await signIn(embedded, email);
    expect(await userInfo(`Bearer ${AccessToken}`)).toEqual(noScope);
    expect(await userInfo(`Bearer ${(await tokensFor("care/read")).access_token}`)).toEqual(noScope);
    trigger.reply = answering({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { scopesToSuppress: ["openid", "email", "aws.cognito.signin.user.admin"] },
      },
    });
    const { access_token } = await tokensFor("openid email care/read aws.cognito.signin.user.admin");
    expect(await userInfo(`Bearer ${access_token}`)).toEqual(noScope);
    expect(await refusal(embedded.cognito.send(new GetUserCommand({ AccessToken: access_token })))).toEqual([
      "NotAuthorizedException",
      "Access Token does not have required scopes",
    ]);
  });

  test("is refused to everything that is no live access token of a person", async () => {
    const granted = await exchange(embedded.url, {
      grant_type: "client_credentials",
      client_id: machine.id,
      client_secret: machine.secret,
    });
    const { access_token, id_token } = await tokensFor("openid");
    for (const token of [String(granted.body["access_token"]), id_token ?? "", "no.such.token"]) {
      expect(await userInfo(`Bearer ${token}`)).toEqual(over);
    }
    const malformed = refusedBecause(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
    for (const header of [undefined, "Bearer", `Basic ${access_token}`, `Bearer ${access_token} again`]) {
      expect(await userInfo(header)).toEqual(malformed);
    }
    clock.ms += 3_600_000;
    expect(await userInfo(`Bearer ${access_token}`)).toEqual(over);
  });
});

describe("revocation", () => {
  async function revoke(form: Record<string, string>, headers: Record<string, string> = {}) {
    const body = new URLSearchParams(form);
    const response = await fetch(`${embedded.url}/oauth2/revoke`, { method: "POST", headers, body });
    return [response.status, await response.text()];
  }

  test("ends the sign-in: no refresh, no profile", async () => {
    const { access_token, refresh_token } = await tokensFor("openid");
    expect((await userInfo(`Bearer ${access_token}`)).status).toBe(200);
    expect(await revoke({ token: refresh_token, client_id: spa.id })).toEqual([200, ""]);
    expect(await userInfo(`Bearer ${access_token}`)).toEqual(over);
    const form = { grant_type: "refresh_token", client_id: spa.id, refresh_token };
    expect(await exchange(embedded.url, form)).toEqual({ status: 400, body: { error: "invalid_grant" } });
  });

  test("answers alike for a token nobody knows, and refuses the rest by code", async () => {
    const { access_token, refresh_token } = await tokensFor("openid");
    const ofLasting = await tokensFor("openid", lasting);
    const token = refresh_token;
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${site.id}:${secret}`).toString("base64")}`,
    });
    expect(await revoke({ token: "never-issued", client_id: spa.id })).toEqual([200, ""]);
    const refused = [
      await revoke({ token: access_token, client_id: spa.id }),
      await revoke({ token: ofLasting.refresh_token, client_id: lasting.id }),
      await revoke({ token }, basic(site.secret)),
      await revoke({ token }, basic("wrong")),
      await revoke({ token, client_id: "nobody" }),
      await revoke({ client_id: spa.id }),
    ];
    expect(refused).toEqual(
      [
        "unsupported_token_type",
        "invalid_request",
        "unauthorized_client",
        "invalid_client",
        "invalid_client",
        "invalid_request",
      ].map((error) => [400, JSON.stringify({ error })]),
    );
    expect((await userInfo(`Bearer ${access_token}`)).status).toBe(200);
  });
});

test("the discovery document names the real issuer and where each endpoint is", async () => {
  const response = await fetch(`${embedded.url}/${poolId}/.well-known/openid-configuration`);
  const document = (await response.json()) as Record<string, unknown>;
  const { url } = embedded;
  expect(document).toEqual({
    authorization_endpoint: `${url}/oauth2/authorize`,
    end_session_endpoint: `${url}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer,
    jwks_uri: `${url}/${poolId}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    revocation_endpoint: `${url}/oauth2/revoke`,
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${url}/oauth2/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${url}/oauth2/userInfo`,
  });
});

describe("a page of another origin", () => {
  const calls = ["/", "/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo", `/${poolId}/.well-known/jwks.json`];
  const preflight = (path: string, origin: string) =>
    fetch(`${embedded.url}${path}`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-amz-target,x-amz-user-agent",
      },
    });

  test.for(["http://localhost:5173", "http://127.0.0.1:3000", "https://localhost", "http://[::1]:8080"])(
    "at %s may call and read, refusals too",
    async (origin) => {
      for (const path of calls) {
        const asked = await preflight(path, origin);
        expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
        expect(asked.headers.get("access-control-allow-headers")).toContain("x-amz-target");
        expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
        const called = await fetch(`${embedded.url}${path}`, { headers: { origin } });
        expect(called.headers.get("access-control-allow-origin")).toBe(origin);
        expect(called.headers.get("vary")).toBe("origin");
      }
    },
  );

  test.for(["https://app.example", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "null"])(
    "at %s may neither",
    async (origin) => {
      for (const path of calls) {
        const asked = await preflight(path, origin);
        const called = await fetch(`${embedded.url}${path}`, { headers: { origin } });
        for (const { headers } of [asked, called]) expect(headers.get("access-control-allow-origin")).toBeNull();
      }
    },
  );

  test("never reads the sign-in page", async () => {
    for (const path of ["/oauth2/authorize", "/login", "/logout"]) {
      const page = await fetch(`${embedded.url}${path}`, { headers: { origin: "http://localhost:5173" } });
      expect([page.status, page.headers.get("access-control-allow-origin")]).toEqual([400, null]);
    }
  });
});

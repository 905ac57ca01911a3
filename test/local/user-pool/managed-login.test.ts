import { createHash } from "node:crypto";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { authorizePath, callback, exchange, openBrowser, type Page, pkce, signInByPage } from "./browser.ts";
import { type EmbeddedPool, payloadOf, poolId, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, password } from "./people.ts";
import { startTriggerFunction, type TriggerFunction, throwing, unchanged } from "./trigger-function.ts";

const email = "anna@example.org";
const clock = { ms: 1_763_800_000_000 };
const scopes = ["openid", "email", "care/read", "aws.cognito.signin.user.admin"];
/** A single-page application. */
const spa: AppClient = {
  ...web,
  flows: ["code", "ALLOW_REFRESH_TOKEN_AUTH"],
  allowedScopes: scopes,
  callbackUrls: [callback, "myapp://signed-in"],
  logoutUrls: ["http://localhost:3000/bye"],
};
/** A web server: it has a secret, so PKCE is its choice. */
const server: AppClient = { ...spa, id: site.id, name: "site", secret: site.secret };
const passwords: AppClient = { ...web, id: "api0only", name: "api-only", callbackUrls: [callback] };

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({ trigger: trigger.url, clients: [spa, server, passwords], now: () => clock.ms });
  await createPerson(embedded, email, { email_verified: "true", given_name: "Anna" });
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
afterEach(() => {
  trigger.reply = unchanged;
  trigger.events.length = 0;
});

const { verifier, challenge } = pkce();
const withPkce = { code_challenge: challenge, code_challenge_method: "S256" };

/** The sign-in page, as a browser gets to it. */
async function openPage(more: Record<string, string> = {}, client = spa) {
  const browser = openBrowser(embedded.url);
  const sent = await browser.get(authorizePath(client.id, { ...withPkce, ...more }));
  const page = await browser.get(`${sent.location?.pathname}${sent.location?.search}`);
  return { browser, page };
}

async function signInAtPage(more: Record<string, string> = {}) {
  const { browser } = await openPage(more);
  const back = await browser.submit({ username: email, password });
  return { browser, back, code: back.location?.searchParams.get("code") ?? "" };
}

const answerOf = ({ location }: Page): Record<string, string> => Object.fromEntries(location?.searchParams ?? []);

describe("signing in at the page", () => {
  test("brings a code and the state back, and the code brings all three tokens", async () => {
    const { back, code } = await signInAtPage({ state: "a b&c", nonce: "n-1", scope: "openid email care/read" });
    expect(back.status).toBe(302);
    expect(`${back.location?.origin}${back.location?.pathname}`).toBe(callback);
    expect(answerOf(back)).toEqual({ code, state: "a b&c" });

    const { status, body } = await exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
    const access = payloadOf(String(body["access_token"]));
    expect(access).toMatchObject({ scope: "openid email care/read", client_id: spa.id, version: 2 });
    const hash = createHash("sha256").update(String(body["access_token"])).digest().subarray(0, 16);
    expect(payloadOf(String(body["id_token"]))).toMatchObject({
      aud: spa.id,
      nonce: "n-1",
      email,
      at_hash: hash.toString("base64url"),
    });
    // openid and email: no other attribute.
    expect(payloadOf(String(body["id_token"]))).not.toHaveProperty("given_name");
  });

  test("asks the trigger once, at the sign-in, with the scopes that were requested", async () => {
    const { code } = await signInAtPage({ scope: "openid care/read" });
    await exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier });
    expect(trigger.events).toMatchObject([
      {
        triggerSource: "TokenGeneration_HostedAuth",
        callerContext: { clientId: spa.id },
        request: { scopes: ["openid", "care/read"] },
      },
    ]);
    expect(trigger.events[0]?.request).not.toHaveProperty("clientMetadata");
  });

  test("asked for no scope, grants all of the client's", async () => {
    const { code } = await signInAtPage();
    const { body } = await exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier });
    expect(payloadOf(String(body["access_token"]))["scope"]).toBe(scopes.join(" "));
  });

  test("without openid brings no ID token", async () => {
    const { code } = await signInAtPage({ scope: "care/read" });
    const { body } = await exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier });
    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "refresh_token", "token_type"]);
  });

  test("can be refreshed at the token endpoint, for the same scopes and without the nonce", async () => {
    const { code } = await signInAtPage({ scope: "openid email", nonce: "n-1" });
    const { body } = await exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier });
    clock.ms += 60_000;
    const form = { grant_type: "refresh_token", client_id: spa.id, refresh_token: String(body["refresh_token"]) };
    const { body: next } = await exchange(embedded.url, form);
    const [before, after] = [body, next].map((each) => payloadOf(String(each["access_token"])));
    expect(after).toMatchObject({ scope: "openid email", auth_time: before?.["auth_time"] });
    expect(payloadOf(String(next["id_token"]))).not.toHaveProperty("nonce");
    expect(next).not.toHaveProperty("refresh_token");
  });

  test("is remembered by the browser for an hour: the next request needs no page", async () => {
    const { browser, code } = await signInAtPage();
    const authTime = clock.ms / 1000;
    clock.ms += 3_599_000;
    const again = await browser.get(authorizePath(spa.id, { ...withPkce, prompt: "none" }));
    expect(answerOf(again)).toEqual({ code: expect.any(String) });
    expect(answerOf(again)["code"]).not.toBe(code);
    const { body } = await exchange(embedded.url, {
      client_id: spa.id,
      code: answerOf(again)["code"] ?? "",
      code_verifier: verifier,
    });
    expect(payloadOf(String(body["access_token"]))["auth_time"]).toBe(authTime);
    expect((await browser.get(authorizePath(spa.id, { ...withPkce, prompt: "login" }))).location?.pathname).toBe(
      "/login",
    );
    clock.ms += 1000;
    expect((await browser.get(authorizePath(spa.id, withPkce))).location?.pathname).toBe("/login");
  });

  test("a temporary password is replaced at the page before there is a code", async () => {
    embedded.pool.directory.create({
      username: "bob@example.org",
      attributes: new Map(),
      temporaryPassword: "Temporary-1",
    });
    const { browser } = await openPage();
    const asked = await browser.submit({ username: "bob@example.org", password: "Temporary-1" });
    expect(asked.body).toContain('name="new_password"');
    const weak = await browser.submit({ new_password: "weak" });
    expect(weak.problem).toBe("Password did not conform with policy: Password not long enough");
    const back = await browser.submit({ new_password: password });
    expect(answerOf(back)).toEqual({ code: expect.any(String) });
    expect(trigger.events).toMatchObject([{ triggerSource: "TokenGeneration_NewPasswordChallenge" }]);
  });
});

describe("a code", () => {
  const bad: readonly [why: string, form: Record<string, string>][] = [
    ["with another verifier", { code_verifier: pkce().verifier }],
    ["without its verifier", {}],
    ["for another redirect_uri", { code_verifier: verifier, redirect_uri: "myapp://signed-in" }],
  ];
  test.for(bad)("%s is refused, and used up", async ([, form]) => {
    const { code } = await signInAtPage();
    const refused = { status: 400, body: { error: "invalid_grant" } };
    expect(await exchange(embedded.url, { client_id: spa.id, code, ...form })).toEqual(refused);
    expect(await exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier })).toEqual(refused);
  });

  test("is good once, for five minutes, for its own client, and while its person may come in", async () => {
    const refused = { status: 400, body: { error: "invalid_grant" } };
    const redeem = (code: string, more: Record<string, string> = {}) =>
      exchange(embedded.url, { client_id: spa.id, code, code_verifier: verifier, ...more });
    const { code } = await signInAtPage();
    expect(await redeem(code, { client_id: server.id, client_secret: site.secret })).toEqual(refused);
    expect((await redeem(code)).status).toBe(200);
    expect(await redeem(code)).toEqual(refused);

    const { code: late } = await signInAtPage();
    clock.ms += 300_000;
    expect(await redeem(late)).toEqual(refused);

    const { code: disabled } = await signInAtPage();
    embedded.pool.directory.setEnabled(email, false);
    expect(await redeem(disabled)).toEqual(refused);
    embedded.pool.directory.setEnabled(email, true);
  });

  test("got without a challenge takes no verifier", async () => {
    const browser = openBrowser(embedded.url);
    const { location } = await browser.get(authorizePath(server.id));
    await browser.get(`${location?.pathname}${location?.search}`);
    const back = await browser.submit({ username: email, password });
    const form = { client_id: server.id, client_secret: site.secret, code: answerOf(back)["code"] ?? "" };
    expect(await exchange(embedded.url, { ...form, code_verifier: verifier })).toEqual({
      status: 400,
      body: { error: "invalid_grant" },
    });
  });

  test("is for clients of the code flow alone", async () => {
    expect(await exchange(embedded.url, { client_id: passwords.id, code: "any" })).toEqual({
      status: 400,
      body: { error: "unauthorized_client" },
    });
  });
});

describe("an authorization request", () => {
  const elsewhere: readonly [why: string, path: string, problem: string][] = [
    ["of an unknown client", authorizePath("nobody"), "invalid_client"],
    ["without a client", "/oauth2/authorize?response_type=code", "invalid_client"],
    ["for an address nobody registered", authorizePath(spa.id, { redirect_uri: `${callback}/` }), "redirect_mismatch"],
    ["with its address twice", `${authorizePath(spa.id)}&redirect_uri=http://evil.example`, "invalid_request"],
  ];
  test.for(elsewhere)("%s sends the browser nowhere", async ([, path, problem]) => {
    for (const at of [path, path.replace("/oauth2/authorize", "/login")]) {
      const page = await openBrowser(embedded.url).get(at);
      expect([page.status, page.location, page.problem]).toEqual([400, null, problem]);
    }
  });

  const refused: readonly [why: string, clientId: string, more: Record<string, string>, error: string, text: string][] =
    [
      [
        "for tokens in the address",
        spa.id,
        { response_type: "token" },
        "unauthorized_client",
        "the client may not use this response_type",
      ],
      ["for something unknown", spa.id, { response_type: "id_token" }, "unsupported_response_type", "use code"],
      [
        "of a client without the flow",
        passwords.id,
        {},
        "unauthorized_client",
        "the client may not use this response_type",
      ],
      [
        "without PKCE by a client without a secret",
        spa.id,
        {},
        "invalid_request",
        "a client without a secret needs a code_challenge",
      ],
      [
        "with a plain challenge",
        spa.id,
        { code_challenge: challenge, code_challenge_method: "plain" },
        "invalid_request",
        "code_challenge_method must be S256",
      ],
      [
        "with a challenge of no method",
        server.id,
        { code_challenge: challenge },
        "invalid_request",
        "code_challenge_method must be S256",
      ],
      [
        "with half a challenge",
        spa.id,
        { ...withPkce, code_challenge: challenge.slice(1) },
        "invalid_request",
        "code_challenge must be 43 characters of base64url",
      ],
      [
        "for a scope of no allowance",
        spa.id,
        { ...withPkce, scope: "openid care/delete" },
        "invalid_scope",
        "the client may not ask for one of these scopes",
      ],
      [
        "for an email address without openid",
        spa.id,
        { ...withPkce, scope: "email" },
        "invalid_scope",
        "email, phone and profile need openid",
      ],
      [
        "for another identity provider",
        spa.id,
        { ...withPkce, identity_provider: "Google" },
        "invalid_request",
        "there is no such identity provider",
      ],
      [
        "that may show no page, of nobody",
        spa.id,
        { ...withPkce, prompt: "none" },
        "login_required",
        "nobody is signed in",
      ],
    ];
  test.for(refused)("%s is told to the application, with its state", async ([, clientId, more, error, text]) => {
    const back = await openBrowser(embedded.url).get(authorizePath(clientId, { state: "s-1", ...more }));
    expect(back.location?.href.startsWith(`${callback}?`)).toBe(true);
    expect(answerOf(back)).toEqual({ error, error_description: text, state: "s-1" });
    expect(trigger.events).toEqual([]);
  });
});

describe("the page", () => {
  test("has no script, loads nothing, and may send its form to itself and to the application alone", async () => {
    const { page } = await openPage({ login_hint: 'a"><script>alert(1)</script>' });
    expect(page.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self' http:\/\/localhost:3000; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(page.body).not.toContain("<script");
    expect(page.body).toContain('value="a&#34;&#62;&#60;script&#62;');
    const { page: mobile } = await openPage({ redirect_uri: "myapp://signed-in" });
    expect(mobile.headers.get("content-security-policy")).toContain("form-action 'self' myapp:;");
  });

  test("tells what was wrong, in the same words for an unknown person and a wrong password", async () => {
    const { browser } = await openPage();
    for (const username of [email, "nobody@example.org"]) {
      const page = await browser.submit({ username, password: "Wrong-Horse-7" });
      expect([page.status, page.location, page.problem]).toEqual([400, null, "Incorrect username or password."]);
    }
    expect(trigger.events).toEqual([]);
  });

  test("takes no form that it did not show, nor one from another site", async () => {
    const form = { username: email, password };
    const { browser, page } = await openPage();
    const attempts = [
      await browser.submit({ ...form, _csrf: "A".repeat(43) }),
      await browser.submit(form, { origin: "http://evil.example" }),
      await browser.submit(form, { origin: "null" }),
    ];
    const csrf = /name="_csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? "";
    const other = (await openPage()).browser;
    attempts.push(await other.submit({ ...form, _csrf: csrf }));
    const withoutCookie = await fetch(`${embedded.url}/login?${authorizePath(spa.id, withPkce).split("?")[1]}`, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ ...form, _csrf: csrf }),
    });
    expect([withoutCookie.status, withoutCookie.headers.get("location")]).toEqual([400, null]);
    expect(attempts.map(({ location, problem }) => [location, problem])).toEqual(
      Array(4).fill([null, "the form did not come from the sign-in page"]),
    );
    expect(trigger.events).toEqual([]);
    expect((await browser.submit(form, { origin: embedded.url })).location?.origin).toBe("http://localhost:3000");
  });

  test("takes its form over https as well, where a server with a certificate stands in front", async () => {
    const secured = (url: string): string => url.replace(/^http:/, "https:");
    const form = { username: email, password };
    const { browser } = await openPage();
    const elsewhere = await browser.submit(form, { origin: secured("http://127.0.0.1:1") });
    expect(elsewhere.problem).toBe("the form did not come from the sign-in page");
    const here = await browser.submit(form, { origin: secured(embedded.url) });
    expect(here.location?.origin).toBe("http://localhost:3000");
  });
});

describe("a trigger that fails", () => {
  test("is told above the form, and the next attempt may succeed", async () => {
    trigger.reply = throwing("TENANT_REFUSED");
    const { browser } = await openPage();
    const page = await browser.submit({ username: email, password });
    expect([page.status, page.location]).toEqual([400, null]);
    expect(page.problem).toBe("PreTokenGeneration failed with error TENANT_REFUSED.");
    trigger.reply = unchanged;
    expect(answerOf(await browser.submit({ username: email, password }))).toEqual({ code: expect.any(String) });
  });

  test("where no page is shown, is told to the application as error_description", async () => {
    const { browser } = await signInAtPage();
    trigger.reply = throwing("TENANT_REFUSED");
    const back = await browser.get(authorizePath(spa.id, { ...withPkce, state: "s-1" }));
    expect(answerOf(back)).toEqual({
      error: "invalid_request",
      error_description: expect.stringMatching(
        /^PreTokenGeneration failed with error TENANT_REFUSED\. \(Service: AWSCognitoIdentityProviderInternalService; Status Code: 400; Error Code: UserLambdaValidationException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
      ),
      state: "s-1",
    });
  });
});

describe("signing out", () => {
  test("ends the browser's session and goes to a registered address", async () => {
    const { browser } = await signInAtPage();
    const query = new URLSearchParams({ client_id: spa.id, logout_uri: "http://localhost:3000/bye", state: "s-1" });
    const bye = await browser.get(`/logout?${query.toString()}`);
    expect(bye.location?.href).toBe("http://localhost:3000/bye?state=s-1");
    expect((await browser.get(authorizePath(spa.id, withPkce))).location?.pathname).toBe("/login");
  });

  test("to an address nobody registered goes nowhere, and ends nothing", async () => {
    const { browser } = await signInAtPage();
    const page = await browser.get(`/logout?client_id=${spa.id}&logout_uri=http://evil.example/`);
    expect([page.status, page.location, page.problem]).toEqual([400, null, "redirect_mismatch"]);
    expect(answerOf(await browser.get(authorizePath(spa.id, withPkce)))).toEqual({ code: expect.any(String) });
  });
});

test("a V1 pool tells its trigger no scopes and grants the ones asked for", async () => {
  const old = await startPool({ trigger: trigger.url, clients: [spa], lambdaVersion: "V1" });
  try {
    await createPerson(old, email);
    const tokens = await signInByPage(old.url, { username: email, password }, spa.id, "openid care/read");
    expect(payloadOf(tokens.access_token)["scope"]).toBe("openid care/read");
    expect(trigger.events).toMatchObject([{ version: "1", triggerSource: "TokenGeneration_HostedAuth" }]);
    expect(trigger.events[0]?.request).not.toHaveProperty("scopes");
  } finally {
    await old.stop();
  }
});

test("the tokens of a whole sign-in are what AWS's verifier takes", async () => {
  const fresh = await startPool({ clients: [spa] });
  try {
    await createPerson(fresh, email);
    const tokens = await signInByPage(fresh.url, { username: email, password }, spa.id, "openid care/read");
    const response = await fetch(`${fresh.url}/${poolId}/.well-known/jwks.json`);
    const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, tokenUse: null, clientId: spa.id });
    verifier.cacheJwks((await response.json()) as Parameters<typeof verifier.cacheJwks>[0], poolId);
    const access = verifier.verifySync(tokens.access_token, { tokenUse: "access", scope: "care/read" });
    const id = verifier.verifySync(tokens.id_token ?? "", { tokenUse: "id" });
    expect(id.sub).toBe(access.sub);
  } finally {
    await fresh.stop();
  }
});

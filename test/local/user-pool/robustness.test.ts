import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cognitoApi } from "../../../local/user-pool/cognito-api.ts";
import { callback } from "./browser.ts";
import { type EmbeddedPool, machine, poolId, startPool, web } from "./embedded-pool.ts";
import { createPerson, password } from "./people.ts";

const email = "anna@example.org";
let embedded: EmbeddedPool;
beforeAll(async () => {
  const spa = {
    ...web,
    flows: [...web.flows, "ALLOW_USER_SRP_AUTH" as const, "code" as const],
    callbackUrls: [callback],
  };
  embedded = await startPool({ clients: [spa, machine], deviceTracking: true });
  await createPerson(embedded, email);
});
afterAll(() => embedded.stop());

/** Values that lead somewhere, so that not every request ends at its first member. */
const known = fc.constantFrom(
  poolId,
  web.id,
  machine.id,
  machine.secret,
  email,
  password,
  callback,
  "USER_PASSWORD_AUTH",
  "USER_SRP_AUTH",
  "PASSWORD_VERIFIER",
  "DEVICE_SRP_AUTH",
  "DEVICE_PASSWORD_VERIFIER",
  "Sun Nov 1 10:00:00 UTC 2020",
  "REFRESH_TOKEN_AUTH",
  "NEW_PASSWORD_REQUIRED",
  "authorization_code",
  "client_credentials",
  "refresh_token",
  "code",
  "openid",
  "S256",
  "none",
);
const text = fc.oneof(known, fc.string());
const members = fc.constantFrom(
  "UserPoolId",
  "ClientId",
  "Username",
  "Password",
  "AuthFlow",
  "AuthParameters",
  "ChallengeName",
  "ChallengeResponses",
  "Session",
  "DeviceKey",
  "DeviceSecretVerifierConfig",
  "AccessToken",
  "RefreshToken",
  "Token",
  "Secret",
  "Scopes",
  "UserAttributes",
  "ClientMetadata",
  "GroupName",
  "ConfirmationCode",
  "AttributeName",
  "Code",
  "Filter",
  "__proto__",
);
const parameters = fc.constantFrom(
  "USERNAME",
  "PASSWORD",
  "REFRESH_TOKEN",
  "SRP_A",
  "DEVICE_KEY",
  "PASSWORD_CLAIM_SECRET_BLOCK",
  "PASSWORD_CLAIM_SIGNATURE",
  "TIMESTAMP",
  "__proto__",
);
const value = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: fc.dictionary(parameters, text) },
  { weight: 1, arbitrary: fc.array(fc.record({ Name: text, Value: text }), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

test("whatever an operation is sent, it answers or refuses by name", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...cognitoApi.keys()),
      fc.array(fc.tuple(members, value), { maxLength: 8 }),
      async (operation, input) => {
        const response = await fetch(embedded.url, {
          method: "POST",
          headers: {
            "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
            authorization: "AWS4-HMAC-SHA256 Credential=someone",
          },
          body: JSON.stringify(Object.fromEntries(input)),
        });
        const answer = (await response.json()) as { __type?: string };
        expect([200, 400]).toContain(response.status);
        expect(answer.__type ?? "answered").toMatch(/^(answered|[A-Z][A-Za-z]+Exception)$/);
      },
    ),
    { numRuns: 400 },
  );
});

test("whatever an endpoint is asked, it answers, refuses, or leads to the page or a registered address", async () => {
  const names = fc.constantFrom(
    "client_id",
    "client_secret",
    "response_type",
    "redirect_uri",
    "logout_uri",
    "scope",
    "state",
    "code",
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "grant_type",
    "refresh_token",
    "token",
    "username",
    "password",
    "aws_client_metadata",
  );
  const endpoints = fc.constantFrom(
    ["GET", "/oauth2/authorize"],
    ["GET", "/login"],
    ["POST", "/login"],
    ["GET", "/logout"],
    ["POST", "/oauth2/token"],
    ["POST", "/oauth2/revoke"],
    ["GET", "/oauth2/userInfo"],
  );
  await fc.assert(
    fc.asyncProperty(endpoints, fc.array(fc.tuple(names, text), { maxLength: 8 }), async (endpoint, parameters) => {
      const [method = "", path = ""] = endpoint;
      const form = new URLSearchParams(parameters);
      const response = await fetch(`${embedded.url}${path}?${form.toString()}`, {
        method,
        redirect: "manual",
        ...(method === "POST" && { body: form }),
      });
      expect([200, 302, 400, 401]).toContain(response.status);
      const location = response.headers.get("location") ?? "/login?";
      expect(location.startsWith("/login?") || location.startsWith(`${callback}?`)).toBe(true);
      expect(await response.text()).not.toMatch(/<script/i);
    }),
    { numRuns: 400 },
  );
});

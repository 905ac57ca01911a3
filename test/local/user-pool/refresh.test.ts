import { GetTokensFromRefreshTokenCommand, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { type EmbeddedPool, machine, payloadOf, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, refusal, signIn } from "./people.ts";
import { startTriggerFunction, type TriggerFunction, throwing, unchanged } from "./trigger-function.ts";

const email = "anna@example.org";
const clock = { ms: 1_763_800_000_000 };
/** Refresh tokens that are exchanged at every use; the old one is good for half a minute more, or not at all. */
const rotating: AppClient = {
  ...web,
  id: "rotating0client0id",
  name: "rotating",
  flows: ["ALLOW_USER_PASSWORD_AUTH"],
  rotation: { graceS: 30 },
};
const strict: AppClient = { ...rotating, id: "strict0client0id", name: "strict", rotation: { graceS: 0 } };

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({
    trigger: trigger.url,
    clients: [web, site, machine, rotating, strict],
    now: () => clock.ms,
  });
  await createPerson(embedded, email);
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
afterEach(() => {
  trigger.reply = unchanged;
  trigger.events.length = 0;
});

const refresh = (RefreshToken: string, ClientId = rotating.id, more: Record<string, unknown> = {}) =>
  embedded.cognito.send(new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId, ...more }));
const reused = ["RefreshTokenReuseException", "Refresh Token has been rotated"];

test("the event has the metadata and the source that AWS maps the operation to", async () => {
  const { RefreshToken } = await signIn(embedded, email);
  const [first] = trigger.events.splice(0);
  const { AuthenticationResult: result } = await refresh(RefreshToken, web.id, { ClientMetadata: { clinic: "c42" } });
  expect(trigger.events).toEqual([
    {
      ...first,
      triggerSource: "TokenGeneration_Authentication",
      request: { ...first?.request, clientMetadata: { clinic: "c42" } },
    },
  ]);
  expect(result?.AccessToken).toBeDefined();
  expect(result?.IdToken).toBeDefined();
  // Without rotation there is no new refresh token, and the old one stays good.
  expect(result?.RefreshToken).toBeUndefined();
  expect((await refresh(RefreshToken, web.id)).AuthenticationResult?.AccessToken).toBeDefined();
});

test("with rotation there is a new refresh token, and the old one is good until its grace period ends", async () => {
  const first = await signIn(embedded, email, rotating.id);
  const { AuthenticationResult: second } = await refresh(first.RefreshToken);
  expect(second?.RefreshToken).not.toBe(first.RefreshToken);
  clock.ms += 29_999;
  const { AuthenticationResult: retried } = await refresh(first.RefreshToken);
  clock.ms += 1;
  expect(await refusal(refresh(first.RefreshToken))).toEqual(reused);
  for (const next of [second, retried]) {
    const { AuthenticationResult: third } = await refresh(next?.RefreshToken ?? "");
    expect(payloadOf(third?.AccessToken)["origin_jti"]).toBe(payloadOf(first.AccessToken)["origin_jti"]);
  }
});

test("without a grace period the old token is good once, also for two requests at a time", async () => {
  const { RefreshToken } = await signIn(embedded, email, strict.id);
  const answers = await Promise.all([1, 2].map(() => refusal(refresh(RefreshToken, strict.id))));
  expect(answers.filter((answer) => !Array.isArray(answer))).toHaveLength(1);
  expect(answers).toContainEqual(reused);
});

test("a rotation prolongs nothing: the last token ends when the first one would have", async () => {
  const { RefreshToken } = await signIn(embedded, email, rotating.id);
  clock.ms += 29 * 86_400_000;
  const { AuthenticationResult: result } = await refresh(RefreshToken);
  clock.ms += 86_400_000;
  expect(await refusal(refresh(result?.RefreshToken ?? ""))).toEqual([
    "NotAuthorizedException",
    "Refresh Token has expired",
  ]);
});

test("a trigger that fails leaves the token to be exchanged at the next attempt", async () => {
  const { RefreshToken } = await signIn(embedded, email, strict.id);
  trigger.reply = throwing("SOURCE_UNAVAILABLE");
  expect(await refusal(refresh(RefreshToken, strict.id))).toEqual([
    "UserLambdaValidationException",
    "PreTokenGeneration failed with error SOURCE_UNAVAILABLE.",
  ]);
  trigger.reply = unchanged;
  expect((await refresh(RefreshToken, strict.id)).AuthenticationResult?.RefreshToken).toBeDefined();
});

test("the token endpoint rotates as well, and tells of a reuse no more than invalid_grant", async () => {
  const { RefreshToken } = await signIn(embedded, email, strict.id);
  const form = { grant_type: "refresh_token", client_id: strict.id, refresh_token: RefreshToken };
  const ask = async () => {
    const response = await fetch(`${embedded.url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const { body } = await ask();
  expect(body["refresh_token"]).toEqual(expect.any(String));
  expect(body["refresh_token"]).not.toBe(RefreshToken);
  expect(await ask()).toEqual({ status: 400, body: { error: "invalid_grant" } });
});

test("a client with rotation has no refresh flow, a machine has nothing to refresh, a secret is asked for", async () => {
  const { RefreshToken } = await signIn(embedded, email, rotating.id);
  const byFlow = embedded.cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: rotating.id,
      AuthParameters: { REFRESH_TOKEN: RefreshToken },
    }),
  );
  expect(await refusal(byFlow)).toEqual(["InvalidParameterException", "Auth flow not enabled for this client"]);
  expect(await refusal(refresh(RefreshToken, machine.id, { ClientSecret: machine.secret }))).toEqual([
    "InvalidParameterException",
    "Auth flow not enabled for this client",
  ]);
  expect(await refusal(refresh(RefreshToken, site.id))).toEqual([
    "NotAuthorizedException",
    `Unable to verify secret for client: ${site.id}`,
  ]);
  expect(await refusal(refresh(RefreshToken, site.id, { ClientSecret: site.secret }))).toEqual([
    "NotAuthorizedException",
    "Invalid Refresh Token",
  ]);
});

import { GetClientTokenCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { type EmbeddedPool, machine, payloadOf, startPool, web } from "./embedded-pool.ts";
import { refusal } from "./people.ts";
import { startTriggerFunction, type TriggerFunction, throwing, unchanged } from "./trigger-function.ts";

const secret = "a-secret-of-thirty-characters.";
const robot: AppClient = {
  ...machine,
  id: "robot0client0id",
  name: "robot",
  secret,
  flows: ["ALLOW_CLIENT_TOKEN_AUTH"],
};

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({ trigger: trigger.url, clients: [web, machine, robot] });
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
afterEach(() => {
  trigger.reply = unchanged;
  trigger.events.length = 0;
});

const ask = (more: {
  ClientId?: string;
  Secret?: string;
  Scopes?: string[];
  ClientMetadata?: Record<string, string>;
}) => embedded.cognito.send(new GetClientTokenCommand({ ClientId: robot.id, Secret: secret, ...more }));

test("a machine without a domain gets an access token, and its metadata reaches the trigger", async () => {
  const { ClientAuthenticationResult: result } = await ask({
    Scopes: ["care/read"],
    ClientMetadata: { environment: "dev" },
  });
  expect(result).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer" });
  expect(payloadOf(result?.AccessToken)).toMatchObject({ sub: robot.id, client_id: robot.id, scope: "care/read" });
  expect(trigger.events).toMatchObject([
    {
      triggerSource: "TokenGeneration_ClientCredentials",
      userName: "ClientCredentials",
      request: { scopes: ["care/read"], clientMetadata: { environment: "dev" }, groupConfiguration: null },
    },
  ]);
});

test("without scopes it gets all its own, and without metadata the event has none", async () => {
  const { ClientAuthenticationResult: result } = await ask({});
  expect(payloadOf(result?.AccessToken)["scope"]).toBe("care/read care/export");
  expect(trigger.events[0]?.request).not.toHaveProperty("clientMetadata");
});

test("a wrong secret, a scope of no allowance and clients of other flows are refused unasked", async () => {
  const refusals = [
    await refusal(ask({ Secret: `${secret}x` })),
    await refusal(ask({ Scopes: ["care/delete"] })),
    await refusal(ask({ ClientId: machine.id, Secret: machine.secret })),
    await refusal(ask({ ClientId: web.id })),
    await refusal(ask({ ClientId: "nobody" })),
  ];
  expect(refusals).toEqual([
    ["NotAuthorizedException", `Unable to verify secret for client: ${robot.id}`],
    ["InvalidParameterException", "Invalid scope for this client"],
    ["InvalidParameterException", "Auth flow not enabled for this client"],
    ["NotAuthorizedException", `Unable to verify secret for client: ${web.id}`],
    ["ResourceNotFoundException", "User pool client nobody does not exist."],
  ]);
  expect(trigger.events).toEqual([]);
});

test("a trigger that throws refuses the token in its words", async () => {
  trigger.reply = throwing("TENANT_REFUSED");
  expect(await refusal(ask({}))).toEqual([
    "UserLambdaValidationException",
    "PreTokenGeneration failed with error TENANT_REFUSED.",
  ]);
});

// Which of a caller's metadata reaches the trigger, by the way it was sent, and under which source. A claim that is
// built from metadata of one row is missing wherever tokens come by another.
import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  GetClientTokenCommand,
  GetTokensFromRefreshTokenCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { authorizePath, callback, exchange, openBrowser, pkce } from "./browser.ts";
import { type EmbeddedPool, machine, poolId, startPool, web } from "./embedded-pool.ts";
import { createPerson, password, signIn } from "./people.ts";
import { remember, signInAgain, signInAnew } from "./remembered-device.ts";
import { srpClient } from "./srp-client.ts";
import { startTriggerFunction, type TriggerFunction } from "./trigger-function.ts";

const email = "anna@example.org";
const ClientMetadata = { clinic: "c42" };
const aws_client_metadata = JSON.stringify(ClientMetadata);
const app: AppClient = {
  ...web,
  flows: [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "code",
  ],
  callbackUrls: [callback],
};
const robot: AppClient & { readonly secret: string } = {
  ...machine,
  id: "robot0client0id",
  name: "robot",
  flows: ["ALLOW_CLIENT_TOKEN_AUTH"],
};

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
/** The same, but it remembers devices. */
let tracking: EmbeddedPool;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({ trigger: trigger.url, clients: [app, machine, robot] });
  tracking = await startPool({ trigger: trigger.url, clients: [app], deviceTracking: true });
  await createPerson(embedded, email);
  await createPerson(tracking, email);
});
afterAll(() => Promise.all([embedded.stop(), tracking.stop(), trigger.stop()]));

const byPassword = { USERNAME: email, PASSWORD: password };

/** A session in which a temporary password waits to be replaced, and its answer. */
async function challenged(USERNAME: string) {
  embedded.pool.directory.create({ username: USERNAME, attributes: new Map(), temporaryPassword: "Temporary-1" });
  const { Session } = await embedded.cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: app.id,
      AuthParameters: { USERNAME, PASSWORD: "Temporary-1" },
    }),
  );
  const ChallengeResponses = { USERNAME, NEW_PASSWORD: password };
  return {
    ChallengeName: "NEW_PASSWORD_REQUIRED" as const,
    ClientId: app.id,
    Session,
    ChallengeResponses,
    ClientMetadata,
  };
}

/** A sign-in by SRP. The metadata goes along with the answer to the challenge. */
async function bySrp(): Promise<void> {
  const client = srpClient();
  const { ChallengeParameters: challenge } = await embedded.cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_SRP_AUTH",
      ClientId: app.id,
      AuthParameters: { USERNAME: email, SRP_A: client.SRP_A },
      ClientMetadata: { clinic: "of the first call" },
    }),
  );
  const id = challenge?.["USER_ID_FOR_SRP"] ?? "";
  await embedded.cognito.send(
    new RespondToAuthChallengeCommand({
      ChallengeName: "PASSWORD_VERIFIER",
      ClientId: app.id,
      ChallengeResponses: { USERNAME: id, ...client.answer({ realm: embedded.pool.name, id, password }, challenge) },
      ClientMetadata,
    }),
  );
}

async function onDevice(): Promise<void> {
  const device = await remember(tracking, await signInAnew(tracking, email));
  trigger.events.length = 0;
  await signInAgain(tracking, { USERNAME: email, device, ClientMetadata });
}

async function byCode(): Promise<void> {
  const { verifier, challenge } = pkce();
  const browser = openBrowser(embedded.url);
  const { location } = await browser.get(
    authorizePath(app.id, { code_challenge: challenge, code_challenge_method: "S256", aws_client_metadata }),
  );
  await browser.get(`${location?.pathname}${location?.search}`);
  const back = await browser.submit({ username: email, password });
  const code = back.location?.searchParams.get("code") ?? "";
  await exchange(embedded.url, { client_id: app.id, code, code_verifier: verifier, aws_client_metadata });
}

const refreshToken = async (): Promise<string> => {
  const { RefreshToken } = await signIn(embedded, email);
  trigger.events.length = 0;
  return RefreshToken;
};

const ways: readonly [way: string, source: string, delivered: boolean, send: () => Promise<unknown>][] = [
  [
    "InitiateAuth",
    "TokenGeneration_Authentication",
    false,
    () =>
      embedded.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: app.id,
          AuthParameters: byPassword,
          ClientMetadata,
        }),
      ),
  ],
  [
    "AdminInitiateAuth",
    "TokenGeneration_Authentication",
    false,
    () =>
      embedded.cognito.send(
        new AdminInitiateAuthCommand({
          UserPoolId: poolId,
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          ClientId: app.id,
          AuthParameters: byPassword,
          ClientMetadata,
        }),
      ),
  ],
  [
    "InitiateAuth with REFRESH_TOKEN_AUTH",
    "TokenGeneration_RefreshTokens",
    false,
    async () =>
      embedded.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: "REFRESH_TOKEN_AUTH",
          ClientId: app.id,
          AuthParameters: { REFRESH_TOKEN: await refreshToken() },
          ClientMetadata,
        }),
      ),
  ],
  ["RespondToAuthChallenge with PASSWORD_VERIFIER", "TokenGeneration_Authentication", true, bySrp],
  ["RespondToAuthChallenge with DEVICE_PASSWORD_VERIFIER", "TokenGeneration_AuthenticateDevice", true, onDevice],
  [
    "RespondToAuthChallenge",
    "TokenGeneration_NewPasswordChallenge",
    true,
    async () => embedded.cognito.send(new RespondToAuthChallengeCommand(await challenged("bob@example.org"))),
  ],
  [
    "AdminRespondToAuthChallenge",
    "TokenGeneration_NewPasswordChallenge",
    true,
    async () =>
      embedded.cognito.send(
        new AdminRespondToAuthChallengeCommand({ UserPoolId: poolId, ...(await challenged("carl@example.org")) }),
      ),
  ],
  [
    "GetTokensFromRefreshToken",
    "TokenGeneration_Authentication",
    true,
    async () =>
      embedded.cognito.send(
        new GetTokensFromRefreshTokenCommand({
          ClientId: app.id,
          RefreshToken: await refreshToken(),
          ClientMetadata,
        }),
      ),
  ],
  ["the sign-in page and its code", "TokenGeneration_HostedAuth", false, byCode],
  [
    "a refresh at the token endpoint",
    "TokenGeneration_RefreshTokens",
    false,
    async () =>
      exchange(embedded.url, {
        grant_type: "refresh_token",
        client_id: app.id,
        refresh_token: await refreshToken(),
        aws_client_metadata,
      }),
  ],
  [
    "client credentials",
    "TokenGeneration_ClientCredentials",
    true,
    () =>
      exchange(embedded.url, {
        grant_type: "client_credentials",
        client_id: machine.id,
        client_secret: machine.secret,
        aws_client_metadata,
      }),
  ],
  [
    "GetClientToken",
    "TokenGeneration_ClientCredentials",
    true,
    () =>
      embedded.cognito.send(new GetClientTokenCommand({ ClientId: robot.id, Secret: robot.secret, ClientMetadata })),
  ],
];

test.for(ways)("%s arrives as %s, with metadata: %s", async ([, source, delivered, send]) => {
  trigger.events.length = 0;
  await send();
  expect(trigger.events.map(({ triggerSource, request }) => [triggerSource, request.clientMetadata])).toEqual([
    [source, delivered ? ClientMetadata : undefined],
  ]);
});

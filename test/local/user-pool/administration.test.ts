import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRemoveUserFromGroupCommand,
  AdminRespondToAuthChallengeCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  type AuthFlowType,
  CreateGroupCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { type EmbeddedPool, payloadOf, poolId, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, password, refusal, signIn } from "./people.ts";
import { startTriggerFunction, type TriggerFunction } from "./trigger-function.ts";

const UserPoolId = poolId;
/** A server that signs people in with AWS credentials of its own. */
const backend: AppClient = {
  ...web,
  id: "backend0client0id",
  name: "backend",
  flows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
};

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
let Username: string;
let people = 0;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({ trigger: trigger.url, clients: [web, site, backend] });
  await embedded.cognito.send(new CreateGroupCommand({ UserPoolId, GroupName: "adjusters" }));
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
beforeEach(async () => {
  people += 1;
  Username = `person${people}@example.org`;
  await createPerson(embedded, Username, { "custom:tenant": "blue" });
  trigger.events.length = 0;
});

const initiate = (AuthFlow: string, AuthParameters: Record<string, string>, ClientId = backend.id) =>
  embedded.cognito.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId,
      AuthFlow: AuthFlow as AuthFlowType,
      AuthParameters,
      ClientMetadata: { clinic: "c42" },
    }),
  );
const own = (AccessToken: string) => embedded.cognito.send(new GetUserCommand({ AccessToken }));

describe("signing somebody in with AWS credentials", () => {
  test.for(["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"])("%s gives the tokens of an API sign-in", async (flow) => {
    const { AuthenticationResult: result } = await initiate(flow, { USERNAME: Username, PASSWORD: password });
    expect(payloadOf(result?.AccessToken)).toMatchObject({
      client_id: backend.id,
      scope: "aws.cognito.signin.user.admin",
    });
    expect(trigger.events).toMatchObject([{ triggerSource: "TokenGeneration_Authentication" }]);
    // Metadata of AdminInitiateAuth goes no further than that of InitiateAuth.
    expect(trigger.events[0]?.request).not.toHaveProperty("clientMetadata");
  });

  test("refreshes, again without metadata", async () => {
    const { AuthenticationResult: first } = await initiate("ADMIN_USER_PASSWORD_AUTH", {
      USERNAME: Username,
      PASSWORD: password,
    });
    await initiate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: first?.RefreshToken ?? "" });
    expect(trigger.events[1]).toEqual({ ...trigger.events[0], triggerSource: "TokenGeneration_RefreshTokens" });
  });

  test("hands the metadata of a challenge's answer to the trigger", async () => {
    const invited = `invited.${Username}`;
    await embedded.cognito.send(
      new AdminCreateUserCommand({ UserPoolId, Username: invited, TemporaryPassword: "Temporary-1" }),
    );
    const { Session } = await initiate("ADMIN_USER_PASSWORD_AUTH", { USERNAME: invited, PASSWORD: "Temporary-1" });
    const { AuthenticationResult: result } = await embedded.cognito.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId: backend.id,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses: { USERNAME: invited, NEW_PASSWORD: password },
        ClientMetadata: { clinic: "c42" },
      }),
    );
    expect(result?.AccessToken).toBeDefined();
    expect(trigger.events).toMatchObject([
      { triggerSource: "TokenGeneration_NewPasswordChallenge", request: { clientMetadata: { clinic: "c42" } } },
    ]);
  });

  test("needs a client with the flow", async () => {
    const given = { USERNAME: Username, PASSWORD: password };
    expect(await refusal(initiate("ADMIN_USER_PASSWORD_AUTH", given, web.id))).toEqual([
      "InvalidParameterException",
      "Auth flow not enabled for this client",
    ]);
    expect(await refusal(initiate("CUSTOM_AUTH", given))).toEqual([
      "InvalidParameterException",
      "CUSTOM_AUTH flow not enabled for this client",
    ]);
    expect(await refusal(signIn(embedded, Username, backend.id))).toEqual([
      "InvalidParameterException",
      "USER_PASSWORD_AUTH flow not enabled for this client",
    ]);
  });
});

describe("somebody who is disabled", () => {
  test("loses every token, comes back by no way, and with new tokens only", async () => {
    const { AccessToken, RefreshToken } = await signIn(embedded, Username);
    await embedded.cognito.send(new AdminDisableUserCommand({ UserPoolId, Username }));
    expect(await embedded.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }))).toMatchObject({
      Enabled: false,
    });
    const refresh = () =>
      embedded.cognito.send(new GetTokensFromRefreshTokenCommand({ ClientId: web.id, RefreshToken }));
    const revoked = ["NotAuthorizedException", "Refresh Token has been revoked"];
    expect(await refusal(own(AccessToken))).toEqual(["NotAuthorizedException", "Access Token has been revoked"]);
    expect(await refusal(refresh())).toEqual(revoked);
    expect(await refusal(signIn(embedded, Username))).toEqual(["NotAuthorizedException", "User is disabled."]);

    await embedded.cognito.send(new AdminEnableUserCommand({ UserPoolId, Username }));
    expect(await refusal(refresh())).toEqual(revoked);
    expect((await own((await signIn(embedded, Username)).AccessToken)).Username).toBeDefined();
  });

  test("in the middle of a challenge cannot answer it", async () => {
    const invited = `invited.${Username}`;
    embedded.pool.directory.create({ username: invited, attributes: new Map(), temporaryPassword: "Temporary-1" });
    const { Session } = await initiate("ADMIN_USER_PASSWORD_AUTH", { USERNAME: invited, PASSWORD: "Temporary-1" });
    await embedded.cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: invited }));
    const answer = embedded.cognito.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId: backend.id,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses: { USERNAME: invited, NEW_PASSWORD: password },
      }),
    );
    expect(await refusal(answer)).toEqual(["NotAuthorizedException", "User is disabled."]);
  });
});

test("an administrator signs somebody out everywhere", async () => {
  const { AccessToken } = await signIn(embedded, Username);
  await embedded.cognito.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username }));
  expect(await refusal(own(AccessToken))).toEqual(["NotAuthorizedException", "Access Token has been revoked"]);
});

test("an administrator writes what people may not, and the next token has it", async () => {
  await embedded.cognito.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId,
      Username,
      UserAttributes: [
        { Name: "email_verified", Value: "true" },
        { Name: "dev:custom:tier", Value: "gold" },
        { Name: "custom:tenant", Value: "" },
      ],
    }),
  );
  const claims = payloadOf((await signIn(embedded, Username)).IdToken);
  expect(claims).toMatchObject({ email_verified: true, "dev:custom:tier": "gold" });
  expect(claims).not.toHaveProperty("custom:tenant");
});

test("whoever leaves a group has it in no further event", async () => {
  const membership = { UserPoolId, Username, GroupName: "adjusters" };
  await embedded.cognito.send(new AdminAddUserToGroupCommand(membership));
  await signIn(embedded, Username);
  await embedded.cognito.send(new AdminRemoveUserFromGroupCommand(membership));
  await signIn(embedded, Username);
  expect(trigger.events.map(({ request }) => request.groupConfiguration?.groupsToOverride)).toEqual([
    ["adjusters"],
    [],
  ]);
  const stranger = embedded.cognito.send(new AdminRemoveUserFromGroupCommand({ ...membership, GroupName: "nobody" }));
  expect(await refusal(stranger)).toEqual(["ResourceNotFoundException", "Group not found."]);
});

test("people are listed, all of them or those a filter matches", async () => {
  const list = async (Filter?: string) => {
    const { Users } = await embedded.cognito.send(new ListUsersCommand({ UserPoolId, Filter }));
    return Users?.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === "email")?.Value);
  };
  expect(await list()).toContain(Username);
  expect(await list(`email = "${Username}"`)).toEqual([Username]);
  expect(await list(`email ^= "${Username.slice(0, -4)}"`)).toEqual([Username]);
  expect(await refusal(list("email contains x"))).toEqual(["InvalidParameterException", "Error while parsing filter."]);
});

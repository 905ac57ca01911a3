import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  GetUserCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { UserPoolOptions } from "../../../local/user-pool/user-pool.ts";
import { type EmbeddedPool, machine, payloadOf, poolId, startPool, web } from "./embedded-pool.ts";
import { remember, signInAgain, signInAnew } from "./remembered-device.ts";
import { answering, startTriggerFunction, type TriggerFunction, throwing, unchanged } from "./trigger-function.ts";

const password = "Correct-Horse-7";
const role = "arn:aws:iam::111122223333:role/adjuster";

let trigger: TriggerFunction;
let pools: Record<"V1" | "V2" | "V3", EmbeddedPool>;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  const start = (lambdaVersion: UserPoolOptions["lambdaVersion"]) =>
    startPool({ lambdaVersion, trigger: trigger.url, triggerLimits: { timeoutMs: 300, attempts: 2 } });
  const [V1, V2, V3] = await Promise.all([start("V1"), start("V2"), start("V3")]);
  pools = { V1, V2, V3 };
  for (const embedded of [V1, V2, V3]) await people(embedded);
});
afterAll(() => Promise.all([trigger, ...Object.values(pools)].map(({ stop }) => stop())));
afterEach(() => {
  trigger.reply = unchanged;
  trigger.events.length = 0;
});

/** Anna, an adjuster of tenant blue. */
async function people({ cognito }: EmbeddedPool): Promise<void> {
  const UserPoolId = poolId;
  const Username = "anna@example.org";
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      UserAttributes: [
        { Name: "email_verified", Value: "true" },
        { Name: "custom:tenant", Value: "blue" },
      ],
    }),
  );
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }));
  await cognito.send(new CreateGroupCommand({ UserPoolId, GroupName: "adjusters", RoleArn: role, Precedence: 1 }));
  await cognito.send(new CreateGroupCommand({ UserPoolId, GroupName: "blue" }));
  for (const GroupName of ["adjusters", "blue"]) {
    await cognito.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
  }
}

const signIn = (version: keyof typeof pools): Promise<InitiateAuthCommandOutput> =>
  pools[version].cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: web.id,
      AuthParameters: { USERNAME: "anna@example.org", PASSWORD: password },
      ClientMetadata: { clinic: "c42" },
    }),
  );

const refresh = (version: keyof typeof pools, token: string): Promise<InitiateAuthCommandOutput> =>
  pools[version].cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: web.id,
      AuthParameters: { REFRESH_TOKEN: token },
      ClientMetadata: { clinic: "c42" },
    }),
  );

const refusal = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => "issued",
    (error: { name: string; message: string; $metadata: { httpStatusCode?: number } }) => [
      error.$metadata.httpStatusCode,
      error.name,
      error.message,
    ],
  );

async function sub(version: keyof typeof pools): Promise<string> {
  return pools[version].pool.directory.get("anna@example.org").sub;
}

describe("the event", () => {
  test.for(["V2", "V3"] as const)(
    "of a %s sign-in has scopes, groups and attributes, and no metadata",
    async (version) => {
      await signIn(version);
      const username = await sub(version);
      expect(trigger.events).toEqual([
        {
          version: version.slice(1),
          triggerSource: "TokenGeneration_Authentication",
          region: "eu-west-1",
          userPoolId: poolId,
          userName: username,
          callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: web.id },
          request: {
            userAttributes: {
              sub: username,
              "cognito:user_status": "CONFIRMED",
              email: "anna@example.org",
              email_verified: "true",
              "custom:tenant": "blue",
            },
            groupConfiguration: {
              groupsToOverride: ["adjusters", "blue"],
              iamRolesToOverride: [role],
              preferredRole: role,
            },
            scopes: ["aws.cognito.signin.user.admin"],
          },
          response: { claimsAndScopeOverrideDetails: null },
        },
      ]);
    },
  );

  test("of a V1 sign-in has no scopes, and the V1 form of an empty response", async () => {
    await signIn("V1");
    const [event] = trigger.events;
    expect(event).toMatchObject({ version: "1", response: { claimsOverrideDetails: null } });
    expect(Object.keys(event?.request ?? {})).toEqual(["userAttributes", "groupConfiguration"]);
    expect(Object.keys(event?.response ?? {})).toEqual(["claimsOverrideDetails"]);
  });

  test("of a refresh has its own source and the scopes of the sign-in, and no metadata either", async () => {
    const { AuthenticationResult: result } = await signIn("V3");
    await refresh("V3", result?.RefreshToken ?? "");
    const [first, second] = trigger.events;
    expect(second).toEqual({ ...first, triggerSource: "TokenGeneration_RefreshTokens" });
    expect(second?.request).not.toHaveProperty("clientMetadata");
  });

  test("of a new password has its own source, and the metadata of the answer to the challenge", async () => {
    const { cognito } = pools.V2;
    const [Username, TemporaryPassword] = ["bob@example.org", "Temporary-1"];
    await cognito.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username, TemporaryPassword }));
    const challenge = await cognito.send(
      new InitiateAuthCommand({
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId: web.id,
        AuthParameters: { USERNAME: Username, PASSWORD: TemporaryPassword },
      }),
    );
    expect(trigger.events).toEqual([]);
    await cognito.send(
      new RespondToAuthChallengeCommand({
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        ClientId: web.id,
        Session: challenge.Session,
        ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: password },
        ClientMetadata: { clinic: "c42" },
      }),
    );
    expect(trigger.events).toMatchObject([
      {
        version: "2",
        triggerSource: "TokenGeneration_NewPasswordChallenge",
        request: {
          userAttributes: { "cognito:user_status": "FORCE_CHANGE_PASSWORD", email: "bob@example.org" },
          groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
          clientMetadata: { clinic: "c42" },
        },
      },
    ]);
  });

  test.for(["V1", "V2", "V3"] as const)("of a remembered device differs by its source alone: %s", async (version) => {
    const tracking = await startPool({ lambdaVersion: version, trigger: trigger.url, deviceTracking: true });
    const USERNAME = "anna@example.org";
    try {
      await people(tracking);
      const device = await remember(tracking, await signInAnew(tracking, USERNAME));
      await signInAgain(tracking, { USERNAME, device });
      const [first, second, ...more] = trigger.events;
      expect(second).toEqual({ ...first, triggerSource: "TokenGeneration_AuthenticateDevice" });
      expect(more).toEqual([]);
    } finally {
      await tracking.stop();
    }
  });

  test.for(["V1", "V2"] as const)(
    "of a machine is never sent by a %s pool, whose token is issued as it is",
    async (version) => {
      trigger.reply = throwing("NEVER_ASKED");
      const response = await fetch(`${pools[version].url}/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: machine.id,
          client_secret: machine.secret,
          scope: "care/read",
        }),
      });
      const { access_token } = (await response.json()) as { access_token: string };
      expect(payloadOf(access_token)).toMatchObject({ sub: machine.id, scope: "care/read" });
      expect(trigger.events).toEqual([]);
    },
  );
});

describe("the answer", () => {
  test("adds and suppresses claims in both tokens, and changes the scopes", async () => {
    trigger.reply = answering({
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToAddOrOverride: { clinic: "c42" }, claimsToSuppress: ["email", "email_verified"] },
        accessTokenGeneration: {
          claimsToAddOrOverride: { roles: ["adjuster"], tenant: { id: "blue", level: 2 } },
          scopesToAdd: ["care/read"],
          scopesToSuppress: ["aws.cognito.signin.user.admin"],
        },
      },
    });
    const { AuthenticationResult: result } = await signIn("V3");
    const [id, access] = [payloadOf(result?.IdToken), payloadOf(result?.AccessToken)];
    expect(id).toMatchObject({ clinic: "c42", "custom:tenant": "blue" });
    expect(id).not.toHaveProperty("email");
    expect(access).toMatchObject({ roles: ["adjuster"], tenant: { id: "blue", level: 2 }, scope: "care/read" });
    // The bearer of such a token cannot fetch the profile any more.
    await expect(pools.V3.cognito.send(new GetUserCommand({ AccessToken: result?.AccessToken }))).rejects.toMatchObject(
      {
        name: "NotAuthorizedException",
        message: "Access Token does not have required scopes",
      },
    );
  });

  test("unchanged leaves the groups in both tokens and the roles in the ID token", async () => {
    const { AuthenticationResult: result } = await signIn("V2");
    expect(payloadOf(result?.AccessToken)["cognito:groups"]).toEqual(["adjusters", "blue"]);
    expect(payloadOf(result?.IdToken)).toMatchObject({
      "cognito:groups": ["adjusters", "blue"],
      "cognito:roles": [role],
      "cognito:preferred_role": role,
    });
  });

  test.for(["V1", "V2", "V3"] as const)("of a %s trigger replaces the groups in both tokens", async (version) => {
    const groupOverrideDetails = { groupsToOverride: ["blue"], iamRolesToOverride: [], preferredRole: null };
    trigger.reply = answering(
      version === "V1"
        ? { claimsOverrideDetails: { groupOverrideDetails } }
        : { claimsAndScopeOverrideDetails: { groupOverrideDetails } },
    );
    const { AuthenticationResult: result } = await signIn(version);
    for (const token of [result?.IdToken, result?.AccessToken]) {
      expect(payloadOf(token)["cognito:groups"]).toEqual(["blue"]);
      expect(payloadOf(token)).not.toHaveProperty("cognito:roles");
    }
  });

  test("of a V1 trigger reaches the ID token alone", async () => {
    trigger.reply = answering({
      claimsOverrideDetails: { claimsToAddOrOverride: { clinic: "c42" }, claimsToSuppress: ["email"] },
    });
    const { AuthenticationResult: result } = await signIn("V1");
    expect(payloadOf(result?.IdToken)).toMatchObject({ clinic: "c42" });
    expect(payloadOf(result?.IdToken)).not.toHaveProperty("email");
    expect(payloadOf(result?.AccessToken)).not.toHaveProperty("clinic");
  });

  test("is asked for anew at every refresh, so nothing of an earlier one stays", async () => {
    trigger.reply = answering({
      claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { clinic: "c42" } } },
    });
    const { AuthenticationResult: first } = await signIn("V3");
    trigger.reply = unchanged;
    const { AuthenticationResult: second } = await refresh("V3", first?.RefreshToken ?? "");
    expect(payloadOf(first?.AccessToken)["clinic"]).toBe("c42");
    expect(payloadOf(second?.AccessToken)).not.toHaveProperty("clinic");
  });
});

describe("a trigger that fails", () => {
  test("by throwing refuses the sign-in with its text, and is asked once", async () => {
    trigger.reply = throwing("TENANT_REFUSED");
    expect(await refusal(signIn("V3"))).toEqual([
      400,
      "UserLambdaValidationException",
      "PreTokenGeneration failed with error TENANT_REFUSED.",
    ]);
    expect(trigger.events).toHaveLength(1);
  });

  test("by not answering in time is asked again, then refuses the sign-in", async () => {
    trigger.reply = () => "never";
    expect(await refusal(signIn("V3"))).toEqual([
      400,
      "UnexpectedLambdaException",
      "PreTokenGeneration invocation failed due to error Socket timeout while invoking Lambda function.",
    ]);
    expect(trigger.events).toHaveLength(2);
  });

  test("by being late once, as on a cold start, still lets the person in", async () => {
    trigger.reply = (event) => (trigger.events.length === 1 ? "never" : unchanged(event));
    expect((await signIn("V3")).AuthenticationResult?.AccessToken).toBeDefined();
    expect(trigger.events).toHaveLength(2);
  });

  const odd: readonly [what: string, body: string][] = [
    ["nothing", "null"],
    ["text", '"ok"'],
    ["no JSON at all", "<html>"],
    ["only a response", '{"response":{"claimsAndScopeOverrideDetails":{}}}'],
    ["a list", "[]"],
  ];
  test.for(odd)("by answering %s refuses the sign-in without a hint", async ([, body]) => {
    trigger.reply = () => ({ body });
    expect(await refusal(signIn("V3"))).toEqual([
      400,
      "InvalidLambdaResponseException",
      "Unrecognizable lambda output",
    ]);
  });

  test("because Lambda will not invoke it, or nothing listens, refuses the sign-in", async () => {
    trigger.reply = () => ({ status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: "{}" });
    const forbidden = [
      400,
      "UnexpectedLambdaException",
      "PreTokenGeneration invocation failed due to error AccessDeniedException.",
    ];
    expect(await refusal(signIn("V3"))).toEqual(forbidden);
    const gone = await startTriggerFunction();
    await gone.stop();
    const lonely = await startPool({ trigger: gone.url });
    try {
      lonely.pool.directory.create({ username: "eve@example.org", attributes: new Map() });
      lonely.pool.directory.setPassword("eve@example.org", password, true);
      const attempt = lonely.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: web.id,
          AuthParameters: { USERNAME: "eve@example.org", PASSWORD: password },
        }),
      );
      expect(await refusal(attempt)).toEqual(forbidden);
    } finally {
      await lonely.stop();
    }
  });

  test("after a new password was set leaves that password in force", async () => {
    const { cognito, pool } = pools.V3;
    const [USERNAME, temporary] = ["carl@example.org", "Temporary-1"];
    pool.directory.create({ username: USERNAME, attributes: new Map(), temporaryPassword: temporary });
    const attempt = (PASSWORD: string) =>
      cognito.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: web.id,
          AuthParameters: { USERNAME, PASSWORD },
        }),
      );
    const { Session } = await attempt(temporary);
    trigger.reply = throwing("SOURCE_UNAVAILABLE");
    const answer = cognito.send(
      new RespondToAuthChallengeCommand({
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        ClientId: web.id,
        Session,
        ChallengeResponses: { USERNAME, NEW_PASSWORD: password },
      }),
    );
    expect(await refusal(answer)).toMatchObject([400, "UserLambdaValidationException", expect.any(String)]);
    trigger.reply = unchanged;
    expect((await attempt(password)).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test("on a refresh leaves the refresh token good for the next attempt", async () => {
    const { AuthenticationResult: result } = await signIn("V3");
    trigger.reply = throwing("SOURCE_UNAVAILABLE");
    expect(await refusal(refresh("V3", result?.RefreshToken ?? ""))).toEqual([
      400,
      "UserLambdaValidationException",
      "PreTokenGeneration failed with error SOURCE_UNAVAILABLE.",
    ]);
    trigger.reply = unchanged;
    expect((await refresh("V3", result?.RefreshToken ?? "")).AuthenticationResult?.AccessToken).toBeDefined();
  });
});

test("a trigger can be a function in the same process, which the time limit holds as well", async () => {
  const seen: string[] = [];
  const embedded = await startPool({
    trigger: async (event) => {
      seen.push(event.triggerSource);
      if (seen.length === 1) return { functionError: null, payload: event };
      return new Promise(() => {});
    },
    triggerLimits: { timeoutMs: 50, attempts: 1 },
  });
  try {
    embedded.pool.directory.create({ username: "eve@example.org", attributes: new Map() });
    embedded.pool.directory.setPassword("eve@example.org", password, true);
    const attempt = () =>
      embedded.cognito.send(
        new InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: web.id,
          AuthParameters: { USERNAME: "eve@example.org", PASSWORD: password },
        }),
      );
    expect((await attempt()).AuthenticationResult?.IdToken).toBeDefined();
    expect(await refusal(attempt())).toMatchObject([400, "UnexpectedLambdaException", expect.any(String)]);
    expect(seen).toEqual(["TokenGeneration_Authentication", "TokenGeneration_Authentication"]);
  } finally {
    await embedded.stop();
  }
});

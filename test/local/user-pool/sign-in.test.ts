import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  DeleteUserPoolCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedPool, machine, payloadOf, poolId, secretHash, site, startPool, web } from "./embedded-pool.ts";

const clock = { ms: Date.parse("2026-11-22T10:00:00Z") };
let embedded: EmbeddedPool;
let plain: EmbeddedPool;

beforeAll(async () => {
  [embedded, plain] = await Promise.all([startPool({ now: () => clock.ms }), startPool({ signInBy: "username" })]);
  await person(embedded, "anna@example.org");
  await person(plain, "anna.t");
});
afterAll(() => Promise.all([embedded.stop(), plain.stop()]));

const password = "Correct-Horse-7";

async function person({ cognito }: EmbeddedPool, Username: string): Promise<void> {
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username,
      UserAttributes: [
        { Name: "given_name", Value: "Anna" },
        { Name: "custom:tenant", Value: "blue" },
      ],
      MessageAction: "SUPPRESS",
    }),
  );
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username, Password: password, Permanent: true }),
  );
}

const signIn = (
  { cognito }: EmbeddedPool,
  USERNAME: string,
  PASSWORD: string,
  ClientId: string = web.id,
  more: Record<string, string> = {},
) =>
  cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId,
      AuthParameters: { USERNAME, PASSWORD, ...more },
    }),
  );

const refresh = (
  { cognito }: EmbeddedPool,
  token: string,
  ClientId: string = web.id,
  more: Record<string, string> = {},
) =>
  cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId,
      AuthParameters: { REFRESH_TOKEN: token, ...more },
    }),
  );

describe("signing in with the AWS SDK", () => {
  test("a password brings three tokens that say who signed in, when and for which client", async () => {
    const { AuthenticationResult: result, ChallengeName } = await signIn(embedded, "anna@example.org", password);
    expect(ChallengeName).toBeUndefined();
    expect(result).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer", RefreshToken: expect.any(String) });
    const access = payloadOf(result?.AccessToken);
    const id = payloadOf(result?.IdToken);
    expect(access).toMatchObject({
      iss: `https://cognito-idp.eu-west-1.amazonaws.com/${poolId}`,
      token_use: "access",
      client_id: web.id,
      scope: "aws.cognito.signin.user.admin",
      auth_time: clock.ms / 1000,
      iat: clock.ms / 1000,
      exp: clock.ms / 1000 + 3600,
      username: access["sub"],
    });
    expect(id).toMatchObject({
      iss: access["iss"],
      token_use: "id",
      aud: web.id,
      sub: access["sub"],
      "cognito:username": access["sub"],
      email: "anna@example.org",
      given_name: "Anna",
      "custom:tenant": "blue",
      origin_jti: access["origin_jti"],
      event_id: access["event_id"],
    });
    expect(id["jti"]).not.toBe(access["jti"]);
    expect(access).not.toHaveProperty("email");
  });

  test("where people sign in by email, the username is the sub, a UUID", async () => {
    const user = await embedded.cognito.send(
      new AdminGetUserCommand({ UserPoolId: poolId, Username: "Anna@Example.org" }),
    );
    const sub = user.UserAttributes?.find(({ Name }) => Name === "sub")?.Value;
    expect(sub).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(user).toMatchObject({ Username: sub, UserStatus: "CONFIRMED", Enabled: true });
    expect(user.UserCreateDate).toEqual(new Date(clock.ms));
  });

  test("where people pick usernames, the tokens carry them", async () => {
    const { AuthenticationResult: result } = await signIn(plain, "anna.t", password);
    const access = payloadOf(result?.AccessToken);
    expect(access["username"]).toBe("anna.t");
    expect(access["sub"]).not.toBe("anna.t");
    expect(payloadOf(result?.IdToken)).not.toHaveProperty("email");
  });

  test("a wrong password and an unknown person are refused in the same words", async () => {
    const answers = await Promise.all(
      [
        signIn(embedded, "anna@example.org", "Wrong-Horse-7"),
        signIn(embedded, "nobody@example.org", password),
        signIn(embedded, "anna@example.org", ""),
      ].map((attempt) =>
        attempt.catch(({ name, message, $metadata }) => ({ name, message, status: $metadata.httpStatusCode })),
      ),
    );
    expect(answers).toEqual(
      Array(3).fill({ name: "NotAuthorizedException", message: "Incorrect username or password.", status: 400 }),
    );
  });

  test("a client with a secret demands its hash, and one without refuses any", async () => {
    const attempts = [
      signIn(embedded, "anna@example.org", password, site.id),
      signIn(embedded, "anna@example.org", password, site.id, { SECRET_HASH: secretHash("bob@example.org", site) }),
      signIn(embedded, "anna@example.org", password, web.id, { SECRET_HASH: secretHash("anna@example.org", site) }),
    ];
    const refusals = await Promise.all(
      attempts.map((attempt) => attempt.catch(({ name, message }) => [name, message])),
    );
    expect(refusals).toEqual([
      ["NotAuthorizedException", `Client ${site.id} is configured with secret but SECRET_HASH was not received`],
      ["NotAuthorizedException", `SecretHash does not match for the client: ${site.id}`],
      ["NotAuthorizedException", `Client ${web.id} is not configured for secret but secret hash was received`],
    ]);
    const granted = await signIn(embedded, "anna@example.org", password, site.id, {
      SECRET_HASH: secretHash("anna@example.org", site),
    });
    expect(granted.AuthenticationResult?.AccessToken).toBeDefined();
  });

  test("requests that Cognito would refuse are refused by the same names", async () => {
    const send = (AuthFlow: string, ClientId: string, AuthParameters: Record<string, string>) =>
      embedded.cognito.send(new InitiateAuthCommand({ AuthFlow: AuthFlow as "USER_AUTH", ClientId, AuthParameters }));
    const refusals = await Promise.all(
      [
        send("USER_PASSWORD_AUTH", "nobody", { USERNAME: "a", PASSWORD: "b" }),
        send("USER_PASSWORD_AUTH", machine.id, { USERNAME: "a", PASSWORD: "b" }),
        send("REFRESH_TOKEN", machine.id, { REFRESH_TOKEN: "a" }),
        send("USER_SRP_AUTH", web.id, { USERNAME: "a", SRP_A: "b" }),
        send("USER_PASSWORD_AUTH", web.id, { USERNAME: "a" }),
        send("USER_PASSWORD_AUTH", undefined as unknown as string, {}),
        embedded.cognito.send(new AdminGetUserCommand({ UserPoolId: "eu-west-1_Another", Username: "a" })),
        embedded.cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: "nobody@example.org" })),
        embedded.cognito.send(new DeleteUserPoolCommand({ UserPoolId: poolId })),
      ].map((attempt: Promise<unknown>) => attempt.catch(({ name, message }) => [name, message])),
    );
    expect(refusals).toEqual([
      ["ResourceNotFoundException", "User pool client nobody does not exist."],
      ["InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"],
      ["InvalidParameterException", "Auth flow not enabled for this client"],
      ["InvalidParameterException", "USER_SRP_AUTH is not enabled for the client."],
      ["InvalidParameterException", "Missing required parameter PASSWORD"],
      [
        "InvalidParameterException",
        "1 validation error detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null",
      ],
      ["ResourceNotFoundException", "User pool eu-west-1_Another does not exist."],
      ["UserNotFoundException", "User does not exist."],
      ["UnknownOperationException", "the embedded user pool has no such operation"],
    ]);
  });
});

describe("refreshing", () => {
  test("a refresh keeps the sign-in's marks and makes the rest anew", async () => {
    const first = await signIn(embedded, "anna@example.org", password);
    clock.ms += 600_000;
    const second = await refresh(embedded, first.AuthenticationResult?.RefreshToken ?? "");
    expect(second.AuthenticationResult).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer" });
    expect(second.AuthenticationResult?.RefreshToken).toBeUndefined();
    const before = payloadOf(first.AuthenticationResult?.AccessToken);
    const after = payloadOf(second.AuthenticationResult?.AccessToken);
    // Everything else is as it was: sub, username, scope, auth_time, origin_jti and the rest.
    expect(after).toEqual({
      ...before,
      iat: clock.ms / 1000,
      exp: clock.ms / 1000 + 3600,
      jti: expect.any(String),
    });
    expect(after["jti"]).not.toBe(before["jti"]);
    expect(payloadOf(second.AuthenticationResult?.IdToken)).toMatchObject({ auth_time: before["auth_time"] });
  });

  test("a refresh token of another client, an invented one and an old one are refused", async () => {
    const { AuthenticationResult: result } = await signIn(embedded, "anna@example.org", password);
    const token = result?.RefreshToken ?? "";
    await expect(refresh(embedded, token, site.id)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid Refresh Token",
    });
    await expect(refresh(embedded, "invented")).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid Refresh Token",
    });
    clock.ms += 30 * 86_400_000;
    await expect(refresh(embedded, token)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Refresh Token has expired",
    });
  });

  test("the secret hash of a refresh is made with the username, not with the email address", async () => {
    const { AuthenticationResult: result } = await signIn(embedded, "anna@example.org", password, site.id, {
      SECRET_HASH: secretHash("anna@example.org", site),
    });
    const token = result?.RefreshToken ?? "";
    const username = String(payloadOf(result?.AccessToken)["username"]);
    await expect(
      refresh(embedded, token, site.id, { SECRET_HASH: secretHash("anna@example.org", site) }),
    ).rejects.toMatchObject({ message: `SecretHash does not match for the client: ${site.id}` });
    const again = await refresh(embedded, token, site.id, { SECRET_HASH: secretHash(username, site) });
    expect(payloadOf(again.AuthenticationResult?.AccessToken)["username"]).toBe(username);
  });
});

describe("a temporary password", () => {
  const temporary = "Temporary-1";
  const invite = (Username: string) =>
    embedded.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username,
        TemporaryPassword: temporary,
        MessageAction: "SUPPRESS",
      }),
    );
  const respond = (Session: string | undefined, USERNAME: string, NEW_PASSWORD: string) =>
    embedded.cognito.send(
      new RespondToAuthChallengeCommand({
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        ClientId: web.id,
        Session,
        ChallengeResponses: { USERNAME, NEW_PASSWORD },
      }),
    );

  test("has to be changed, once, before there are tokens", async () => {
    await invite("bob@example.org");
    const challenge = await signIn(embedded, "bob@example.org", temporary);
    expect(challenge.AuthenticationResult).toBeUndefined();
    expect(challenge.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(JSON.parse(challenge.ChallengeParameters?.["userAttributes"] ?? "")).toEqual({ email: "bob@example.org" });
    const username = challenge.ChallengeParameters?.["USER_ID_FOR_SRP"] ?? "";

    await expect(respond(challenge.Session, username, "short")).rejects.toMatchObject({
      name: "InvalidPasswordException",
      message: "Password did not conform with policy: Password not long enough",
    });
    const answer = await respond(challenge.Session, username, password);
    expect(payloadOf(answer.AuthenticationResult?.AccessToken)["username"]).toBe(username);
    expect(answer.AuthenticationResult?.RefreshToken).toBeDefined();

    await expect(respond(challenge.Session, username, password)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid session for the user.",
    });
    expect((await signIn(embedded, "bob@example.org", password)).AuthenticationResult).toBeDefined();
  });

  test("cannot be changed in another person's name, nor after three minutes", async () => {
    await invite("carl@example.org");
    const challenge = await signIn(embedded, "carl@example.org", temporary);
    await expect(respond(challenge.Session, "anna@example.org", password)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid session for the user.",
    });
    clock.ms += 180_000;
    await expect(respond(challenge.Session, "carl@example.org", password)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid session for the user, session is expired.",
    });
  });
});

describe("creating people", () => {
  const create = (Username: string, attributes: Record<string, string> = {}, TemporaryPassword?: string) =>
    embedded.cognito.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username,
        TemporaryPassword,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );

  test("what the schema of a pool does not allow is refused, naming the attribute", async () => {
    const refusals = await Promise.all(
      [
        create("ANNA@example.org"),
        create("no email"),
        create("dora@example.org", { sub: "1" }),
        create("dora@example.org", { tenant: "blue" }),
        create("dora@example.org", { name: "x".repeat(2049) }),
        create("dora@example.org", { email_verified: "yes" }),
        create("dora@example.org", {}, "weak"),
      ].map((attempt) => attempt.catch(({ name, message }) => [name, message])),
    );
    expect(refusals).toEqual([
      ["UsernameExistsException", "User account already exists"],
      ["InvalidParameterException", "Username should be an email."],
      ["InvalidParameterException", "Cannot modify the non-mutable attribute sub"],
      [
        "InvalidParameterException",
        "Attributes did not conform to the schema: tenant: Attribute does not exist in the schema.",
      ],
      [
        "InvalidParameterException",
        "Attributes did not conform to the schema: name: String must not be longer than 2048 characters",
      ],
      ["InvalidParameterException", "Attributes did not conform to the schema: email_verified: must be true or false"],
      ["InvalidPasswordException", "Password did not conform with policy: Password not long enough"],
    ]);
  });

  test("a request that nobody signed is refused", async () => {
    const response = await fetch(embedded.url, {
      method: "POST",
      headers: { "x-amz-target": "AWSCognitoIdentityProviderService.AdminGetUser" },
      body: JSON.stringify({ UserPoolId: poolId, Username: "anna@example.org" }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      __type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
  });

  test("a body that is no JSON object of the right types is refused", async () => {
    const send = (body: string) =>
      fetch(embedded.url, {
        method: "POST",
        headers: { "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth" },
        body,
      }).then((response) => response.json());
    const bodies = ["{", "[]", '{"AuthFlow":1}', '{"AuthFlow":"a","ClientId":"b","AuthParameters":{"USERNAME":1}}'];
    expect(await Promise.all(bodies.map(send))).toEqual([
      { __type: "SerializationException", message: "the body is not JSON" },
      { __type: "SerializationException", message: "the body is not a JSON object" },
      { __type: "SerializationException", message: "AuthFlow is not a string" },
      { __type: "SerializationException", message: "AuthParameters is not a map of strings" },
    ]);
  });
});

describe("reading one's own profile", () => {
  const own = (AccessToken: string | undefined) => embedded.cognito.send(new GetUserCommand({ AccessToken }));

  test("an access token with the self-service scope reads it until it expires", async () => {
    const { AuthenticationResult: result } = await signIn(embedded, "anna@example.org", password);
    const profile = await own(result?.AccessToken);
    expect(profile.UserAttributes).toContainEqual({ Name: "email", Value: "anna@example.org" });
    expect(profile.UserAttributes).toContainEqual({ Name: "sub", Value: profile.Username });
    clock.ms += 3_600_000;
    await expect(own(result?.AccessToken)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Access Token has expired",
    });
  });

  test("an ID token and a token of another pool do not", async () => {
    const { AuthenticationResult: result } = await signIn(embedded, "anna@example.org", password);
    const { AuthenticationResult: foreign } = await signIn(plain, "anna.t", password);
    for (const token of [result?.IdToken, foreign?.AccessToken, "no.token.at-all"]) {
      await expect(own(token)).rejects.toMatchObject({
        name: "NotAuthorizedException",
        message: "Invalid Access Token",
      });
    }
  });
});

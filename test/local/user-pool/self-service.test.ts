import {
  AdminGetUserCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  RevokeTokenCommand,
  UpdateUserAttributesCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { type EmbeddedPool, payloadOf, poolId, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, refusal, signIn } from "./people.ts";
import { answering, startTriggerFunction, type TriggerFunction, unchanged } from "./trigger-function.ts";

/** A client that opted out of revocation. */
const lasting: AppClient = { ...web, id: "lasting0client0id", name: "lasting", revocation: false };

let trigger: TriggerFunction;
let embedded: EmbeddedPool;
let email: string;
let people = 0;
beforeAll(async () => {
  trigger = await startTriggerFunction();
  embedded = await startPool({ trigger: trigger.url, clients: [web, site, lasting] });
});
afterAll(() => Promise.all([embedded.stop(), trigger.stop()]));
beforeEach(async () => {
  trigger.reply = unchanged;
  people += 1;
  email = `person${people}@example.org`;
  await createPerson(embedded, email, { email_verified: "true", given_name: "Anna" });
});

const own = (AccessToken: string) => embedded.cognito.send(new GetUserCommand({ AccessToken }));
const refresh = (RefreshToken: string, ClientId = web.id) =>
  embedded.cognito.send(new GetTokensFromRefreshTokenCommand({ RefreshToken, ClientId }));
const revoke = (Token: string, ClientId = web.id, ClientSecret?: string) =>
  embedded.cognito.send(new RevokeTokenCommand({ Token, ClientId, ClientSecret }));
const update = (AccessToken: string, changes: Record<string, string>) =>
  embedded.cognito.send(
    new UpdateUserAttributesCommand({
      AccessToken,
      UserAttributes: Object.entries(changes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );

describe("a token whose self-service scope the trigger suppressed", () => {
  test("reads no profile, changes none and signs nobody out", async () => {
    trigger.reply = answering({
      claimsAndScopeOverrideDetails: {
        accessTokenGeneration: { scopesToSuppress: ["aws.cognito.signin.user.admin"], scopesToAdd: ["care/read"] },
      },
    });
    const { AccessToken } = await signIn(embedded, email);
    const refusals = [
      await refusal(own(AccessToken)),
      await refusal(update(AccessToken, { given_name: "Berta" })),
      await refusal(embedded.cognito.send(new GlobalSignOutCommand({ AccessToken }))),
    ];
    expect(refusals).toEqual(Array(3).fill(["NotAuthorizedException", "Access Token does not have required scopes"]));
  });
});

describe("changing one's own profile", () => {
  test("shows at once, and in the tokens of the next refresh", async () => {
    const { AccessToken, RefreshToken } = await signIn(embedded, email);
    await update(AccessToken, { given_name: "Berta", "custom:tenant": "blue" });
    const { UserAttributes } = await own(AccessToken);
    expect(UserAttributes).toContainEqual({ Name: "given_name", Value: "Berta" });
    const { AuthenticationResult: next } = await refresh(RefreshToken);
    expect(payloadOf(next?.IdToken)).toMatchObject({ given_name: "Berta", "custom:tenant": "blue" });
  });

  test("takes an attribute away when it is set to nothing", async () => {
    const { AccessToken } = await signIn(embedded, email);
    await update(AccessToken, { given_name: "" });
    const { UserAttributes } = await own(AccessToken);
    expect(UserAttributes?.map(({ Name }) => Name)).toEqual(["sub", "email_verified", "email"]);
  });

  test("of the email address moves the login and leaves the address unverified", async () => {
    const { AccessToken } = await signIn(embedded, email);
    await update(AccessToken, { email: `new.${email}` });
    const { UserAttributes } = await own(AccessToken);
    expect(UserAttributes).toContainEqual({ Name: "email_verified", Value: "false" });
    expect(await refusal(signIn(embedded, email))).toEqual([
      "NotAuthorizedException",
      "Incorrect username or password.",
    ]);
    const again = await signIn(embedded, `new.${email}`);
    expect(payloadOf(again.AccessToken)["sub"]).toBe(payloadOf(AccessToken)["sub"]);
  });

  test("is refused for what verifies, for what administrators write, and for another's address", async () => {
    const other = `other.${email}`;
    await createPerson(embedded, other);
    const { AccessToken } = await signIn(embedded, email);
    expect(await refusal(update(AccessToken, { email_verified: "true" }))).toEqual([
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ]);
    expect(await refusal(update(AccessToken, { "dev:custom:role": "root" }))).toEqual([
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ]);
    expect(await refusal(update(AccessToken, { email: other }))).toEqual([
      "AliasExistsException",
      "An account with the given email already exists.",
    ]);
    const { UserAttributes } = await embedded.cognito.send(
      new AdminGetUserCommand({ UserPoolId: poolId, Username: email }),
    );
    expect(UserAttributes).toContainEqual({ Name: "email_verified", Value: "true" });
  });
});

describe("revoking a refresh token", () => {
  test("ends its sign-in, refreshed tokens included, and no other of the same person", async () => {
    const first = await signIn(embedded, email);
    const second = await signIn(embedded, email);
    const { AuthenticationResult: refreshed } = await refresh(first.RefreshToken);
    await revoke(first.RefreshToken);
    for (const token of [first.AccessToken, refreshed?.AccessToken ?? ""]) {
      expect(await refusal(own(token))).toEqual(["NotAuthorizedException", "Access Token has been revoked"]);
    }
    expect(await refusal(refresh(first.RefreshToken))).toEqual([
      "NotAuthorizedException",
      "Refresh Token has been revoked",
    ]);
    const byFlow = embedded.cognito.send(
      new InitiateAuthCommand({
        AuthFlow: "REFRESH_TOKEN_AUTH",
        ClientId: web.id,
        AuthParameters: { REFRESH_TOKEN: first.RefreshToken },
      }),
    );
    expect(await refusal(byFlow)).toEqual(["NotAuthorizedException", "Refresh Token has been revoked"]);
    expect((await own(second.AccessToken)).Username).toBe(payloadOf(second.AccessToken)["username"]);
  });

  test("is no secret: twice, or of a token that never was, it is answered alike", async () => {
    const { RefreshToken } = await signIn(embedded, email);
    for (const token of [RefreshToken, RefreshToken, "never-issued"]) {
      expect((await revoke(token)).$metadata.httpStatusCode).toBe(200);
    }
  });

  test("is refused for other tokens, other clients and clients without revocation", async () => {
    const { AccessToken, RefreshToken } = await signIn(embedded, email);
    const ofLasting = await signIn(embedded, email, lasting.id);
    expect(await refusal(revoke(AccessToken))).toEqual(["UnsupportedTokenTypeException", "Unsupported token type"]);
    expect(await refusal(revoke(RefreshToken, site.id, site.secret))).toEqual([
      "UnauthorizedException",
      "The token belongs to another client",
    ]);
    expect(await refusal(revoke(RefreshToken, site.id, "wrong-secret-of-24-characters"))).toEqual([
      "UnauthorizedException",
      `Unable to verify secret for client: ${site.id}`,
    ]);
    expect(await refusal(revoke(ofLasting.RefreshToken, lasting.id))).toEqual([
      "UnsupportedOperationException",
      "Token revocation is disabled for the client",
    ]);
    expect((await own(AccessToken)).Username).toBeDefined();
  });
});

describe("signing out everywhere", () => {
  test("ends every sign-in of the person and of nobody else, and keeps nobody from coming back", async () => {
    const other = `other.${email}`;
    await createPerson(embedded, other);
    const [here, there, others] = [
      await signIn(embedded, email),
      await signIn(embedded, email, lasting.id),
      await signIn(embedded, other),
    ];
    await embedded.cognito.send(new GlobalSignOutCommand({ AccessToken: here.AccessToken }));
    for (const { AccessToken } of [here, there]) {
      expect(await refusal(own(AccessToken))).toEqual(["NotAuthorizedException", "Access Token has been revoked"]);
    }
    expect(await refusal(refresh(there.RefreshToken, lasting.id))).toEqual([
      "NotAuthorizedException",
      "Refresh Token has been revoked",
    ]);
    expect((await own(others.AccessToken)).Username).toBeDefined();
    expect((await own((await signIn(embedded, email)).AccessToken)).Username).toBeDefined();
  });

  test("an access token whose payload was changed is no token of the pool", async () => {
    const { AccessToken } = await signIn(embedded, email);
    const [header, , signature] = AccessToken.split(".");
    const forged = { ...payloadOf(AccessToken), exp: 4_000_000_000 };
    const token = [header, Buffer.from(JSON.stringify(forged)).toString("base64url"), signature].join(".");
    expect(await refusal(own(token))).toEqual(["NotAuthorizedException", "Invalid Access Token"]);
  });
});

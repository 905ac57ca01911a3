import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppClient } from "../../../local/user-pool/app-client.ts";
import { type EmbeddedPool, payloadOf, poolId, secretHash, site, startPool, web } from "./embedded-pool.ts";
import { createPerson, password, refusal } from "./people.ts";
import { N, srpClient } from "./srp-client.ts";

const clock = { ms: Date.parse("2026-11-22T10:00:00Z") };
const realm = "EmBeDdEd1";
const email = "anna@example.org";
const app: AppClient = { ...web, flows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] };
const shop: typeof site = { ...site, flows: ["ALLOW_USER_SRP_AUTH"] };
const twin: AppClient = { ...app, id: "twin0client0id", name: "twin" };
const wrong = ["NotAuthorizedException", "Incorrect username or password."];

let embedded: EmbeddedPool;
let plain: EmbeddedPool;
beforeAll(async () => {
  const clients = [app, shop, twin];
  [embedded, plain] = await Promise.all([
    startPool({ clients, now: () => clock.ms }),
    startPool({ clients, signInBy: "username" }),
  ]);
  await createPerson(embedded, email);
});
afterAll(() => Promise.all([embedded.stop(), plain.stop()]));

const start = (USERNAME: string, SRP_A: string, { cognito } = embedded, more = {}, ClientId = app.id) =>
  cognito.send(
    new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters: { USERNAME, SRP_A, ...more } }),
  );

const respond = (ChallengeResponses: Record<string, string>, { cognito } = embedded, ClientId = app.id) =>
  cognito.send(new RespondToAuthChallengeCommand({ ChallengeName: "PASSWORD_VERIFIER", ClientId, ChallengeResponses }));

/** A whole sign-in, as a browser does it. */
async function signIn(login: string, shown: string, pool = embedded) {
  const client = srpClient();
  const { ChallengeParameters: challenge = {} } = await start(login, client.SRP_A, pool);
  const { USER_ID_FOR_SRP: id = "" } = challenge;
  return respond({ USERNAME: id, ...client.answer({ realm, id, password: shown }, challenge) }, pool);
}

describe("signing in by SRP", () => {
  test("brings three tokens, and the password is never sent", async () => {
    const client = srpClient();
    const challenge = await start(email, client.SRP_A);
    const { sub: id } = embedded.pool.directory.get(email);
    expect(challenge.ChallengeName).toBe("PASSWORD_VERIFIER");
    expect(challenge.ChallengeParameters).toEqual({
      SALT: expect.stringMatching(/^[1-9a-f][0-9a-f]*$/),
      SRP_B: expect.stringMatching(/^[1-9a-f][0-9a-f]*$/),
      SECRET_BLOCK: expect.stringMatching(/^[\w+/]+=*$/),
      USERNAME: id,
      USER_ID_FOR_SRP: id,
    });
    const answer = client.answer({ realm, id, password }, challenge.ChallengeParameters);
    const { AuthenticationResult: result } = await respond({ USERNAME: id, ...answer });
    expect(payloadOf(result?.AccessToken)).toMatchObject({
      username: id,
      client_id: app.id,
      scope: "aws.cognito.signin.user.admin",
      auth_time: clock.ms / 1000,
    });
    expect(payloadOf(result?.IdToken)).toMatchObject({ email });
    expect(result?.RefreshToken).toBeDefined();
  });

  test("works for administrators and for clients with a secret, whose hash is asked for both times", async () => {
    const { cognito } = embedded;
    const client = srpClient();
    const [UserPoolId, ClientId] = [poolId, shop.id];
    const hashed = { USERNAME: email, SECRET_HASH: secretHash(email, shop) };
    const begin = () =>
      cognito.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: "USER_SRP_AUTH",
          AuthParameters: { ...hashed, SRP_A: client.SRP_A },
        }),
      );
    const { ChallengeParameters: challenge = {} } = await begin();
    const answer = client.answer({ realm, id: challenge["USERNAME"] ?? "", password }, challenge);
    const end = (ChallengeResponses: Record<string, string>) =>
      cognito.send(
        new AdminRespondToAuthChallengeCommand({
          UserPoolId,
          ClientId,
          ChallengeName: "PASSWORD_VERIFIER",
          ChallengeResponses,
        }),
      );
    const missing = `Client ${shop.id} is configured with secret but SECRET_HASH was not received`;
    expect(await refusal(start(email, client.SRP_A, embedded, {}, shop.id))).toEqual([wrong[0], missing]);
    expect(await refusal(end({ USERNAME: email, ...answer }))).toEqual([wrong[0], missing]);
    expect((await end({ ...hashed, ...answer })).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test("lets everybody in by their own password, and nobody by another", async () => {
    const usernames = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    const passwords = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => `${text}Aa1!aaaa`);
    let count = 0;
    await fc.assert(
      fc.asyncProperty(usernames, passwords, passwords, async (name, own, other) => {
        count += 1;
        const login = `${count} ${name}`;
        plain.pool.directory.create({ username: login, attributes: new Map() });
        plain.pool.directory.setPassword(login, own, true);
        const { AuthenticationResult: result } = await signIn(login, own, plain);
        expect(payloadOf(result?.AccessToken)["username"]).toBe(login);
        for (const shown of [`${other}.`, own.slice(1), ""].filter((text) => text !== own)) {
          expect(await refusal(signIn(login, shown, plain))).toEqual(wrong);
        }
      }),
      { numRuns: 12 },
    );
  }, 30_000);

  test("asks for a new password after a temporary one", async () => {
    const Username = "bob@example.org";
    embedded.pool.directory.create({ username: Username, attributes: new Map(), temporaryPassword: "Temporary-1" });
    const { ChallengeName, Session } = await signIn(Username, "Temporary-1");
    expect(ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    await embedded.cognito.send(
      new RespondToAuthChallengeCommand({
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        ClientId: app.id,
        Session,
        ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: password },
      }),
    );
    expect((await signIn(Username, password)).AuthenticationResult?.AccessToken).toBeDefined();
    expect(await refusal(signIn(Username, "Temporary-1"))).toEqual(wrong);
  });

  test("tells those alone who have the password that they are disabled or unconfirmed", async () => {
    const { directory } = embedded.pool;
    directory.create({ username: "carl@example.org", attributes: new Map(), ownPassword: password });
    directory.create({ username: "dora@example.org", attributes: new Map() });
    directory.setPassword("dora@example.org", password, true);
    directory.setEnabled("dora@example.org", false);
    expect(await refusal(signIn("carl@example.org", password))).toEqual([
      "UserNotConfirmedException",
      "User is not confirmed.",
    ]);
    expect(await refusal(signIn("dora@example.org", password))).toEqual([wrong[0], "User is disabled."]);
    expect(await refusal(signIn("carl@example.org", "Wrong-Horse-7"))).toEqual(wrong);
    expect(await refusal(signIn("dora@example.org", "Wrong-Horse-7"))).toEqual(wrong);
  });
});

describe("someone unknown", () => {
  test("gets a challenge like anybody's, the same each time, which no password answers", async () => {
    const challenges = [];
    for (const login of ["nobody@example.org", "Nobody@Example.org", "noone@example.org"]) {
      challenges.push((await start(login, srpClient().SRP_A)).ChallengeParameters ?? {});
    }
    const [first, again, other] = challenges.map(({ SALT, USERNAME }) => [SALT, USERNAME]);
    expect(again).toEqual(first);
    expect(other?.[0]).not.toBe(first?.[0]);
    expect(first?.[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(challenges[1]?.["SRP_B"]).not.toBe(challenges[0]?.["SRP_B"]);
    expect(await refusal(signIn("nobody@example.org", password))).toEqual(wrong);
  });

  test("has the username they gave, where people pick their own", async () => {
    const { ChallengeParameters } = await start("nobody", srpClient().SRP_A, plain);
    expect(ChallengeParameters).toMatchObject({ USERNAME: "nobody", USER_ID_FOR_SRP: "nobody" });
    expect(await refusal(signIn("nobody", password, plain))).toEqual(wrong);
  });
});

describe("a challenge", () => {
  /** A challenge and its right answer. */
  async function answered(at?: string) {
    const client = srpClient();
    const { ChallengeParameters: challenge = {} } = await start(email, client.SRP_A);
    const { USER_ID_FOR_SRP: id = "" } = challenge;
    return { USERNAME: id, ...client.answer({ realm, id, password }, challenge, at) };
  }

  test("takes one answer, be it a wrong one", async () => {
    const right = await answered();
    const PASSWORD_CLAIM_SIGNATURE = Buffer.alloc(32).toString("base64");
    expect(await refusal(respond({ ...right, PASSWORD_CLAIM_SIGNATURE }))).toEqual(wrong);
    expect(await refusal(respond(right))).toEqual(wrong);
    const once = await answered();
    expect((await respond(once)).AuthenticationResult?.AccessToken).toBeDefined();
    expect(await refusal(respond(once))).toEqual(wrong);
  });

  test("is no good to another client or person, with a signature of another length, or after three minutes", async () => {
    expect(await refusal(respond(await answered(), embedded, twin.id))).toEqual(wrong);
    await createPerson(embedded, "eve@example.org");
    expect(await refusal(respond({ ...(await answered()), USERNAME: "eve@example.org" }))).toEqual(wrong);
    expect(await refusal(respond({ ...(await answered()), PASSWORD_CLAIM_SIGNATURE: "AAAA" }))).toEqual(wrong);
    const late = await answered();
    clock.ms += 180_000;
    expect(await refusal(respond(late))).toEqual(wrong);
  });

  test("is signed with its time, written as Cognito wants it", async () => {
    const form = ["InvalidParameterException", "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english"];
    for (const at of ["2026-11-22T10:00:00Z", "Sun, 22 Nov 2026 10:00:00 GMT", ""]) {
      expect(await refusal(respond(await answered(at)))).toEqual(form);
    }
    const moved = { ...(await answered()), TIMESTAMP: "Sun Nov 1 10:00:00 UTC 2020" };
    expect(await refusal(respond(moved))).toEqual(wrong);
    const right = await answered("Sun Nov 1 10:00:00 UTC 2020");
    expect((await respond(right)).AuthenticationResult?.IdToken).toBeDefined();
  });

  test("is not opened for a number that would make the key the same for every password", async () => {
    for (const bad of ["0", "00", N.toString(16), (2n * N).toString(16), "no number", "", "f".repeat(771)]) {
      expect(await refusal(start(email, bad))).toEqual(["InvalidParameterException", "SRP_A is not a valid number"]);
    }
  });
});

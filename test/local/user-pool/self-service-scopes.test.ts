// Under `selfServiceScopes: strip` nobody can fetch with an access token what the map kept out of it: the example map,
// the bundle that deploys, real tables and keys, and a user pool that checks scopes as Cognito does.
import { readFileSync } from "node:fs";
import {
  CognitoIdentityProviderClient,
  GetUserCommand,
  InitiateAuthCommand,
  UpdateUserAttributesCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import type { TableRows } from "../../../local/dynamodb.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { readSetup } from "../../../local/stack-setup.ts";
import { callback, signInByPage } from "./browser.ts";
import { type EmbeddedPool, payloadOf, startPool } from "./embedded-pool.ts";
import { refusal } from "./people.ts";

const read = (name: string): string => readFileSync(`mappings/clinic-eu.${name}`, "utf8");
const noScopes = ["NotAuthorizedException", "Access Token does not have required scopes"];

let stack: Stack;
/** The same people and the same trigger, reached through the sign-in page. */
let managed: EmbeddedPool;
let person: { readonly email: string; readonly password: string; readonly clientId: string };
beforeAll(async () => {
  const { plan, findings } = checkClaimMap(read("claims.yaml"));
  if (plan === null) throw new Error(JSON.stringify(findings));
  stack = await startStack(plan, JSON.parse(read("tables.json")) as TableRows, readSetup(JSON.parse(read("dev.json"))));
  const [anna] = stack.people;
  const client = stack.clients.find(({ name }) => name === anna?.client);
  const { sub = "", email = "", ...attributes } = anna?.attributes ?? {};
  person = { email, password: anna?.password ?? "", clientId: client?.id ?? "" };
  managed = await startPool({
    poolId: stack.pool.poolId,
    region: stack.pool.region,
    trigger: stack.lambda.invokeUrl,
    resourceServers: [],
    clients: [
      {
        id: person.clientId,
        name: "clinic-web",
        flows: ["code"],
        allowedScopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        callbackUrls: [callback],
      },
    ],
  });
  managed.pool.directory.create({ username: email, sub, attributes: new Map(Object.entries(attributes)) });
  managed.pool.directory.setPassword(email, person.password, true);
});
afterAll(async () => {
  await managed.stop();
  await stack.stop();
});

test("a token of an API sign-in neither reads nor changes the profile", async () => {
  const cognito = new CognitoIdentityProviderClient({
    region: stack.pool.region,
    endpoint: stack.urls.cognitoIdp,
    credentials: { accessKeyId: "someone", secretAccessKey: "something" },
  });
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: person.clientId,
      AuthParameters: { USERNAME: person.email, PASSWORD: person.password },
    }),
  );
  const AccessToken = result?.AccessToken ?? "";
  const UserAttributes = [{ Name: "name", Value: "Somebody Else" }];
  expect(payloadOf(AccessToken)).toMatchObject({ clinic_id: "c42", scope: "care-api/chart.read care-api/chart.write" });
  expect(await refusal(cognito.send(new GetUserCommand({ AccessToken })))).toEqual(noScopes);
  expect(await refusal(cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes })))).toEqual(
    noScopes,
  );
  cognito.destroy();
});

test("a token of the sign-in page fetches nothing from userInfo, whatever scopes were asked for", async () => {
  const scope = "openid email phone profile aws.cognito.signin.user.admin";
  const tokens = await signInByPage(managed.url, { ...person, username: person.email }, person.clientId, scope);
  const token = tokens.access_token;
  expect(payloadOf(token)).toMatchObject({ clinic_id: "c42", scope: "care-api/chart.read care-api/chart.write" });
  // The person's own client still learns what the map lets it.
  expect(payloadOf(tokens.id_token)).toMatchObject({ email: person.email, name: "Anna Testmann" });

  const userInfo = await fetch(`${managed.url}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } });
  expect([userInfo.status, await userInfo.json()]).toEqual([
    401,
    { error: "invalid_token", error_description: "Access token does not contain openid scope" },
  ]);
  expect(await refusal(managed.cognito.send(new GetUserCommand({ AccessToken: token })))).toEqual(noScopes);
});

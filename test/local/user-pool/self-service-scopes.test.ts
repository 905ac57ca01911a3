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
import { payloadOf } from "./embedded-pool.ts";
import { refusal } from "./people.ts";

const read = (name: string): string => readFileSync(`mappings/clinic-eu.${name}`, "utf8");
const noScopes = ["NotAuthorizedException", "Access Token does not have required scopes"];
const everyScope = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

let stack: Stack;
let cognito: CognitoIdentityProviderClient;
let person: { readonly username: string; readonly password: string; readonly clientId: string };
beforeAll(async () => {
  const { plan, findings } = checkClaimMap(read("claims.yaml"));
  if (plan === null) throw new Error(JSON.stringify(findings));
  const setup = readSetup(JSON.parse(read("dev.json")));
  // The application may ask for all that Cognito has, at a sign-in page.
  const clients = setup.clients.map((client) =>
    client.grants.includes("user") ? { ...client, scopes: everyScope, callbackUrls: [callback] } : client,
  );
  stack = await startStack(plan, JSON.parse(read("tables.json")) as TableRows, { ...setup, clients });
  const [anna] = stack.people;
  person = {
    username: anna?.attributes["email"] ?? "",
    password: anna?.password ?? "",
    clientId: stack.clients.find(({ name }) => name === anna?.client)?.id ?? "",
  };
  cognito = new CognitoIdentityProviderClient({
    region: stack.pool.region,
    endpoint: stack.urls.cognitoIdp,
    credentials: { accessKeyId: "someone", secretAccessKey: "something" },
  });
});
afterAll(async () => {
  cognito.destroy();
  await stack.stop();
});

test("a token of an API sign-in neither reads nor changes the profile", async () => {
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: person.clientId,
      AuthParameters: { USERNAME: person.username, PASSWORD: person.password },
    }),
  );
  const AccessToken = result?.AccessToken ?? "";
  const UserAttributes = [{ Name: "name", Value: "Somebody Else" }];
  expect(payloadOf(AccessToken)).toMatchObject({ clinic_id: "c42", scope: "care-api/chart.read care-api/chart.write" });
  expect(await refusal(cognito.send(new GetUserCommand({ AccessToken })))).toEqual(noScopes);
  expect(await refusal(cognito.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes })))).toEqual(
    noScopes,
  );
});

test("a token of the sign-in page fetches nothing from userInfo, whatever scopes were asked for", async () => {
  const tokens = await signInByPage(stack.urls.oauth, person, person.clientId, everyScope.join(" "));
  const AccessToken = tokens.access_token;
  expect(payloadOf(AccessToken)).toMatchObject({ clinic_id: "c42", scope: "care-api/chart.read care-api/chart.write" });
  // The person's own client still learns what the map lets it.
  expect(payloadOf(tokens.id_token)).toMatchObject({ email: person.username, name: "Anna Testmann" });

  const headers = { authorization: `Bearer ${AccessToken}` };
  const userInfo = await fetch(`${stack.urls.oauth}/oauth2/userInfo`, { headers });
  expect([userInfo.status, await userInfo.json()]).toEqual([
    401,
    { error: "invalid_token", error_description: "Access token does not contain openid scope" },
  ]);
  expect(await refusal(cognito.send(new GetUserCommand({ AccessToken })))).toEqual(noScopes);
});

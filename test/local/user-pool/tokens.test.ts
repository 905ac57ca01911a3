import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
} from "aws-jwt-verify/error";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createUserPool } from "../../../local/user-pool/user-pool.ts";
import { type EmbeddedPool, issuer, machine, poolId, startPool, web } from "./embedded-pool.ts";

let embedded: EmbeddedPool;
let tokens: { access: string; id: string; machine: string };
// All that is known here of the pool comes over HTTP; AWS's own verifier does the rest.
let jwks: { keys: { kid: string; kty: string; n: string; e: string; use: "sig"; alg: "RS256" }[] };

beforeAll(async () => {
  embedded = await startPool();
  const { cognito, url } = embedded;
  const [Username, Password] = ["anna@example.org", "Correct-Horse-7"];
  await cognito.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username }));
  await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username, Password, Permanent: true }));
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: web.id,
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    }),
  );
  const granted = await fetch(`${url}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: machine.id,
      client_secret: machine.secret,
    }),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  tokens = { access: result?.AccessToken ?? "", id: result?.IdToken ?? "", machine: access_token };
  jwks = (await (await fetch(`${url}/${poolId}/.well-known/jwks.json`)).json()) as typeof jwks;
});
afterAll(() => embedded.stop());

test("AWS's verifier takes all three kinds of token under the real issuer", () => {
  const verifier = CognitoJwtVerifier.create([{ userPoolId: poolId, tokenUse: null, clientId: [web.id, machine.id] }]);
  verifier.cacheJwks(jwks, poolId);
  expect(verifier.verifySync(tokens.access, { tokenUse: "access" })).toMatchObject({ iss: issuer, client_id: web.id });
  expect(verifier.verifySync(tokens.id, { tokenUse: "id" })).toMatchObject({ iss: issuer, aud: web.id });
  expect(verifier.verifySync(tokens.machine, { tokenUse: "access", scope: "care/export" })).toMatchObject({
    sub: machine.id,
    client_id: machine.id,
  });
});

test("the wrong use, another client and a changed payload are refused", () => {
  const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, tokenUse: "access", clientId: web.id });
  verifier.cacheJwks(jwks);
  expect(() => verifier.verifySync(tokens.id)).toThrow(CognitoJwtInvalidTokenUseError);
  expect(() => verifier.verifySync(tokens.machine)).toThrow(CognitoJwtInvalidClientIdError);
  const [header, , signature] = tokens.access.split(".");
  const [, payload] = tokens.machine.split(".");
  expect(() => verifier.verifySync(`${header}.${payload}.${signature}`)).toThrow(JwtInvalidSignatureError);
});

test("ID and access tokens are signed with different keys, and neither serves for the other", () => {
  const kids = [tokens.id, tokens.access, tokens.machine].map(
    (token) => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { kid: string },
  );
  const [id, access, ofMachine] = kids.map(({ kid }) => kid);
  expect(id).not.toBe(access);
  expect(ofMachine).toBe(access);
  expect(kids[0]).toEqual({ kid: id, alg: "RS256" });
  const idKeyOnly = { keys: jwks.keys.filter(({ kid }) => kid === id) };
  const verifier = CognitoJwtVerifier.create({ userPoolId: poolId, tokenUse: "access", clientId: web.id });
  verifier.cacheJwks(idKeyOnly);
  expect(() => verifier.verifySync(tokens.access)).toThrow(KidNotFoundInJwksError);
});

test("the key set is two public RSA keys of 2048 bits, and nothing of the private ones", () => {
  const { keys } = jwks;
  expect(keys).toHaveLength(2);
  for (const key of keys) {
    expect(Object.keys(key).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(key).toMatchObject({ alg: "RS256", kty: "RSA", use: "sig", e: "AQAB" });
    expect(Buffer.from(key["n"] ?? "", "base64url")).toHaveLength(256);
  }
});

test("the discovery document names the real issuer, and endpoints that answer here", async () => {
  const found = await fetch(`${embedded.url}/${poolId}/.well-known/openid-configuration`);
  const document = (await found.json()) as { issuer: string; jwks_uri: string; token_endpoint: string };
  expect(document.issuer).toBe(issuer);
  expect(document.token_endpoint).toBe(`${embedded.url}/oauth2/token`);
  expect(await (await fetch(document.jwks_uri)).json()).toEqual(jwks);
});

test("paths of other pools and other methods lead nowhere", async () => {
  const answers = await Promise.all([
    fetch(`${embedded.url}/eu-west-1_Another/.well-known/jwks.json`),
    fetch(`${embedded.url}/oauth2/token`),
    fetch(embedded.url),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test("a pool that Cognito would not make does not start", async () => {
  const sound = { poolId, region: "eu-west-1", lambdaVersion: "V3", clients: [], resourceServers: [] } as const;
  const { secret: _, ...open } = machine;
  const refused = [
    [{ ...sound, region: "eu-central-1" }, "user pool: the id starts with the region and an underscore"],
    [{ ...sound, clients: [web] }, 'app client "web": scope "care/read" is on no resource server'],
    [{ ...sound, clients: [open] }, 'app client "machine": client_credentials needs a client secret'],
    [
      { ...sound, clients: [{ ...machine, allowedScopes: ["openid"] }] },
      'app client "machine": scope "openid" is on no resource server',
    ],
    [
      {
        ...sound,
        clients: [
          { ...web, allowedScopes: [] },
          { ...web, allowedScopes: [] },
        ],
      },
      'app client "web": its id is used twice',
    ],
  ] as const;
  for (const [options, message] of refused) {
    await expect(createUserPool(options)).rejects.toThrow(new TypeError(message));
  }
});

// The authorizers without AWS, with tokens made for a test: node try.js
import { createTestOpener, mintTestToken } from "claimseal/testing";
import * as authorizers from "./authorizers.js";

const opener = createTestOpener({
  resourceServer: "care-api",
  clientId: null,
  scope: "care-api/chart.read",
  map: "clinic-eu",
});
const mint = (token) =>
  mintTestToken({
    map: "clinic-eu",
    scopes: ["care-api/chart.read"],
    claims: { clinic_id: "c42" },
    sealed: { "care-api": { legal_name: "Anna Testmann" } },
    ...token,
  });

const methodArn = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3d4e5/live/GET/charts";

async function ask(what, token) {
  const authorization = `Bearer ${token}`;
  const asked = [
    authorizers.rest(opener)({ type: "TOKEN", methodArn, authorizationToken: authorization }),
    authorizers.http(opener)({ headers: { authorization } }),
  ];
  const [rest, http] = (await Promise.allSettled(asked)).map(({ value, reason }) => value ?? String(reason));
  const effect = rest.policyDocument?.Statement[0].Effect ?? rest;
  process.stdout.write(`${what}: ${effect} ${JSON.stringify(rest.context ?? null)}, ${JSON.stringify(http)}\n`);
}

await ask("with a token", await mint());
await ask("without the scope", await mint({ scopes: ["care-api/chart.write"] }));
await ask("with an ID token", await mint({ flaw: "id-token" }));

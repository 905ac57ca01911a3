// The function without AWS, with tokens made for a test: node try.js
import { createTestOpener, mintTestToken } from "claimseal/testing";
import { charts } from "./charts.js";

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

const handler = charts(opener);

async function ask(what, method, token) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await handler(
    { version: "2.0", headers, requestContext: { http: { method } } },
    { getRemainingTimeInMillis: () => 3_000 },
  );
  process.stdout.write(`${what}: ${answer.statusCode} ${answer.body}\n`);
}

await ask("with a token", "GET", await mint());
await ask("without", "GET");
await ask("with an ID token", "GET", await mint({ flaw: "id-token" }));

// The service without AWS, with tokens made for a test: node try.js
import { createTestOpener, mintTestToken } from "claimseal/testing";
import { createApp } from "./app.js";

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

const app = await createApp(opener);
const base = await app.listen({ port: 0, host: "127.0.0.1" });

async function ask(what, method, token) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${base}/charts`, { method, headers });
  process.stdout.write(`${what}: ${answer.status} ${await answer.text()}\n`);
}

await ask("with a token", "GET", await mint());
await ask("without", "GET");
await ask("with an ID token", "GET", await mint({ flaw: "id-token" }));
await ask("without the scope to write", "POST", await mint());

await app.close();

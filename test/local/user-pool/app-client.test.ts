import { expect, test } from "vitest";
import { type AppClient, readClients } from "../../../local/user-pool/app-client.ts";
import { machine, web } from "./embedded-pool.ts";

const resourceServers = [{ identifier: "care", scopes: ["read", "export"] }];
const rotating: AppClient = {
  ...web,
  name: "rotating",
  flows: ["ALLOW_USER_PASSWORD_AUTH"],
  rotation: { graceS: 60 },
};

const impossible: readonly [why: string, client: AppClient, message: string][] = [
  [
    "rotation beside the refresh flow",
    { ...rotating, flows: ["ALLOW_REFRESH_TOKEN_AUTH"] },
    'app client "rotating": with rotation there is no ALLOW_REFRESH_TOKEN_AUTH',
  ],
  [
    "a grace period of more than a minute",
    { ...rotating, rotation: { graceS: 61 } },
    'app client "rotating": the grace period of a rotation is 0 to 60 seconds',
  ],
  [
    "machine tokens by operation beside another flow",
    { ...machine, flows: ["ALLOW_CLIENT_TOKEN_AUTH", "client_credentials"] },
    'app client "machine": ALLOW_CLIENT_TOKEN_AUTH must be its only flow',
  ],
  [
    "people and machines in one client",
    { ...machine, flows: ["client_credentials", "code"] },
    'app client "machine": client_credentials and code exclude each other',
  ],
  [
    "a callback over plain http",
    { ...web, callbackUrls: ["https://app.example/cb", "myapp://cb", "http://app.example/cb"] },
    'app client "web": a callback or logout URL is https, an app\'s own scheme, or http on loopback, and has no fragment',
  ],
  [
    "a logout URL with a fragment",
    { ...web, logoutUrls: ["https://app.example/#bye"] },
    'app client "web": a callback or logout URL is https, an app\'s own scheme, or http on loopback, and has no fragment',
  ],
  ["a code that can go nowhere", { ...web, flows: ["code"] }, 'app client "web": code needs a callback URL'],
];
test.for(impossible)("no client is made with %s", ([, client, message]) => {
  expect(() => readClients([client], resourceServers)).toThrow(new TypeError(message));
});

test("clients that AWS would make are made", () => {
  const clients = [web, machine, { ...rotating, id: "rotating0client0id" }];
  expect([...readClients(clients, resourceServers).values()]).toEqual(clients);
});

import { expect, test } from "vitest";
import { readSetup } from "../../local/stack-setup.ts";

const client = { id: "web0client0id", name: "web", grants: ["user"], scopes: ["openid"] };
const setup = (changes: object) => ({
  region: "eu-west-1",
  environment: {},
  keys: {},
  clients: [{ ...client, ...changes }],
  people: [],
});

test("a client names where the sign-in page may send people, or has no such page", () => {
  const urls = { callbackUrls: ["http://localhost:3000/callback"], logoutUrls: ["http://localhost:3000/"] };
  expect(readSetup(setup(urls)).clients).toEqual([{ ...client, ...urls }]);
  expect(readSetup(setup({})).clients).toEqual([{ ...client, callbackUrls: [], logoutUrls: [] }]);
});

test("addresses that are no list of texts are refused by their place", () => {
  expect(() => readSetup(setup({ callbackUrls: "http://localhost:3000/callback" }))).toThrow(
    new TypeError("clients[0].callbackUrls: expected a list"),
  );
  expect(() => readSetup(setup({ logoutUrls: [1] }))).toThrow(
    new TypeError("clients[0].logoutUrls[0]: expected a text"),
  );
});

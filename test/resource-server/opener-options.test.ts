import { describe, expect, test } from "vitest";
import { type OpenerOptions, readOpenerOptions } from "../../resource-server/opener-options.ts";

const key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const good: OpenerOptions = {
  resourceServer: "care-api",
  userPoolId: "eu-central-1_AbCdEfGhI",
  clientId: ["web1"],
  scope: "care-api/chart.read",
  map: "clinic-eu",
  seal: { mode: "envelope", keys: [key] },
};

test("options are read with their defaults filled in", () => {
  expect(readOpenerOptions(good)).toEqual({
    identifier: "care-api",
    userPoolId: "eu-central-1_AbCdEfGhI",
    clientIds: ["web1"],
    scopes: ["care-api/chart.read"],
    map: "clinic-eu",
    seal: { claim: "sealed_care_api", keys: [key], optional: false, iatWindow: { min: -60, max: 600 } },
    fetchJwks: null,
  });
});

test("every check can be given up, by saying so", () => {
  const nothing = { ...good, clientId: null, scope: null, map: null, seal: null };
  expect(readOpenerOptions(nothing)).toMatchObject({ clientIds: null, scopes: null, map: null, seal: null });
});

test("an identifier that is no name is given beside the name", () => {
  const identifier = "https://api.example.com";
  const options = { ...good, resourceServer: { name: "orders", identifier }, scope: [`${identifier}/read`] };
  expect(readOpenerOptions(options)).toMatchObject({ identifier, seal: { claim: "sealed_orders" } });
});

test.for([
  ["eu-central-1_AbCdEfGhI"],
  ["us-gov-west-1_AbCdEfGhI"],
  ["eusc-de-east-1_AbCdEfGhI"],
  ["ap-southeast-2_1234"],
])("%s is a user pool's id", ([userPoolId]) => {
  expect(readOpenerOptions({ ...good, userPoolId: userPoolId! })).toMatchObject({ userPoolId });
});

test("what was read does not change with what was given", () => {
  const keys = [key];
  const config = readOpenerOptions({ ...good, seal: { mode: "envelope", keys } });
  keys.push("arn:aws:kms:eu-central-1:111122223333:key/other");
  expect(config.seal?.keys).toEqual([key]);
});

const seal = (change: object): object => ({ seal: { mode: "envelope", keys: [key], ...change } });

describe("refused, with the option's name and a remedy:", () => {
  test.for<readonly [string, object, string]>([
    [
      "no client",
      { clientId: undefined },
      "clientId must be the id of an app client, a list of them, or null to take any",
    ],
    ["an empty list of clients", { clientId: [] }, "clientId must be the id of an app client, a list of them, or null"],
    ["no scope", { scope: undefined }, "scope must be a scope, a list of them, or null to take any"],
    [
      "another server's scope",
      { scope: ["care-api/chart.read", "billing-api/invoice.read"] },
      "scope must be of this resource server: its identifier, a slash, and a name",
    ],
    ["a self-service scope", { scope: "openid" }, "scope must be of this resource server"],
    ["no map", { map: undefined }, "map must be the name of a claim map, or null to take any token"],
    ["an empty map", { map: "" }, "map must be the name of a claim map"],
    ["no pool", { userPoolId: undefined }, "userPoolId must be the id of a user pool, such as eu-central-1_AbCdEfGhI"],
    ["an issuer for a pool", { userPoolId: "https://cognito-idp.eu-central-1.amazonaws.com/x" }, "userPoolId must be"],
    ["no seal", { seal: undefined }, "seal must be an object, or null for a service without sealed claims"],
    [
      "the mode asymmetric",
      seal({ mode: "asymmetric" }),
      'seal.mode "asymmetric" is not in this version; use "envelope"',
    ],
    ["the mode direct", seal({ mode: "direct" }), 'seal.mode "direct" is not in this version; use "envelope"'],
    ["a mode that is none", seal({ mode: "plain" }), 'seal.mode must be "envelope"'],
    ["no keys", seal({ keys: [] }), "seal.keys must be a list of KMS key ARNs"],
    [
      "an alias",
      seal({ keys: [key, "alias/care"] }),
      "seal.keys[1] is an alias; give the ARN of the key, because an alias",
    ],
    [
      "an alias by its ARN",
      seal({ keys: ["arn:aws:kms:eu-central-1:111122223333:alias/care"] }),
      "seal.keys[0] is an alias; give the ARN of the key",
    ],
    ["a bare key id", seal({ keys: ["1234abcd"] }), "seal.keys[0] must be the ARN of a KMS key"],
    ["an optional that is no boolean", seal({ optional: "yes" }), "seal.optional must be true or false"],
    [
      "a window turned around",
      seal({ iatWindow: { min: 5, max: 0 } }),
      "seal.iatWindow must be { min, max } in seconds",
    ],
    ["a misspelt option of seal", seal({ optinal: true }), 'seal has no member "optinal"; it has mode, keys, optional'],
    ["a misspelt option", { scopes: "care-api/chart.read" }, 'options has no member "scopes"; it has resourceServer,'],
    ["a fetch that is none", { jwks: { fetch: "https://keys.example" } }, "jwks.fetch must be a function"],
    [
      "an identifier for a name",
      { resourceServer: "https://api.example" },
      "resourceServer must be a name of the claim map",
    ],
    ["a server without identifier", { resourceServer: { name: "care-api" } }, "resourceServer.identifier must be"],
    [
      "no server",
      { resourceServer: undefined },
      "resourceServer must be an object { name, identifier }, or a name that is both",
    ],
  ])("%s", ([, change, message]) => {
    expect(() => readOpenerOptions({ ...good, ...change })).toThrow(
      expect.objectContaining({ name: "TypeError", message: expect.stringContaining(`createOpener: ${message}`) }),
    );
  });

  test("and never with a value of it", () => {
    const arn = "arn:aws:kms:eu-central-1:111122223333:alias/secret-project";
    expect(() => readOpenerOptions({ ...good, seal: { mode: "envelope", keys: [arn] } })).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/111122223333|secret-project/) }),
    );
  });
});

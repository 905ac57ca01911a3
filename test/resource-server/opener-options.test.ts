import { createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
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
    userPoolIds: ["eu-central-1_AbCdEfGhI"],
    clientIds: ["web1"],
    scopes: ["care-api/chart.read"],
    map: "clinic-eu",
    seal: {
      mode: "envelope",
      claim: "sealed_care_api",
      keys: [key],
      optional: false,
      bindClient: false,
      iatWindow: { min: -60, max: 600 },
      kmsCallsPerSecond: 100,
    },
    onReveal: null,
    fetchJwks: null,
    selectiveDisclosure: false,
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
  expect(readOpenerOptions({ ...good, userPoolId: userPoolId! })).toMatchObject({ userPoolIds: [userPoolId] });
});

test("several user pools may be listed", () => {
  const userPoolIds = ["eu-central-1_AbCdEfGhI", "us-east-1_ZyXwVuTsR"];
  expect(readOpenerOptions({ ...good, userPoolId: userPoolIds })).toMatchObject({ userPoolIds });
});

describe("mode asymmetric", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

  test("takes private keys on P-256 beside KMS's", () => {
    const options: OpenerOptions = { ...good, seal: { mode: "asymmetric", keys: [key, privateKey] } };
    expect(readOpenerOptions(options).seal).toMatchObject({ mode: "asymmetric", keys: [key, privateKey] });
  });

  test.for([
    ["a public key", publicKey],
    ["a private key on another curve", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey],
    ["a secret key", createSecretKey(Buffer.alloc(32, 1))],
  ])("does not take %s", ([, other]) => {
    const seal = { mode: "asymmetric", keys: [other as KeyObject] } as const;
    expect(() => readOpenerOptions({ ...good, seal })).toThrow(/^createOpener: seal\.keys\[0\] must be /);
  });

  test("is the only one that takes them", () => {
    const seal = { mode: "envelope", keys: [privateKey as unknown as string] } as const;
    expect(() => readOpenerOptions({ ...good, seal })).toThrow(
      new TypeError("createOpener: seal.keys[0] must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID"),
    );
  });
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
    ["a mode that is none", seal({ mode: "plain" }), 'seal.mode must be "envelope", "asymmetric" or "direct"'],
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
    ["a bindClient that is no boolean", seal({ bindClient: 1 }), "seal.bindClient must be true or false"],
    ["no calls to KMS", seal({ kmsCallsPerSecond: 0 }), "seal.kmsCallsPerSecond must be a number, at least 1"],
    ["no pool in the list", { userPoolId: [] }, "userPoolId must be the id of a user pool"],
    ["a pool listed twice", { userPoolId: [good.userPoolId, good.userPoolId] }, "userPoolId must be the id of a user"],
    [
      "an identifier with a quotation mark",
      { resourceServer: { name: "care-api", identifier: 'care"api' } },
      "resourceServer.identifier must be a resource server's identifier",
    ],
    ["a scope with a space", { scope: "care-api/chart read" }, "scope must be of this resource server"],
    ["a hook that is none", { onReveal: "log" }, "onReveal must be a function"],
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

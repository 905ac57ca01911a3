import { afterEach, expect, test, vi } from "vitest";
import { newTestIssuer, readTestIssuer } from "../../../local/testing/test-issuer.ts";
import { createTestKit, createTestOpener, mintTestToken } from "../../../local/testing.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** As a service would hand them to `createOpener`. */
const OPTIONS = {
  resourceServer: "care-api",
  userPoolId: "eu-central-1_AbCdEfGhI",
  clientId: null,
  scope: "care-api/chart.read",
  map: "clinic-eu",
  seal: { mode: "envelope", keys: ["arn:aws:kms:eu-central-1:111122223333:key/1234abcd"] },
} as const;

const TOKEN = {
  map: "clinic-eu",
  scopes: ["care-api/chart.read"],
  sealed: { "care-api": { licence_no: "DE-48213377" } },
} as const;

test("an opener with a service's own options takes a test token and opens it", async () => {
  const auth = await createTestOpener(OPTIONS).open(await mintTestToken(TOKEN));
  expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
  expect(auth.has("care-api/chart.read")).toBe(true);
});

test("an opener says what is wrong with a token that is bad on purpose", async () => {
  const opener = createTestOpener(OPTIONS);
  const stale = mintTestToken({ ...TOKEN, flaw: "stale-envelope" }).then(opener.open);
  await expect(stale).rejects.toMatchObject({ code: "SEALED_BINDING", publicCode: "SEALED_INVALID" });
  const old = mintTestToken({ ...TOKEN, expiresIn: -120 }).then(opener.open);
  await expect(old).rejects.toMatchObject({ code: "TOKEN_INVALID", message: "the token has expired" });
  const id = mintTestToken({ ...TOKEN, sealed: {}, tokenUse: "id" }).then(opener.open);
  await expect(id).rejects.toMatchObject({ code: "TOKEN_USE" });
  const ungoverned = mintTestToken({ ...TOKEN, cmv: null }).then(opener.open);
  await expect(ungoverned).rejects.toMatchObject({ code: "TOKEN_UNGOVERNED" });
});

test("other modes and identifiers are told to both", async () => {
  const server = { identifier: "https://care.example", seal: { mode: "direct" } } as const;
  const opener = createTestOpener({
    ...OPTIONS,
    resourceServer: { name: "care-api", identifier: "https://care.example" },
    scope: null,
    seal: { mode: "direct" },
  });
  const token = await mintTestToken({ ...TOKEN, resourceServers: { "care-api": server } });
  expect((await opener.open(token)).sealed["licence_no"]?.reveal()).toBe("DE-48213377");
});

test.for([
  ["NODE_ENV", "production"],
  ["AWS_LAMBDA_FUNCTION_NAME", "care-api"],
] as const)("nothing of it runs where %s says production", async ([name, value]) => {
  vi.stubEnv(name, value);
  const message = "claimseal/testing takes tokens that anybody can make: it does not run in production";
  expect(() => createTestOpener(OPTIONS)).toThrow(message);
  await expect(mintTestToken(TOKEN)).rejects.toThrow(message);
  await expect(createTestKit({ map: null, resourceServers: {} })).rejects.toThrow(message);
});

const issuer = newTestIssuer();
const broken: readonly [what: string, issuer: unknown, message: string][] = [
  ["nothing", null, "expected a test issuer, as claimseal mint writes one"],
  ["another kind of key file", { kty: "RSA" }, "expected a test issuer, as claimseal mint writes one"],
  ["a key that is none", { ...issuer, signing: { kty: "RSA" } }, "the test issuer has a key that cannot be read"],
  ["a short root", { ...issuer, root: "AAAA" }, "the test issuer has no userPoolId, or no root of 32 bytes"],
];
test.for(broken)("an issuer that is %s is refused, and nothing of it is repeated", ([, given, message]) => {
  expect(() => readTestIssuer(given)).toThrow(new TypeError(message));
});

test("what is required has every name of what is imported", async () => {
  const imported = await import("../../../local/testing.ts");
  const required = await import("../../../local/testing-required.ts");
  expect(Object.keys(required).toSorted()).toEqual(Object.keys(imported).toSorted());
});

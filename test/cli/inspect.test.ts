import fc from "fast-check";
import { expect, test } from "vitest";
import { newTestIssuer, signTestToken } from "../../local/testing/test-issuer.ts";
import { createTestKit, mintTestToken } from "../../local/testing.ts";
import { ran } from "./recorded-io.ts";

const issuer = newTestIssuer();
const MAP = "mappings/clinic-eu.claims.yaml";
const LICENCE = { "care-api": { licence_no: "DE-48213377" } };

const minted = (mode: "envelope" | "asymmetric" | "direct" = "envelope") =>
  mintTestToken({
    issuer,
    map: "clinic-eu",
    scopes: ["care-api/chart.read"],
    claims: { clinic_id: "c42" },
    sealed: LICENCE,
    resourceServers: { "care-api": { seal: { mode } } },
  });

const inspect = (input: string, ...argv: readonly string[]) => ran(["inspect", ...argv], {}, {}, { input });

test("a token on standard input is taken apart: who wrote each claim, its bytes, what an envelope's outside tells", async () => {
  const token = await minted();
  const { exit, out, err } = await inspect(`Bearer ${token}\n`);
  expect(exit).toBe(0);
  expect(err).toBe("");
  expect(out).toContain(`access token, ${token.length} bytes. Nothing was verified, nothing was opened.`);
  expect(out).toMatch(/^ +\d+ {2}clinic_id +trigger +text of 3 characters$/m);
  expect(out).toMatch(/^ +\d+ {2}client_id +Cognito +testsonly0000000000000001$/m);
  expect(out).toMatch(/^ +\d+ {2}exp +Cognito +\d{4}-\d\d-\d\dT/m);
  expect(out).toMatch(
    /^ +\d+ {2}sealed_care_api +claimseal +sealed, version 1, mode envelope, wrapped key 184 bytes, plaintext 65 to 128 bytes$/m,
  );
});

test.for([
  [
    "asymmetric",
    /mode asymmetric, for key [\w-]{8}, plaintext 65 to 192 bytes|mode asymmetric, for key [\w-]{8}, plaintext 129 to 192 bytes/,
  ],
  ["direct", /mode direct, plaintext \d+ to \d+ bytes/],
] as const)("an envelope in mode %s is told by its form", async ([mode, told]) => {
  expect((await inspect(await minted(mode))).out).toMatch(told);
});

test("with a map, classes stand beside claims and envelopes say what they hold", async () => {
  const { exit, out } = await inspect(await minted(), "--map", MAP);
  expect(exit).toBe(0);
  expect(out).toMatch(/clinic_id +trigger +open +text of 3 characters/);
  // A sensitive claim may be inside, so the length says nothing.
  expect(out).toMatch(/sealed_care_api .*, plaintext up to 128 bytes; holds legal_name, licence_no, blood_type/);
});

test("the sizes of all claims are the size of the payload", async () => {
  const { out } = await inspect(await minted(), "--json");
  const { claims, bytes } = JSON.parse(out) as { claims: { bytes: number }[]; bytes: number };
  const sum = claims.reduce((all, claim) => all + claim.bytes, 0);
  const payload = (await minted()).split(".")[1]?.length ?? 0;
  expect(Math.abs(sum - payload)).toBeLessThanOrEqual(claims.length + 4);
  expect(bytes).toBeGreaterThan(payload);
});

test("a file works as well; a token on the command line does, with a word about the shell's history", async () => {
  const token = await minted();
  const fromFile = await ran(["inspect", "token.txt"], { "token.txt": token });
  const fromArgument = await ran(["inspect", token]);
  expect(fromFile.out).toBe(fromArgument.out);
  expect(fromFile.err).toBe("");
  expect(fromArgument.err).toContain("stays in the shell's history");
});

const personal: readonly [what: string, claims: object, said: RegExp][] = [
  ["a name of personal data", { email: "x" }, /warning: email looks personal .*its name is one of personal data/],
  ["camel case", { "https://a.example/lastName": "x" }, /lastName looks personal/],
  ["an email address", { note: ["ask anna@clinic.example", "anna@clinic.example"] }, /note .*form of an email address/],
  ["a phone number", { note: { call: "+49 (30) 555-0199" } }, /note .*form of a phone number/],
];
test.for(personal)("%s in the clear is a warning, and the exit code says so", async ([, claims, said]) => {
  const token = await mintTestToken({ issuer, map: "m", claims: claims as Record<string, string> });
  const { exit, out } = await inspect(token);
  expect(exit).toBe(1);
  expect(out).toMatch(said);
  for (const value of ["anna@clinic.example", "555-0199"]) expect(out).not.toContain(value);
});

test("self-service scopes, personal usernames and another map are warnings", async () => {
  const scoped = await mintTestToken({ issuer, map: "m", scopes: ["openid", "care-api/chart.read"] });
  expect((await inspect(scoped)).out).toContain("warning: scope has openid: whoever holds the token can ask Cognito");
  const named = signTestToken(issuer, { sub: "a", token_use: "access", username: "anna", cmv: "m@1" });
  const { out } = await inspect(named);
  expect(out).toContain("warning: username is neither the sub nor a UUID");
  expect(out).not.toContain("anna");
  const other = await mintTestToken({ issuer, map: "m" });
  expect((await inspect(other, "--map", MAP)).out).toContain("warning: cmv names another claim map than --map");
});

test("an ID token is named for what it is, and its attributes for where they come from", async () => {
  const token = await mintTestToken({ issuer, tokenUse: "id", claims: { email: "anna@clinic.example" } });
  const { exit, out } = await inspect(token);
  expect(exit).toBe(0);
  expect(out).toContain("info: an ID token: it tells an app who signed in. If it was sent to an API, send the access");
  expect(out).toMatch(/email +user pool +text of 19 characters/);
});

test("an envelope that no service will open is a warning with the part that is wrong", async () => {
  const kit = await createTestKit({ issuer, map: "m", resourceServers: { "care-api": {} } });
  const { exit, out } = await inspect(await kit.mint({ sealed: LICENCE, flaw: "malformed-envelope" }));
  expect(exit).toBe(1);
  expect(out).toMatch(/warning: sealed_care_api no service will open it: it .+/);
});

const unreadable: readonly [input: string, said: string][] = [
  ["DE-48213377", "expected a token of three parts, with dots between them; there are 1"],
  ["DE 48213377.x.x", "the token's header is not canonical base64url"],
  [`${Buffer.from("{}").toString("base64url")}.REUtNDgyMTMzNzc.x`, "the token's payload is not a JSON object"],
];
test.for(unreadable)("what is no token is refused, and nothing of it is repeated", async ([input, said]) => {
  const { exit, out, err } = await inspect(input);
  expect(exit).toBe(1);
  expect(err).toContain(said);
  expect(out + err).not.toMatch(/48213377|REUtND/);
});

test("revealed, clear claims are shown and envelopes stay closed", async () => {
  const token = await minted();
  const { out } = await inspect(token, "--reveal");
  expect(out).toMatch(/clinic_id +trigger +c42/);
  const envelope = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())["sealed_care_api"];
  expect(out).not.toContain(envelope);
});

test("no value of a claim that is not technical is printed without --reveal, whatever the token says", async () => {
  const secret = fc.stringMatching(/^[a-zA-Z]{10}@[a-z]{6}\.example$/);
  const name = fc.constantFrom(
    "iss",
    "aud",
    "scope",
    "cmv",
    "client_id",
    "sub",
    "username",
    "jti",
    "token_use",
    "version",
    "exp",
    "sealed_a",
    "x",
  );
  await fc.assert(
    fc.asyncProperty(secret, fc.uniqueArray(name, { minLength: 1 }), fc.boolean(), async (value, names, nested) => {
      const planted = Object.fromEntries(names.map((each) => [each, nested ? { in: [value] } : value]));
      const token = signTestToken(issuer, { token_use: "access", ...planted });
      const shown = await inspect(token);
      const json = await inspect(token, "--json", "--map", MAP);
      expect(shown.out + shown.err + json.out + json.err).not.toContain(value);
    }),
    { numRuns: 40 },
  );
});

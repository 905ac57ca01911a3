import { expect, test } from "vitest";
import { newTestIssuer } from "../../local/testing/test-issuer.ts";
import { createTestKit, createTestOpener } from "../../local/testing.ts";
import { ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const ISSUER = JSON.stringify(newTestIssuer());
const OPTIONS = {
  resourceServer: "care-api",
  clientId: ["web1"],
  scope: "care-api/chart.read",
  map: "clinic-eu",
} as const;

const mint = (...argv: readonly string[]) =>
  ran(["mint", MAP, "--client", "web1", ...argv], { "test-issuer.json": ISSUER });

test("claims go where the map puts them, and an opener with the same issuer opens the token", async () => {
  const { exit, out, err } = await mint("--claims", '{"clinic_id":"c42","licence_no":"DE-48213377"}', "--sub", "u1");
  expect(exit).toBe(0);
  expect(err).toMatch(/^TEST TOKEN: signed with the key in test-issuer\.json, which no user pool has/);
  const auth = await createTestOpener({ ...OPTIONS, issuer: JSON.parse(ISSUER) }).open(out);
  expect(auth.claims).toMatchObject({ sub: "u1", client_id: "web1", clinic_id: "c42" });
  expect(auth.claims).not.toHaveProperty("licence_no");
  expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
});

test("keys that are not there are made, written, and take their own tokens", async () => {
  const { exit, out, err, written } = await ran(["mint", MAP, "--client", "web1", "--issuer", "new.json"]);
  expect(exit).toBe(0);
  expect(err).toContain("made new.json: keys for tests");
  const issuer = JSON.parse(String(written.get("new.json")));
  await expect(createTestOpener({ ...OPTIONS, issuer }).open(out)).resolves.toHaveProperty("meta.map", "clinic-eu");
});

test("scopes, lifetime, machines and flaws are as asked for", async () => {
  const issuer = JSON.parse(ISSUER);
  const opener = createTestOpener({ ...OPTIONS, issuer, scope: null });
  const narrow = await opener.open((await mint("--scope", "care-api/chart.write")).out);
  expect([narrow.has("care-api/chart.write"), narrow.has("care-api/chart.read")]).toEqual([true, false]);
  expect((await opener.open((await mint("--machine")).out)).claims.sub).toBe("web1");
  const old = await mint("--expires-in", "-600");
  await expect(opener.open(old.out)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
  const bad = await mint("--flaw", "swapped-envelope");
  await expect(opener.open(bad.out)).rejects.toMatchObject({ code: "SEALED_BINDING" });
});

const misuse: readonly [argv: readonly string[], said: string][] = [
  [["--claims", '{"licence_nr":"DE-48213377"}'], 'the map has no claim "licence_nr"; did you mean licence_no?'],
  [["--claims", '{"licence_no":DE-48213377}'], "--claims is not valid JSON"],
  [["--claims", "48213377.json"], "there is no such file"],
  [["--expires-in", "soon"], "--expires-in is a number of seconds"],
  [["--scope", "care-api/chart.reed"], 'the map has no scope "care-api/chart.reed"; did you mean care-api/chart.read?'],
  [["--flaw", "ugly"], "--flaw is one of expired, not-yet-issued,"],
];
test.for(misuse)("misuse is told without the value: %s", async ([argv, said]) => {
  const { exit, out, err } = await mint(...argv);
  expect(exit === 2 || exit === 3).toBe(true);
  expect(err).toContain(said);
  expect(out).toBe("");
  expect(err).not.toContain("DE-48213377");
});

test("without a client there is no token, and a file that is no issuer is none", async () => {
  expect(await ran(["mint", MAP])).toMatchObject({ exit: 2, err: expect.stringContaining("--client ID is missing") });
  const { exit, err } = await ran(["mint", MAP, "--client", "web1"], { "test-issuer.json": '{"kty":"RSA"}' });
  expect(exit).toBe(3);
  expect(err).toContain("test-issuer.json: expected a test issuer, as claimseal mint writes one");
});

test("a kit and the command agree on what a token of the map is", async () => {
  const kit = await createTestKit({ issuer: JSON.parse(ISSUER), plan: await planOf() });
  const { out } = await mint();
  const auth = await kit.opener("care-api", { clientId: "web1" }).open(out);
  expect(Object.keys(auth.sealed)).toContain("licence_no");
});

async function planOf() {
  const { checkClaimMap } = await import("../../claims/check.ts");
  const { readFile } = await import("node:fs/promises");
  const { plan } = checkClaimMap(await readFile(MAP, "utf8"));
  if (plan === null) throw new Error("the example has errors");
  return plan;
}

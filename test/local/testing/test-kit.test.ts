import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkClaimMap } from "../../../claims/check.ts";
import type { Plan } from "../../../claims/plan.ts";
import { newTestIssuer } from "../../../local/testing/test-issuer.ts";
import { createTestKit, TEST_CLIENT_ID, TEST_SUB } from "../../../local/testing.ts";
import { isOpenerError } from "../../../resource-server/open.ts";

const issuer = newTestIssuer();
const plan = checkClaimMap(readFileSync("mappings/clinic-eu.claims.yaml", "utf8")).plan as Plan;
const MODES = ["envelope", "asymmetric", "direct"] as const;

const byHand = (mode: (typeof MODES)[number] = "envelope", bindClient = false) =>
  createTestKit({
    issuer,
    map: "clinic-eu",
    resourceServers: { "care-api": { scopes: ["chart.read"], seal: { mode, bindClient } } },
  });

const READ = { scope: "care-api/chart.read" };
const LICENCE = { "care-api": { licence_no: "DE-48213377" } };

async function codeFor(opening: Promise<unknown>): Promise<string> {
  return opening.then(
    () => "opened",
    (error: unknown) => (isOpenerError(error) ? error.code : String(error)),
  );
}

describe.for(MODES)("in mode %s", (mode) => {
  test("a token opens to what was put into it, in the clear and sealed", async () => {
    const kit = await byHand(mode, true);
    const token = await kit.mint({ claims: { clinic_id: "c42" }, sealed: LICENCE });
    const auth = await kit.opener("care-api", READ).open(token);
    expect(auth.claims).toMatchObject({ sub: TEST_SUB, client_id: TEST_CLIENT_ID, clinic_id: "c42" });
    expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
    expect(auth.meta).toEqual({ map: "clinic-eu", revision: "test" });
    expect(token).not.toContain(Buffer.from("DE-48213377").toString("base64url").slice(2, -2));
  });

  test("each flaw is refused with the code it is listed under", async () => {
    const kit = await byHand(mode);
    const opener = kit.opener("care-api", READ);
    const flaws = kit.flaws("care-api");
    const codes = await Promise.all(
      flaws.map(async ([flaw]) => [flaw, await codeFor(opener.open(await kit.mint({ sealed: LICENCE, flaw })))]),
    );
    expect(codes).toEqual(flaws);
    expect(flaws).toHaveLength(14);
  });

  test("an outage of KMS and a refusal by it are seen by the service as in production", async () => {
    const kit = await byHand(mode);
    const opener = kit.opener("care-api");
    const open = async () => codeFor(opener.open(await kit.mint({ sealed: LICENCE })));
    kit.kms("unavailable");
    expect(await open()).toBe("KEY_UNAVAILABLE");
    kit.kms("denied");
    expect(await open()).toBe("KEY_ACCESS_DENIED");
    kit.kms("up");
    expect(await open()).toBe("opened");
  });
});

test("any JSON that a claim can hold comes out of the envelope as it went in", async () => {
  const kit = await byHand();
  const opener = kit.opener("care-api");
  const values = fc.jsonValue({ maxDepth: 3 }).filter((value) => JSON.stringify(value).length < 2_000);
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const sealed = { "care-api": { value: JSON.parse(JSON.stringify(value)) } };
      const auth = await opener.open(await kit.mint({ sealed }));
      expect(auth.sealed["value"]?.reveal()).toEqual(sealed["care-api"].value);
    }),
    { numRuns: 50 },
  );
});

test("a server without sealed claims has tokens without an envelope, and the flaws that are left are refused", async () => {
  const kit = await createTestKit({
    issuer,
    map: "clinic-eu",
    resourceServers: { "care-api": { scopes: ["chart.read"], seal: null } },
  });
  const opener = kit.opener("care-api", READ);
  const { claims, sealed } = await opener.open(await kit.mint());
  expect([Object.keys(claims).filter((name) => name.startsWith("sealed_")), Object.keys(sealed)]).toEqual([[], []]);
  for (const [flaw, code] of kit.flaws("care-api")) {
    expect([flaw, await codeFor(opener.open(await kit.mint({ flaw })))]).toEqual([flaw, code]);
  }
  expect(kit.flaws("care-api").map(([flaw]) => flaw)).not.toContain("without-envelope");
  expect(kit.kmsCalls()).toBe(0);
});

test("a token without sealed claims has an envelope all the same, as in production, where it has a scope", async () => {
  const kit = await byHand();
  const auth = await kit.opener("care-api").open(await kit.mint());
  expect(Object.keys(auth.sealed)).toEqual([]);
  const without = kit.opener("care-api").open(await kit.mint({ scopes: ["openid"] }));
  await expect(codeFor(without)).resolves.toBe("SEALED_ABSENT");
});

test("an issuer that comes back from a file opens what it sealed before", async () => {
  const again = await createTestKit({
    issuer: JSON.parse(JSON.stringify(issuer)),
    map: "clinic-eu",
    resourceServers: { "care-api": {} },
  });
  const token = await (await byHand()).mint({ sealed: LICENCE });
  const auth = await again.opener("care-api").open(token);
  expect(auth.sealed["licence_no"]?.reveal()).toBe("DE-48213377");
});

test("tokens of one issuer are nothing to another", async () => {
  const other = await createTestKit({ map: "clinic-eu", resourceServers: { "care-api": {} } });
  const token = await (await byHand()).mint({ sealed: LICENCE });
  await expect(codeFor(other.opener("care-api").open(token))).resolves.toBe("TOKEN_INVALID");
});

describe("made from a plan", () => {
  const kit = () => createTestKit({ issuer, plan });

  test("the map's name, revision, servers and claims without a value are there by themselves", async () => {
    const { opener, mint } = await kit();
    const token = await mint({ claims: { clinic_id: "c42" }, sealed: LICENCE });
    const auth = await opener("care-api", READ).open(token);
    expect(auth.meta).toEqual({ map: plan.name, revision: plan.revision });
    expect(Object.keys(auth.sealed).toSorted()).toEqual(["blood_type", "legal_name", "licence_no"]);
    expect(auth.sealed["blood_type"]?.reveal()).toBe(null);
  });

  const refused: readonly [why: string, token: object, message: string][] = [
    [
      "a sealed claim it has not",
      { sealed: { "care-api": { licence_nr: "DE-48213377" } } },
      'sealed: the map seals no "licence_nr" for "care-api"; did you mean licence_no?',
    ],
    [
      "a sealed claim in the clear",
      { claims: { licence_no: "DE-48213377" } },
      'claims: the map puts no "licence_no" into an access token in the clear; it is sealed for care-api: give it under sealed',
    ],
    [
      "a claim it has not",
      { claims: { clinicid: "DE-48213377" } },
      'claims: the map puts no "clinicid" into an access token in the clear; did you mean clinic_id?',
    ],
    [
      "a scope its server has not",
      { scopes: ["care-api/chart.reed"] },
      'scopes: the map has no scope "care-api/chart.reed"; did you mean care-api/chart.read?',
    ],
  ];
  test.for(refused)("%s is refused by name, and no value is in the text", async ([, token, message]) => {
    const { mint } = await kit();
    await expect(mint(token)).rejects.toThrow(new TypeError(message));
    expect(message).not.toContain("DE-48213377");
  });

  test("what is no plan is refused", async () => {
    const options = { plan: { name: "clinic-eu" } as unknown as Plan };
    await expect(createTestKit(options)).rejects.toThrow("plan: expected what claimseal build writes to plan.json");
  });
});

const written: readonly [name: string, message: string][] = [
  ["sub", 'claims: "sub" is written by Cognito, and no claim map can; see the other members'],
  ["cmv", 'claims: "cmv" is written by claimseal; give cmv instead'],
  ["sealed_care_api", 'claims: "sealed_care_api" is written by claimseal; give sealed instead'],
];
test.for(written)("a test cannot put %s among a map's claims", async ([name, message]) => {
  const kit = await byHand();
  await expect(kit.mint({ claims: { [name]: "x" } })).rejects.toThrow(new TypeError(message));
});

test("a server that is not there is named with those that are", async () => {
  const kit = await byHand();
  expect(() => kit.opener("care")).toThrow(new TypeError('there is no resource server "care"; there are: care-api'));
  await expect(kit.mint({ sealed: { care: {} } })).rejects.toThrow(
    new TypeError('sealed: there is no resource server "care" with sealed claims; there are: care-api'),
  );
});

test("a machine's token has the client for its subject, and its envelope opens", async () => {
  const kit = await byHand();
  const auth = await kit.opener("care-api").open(await kit.mint({ grant: "client_credentials", sealed: LICENCE }));
  expect(auth.claims.sub).toBe(TEST_CLIENT_ID);
  expect(auth.claims).not.toHaveProperty("username");
});

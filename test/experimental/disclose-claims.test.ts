import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan, PlanClaim } from "../../claims/plan.ts";
import { digestOf, makeDisclosure } from "../../crypto/disclosure.ts";
import { type DiscloseOptions, discloseClaims } from "../../experimental/disclose-claims.ts";
import { readDisclosures } from "../../experimental/read-disclosures.ts";
import { encodingWithin } from "../../local/leak-search.ts";
import type { Trigger } from "../../triggers/trigger.ts";
import { aClaim, aPlan, aProfile } from "../claims/a-plan.ts";
import { runs } from "../runs.ts";
import { CLAIMS, disclosingTrigger, plan, signIn, tokensOf, trigger } from "./a-disclosing-trigger.ts";

const ANNA = { "custom:employer": "Klinikum Nord", birthdate: "1979-03-02", "custom:ward": "Ward 7, East" };
const disclose = disclosingTrigger();

describe("a person's tokens", () => {
  test("have the values in the disclosures of the ID token, and their digests in the access token", async () => {
    const { id, access, dropped } = await tokensOf(disclose, signIn(ANNA));
    const held = readDisclosures(id);
    expect([...held].map(([name, { value }]) => [name, value])).toEqual([
      ["employer", "Klinikum Nord"],
      ["birthdate", "1979-03-02"],
      ["ward", "Ward 7, East"],
    ]);
    expect(access["_sd"]).toEqual([...held.values()].map(({ disclosure }) => digestOf(disclosure)).toSorted());
    expect(access["_sd_alg"]).toBe("sha-256");
    expect(dropped).toEqual([]);
    // Neither as a claim of the map nor as Cognito's own, which it stood in for.
    for (const name of CLAIMS) expect([id, access].filter((claims) => name in claims)).toEqual([]);
    expect(id["email"]).toBe("anna@example.org");
    expect(access["cmv"]).toBe("wards@1");
  });

  test("have as many digests whatever is known of them, and no disclosures where nothing is", async () => {
    const { id, access } = await tokensOf(disclose, signIn({ birthdate: "1979-03-02" }));
    expect([...readDisclosures(id).keys()]).toEqual(["birthdate"]);
    expect(access["_sd"]).toHaveLength(3);
    const unknown = await tokensOf(disclose, signIn({}));
    expect(unknown.id).not.toHaveProperty("sd_disclosures");
    expect(new Set(unknown.access["_sd"] as readonly string[]).size).toBe(3);
    const { response } = await disclose(signIn({}));
    expect(response?.claimsAndScopeOverrideDetails?.idTokenGeneration).not.toHaveProperty("claimsToAddOrOverride");
  });

  test("are otherwise what the trigger made of them: an access token gains digests and nothing else", async () => {
    const partsOf = async (of: Trigger) => {
      const { idTokenGeneration, accessTokenGeneration, ...others } =
        (await of(signIn(ANNA))).response?.claimsAndScopeOverrideDetails ?? {};
      return { id: idTokenGeneration, access: accessTokenGeneration, others };
    };
    const [before, after] = [await partsOf(trigger()), await partsOf(disclose)];
    const { _sd: _digests, _sd_alg: _algorithm, ...claims } = after.access?.claimsToAddOrOverride ?? {};
    expect({ ...after.access, claimsToAddOrOverride: claims }).toEqual(before.access);
    expect(after.others).toEqual(before.others);
    expect(Object.keys(before.id?.claimsToAddOrOverride ?? {})).toEqual(CLAIMS);
    expect(Object.keys(after.id?.claimsToAddOrOverride ?? {})).toEqual(["sd_disclosures"]);
    expect(after.id?.claimsToSuppress).toEqual([...(before.id?.claimsToSuppress ?? []), ...CLAIMS]);
  });

  test("have no disclosure of a value whose members would be read as digests, nor the value", async () => {
    const values = {
      employer: { name: "Klinikum Nord", more: [{ _sd: ["x"] }] },
      birthdate: { "...": "x" },
      ward: null,
    };
    const details = {
      idTokenGeneration: { claimsToAddOrOverride: values },
      accessTokenGeneration: { claimsToAddOrOverride: { cmv: "wards@1" } },
    };
    const made: Trigger = async () => ({ ...signIn({}), response: { claimsAndScopeOverrideDetails: details } });
    const disclosing = discloseClaims(made, { plan, claims: CLAIMS, experimental: { selectiveDisclosure: true } });
    const { id, access } = await tokensOf(disclosing, signIn({}));
    expect([...readDisclosures(id)].map(([name, { value }]) => [name, value])).toEqual([["ward", null]]);
    expect(access["_sd"]).toHaveLength(3);
    expect(Object.keys(id).filter((name) => CLAIMS.includes(name))).toEqual([]);
  });

  test("have nothing in common with those of the next refresh", async () => {
    const [first, second] = [await tokensOf(disclose, signIn(ANNA)), await tokensOf(disclose, signIn(ANNA))];
    const digests = [...(first.access["_sd"] as string[]), ...(second.access["_sd"] as string[])];
    expect(new Set(digests).size).toBe(6);
  });

  test("are refused above the map's limits, and the text names no value", async () => {
    const long = { ...ANNA, "custom:employer": "e".repeat(150), "custom:ward": "w".repeat(150) };
    const tight = (limits: Partial<Plan["limits"]>): Plan => ({ ...plan, limits: { ...plan.limits, ...limits } });
    await expect(disclosingTrigger(tight({ idToken: 1_900 }))(signIn(long))).rejects.toMatchObject({
      code: "TOKEN_OVERSIZE",
      detail: "the ID token with its disclosures",
    });
    await expect(trigger(tight({ idToken: 1_900 }))(signIn(long))).resolves.toBeDefined();
    await expect(disclosingTrigger(tight({ accessToken: 1_250 }))(signIn(long))).rejects.toMatchObject({
      code: "TOKEN_OVERSIZE",
      detail: "the access token with its digests",
    });
    await expect(trigger(tight({ accessToken: 1_250 }))(signIn(long))).resolves.toBeDefined();
  });

  test("whatever the values are, are searched in vain for them: the access token, and with one disclosure the others'", async () => {
    const texts = fc.uniqueArray(fc.stringMatching(/^[A-Za-zÄ-ü0-9 ,."\\]{12,40}$/), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(2), async (values, shown) => {
        const [employer = "", birthdate = "", ward = ""] = values;
        fc.pre(values.every((each) => !values.some((other) => other !== each && other.includes(each))));
        const event = signIn({ "custom:employer": employer, birthdate, "custom:ward": ward });
        const { id, access } = await tokensOf(disclose, event);
        const json = JSON.stringify(access);
        const token = Buffer.from(json).toString("base64url");
        for (const value of values) expect(encodingWithin([json, token], value)).toBeUndefined();
        const { disclosure = "" } = readDisclosures(id).get(CLAIMS[shown] ?? "") ?? {};
        const sent = [json, token, disclosure, Buffer.from(disclosure, "base64url").toString()];
        expect(values.map((value) => encodingWithin(sent, value) !== undefined)).toEqual(
          CLAIMS.map((_, index) => index === shown),
        );
      }),
      { numRuns: runs(100) },
    );
  });
});

describe("an answer stays as it was", () => {
  test("for a machine", async () => {
    const machine = signIn(
      {},
      {
        triggerSource: "TokenGeneration_ClientCredentials",
        userName: "ClientCredentials",
        callerContext: { clientId: "machine0client0id" },
        request: { userAttributes: {}, groupConfiguration: null, scopes: ["care/read"] },
      },
    );
    expect(await disclose(machine)).toEqual(await trigger()(machine));
  });

  test("in mode shadow, whose tokens the map does not govern", async () => {
    const shadow = discloseClaims(trigger(plan, { CLAIMSEAL_MODE: "shadow" }), {
      plan,
      claims: CLAIMS,
      experimental: { selectiveDisclosure: true },
    });
    expect(await shadow(signIn(ANNA))).toEqual(signIn(ANNA));
  });

  test("for a client that the map leaves alone", async () => {
    const lenient: Plan = { ...plan, unmatched: "untouched" };
    const event = signIn(ANNA, { callerContext: { clientId: "another" } });
    expect(await disclosingTrigger(lenient)(event)).toEqual(event);
  });

  test("where it is a refusal", async () => {
    const event = signIn(ANNA, { callerContext: { clientId: "another" } });
    await expect(disclose(event)).rejects.toMatchObject({ name: "Refusal", code: "PROFILE_NONE" });
  });
});

describe("what nobody could hold does not start", () => {
  const claim = (name: string, change: Partial<PlanClaim> = {}): PlanClaim =>
    aClaim(name, { op: "string", value: "x" }, { to: ["id"], ...change });
  const planOf = (...claims: readonly PlanClaim[]): Plan => aPlan({ profiles: [aProfile({ claims })] });
  const machines = aProfile({ name: "machines", grants: ["client_credentials"], claims: [claim("employer")] });
  const refused: readonly (readonly [string, string, Plan, string, string])[] = [
    [
      "a map for V1 events",
      "DISCLOSURE_EVENTS",
      { ...planOf(claim("employer")), events: "V1" },
      "employer",
      "the map is for V1 events, and their access tokens cannot change: disclosures need V2 or V3",
    ],
    [
      "a claim of no profile",
      "DISCLOSURE_UNKNOWN",
      planOf(claim("employer")),
      "emplyer",
      'claim "emplyer" is a claim of no profile',
    ],
    [
      "a machine's claim",
      "DISCLOSURE_MACHINE",
      aPlan({ profiles: [machines] }),
      "employer",
      'claim "employer" of profile "machines" is a machine\'s, and machines have no ID token',
    ],
    [
      "a claim that the access token has",
      "DISCLOSURE_DESTINATION",
      planOf(claim("employer", { to: ["access", "id"] })),
      "employer",
      'claim "employer" of profile "people" must go to the ID token and nowhere else: `to: [id]`',
    ],
    [
      "a claim that is sealed as well",
      "DISCLOSURE_SEALED",
      planOf(claim("employer", { sealFor: ["care-api"] })),
      "employer",
      'claim "employer" of profile "people" is sealed for a resource server: take it out of sealFor, or leave it sealed',
    ],
    [
      "a claim that restricts",
      "DISCLOSURE_RESTRICTS",
      planOf(claim("banned", { effect: "restricts" })),
      "banned",
      'claim "banned" of profile "people" restricts, and who keeps it to themselves would have more: put it into the access token in the clear',
    ],
    [
      "a sensitive claim",
      "DISCLOSURE_SENSITIVE",
      planOf(claim("blood", { class: "sensitive" })),
      "blood",
      'claim "blood" of profile "people" is sensitive, and no client may have it: seal it',
    ],
    [
      "a name of Cognito's",
      "DISCLOSURE_RESERVED",
      planOf(claim("scope")),
      "scope",
      'claim "scope" has a name that no access token may have from a map',
    ],
    [
      "a map with a claim where digests go",
      "DISCLOSURE_TAKEN",
      planOf(claim("employer"), claim("_sd", { to: ["access"] })),
      "employer",
      'claim "_sd" of profile "people" has the name of what disclosures need: rename it in the map',
    ],
  ];

  test.for(refused)("%s: %s", ([, code, of, name, message]) => {
    expect(() => disclosingTrigger(of, [name])).toThrow(
      expect.objectContaining({ name: "DisclosureError", code, message }),
    );
  });

  test("and everything that is wrong is told at once", () => {
    const of = planOf(claim("a", { to: ["access"] }), claim("b", { effect: "restricts", sealFor: ["care-api"] }));
    expect(() => disclosingTrigger(of, ["a", "b", "c"])).toThrow(
      expect.objectContaining({
        problems: [
          { code: "DISCLOSURE_DESTINATION", profile: "people", claim: "a", message: expect.any(String) },
          { code: "DISCLOSURE_SEALED", profile: "people", claim: "b", message: expect.any(String) },
          { code: "DISCLOSURE_RESTRICTS", profile: "people", claim: "b", message: expect.any(String) },
          { code: "DISCLOSURE_UNKNOWN", profile: null, claim: "c", message: expect.any(String) },
        ],
      }),
    );
  });

  test.for([
    [{ experimental: {} }, "experimental must be { selectiveDisclosure: true }"],
    [{ experimental: undefined }, "experimental must be { selectiveDisclosure: true }"],
    [{ claims: [] }, "claims must be a list of claims' names, each once"],
    [{ claims: ["employer", "employer"] }, "claims must be a list of claims' names, each once"],
  ])("options that leave something open: %o", ([change, message]) => {
    const options = { plan, claims: CLAIMS, experimental: { selectiveDisclosure: true }, ...(change as object) };
    expect(() => discloseClaims(trigger(), options as DiscloseOptions)).toThrow(
      new TypeError(`discloseClaims: ${message as string}`),
    );
  });
});

describe("a client", () => {
  test("finds no disclosures in an ID token that has none, or something else in their place", () => {
    for (const idToken of [
      {},
      { sd_disclosures: null },
      { sd_disclosures: "x" },
      { sd_disclosures: ["x", 1, "W10"] },
      { sd_disclosures: [[makeDisclosure("employer", "in a list of its own")]] },
    ]) {
      expect([...readDisclosures(idToken)]).toEqual([]);
    }
  });

  test("reads every letter there is", async () => {
    const { id } = await tokensOf(disclose, signIn({ "custom:employer": "Szpital Żoliborz 🏥" }));
    expect(readDisclosures(id).get("employer")?.value).toBe("Szpital Żoliborz 🏥");
  });
});

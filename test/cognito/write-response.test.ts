import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSubject } from "../../cognito/read-subject.ts";
import type { SafeClaims } from "../../cognito/safe-claims.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { writeResponse } from "../../cognito/write-response.ts";
import { eventNames, poolVersionOf, safeClaims, sample, sampleAs } from "./events.ts";

const respond = (event: TriggerEvent, safe: SafeClaims): TriggerEvent["response"] =>
  writeResponse(event, readSubject(event), safe).response;

const noGroups = { groupsToOverride: [], iamRolesToOverride: [] };

describe("on V1", () => {
  const event = sample("v1.authentication");

  test("the response is AWS's example of one, but for its groups", () => {
    const example = sampleAs<{ claimsOverrideDetails: object }>("response.v1.example");
    const { groupOverrideDetails: _, ...details } = example.claimsOverrideDetails as { groupOverrideDetails: unknown };
    const safe = safeClaims({
      id: { add: { tenant_id: "blue", roles: '["adjuster"]' }, suppress: ["email", "phone_number"] },
      access: null,
    });
    expect(respond(event, safe)).toStrictEqual({ claimsOverrideDetails: details });
  });

  test("removing the groups empties all parts of the override and suppresses the claim", () => {
    expect(respond(event, safeClaims({ access: null, groups: "remove" }))).toStrictEqual({
      claimsOverrideDetails: { claimsToSuppress: ["cognito:groups"], groupOverrideDetails: noGroups },
    });
  });

  test("keeping some of the groups overrides them with these, and leaves no role", () => {
    expect(respond(event, safeClaims({ access: null, groups: { keepOnly: ["nurses"] } }))).toStrictEqual({
      claimsOverrideDetails: { groupOverrideDetails: { groupsToOverride: ["nurses"], iamRolesToOverride: [] } },
    });
  });

  test("a claim that is not text is a mistake in the program", () => {
    for (const value of [1, true, null, ["a"], { a: "b" }]) {
      expect(() => respond(event, safeClaims({ id: { add: { tenant: value } }, access: null }))).toThrow(
        new TypeError('claim "tenant": a V1 response takes text only'),
      );
    }
  });

  test("access token changes are a mistake in the program", () => {
    expect(() => respond(event, safeClaims({}))).toThrow(new TypeError("a V1 response cannot change the access token"));
  });

  test("no changes for the ID token, or a machine, are mistakes in the program", () => {
    const message = "a V1 response changes a person's ID token and nothing else";
    expect(() => respond(event, safeClaims({ id: null, access: null }))).toThrow(new TypeError(message));
    const machine = { ...event, triggerSource: "TokenGeneration_ClientCredentials" };
    expect(() => respond(machine, safeClaims({ access: null }))).toThrow(new TypeError(message));
  });
});

describe("on V2 and V3", () => {
  const event = sample("v3.hosted-auth");
  const machine = sample("v3.client-credentials");

  test("the response is AWS's example of one", () => {
    const safe = safeClaims({
      id: { suppress: ["email", "phone_number", "email_verified", "phone_number_verified"] },
      access: {
        add: {
          tenant_id: "blue",
          clearance: 3,
          mfa: true,
          roles: ["adjuster", "reader"],
          limits: { payout: { eur: 5000 } },
          aud: "3exampleclientid0000000001",
        },
        scopesToAdd: ["claims-api/read"],
        scopesToSuppress: ["aws.cognito.signin.user.admin"],
      },
    });
    const example = sampleAs<{ claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToSuppress: [] } } }>(
      "response.v2.example",
    );
    // AWS writes the empty list out.
    const { claimsToSuppress: _, ...access } = example.claimsAndScopeOverrideDetails.accessTokenGeneration;
    expect(respond(event, safe)).toStrictEqual({
      claimsAndScopeOverrideDetails: { ...example.claimsAndScopeOverrideDetails, accessTokenGeneration: access },
    });
  });

  test("a machine's response is AWS's example of one: no ID token, no groups", () => {
    const safe = safeClaims({
      id: null,
      access: { add: { tenant_id: "blue", environment: "dev" }, scopesToSuppress: ["claims-api/export"] },
      groups: "remove",
    });
    expect(respond(machine, safe)).toStrictEqual(sampleAs("response.v3.m2m.example"));
  });

  test("groups that are left alone are left out of the response", () => {
    expect(respond(event, safeClaims({}))).toStrictEqual({
      claimsAndScopeOverrideDetails: { idTokenGeneration: {}, accessTokenGeneration: {} },
    });
  });

  test("groups of one token alone are suppressed in that token alone", () => {
    expect(respond(event, safeClaims({ access: { suppress: ["cognito:groups"] } }))).toStrictEqual({
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: {},
        accessTokenGeneration: { claimsToSuppress: ["cognito:groups"] },
      },
    });
  });

  test("removing the groups empties all parts of the override and suppresses them in both tokens, once", () => {
    const safe = safeClaims({ id: { suppress: ["email", "cognito:groups"] }, groups: "remove" });
    expect(respond(event, safe)).toStrictEqual({
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToSuppress: ["email", "cognito:groups"] },
        accessTokenGeneration: { claimsToSuppress: ["cognito:groups"] },
        groupOverrideDetails: noGroups,
      },
    });
  });

  test("keeping some of the groups overrides them with these, and leaves no role", () => {
    const safe = safeClaims({ access: { suppress: ["cognito:groups"] }, groups: { keepOnly: ["nurses"] } });
    expect(respond(event, safe)).toStrictEqual({
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: {},
        accessTokenGeneration: { claimsToSuppress: ["cognito:groups"] },
        groupOverrideDetails: { groupsToOverride: ["nurses"], iamRolesToOverride: [] },
      },
    });
  });

  test("a machine's response says nothing of groups, whatever becomes of them", () => {
    const safe = safeClaims({ id: null, groups: { keepOnly: ["nurses"] } });
    expect(respond(machine, safe)).toStrictEqual({ claimsAndScopeOverrideDetails: { accessTokenGeneration: {} } });
  });

  test.for([
    ["no word on the access token", event, { access: null }, "a V2 response says what becomes of the access token"],
    ["no word on a person's ID token", event, { id: null }, "a V2 response says what becomes of a person's ID token"],
    ["an ID token for a machine", machine, {}, "a machine has no ID token to change"],
  ] as const)("%s is a mistake in the program", ([, subject, parts, message]) => {
    expect(() => respond(subject, safeClaims(parts))).toThrow(new TypeError(message));
  });
});

describe("whatever the event", () => {
  const safeFor = (name: string, add: { readonly [name: string]: string } = {}): SafeClaims =>
    safeClaims({
      id: name === "v3.client-credentials" ? null : { add },
      access: poolVersionOf(name) === "V1" ? null : { add },
    });

  test.for(eventNames)("%s goes back whole, with another response, and stays as it was itself", (name) => {
    const event = sample(name);
    const { response, ...rest } = writeResponse(event, readSubject(event), safeFor(name));
    const { response: before, ...sent } = sample(name);
    expect(rest).toStrictEqual(sent);
    expect(Object.keys(response ?? {})).toStrictEqual(Object.keys(before ?? {}));
    expect(event).toStrictEqual(sample(name));
  });

  test("fields nobody knows yet go back as well", () => {
    const event = { ...sample("v2.authentication"), riskScore: { level: 3 } };
    expect(writeResponse(event, readSubject(event), safeClaims({}))).toMatchObject({ riskScore: { level: 3 } });
  });

  test("nothing of a response that was already there goes back: it was not protected", () => {
    const event = {
      ...sample("v2.authentication"),
      response: {
        claimsOverrideDetails: { claimsToAddOrOverride: { email: "leak" } },
        claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { email: "leak" } } },
        later: "leak",
      },
    };
    expect(JSON.stringify(respond(event, safeClaims({})))).not.toContain("leak");
  });

  test("claims of any name come through JSON as they went in, __proto__ too", () => {
    const name = fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "length"), fc.string());
    fc.assert(
      fc.property(fc.constantFrom(...eventNames), fc.array(fc.tuple(name, fc.string())), (file, claims) => {
        const event = sample(file);
        const add = new Map(claims);
        const safe = safeFor(file);
        const filled = {
          ...safe,
          id: safe.id && { ...safe.id, add },
          access: safe.access && { ...safe.access, add },
        };
        const { response } = JSON.parse(
          JSON.stringify(writeResponse(event, readSubject(event), filled)),
        ) as TriggerEvent;
        const details = response?.claimsAndScopeOverrideDetails;
        const written = response?.claimsOverrideDetails ?? details?.idTokenGeneration ?? details?.accessTokenGeneration;
        expect(new Map(Object.entries(written?.claimsToAddOrOverride ?? {}))).toStrictEqual(
          // Objects put names that look like list positions first.
          new Map(Object.entries(Object.fromEntries(add))),
        );
        expect(Object.entries(written?.claimsToAddOrOverride ?? {})).toHaveLength(add.size);
      }),
      { numRuns: 500 },
    );
  });
});

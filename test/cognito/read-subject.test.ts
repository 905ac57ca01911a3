import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CognitoError } from "../../cognito/cognito-error.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import type { Subject } from "../../cognito/subject.ts";
import { runs } from "../runs.ts";
import { eventNames, sample, withRequest } from "./events.ts";

const nora = {
  sub: "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f",
  "cognito:user_status": "CONFIRMED",
  "cognito:email_alias": "nora.lind@example.com",
  email_verified: "true",
  email: "nora.lind@example.com",
  phone_number_verified: "true",
  phone_number: "+12065550100",
  given_name: "Nora",
  family_name: "Lind",
  "custom:tenant_id": "blue",
};
const newcomer = { ...nora, "cognito:user_status": "FORCE_CHANGE_PASSWORD" };
const brief = {
  sub: nora.sub,
  "cognito:user_status": "CONFIRMED",
  email_verified: "true",
  email: nora.email,
  "custom:tenant_id": "blue",
};

const noGroups = { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null };
const adjusters = {
  groupsToOverride: ["claims-adjusters", "tenant-blue"],
  iamRolesToOverride: ["arn:aws:iam::111122223333:role/adjuster", "arn:aws:iam::111122223333:role/blue"],
  preferredRole: "arn:aws:iam::111122223333:role/adjuster",
};

type Expected = {
  readonly attributes: { readonly [name: string]: string };
  readonly userName?: string;
  readonly groups?: typeof noGroups | typeof adjusters;
  readonly scopes?: readonly string[];
  readonly metadata?: { readonly [name: string]: string };
};

const admin = ["aws.cognito.signin.user.admin"];
const standard = ["openid", "profile", "email"];

const people: { readonly [name: string]: Expected } = {
  "v1.authenticate-device": { attributes: nora },
  "v1.authentication": { attributes: nora },
  "v1.new-password-challenge": { attributes: newcomer, metadata: { channel: "admin-portal" } },
  "v2.authenticate-device": { attributes: nora, scopes: admin },
  "v2.authentication": { attributes: nora, scopes: admin, groups: adjusters },
  "v2.authentication.client-metadata": {
    attributes: nora,
    scopes: admin,
    metadata: { tenant: "blue", locale: "sv-SE" },
  },
  "v2.get-tokens-from-refresh-token": { attributes: nora, scopes: admin, metadata: { orgId: "org-42" } },
  "v2.hosted-auth": { attributes: nora, scopes: [...standard, "phone", "claims-api/read"], groups: adjusters },
  "v2.new-password-challenge": { attributes: newcomer, scopes: admin, metadata: { channel: "admin-portal" } },
  "v2.refresh-tokens": { attributes: nora, scopes: standard, groups: adjusters },
  "v3.authenticate-device": { attributes: brief, userName: nora.sub, scopes: admin },
  "v3.authentication": { attributes: nora, scopes: admin, groups: adjusters, metadata: { tenant: "blue" } },
  "v3.hosted-auth": { attributes: brief, userName: nora.sub, scopes: standard },
  "v3.new-password-challenge": {
    attributes: { ...brief, "cognito:user_status": "FORCE_CHANGE_PASSWORD" },
    userName: nora.sub,
    scopes: admin,
  },
  "v3.refresh-tokens": { attributes: brief, userName: nora.sub, scopes: standard },
};

describe("the events of the collection", () => {
  test.for(Object.entries(people))("%s is read in full", ([name, expected]) => {
    const { attributes, userName = "nora.lind", groups = noGroups, scopes = [], metadata = {} } = expected;
    expect(readSubject(sample(name))).toStrictEqual({
      shape: name.startsWith("v1") ? "V1" : "V2",
      poolId: "eu-west-1_ExAmPlE01",
      region: "eu-west-1",
      clientId: "3exampleclientid0000000001",
      grant: "user",
      trigger: sample(name).triggerSource,
      userName,
      sub: nora.sub,
      attributes: new Map(Object.entries(attributes)),
      groups: groups.groupsToOverride,
      groupConfiguration: groups,
      scopes,
      metadata: new Map(Object.entries(metadata)),
    } satisfies Subject);
  });

  test("a federated person comes with identities as text and the group of the provider", () => {
    const subject = readSubject(sample("v1.hosted-auth.federated-saml"));
    expect(subject).toMatchObject({
      shape: "V1",
      grant: "user",
      userName: "corpsaml_omar.diaz@example.com",
      groups: ["eu-west-1_ExAmPlE01_CorpSaml"],
    });
    expect(subject.attributes.get("custom:groups")).toBe("[G-1001, G-1002]");
    expect(JSON.parse(subject.attributes.get("identities") ?? "")).toHaveLength(1);
  });

  test("a machine is its client: no attributes, no groups, and its client id for a sub", () => {
    expect(readSubject(sample("v3.client-credentials"))).toStrictEqual({
      shape: "V2",
      poolId: "eu-west-1_ExAmPlE01",
      region: "eu-west-1",
      clientId: "7examplem2mclient000000001",
      grant: "client_credentials",
      trigger: "TokenGeneration_ClientCredentials",
      userName: "ClientCredentials",
      sub: "7examplem2mclient000000001",
      attributes: new Map(),
      groups: [],
      groupConfiguration: null,
      scopes: ["claims-api/read", "claims-api/export"],
      metadata: new Map([
        ["environment", "dev"],
        ["onBehalfOfToken", "eyJhbGciOiJSUzI1NiJ9.FICTIONAL.SIGNATURE"],
      ]),
    } satisfies Subject);
  });

  test("no event of the collection is left out here", () => {
    const read = [...Object.keys(people), "v1.hosted-auth.federated-saml", "v3.client-credentials"];
    expect(read.toSorted()).toStrictEqual(eventNames);
  });
});

describe("what Cognito may send some day, and emulators today", () => {
  const event = sample("v2.authentication");

  test("unknown fields, sources and versions pass, and every unknown source is a person's", () => {
    const future = { ...event, version: "9", triggerSource: "TokenGeneration_Telepathy", riskScore: { level: 3 } };
    const subject = readSubject(withRequest(future, { deviceTrust: ["high"] }));
    expect(subject).toMatchObject({ grant: "user", trigger: "TokenGeneration_Telepathy", shape: "V2" });
  });

  test.for(["1", "2", "3", undefined])("version %s decides nothing about the shape", (version) => {
    expect(readSubject({ ...event, version }).shape).toBe("V2");
    expect(readSubject({ ...sample("v1.authentication"), version }).shape).toBe("V1");
  });

  test("scopes alone make it V2, and so does the member of the response alone", () => {
    expect(readSubject({ ...event, response: { claimsOverrideDetails: null } }).shape).toBe("V2");
    const { scopes: _scopes, ...request } = event.request;
    expect(readSubject({ ...event, request })).toMatchObject({ shape: "V2", scopes: [] });
    expect(readSubject({ ...event, request, response: {} })).toMatchObject({ shape: "V1", scopes: [] });
    expect(readSubject({ ...event, request, response: null }).shape).toBe("V1");
  });

  test("a preferred role may come as a list, as AWS's console sends it", () => {
    const groupConfiguration = { ...adjusters, preferredRole: ["arn:aws:iam::111122223333:role/blue"] };
    expect(readSubject(withRequest(event, { groupConfiguration })).groupConfiguration).toStrictEqual(
      groupConfiguration,
    );
  });

  test("groups may be null for a person, and any part of them absent", () => {
    expect(readSubject(withRequest(event, { groupConfiguration: null }))).toMatchObject({
      groups: [],
      groupConfiguration: null,
    });
    expect(readSubject(withRequest(event, { groupConfiguration: {} })).groupConfiguration).toStrictEqual(noGroups);
  });

  test("metadata may be absent, null or empty", () => {
    for (const clientMetadata of [undefined, null, {}]) {
      expect(readSubject(withRequest(event, { clientMetadata })).metadata).toStrictEqual(new Map());
    }
  });

  test("an attribute named __proto__ is an attribute", () => {
    const request = JSON.parse(
      '{ "userAttributes": { "sub": "s-1", "__proto__": "x", "constructor": "y" }, "scopes": [] }',
    );
    const { attributes } = readSubject({ ...event, request });
    expect([...attributes]).toStrictEqual([
      ["sub", "s-1"],
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  test("what a prototype offers is not read", () => {
    expect(() => readSubject(Object.create(event))).toThrow("request: expected an object");
    const inherited = Object.create({ sub: "s-1" }) as object;
    expect(() => readSubject(withRequest(event, { userAttributes: inherited }))).toThrow(
      "request.userAttributes.sub: expected text that is not empty",
    );
  });
});

describe("a malformed event", () => {
  const event = sample("v2.authentication");
  const attributes = event.request.userAttributes;
  const text = "text that is not empty";

  const malformed: readonly (readonly [why: string, event: unknown, message: string])[] = [
    ["no event", undefined, "event: expected an object"],
    ["null", null, "event: expected an object"],
    ["a list for an event", [event], "event: expected an object"],
    ["text for an event", "event", "event: expected an object"],
    ["no pool", { ...event, userPoolId: undefined }, `userPoolId: expected ${text}`],
    ["an empty pool id", { ...event, userPoolId: "" }, `userPoolId: expected ${text}`],
    ["no region", { ...event, region: 7 }, `region: expected ${text}`],
    ["no source", { ...event, triggerSource: null }, `triggerSource: expected ${text}`],
    ["no user name", { ...event, userName: {} }, `userName: expected ${text}`],
    ["no caller context", { ...event, callerContext: null }, "callerContext: expected an object"],
    ["no client", { ...event, callerContext: {} }, `callerContext.clientId: expected ${text}`],
    ["a null client", { ...event, callerContext: { clientId: null } }, `callerContext.clientId: expected ${text}`],
    ["no request", { ...event, request: undefined }, "request: expected an object"],
    ["a list for a request", { ...event, request: [] }, "request: expected an object"],
    [
      "text for a response",
      withRequest({ ...event, response: "ok" as never }, { scopes: undefined }),
      "response: expected an object",
    ],
    ["no attributes", withRequest(event, { userAttributes: null }), `request.userAttributes.sub: expected ${text}`],
    ["a list of attributes", withRequest(event, { userAttributes: [] }), "request.userAttributes: expected an object"],
    [
      "a person without sub",
      withRequest(event, { userAttributes: { ...attributes, sub: "" } }),
      `request.userAttributes.sub: expected ${text}`,
    ],
    [
      "a boolean attribute",
      withRequest(event, { userAttributes: { ...attributes, email_verified: true } }),
      "request.userAttributes: expected an object of texts",
    ],
    [
      "a null attribute",
      withRequest(event, { userAttributes: { ...attributes, email: null } }),
      "request.userAttributes: expected an object of texts",
    ],
    [
      "a list of groups for the configuration",
      withRequest(event, { groupConfiguration: [] }),
      "request.groupConfiguration: expected an object",
    ],
    [
      "one group as text",
      withRequest(event, { groupConfiguration: { groupsToOverride: "a" } }),
      "request.groupConfiguration.groupsToOverride: expected a list of texts",
    ],
    [
      "a number among the groups",
      withRequest(event, { groupConfiguration: { groupsToOverride: [1] } }),
      "request.groupConfiguration.groupsToOverride: expected a list of texts",
    ],
    [
      "roles as an object",
      withRequest(event, { groupConfiguration: { iamRolesToOverride: {} } }),
      "request.groupConfiguration.iamRolesToOverride: expected a list of texts",
    ],
    [
      "a number for the preferred role",
      withRequest(event, { groupConfiguration: { preferredRole: 1 } }),
      "request.groupConfiguration.preferredRole: expected a list of texts",
    ],
    ["scopes in one text", withRequest(event, { scopes: "openid email" }), "request.scopes: expected a list of texts"],
    ["a hole among the scopes", withRequest(event, { scopes: Array(1) }), "request.scopes: expected a list of texts"],
    [
      "metadata with a number",
      withRequest(event, { clientMetadata: { tenant: 1 } }),
      "request.clientMetadata: expected an object of texts",
    ],
    ["metadata as text", withRequest(event, { clientMetadata: "{}" }), "request.clientMetadata: expected an object"],
    [
      "a machine without client",
      { ...sample("v3.client-credentials"), callerContext: { clientId: "" } },
      `callerContext.clientId: expected ${text}`,
    ],
  ];

  test.for(malformed)("%s is refused by the name of the field", ([, broken, message]) => {
    expect(() => readSubject(broken)).toThrow(
      expect.objectContaining({ name: "CognitoError", code: "EVENT_MALFORMED", message }),
    );
  });

  const canary = "K7-canary-9f2";
  const places = [
    "version",
    "triggerSource",
    "region",
    "userPoolId",
    "userName",
    "callerContext",
    "request",
    "response",
  ];
  const parts = ["userAttributes", "groupConfiguration", "scopes", "clientMetadata"];
  const anything = fc.anything({
    key: fc.oneof(fc.constantFrom("sub", "__proto__", "toString", canary), fc.string()),
    values: [fc.constant(canary), fc.string(), fc.constant(null), fc.boolean(), fc.integer()],
    withNullPrototype: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withDate: true,
    withSparseArray: true,
    maxDepth: 3,
  });

  const outcome = (broken: unknown): unknown => {
    try {
      return readSubject(broken);
    } catch (error) {
      return error;
    }
  };

  test("whatever an event holds, it is read or refused with EVENT_MALFORMED, and no value gets into the message", () => {
    const broken = fc
      .tuple(fc.constantFrom(...eventNames), fc.constantFrom(...places, ...parts), anything)
      .map(([name, place, junk]) =>
        parts.includes(place) ? withRequest(sample(name), { [place]: junk }) : { ...sample(name), [place]: junk },
      );
    let refused = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: broken }, { weight: 1, arbitrary: anything }), (event) => {
        const result = outcome(event);
        if (!(result instanceof Error)) return;
        refused += 1;
        expect(result).toBeInstanceOf(CognitoError);
        expect(result).toMatchObject({ code: "EVENT_MALFORMED" });
        expect(result.cause).toBeUndefined();
        expect(result.message).toMatch(/^[A-Za-z.]+: expected [a-z ]+$/);
        expect(result.message).not.toContain(canary);
      }),
      { numRuns: runs(5000) },
    );
    // The property says nothing unless many of these events are refused.
    expect(refused).toBeGreaterThan(runs(500));
  });
});

import { describe, expect, test } from "vitest";
import { type SimulationInput, simulateTokens } from "../../cognito/simulator.ts";
import type { TriggerEvent } from "../../cognito/trigger-event.ts";
import { eventNames, poolVersionOf, sample, sampleAs, withRequest } from "./events.ts";

/** What comes of `event` when the trigger returns it with this response. */
const simulate = (event: TriggerEvent, response: unknown, more: Partial<SimulationInput> = {}) =>
  simulateTokens({ poolVersion: "V3", event, response: { ...event, response }, ...more });

const v2 = (details: unknown) => ({ claimsAndScopeOverrideDetails: details });
const v1 = (details: unknown) => ({ claimsOverrideDetails: details });
const id = (generation: unknown) => v2({ idTokenGeneration: generation });
const access = (generation: unknown) => v2({ accessTokenGeneration: generation });
const groups = (override: unknown) => v2({ groupOverrideDetails: override });

const nora = sample("v2.hosted-auth");
const clientId = nora.callerContext.clientId;
const machine = sample("v3.client-credentials");

describe("an answer that asks for nothing", () => {
  test.for(eventNames)("%s, returned as it came, brings the default tokens", (name) => {
    const event = sample(name);
    const poolVersion = poolVersionOf(name);
    const tokens = simulateTokens({ poolVersion, event, response: event });
    expect(tokens).toMatchObject({ refused: null, dropped: [], accessToken: { token_use: "access" } });
    expect(tokens.idToken === null).toBe(name === "v3.client-credentials");
  });

  test.for([
    {},
    v2(null),
    v2([]),
    v2({}),
    v2({ idTokenGeneration: null, accessTokenGeneration: [] }),
    id({}),
    access({}),
  ])("%j changes nothing", (response) => {
    expect(simulate(nora, response)).toStrictEqual(simulate(nora, nora.response));
  });

  test("AWS's example for two tokens is applied without a loss", () => {
    const { accessToken, dropped } = simulate(
      withRequest(nora, { scopes: ["openid", "aws.cognito.signin.user.admin"] }),
      sampleAs("response.v2.example"),
    );
    expect(dropped).toStrictEqual([]);
    expect(accessToken).toMatchObject({
      tenant_id: "blue",
      limits: { payout: { eur: 5000 } },
      aud: clientId,
      scope: "openid claims-api/read",
    });
  });
});

describe("what Cognito would not apply, and why", () => {
  const onlyCognito = "Cognito alone writes this claim; no trigger can add, change or suppress it";
  const other = "Cognito keeps this name for the other token; it is taken to be reserved in both";
  const byGroups =
    "groups and roles change through groupOverrideDetails alone, and are suppressed by naming cognito:groups";
  const byScopes = "the scope claim changes through scopesToAdd and scopesToSuppress alone";
  const values = "null, and lists of anything but text, numbers and booleans, are not documented as claim values";
  const plain = "this claim of the ID token takes neither an object nor a list";
  const wins = "it is added and suppressed at once, and suppression wins";
  const unknown = "Cognito knows no such member here and ignores it";
  const otherVersion = "a response in the shape of another event version is ignored";

  const add = (claims: object) => ({ claimsToAddOrOverride: claims });
  const rows: readonly (readonly [
    what: string,
    response: unknown,
    dropped: readonly (readonly [string, string, string])[],
  ])[] = [
    [
      "sub",
      v2({ idTokenGeneration: add({ sub: "x" }), accessTokenGeneration: add({ sub: "x" }) }),
      [
        ["id", "sub", onlyCognito],
        ["access", "sub", onlyCognito],
      ],
    ],
    ["username in the access token", access(add({ username: "x" })), [["access", "username", onlyCognito]]],
    ["username in the ID token", id(add({ username: "x" })), [["id", "username", other]]],
    ["identities in the access token", access(add({ identities: [] })), [["access", "identities", other]]],
    ["another cognito: name", access(add({ "cognito:tenant": "x" })), [["access", "cognito:tenant", onlyCognito]]],
    [
      "a dev: name",
      id(add({ "dev:custom:x": "x" })),
      [["id", "dev:custom:x", "this claim can be suppressed, never written"]],
    ],
    ["groups as a claim", access(add({ "cognito:groups": ["x"] })), [["access", "cognito:groups", byGroups]]],
    ["roles as a claim", id(add({ "cognito:roles": ["x"] })), [["id", "cognito:roles", byGroups]]],
    ["the scope as a claim", access(add({ scope: "x" })), [["access", "scope", byScopes]]],
    [
      "aud with an API's name",
      access(add({ aud: "https://api.example.com" })),
      [["access", "aud", "aud takes no value but the app client's id"]],
    ],
    [
      "aud in a list",
      access(add({ aud: [clientId] })),
      [["access", "aud", "aud takes no value but the app client's id"]],
    ],
    ["aud in the ID token", id(add({ aud: clientId })), [["id", "aud", onlyCognito]]],
    ["null", access(add({ tenant: null })), [["access", "tenant", values]]],
    ["a list of objects", access(add({ roles: [{ name: "x" }] })), [["access", "roles", values]]],
    ["a list of lists", id(add({ roles: [["x"]] })), [["id", "roles", values]]],
    ["null in a list", id(add({ roles: ["x", null] })), [["id", "roles", values]]],
    ["null deep inside", access(add({ limits: { payout: { eur: null } } })), [["access", "limits", values]]],
    ["an object for the address", id(add({ address: { formatted: "x" } })), [["id", "address", plain]]],
    ["a list for a verified flag", id(add({ email_verified: [true] })), [["id", "email_verified", plain]]],
    [
      "a claim added and suppressed",
      id({ ...add({ email: "x", plan: "y" }), claimsToSuppress: ["email"] }),
      [["id", "email", wins]],
    ],
    [
      "a scope added and suppressed",
      access({ scopesToAdd: ["a/b"], scopesToSuppress: ["a/b"] }),
      [["access", "a/b", wins]],
    ],
    [
      "suppressing what Cognito alone writes",
      id({ claimsToSuppress: ["sub", "cognito:username"] }),
      [
        ["id", "sub", onlyCognito],
        ["id", "cognito:username", onlyCognito],
      ],
    ],
    ["suppressing the scope claim", access({ claimsToSuppress: ["scope"] }), [["access", "scope", byScopes]]],
    ["suppressing the roles alone", id({ claimsToSuppress: ["cognito:roles"] }), [["id", "cognito:roles", byGroups]]],
    [
      "a misspelt member",
      v2({ accessTokenGenerations: {} }),
      [
        ["id", "accessTokenGenerations", unknown],
        ["access", "accessTokenGenerations", unknown],
      ],
    ],
    ["scopes in the ID token's part", id({ scopesToAdd: ["a/b"] }), [["id", "scopesToAdd", unknown]]],
    ["groups in a token's part", access({ groupOverrideDetails: {} }), [["access", "groupOverrideDetails", unknown]]],
    [
      "a stranger beside the details",
      { claims: {} },
      [
        ["id", "claims", unknown],
        ["access", "claims", unknown],
      ],
    ],
    ["a V1 response", v1({ claimsToSuppress: ["email"] }), [["id", "claimsOverrideDetails", otherVersion]]],
  ];

  test.for(rows)("%s", ([, response, expected]) => {
    const { refused, dropped } = simulate(nora, response);
    expect(refused).toBeNull();
    expect(dropped).toStrictEqual(expected.map(([token, name, reason]) => ({ token, name, reason })));
  });

  test.for(rows)("%s leaves the tokens as they would be without it", ([, response]) => {
    const { idToken, accessToken } = simulate(nora, response);
    const before = simulate(nora, {});
    for (const name of [
      "sub",
      "username",
      "identities",
      "scope",
      "aud",
      "cognito:groups",
      "cognito:roles",
      "address",
      "roles",
    ]) {
      expect(idToken?.[name]).toStrictEqual(before.idToken?.[name]);
      expect(accessToken?.[name]).toStrictEqual(before.accessToken?.[name]);
    }
  });

  test.for([
    ["an ID token for a machine", id(add({ plan: "x" })), ["id", "idTokenGeneration", "a machine gets no ID token"]],
    [
      "groups for a machine",
      groups({ groupsToOverride: ["x"] }),
      ["access", "groupOverrideDetails", "a machine has no groups"],
    ],
    ["a V1 response for a machine", v1({ claimsToSuppress: ["x"] }), ["access", "claimsOverrideDetails", otherVersion]],
  ] as const)("%s", ([, response, [token, name, reason]]) => {
    const { accessToken, dropped } = simulate(machine, response);
    expect(dropped).toStrictEqual([{ token, name, reason }]);
    expect(accessToken).toStrictEqual(simulate(machine, {}).accessToken);
  });

  test("claims for an ID token that is not issued", () => {
    const custom = withRequest(nora, { scopes: ["claims-api/read"] });
    const { idToken, dropped } = simulate(custom, id({ ...add({ plan: "x" }), claimsToSuppress: ["email"] }));
    expect(idToken).toBeNull();
    const reason = "this sign-in brings no ID token: it has no openid scope";
    expect(dropped).toStrictEqual([{ token: "id", name: "plan", reason }]);
  });

  test.for(["V1", "V2"] as const)("on %s a machine's token is made without asking the trigger", (poolVersion) => {
    const { accessToken, dropped, refused } = simulate(machine, access(add({ tenant: "x" })), { poolVersion });
    expect(refused).toBeNull();
    expect(accessToken).toStrictEqual(simulate(machine, {}).accessToken);
    const reason = "the trigger is not asked about machines below V3; their tokens are issued as they are";
    expect(dropped).toStrictEqual([{ token: "access", name: "response", reason }]);
    expect(simulateTokens({ poolVersion, event: machine, response: undefined }).dropped).toStrictEqual([]);
  });
});

describe("what Cognito would apply", () => {
  test("claims are added and changed in each token by itself", () => {
    const { idToken, accessToken, dropped } = simulate(
      nora,
      v2({
        idTokenGeneration: { claimsToAddOrOverride: { given_name: "N.", plan: "gold" } },
        accessTokenGeneration: { claimsToAddOrOverride: { roles: ["a", 1, true], limits: { a: { b: { c: 1 } } } } },
      }),
    );
    expect(dropped).toStrictEqual([]);
    expect(idToken).toMatchObject({ given_name: "N.", plan: "gold" });
    expect(idToken).not.toHaveProperty("roles");
    expect(accessToken).toMatchObject({ roles: ["a", 1, true], limits: { a: { b: { c: 1 } } } });
    expect(accessToken).not.toHaveProperty("plan");
  });

  test("claims are suppressed; suppressing what is not there is no loss", () => {
    const suppress = { claimsToSuppress: ["email", "phone_number", "nickname", "identities"] };
    const { idToken, dropped } = simulate(nora, v2({ idTokenGeneration: suppress, accessTokenGeneration: suppress }));
    expect(dropped).toStrictEqual([]);
    expect(idToken).toHaveProperty("given_name");
    for (const name of ["email", "phone_number"]) expect(idToken).not.toHaveProperty(name);
  });

  test("names are compared as they are written", () => {
    const { idToken, dropped } = simulate(
      nora,
      id({ claimsToAddOrOverride: { Sub: "x" }, claimsToSuppress: ["Email"] }),
    );
    expect(dropped).toStrictEqual([]);
    expect(idToken).toMatchObject({ Sub: "x", email: "nora.lind@example.com" });
  });

  test("a claim named __proto__ is a claim", () => {
    const response = JSON.parse(
      JSON.stringify(access({ claimsToAddOrOverride: {} })).replace("{}", '{"__proto__":"x"}'),
    ) as unknown;
    const { accessToken } = simulate(nora, response);
    expect(Object.entries(accessToken ?? {})).toContainEqual(["__proto__", "x"]);
  });

  test("aud with the app client's id goes into the access token, a dev: claim out of the ID token", () => {
    const event = withRequest(nora, { userAttributes: { ...nora.request.userAttributes, "dev:custom:badge": "7" } });
    expect(simulate(event, {}).idToken).toHaveProperty("dev:custom:badge");
    const { idToken, accessToken, dropped } = simulate(
      event,
      v2({
        idTokenGeneration: { claimsToSuppress: ["dev:custom:badge"] },
        accessTokenGeneration: { claimsToAddOrOverride: { aud: clientId } },
      }),
    );
    expect(dropped).toStrictEqual([]);
    expect(idToken).not.toHaveProperty("dev:custom:badge");
    expect(accessToken).toHaveProperty("aud", clientId);
  });

  test("scopes are added behind those sent, each once, and suppressed by exact name", () => {
    const { accessToken, dropped } = simulate(
      nora,
      access({ scopesToAdd: ["b/2", "openid", "a/1", "b/2"], scopesToSuppress: ["email", "PHONE", "not there"] }),
    );
    expect(dropped).toStrictEqual([]);
    expect(accessToken).toHaveProperty("scope", "openid profile phone claims-api/read b/2 a/1");
  });

  test("a token that loses every scope has no scope claim", () => {
    const { accessToken } = simulate(machine, access({ scopesToSuppress: machine.request.scopes }));
    expect(accessToken).not.toHaveProperty("scope");
  });

  test("the ID token shows what the scopes sent opened, whatever becomes of them in the access token", () => {
    const { idToken } = simulate(nora, access({ scopesToSuppress: ["openid", "profile", "email", "phone"] }));
    expect(idToken).toHaveProperty("email");
  });
});

describe("groups", () => {
  const groupClaims = (tokens: ReturnType<typeof simulate>) =>
    [tokens.idToken, tokens.accessToken].map((token) =>
      Object.fromEntries(
        Object.entries(token ?? {}).filter(([name]) => /^cognito:(groups|roles|preferred_role)$/.test(name)),
      ),
    );
  const before = groupClaims(simulate(nora, {}));

  test("are in both tokens, roles in the ID token alone", () => {
    expect(before).toStrictEqual([
      {
        "cognito:groups": ["claims-adjusters", "tenant-blue"],
        "cognito:roles": ["arn:aws:iam::111122223333:role/adjuster", "arn:aws:iam::111122223333:role/blue"],
        "cognito:preferred_role": "arn:aws:iam::111122223333:role/adjuster",
      },
      { "cognito:groups": ["claims-adjusters", "tenant-blue"] },
    ]);
  });

  test("stay where the override is left out", () => {
    expect(groupClaims(simulate(nora, v2({ idTokenGeneration: {} })))).toStrictEqual(before);
  });

  test.for([null, {}, [], { groupsToOverride: [], iamRolesToOverride: [] }])(
    "go from both tokens where it is %j",
    (override) => {
      expect(groupClaims(simulate(nora, groups(override)))).toStrictEqual([{}, {}]);
    },
  );

  test("are replaced together: groups alone leave no roles", () => {
    expect(groupClaims(simulate(nora, groups({ groupsToOverride: ["a"] })))).toStrictEqual([
      { "cognito:groups": ["a"] },
      { "cognito:groups": ["a"] },
    ]);
    const all = { groupsToOverride: ["a"], iamRolesToOverride: ["arn:r"], preferredRole: "arn:r" };
    expect(groupClaims(simulate(nora, groups(all)))).toStrictEqual([
      { "cognito:groups": ["a"], "cognito:roles": ["arn:r"], "cognito:preferred_role": "arn:r" },
      { "cognito:groups": ["a"] },
    ]);
  });

  test("that are suppressed in one token take the roles along and stay in the other", () => {
    const suppress = { claimsToSuppress: ["cognito:groups"] };
    const inId = simulate(nora, id(suppress));
    expect(groupClaims(inId)).toStrictEqual([{}, before[1]]);
    expect(inId.dropped).toStrictEqual([]);
    expect(groupClaims(simulate(nora, access(suppress)))).toStrictEqual([before[0], {}]);
  });

  test("roles named beside the groups are no loss", () => {
    const suppress = { claimsToSuppress: ["cognito:roles", "cognito:preferred_role", "cognito:groups"] };
    expect(simulate(nora, id(suppress)).dropped).toStrictEqual([]);
  });
});

describe("on a V1 pool", () => {
  const event = withRequest(sample("v1.authentication"), { groupConfiguration: nora.request.groupConfiguration });
  const simulateV1 = (response: unknown) => simulate(event, response, { poolVersion: "V1" });

  test("the ID token changes, the access token does not", () => {
    const { idToken, accessToken, dropped } = simulateV1(
      v1({ claimsToAddOrOverride: { tenant: "blue" }, claimsToSuppress: ["email", "sub"] }),
    );
    expect(idToken).toMatchObject({ tenant: "blue", sub: accessToken?.["sub"] });
    expect(idToken).not.toHaveProperty("email");
    expect(accessToken).toStrictEqual(simulateV1({}).accessToken);
    expect(dropped.map(({ token, name }) => [token, name])).toStrictEqual([["id", "sub"]]);
  });

  test("an override of the groups reaches the access token too, suppressing them does not", () => {
    expect(simulateV1(v1({ groupOverrideDetails: { groupsToOverride: ["a"] } }))).toMatchObject({
      idToken: { "cognito:groups": ["a"] },
      accessToken: { "cognito:groups": ["a"] },
    });
    const { idToken, accessToken } = simulateV1(v1({ claimsToSuppress: ["cognito:groups"] }));
    expect(idToken).not.toHaveProperty("cognito:groups");
    expect(accessToken).toHaveProperty("cognito:groups", ["claims-adjusters", "tenant-blue"]);
  });

  test("AWS's example is applied without a loss", () => {
    expect(simulateV1(sampleAs("response.v1.example"))).toMatchObject({
      dropped: [],
      idToken: { roles: '["adjuster"]', "cognito:preferred_role": "arn:aws:iam::111122223333:role/adjuster" },
    });
  });

  test("a V2 response is ignored and leaves everything in", () => {
    const { idToken, accessToken, dropped } = simulateV1(id({ claimsToSuppress: ["email"] }));
    const reason = "a response in the shape of another event version is ignored";
    expect(dropped).toStrictEqual([
      { token: "id", name: "claimsAndScopeOverrideDetails", reason },
      { token: "access", name: "claimsAndScopeOverrideDetails", reason },
    ]);
    expect({ idToken, accessToken }).toMatchObject({ idToken: { email: "nora.lind@example.com" } });
  });

  test("null is left out, as elsewhere", () => {
    const { refused, dropped } = simulateV1(v1({ claimsToAddOrOverride: { tenant: null } }));
    expect(refused).toBeNull();
    expect(dropped.map(({ name }) => name)).toStrictEqual(["tenant"]);
  });

  test.for([1, true, ["a"], { a: 1 }])("the value %j makes the answer unusable", (value) => {
    expect(simulateV1(v1({ claimsToAddOrOverride: { tenant: value } })).refused).toStrictEqual({
      error: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
      reason: 'claimsOverrideDetails.claimsToAddOrOverride: "tenant" is not text, and V1 takes text only',
    });
  });
});

describe("an answer Cognito cannot use", () => {
  const place = "claimsAndScopeOverrideDetails";
  const lists = "expected a list of texts";

  test.for([
    ["nothing", undefined, "the function did not return the event"],
    ["null", null, "the function did not return the event"],
    ["text", "ok", "the function did not return the event"],
    ["a list", [nora], "the function did not return the event"],
    ["the response alone", v2({}), 'the returned event has no "version"'],
    ["an event without its caller", { ...nora, callerContext: undefined }, 'the returned event has no "callerContext"'],
    ["an event without response", { ...nora, response: undefined }, 'the returned event has no "response"'],
    ["a null response", { ...nora, response: null }, "response: expected an object"],
    ["text for a response", { ...nora, response: "ok" }, "response: expected an object"],
  ] as const)("%s", ([, response, reason]) => {
    expect(simulateTokens({ poolVersion: "V3", event: nora, response })).toStrictEqual({
      refused: { error: "InvalidLambdaResponseException", message: "Unrecognizable lambda output", reason },
      idToken: null,
      accessToken: null,
      dropped: [],
    });
  });

  test.for([
    ["text for the details", v2("none"), `${place}: expected an object`],
    ["a list for the ID token's part", id(["x"]), `${place}.idTokenGeneration: expected an object`],
    [
      "claims as a list",
      access({ claimsToAddOrOverride: ["x"] }),
      `${place}.accessTokenGeneration.claimsToAddOrOverride: expected an object`,
    ],
    [
      "suppressions as text",
      id({ claimsToSuppress: "email" }),
      `${place}.idTokenGeneration.claimsToSuppress: ${lists}`,
    ],
    ["a number among the scopes", access({ scopesToAdd: [1] }), `${place}.accessTokenGeneration.scopesToAdd: ${lists}`],
    [
      "suppressed scopes as an object",
      access({ scopesToSuppress: {} }),
      `${place}.accessTokenGeneration.scopesToSuppress: ${lists}`,
    ],
    ["groups as text", groups({ groupsToOverride: "a" }), `${place}.groupOverrideDetails.groupsToOverride: ${lists}`],
    [
      "a number for the preferred role",
      groups({ preferredRole: 1 }),
      `${place}.groupOverrideDetails.preferredRole: ${lists}`,
    ],
    [
      "a scope with a blank",
      access({ scopesToAdd: ["a b"] }),
      `${place}.accessTokenGeneration.scopesToAdd: a scope is empty or has a blank in it`,
    ],
    [
      "an empty scope",
      access({ scopesToAdd: [""] }),
      `${place}.accessTokenGeneration.scopesToAdd: a scope is empty or has a blank in it`,
    ],
  ] as const)("%s", ([, response, reason]) => {
    expect(simulate(nora, response)).toMatchObject({
      refused: { error: "InvalidLambdaResponseException", message: "Unrecognizable lambda output", reason },
      idToken: null,
      accessToken: null,
    });
  });

  test("what cannot be said in JSON fails in the function already", () => {
    expect(simulate(nora, access({ claimsToAddOrOverride: { big: 1n } })).refused).toMatchObject({
      error: "UserLambdaValidationException",
      message: "PreTokenGeneration failed with error Unable to stringify response body.",
    });
  });

  test("values that JSON changes arrive changed", () => {
    const claimsToAddOrOverride = { set: new Set(["a"]), gone: undefined, nan: Number.NaN, at: new Date(0) };
    const { accessToken, dropped } = simulate(nora, access({ claimsToAddOrOverride }));
    expect(accessToken).toMatchObject({ set: {}, at: "1970-01-01T00:00:00.000Z" });
    expect(accessToken).not.toHaveProperty("gone");
    expect(dropped.map(({ name }) => name)).toStrictEqual(["nan"]);
  });

  test("5,000 claims and scopes pass, one more does not, and suppressed ones do not count", () => {
    const { idToken, accessToken } = simulate(nora, {});
    const present = Object.keys(idToken ?? {}).length + Object.keys(accessToken ?? {}).length + 5;
    const room = 5000 - present;
    const scopesToAdd = Array.from({ length: room }, (_, place) => `s/${place}`);
    expect(simulate(nora, access({ scopesToAdd })).refused).toBeNull();
    const tooMany = [...scopesToAdd, "one/more"];
    expect(simulate(nora, access({ scopesToAdd: tooMany })).refused).toStrictEqual({
      error: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
      reason: "5001 claims and scopes, and 5000 is the most",
    });
    const lighter = v2({
      idTokenGeneration: { claimsToSuppress: ["email"] },
      accessTokenGeneration: { scopesToAdd: tooMany },
    });
    expect(simulate(nora, lighter).refused).toBeNull();
  });
});

test("an event that Cognito would not send is refused as such", () => {
  const broken = withRequest(nora, { userAttributes: {} });
  expect(() => simulate(broken, {})).toThrow(
    expect.objectContaining({
      code: "EVENT_MALFORMED",
      message: "request.userAttributes.sub: expected text that is not empty",
    }),
  );
});

test("neither the event nor the answer is changed, and the tokens share nothing with them", () => {
  const answer = { ...nora, response: access({ claimsToAddOrOverride: { limits: { a: 1 } } }) };
  const [eventBefore, answerBefore] = [structuredClone(nora), structuredClone(answer)];
  const { accessToken } = simulateTokens({ poolVersion: "V3", event: nora, response: answer });
  Object.assign(accessToken?.["limits"] as object, { a: 2 });
  expect([nora, answer]).toStrictEqual([eventBefore, answerBefore]);
});

import { expect, test } from "vitest";
import { resolveBare } from "../../claims/resolve.ts";
import { aClaim, aMachine, aSubject } from "./a-plan.ts";
import { no, ref, resolve, yes } from "./resolving.ts";

test("claims reach the tokens they are meant for, in the map's order", () => {
  const claims = [
    aClaim("role", ref("role"), { to: ["access", "id"] }),
    aClaim("limit", ref("limit"), { to: ["access"] }),
    aClaim("phone", ref("phone"), { to: ["id"] }),
  ];
  const { access, id } = resolve({ claims }, { role: "nurse", limit: 5n, phone: "+1" });
  expect([...access]).toEqual([
    ["role", "nurse"],
    ["limit", 5],
  ]);
  expect([...id]).toEqual([
    ["role", "nurse"],
    ["phone", "+1"],
  ]);
});

test("a claim that grants or informs is left out when unknown, and the reason is kept by name", () => {
  const claims = [
    aClaim("absent", ref("role"), { effect: "grants" }),
    aClaim("invalid", ref("limit")),
    aClaim("beyond_json", { op: "int", value: "9007199254740993" }),
    aClaim("not_now", yes, { when: no }),
    aClaim("unknown_when", yes, { when: ref("phone") }),
  ];
  const { access, omitted } = resolve({ claims }, { limit: "invalid", phone: "failed" });
  expect([...access]).toEqual([]);
  expect(omitted).toEqual([
    { claim: "absent", state: "absent" },
    { claim: "invalid", state: "invalid" },
    { claim: "beyond_json", state: "error" },
    { claim: "not_now", state: "when" },
    { claim: "unknown_when", state: "failed" },
  ]);
});

test.for([
  ["its value is absent", { value: ref("role") }],
  ["its value failed", { value: ref("limit") }],
  ["its condition is unknown", { value: yes, when: ref("role") }],
] as const)("a required claim refuses the token when %s", ([, parts]) => {
  const claims = [aClaim("tenant", parts.value, { ...parts, effect: "grants", required: true })];
  expect(() => resolve({ claims }, { limit: "failed" })).toThrow(
    expect.objectContaining({ code: "CLAIM_REQUIRED", message: 'claim "tenant" is required and unknown' }),
  );
});

test("a required claim whose condition is false is no reason to refuse", () => {
  const claims = [aClaim("tenant", ref("role"), { required: true, when: no })];
  expect(resolve({ claims }).omitted).toEqual([{ claim: "tenant", state: "when" }]);
});

test("a claim that restricts refuses the token when unknown, because its absence would give more", () => {
  const claims = [aClaim("limit", ref("limit"), { effect: "restricts" })];
  expect(() => resolve({ claims })).toThrow(
    expect.objectContaining({ code: "CLAIM_RESTRICTS_UNKNOWN", message: 'claim "limit" restricts and is unknown' }),
  );
  expect([...resolve({ claims }, { limit: 3n }).access]).toEqual([["limit", 3]]);
});

test("an unknown scope rule adds nothing and removes what it names", () => {
  const { scopesToAdd, scopesToSuppress } = resolve({
    selfServiceScopes: "keep",
    scopes: [{ add: ["care/write"], remove: ["care/read"], when: ref("role") }],
  });
  expect(scopesToAdd).toEqual([]);
  expect(scopesToSuppress).toEqual(["care/read"]);
});

test("a scope both added and removed is removed, one already sent is not added again", () => {
  const subject = aSubject({ scopes: ["care/read"] });
  const scopes = [
    { add: ["care/read", "care/write", "care/admin"], remove: [] },
    { add: [], remove: ["care/admin"] },
  ];
  const { scopesToAdd, scopesToSuppress } = resolve({ selfServiceScopes: "keep", scopes }, {}, subject);
  expect(scopesToAdd).toEqual(["care/write"]);
  expect(scopesToSuppress).toEqual(["care/admin"]);
});

test("stripping self-service scopes removes every one of them, sent or not", () => {
  expect(resolve({}).scopesToSuppress).toEqual([
    "openid",
    "profile",
    "email",
    "phone",
    "aws.cognito.signin.user.admin",
  ]);
  expect(resolve({ selfServiceScopes: "keep" }).scopesToSuppress).toEqual([]);
});

test("a machine left without a scope is refused", () => {
  const rule = { scopes: [{ add: [], remove: ["care/read"] }] };
  expect(() => resolve(rule, {}, aMachine())).toThrow(
    expect.objectContaining({ code: "SCOPES_EMPTY", message: "the rules leave this machine without a scope" }),
  );
});

const sealed = {
  claims: [
    aClaim("phone", ref("phone"), { to: [], sealFor: ["care-api"] }),
    aClaim("note", ref("role"), { to: [], sealFor: ["care-api"], when: no }),
  ],
  envelopes: [{ resourceServer: "care-api", claims: ["phone", "note"] }],
};

test("an envelope is there exactly when the final scopes hold one of its resource server, whatever is inside", () => {
  const withScope = { ...sealed, scopes: [{ add: ["care/read"], remove: [] }] };
  const full = resolve(withScope, { phone: "+1" }).envelopes;
  const empty = resolve(withScope).envelopes;
  expect(full.map(({ claims }) => [...claims])).toEqual([
    [
      ["phone", "+1"],
      ["note", null],
    ],
  ]);
  expect(empty.map(({ claims }) => [...claims])).toEqual([
    [
      ["phone", null],
      ["note", null],
    ],
  ]);
  expect(resolve(sealed, { phone: "+1" }).envelopes).toEqual([]);
  expect(resolve(sealed, { phone: "+1" }, aSubject({ scopes: ["careless/read"] })).envelopes).toEqual([]);
});

test("an envelope must be sealed when one of its claims is required or restricts", () => {
  const scopes = [{ add: ["care/read"], remove: [] }];
  const one = (effect: "informs" | "restricts", required: boolean): boolean | undefined =>
    resolve(
      {
        claims: [aClaim("phone", ref("phone"), { to: [], sealFor: ["care-api"], effect, required })],
        envelopes: [{ resourceServer: "care-api", claims: ["phone"] }],
        scopes,
      },
      { phone: "+1" },
    ).envelopes[0]?.mustSeal;
  expect(one("informs", false)).toBe(false);
  expect(one("informs", true)).toBe(true);
  expect(one("restricts", false)).toBe(true);
});

test("the ID token loses every attribute that is neither kept nor replaced by a claim that came out", () => {
  const claims = [aClaim("custom:tenant", ref("role"), { to: ["id"] })];
  const lost = resolve({ claims }).suppress.id;
  expect(lost).toEqual(expect.arrayContaining(["phone_number", "name", "birthdate", "address", "custom:tenant"]));
  expect(lost).not.toContain("email");
  expect(lost).not.toContain("sub");
  expect(lost).not.toContain("cognito:user_status");
  expect(resolve({ claims }, { role: "blue" }).suppress.id).not.toContain("custom:tenant");
});

test("a claim that replaces a kept attribute and is left out does not bring the attribute back", () => {
  const claims = [aClaim("email", ref("role"), { to: ["id"] })];
  expect(resolve({ claims, idToken: { keep: ["email"] } }).suppress.id).toContain("email");
  expect(resolve({ claims, idToken: { keep: ["email"] } }, { role: "x" }).suppress.id).not.toContain("email");
});

test.for([
  [{ access: "strip", id: "strip" }, "remove", false, false],
  [{ access: "strip", id: "keep" }, "leave", true, false],
  [{ access: "keep", id: "strip" }, "leave", false, true],
  [{ access: "keep", id: "keep" }, "leave", false, false],
] as const)("groups %j are taken out where the map says so", ([groups, override, access, id]) => {
  const { suppress, groups: result } = resolve({ groups });
  expect(result).toBe(override);
  expect(suppress.access.includes("cognito:groups")).toBe(access);
  expect(suppress.id.includes("cognito:groups")).toBe(id);
});

test("a bare token gains nothing and loses every attribute, self-service scope and group", () => {
  const person = resolveBare(aSubject());
  expect([person.access.size, person.id.size, person.envelopes.length]).toEqual([0, 0, 0]);
  expect(person.suppress.id).toEqual(expect.arrayContaining(["email", "phone_number", "custom:tenant"]));
  expect(person.scopesToSuppress).toContain("openid");
  expect(person.groups).toBe("remove");
  expect(resolveBare(aMachine())).toMatchObject({
    scopesToSuppress: [],
    groups: "leave",
    suppress: { access: [], id: [] },
  });
});

test("claims that only inform may go when a token is too large, the last one first", () => {
  const claims = [
    aClaim("a", yes),
    aClaim("b", yes, { effect: "grants" }),
    aClaim("c", yes),
    aClaim("d", yes, { required: true }),
  ];
  expect(resolve({ claims }).droppable).toEqual(["c", "a"]);
});

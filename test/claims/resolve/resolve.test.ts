import { expect, test } from "vitest";
import { resolveBare } from "../../../claims/resolve/resolve.ts";
import { aClaim, aMachine, aSubject } from "../a-plan.ts";
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

import { expect, test } from "vitest";
import type { PlanProfile } from "../../../claims/plan.ts";
import { aClaim, aMachine } from "../a-plan.ts";
import { ref, resolve } from "./resolving.ts";

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

const lost = (profile: Partial<PlanProfile>, role?: string): readonly string[] =>
  resolve(profile, { role }).suppress.id;

test("drop takes away what it names, whether this person has it or not, and nothing else", () => {
  expect(lost({ idToken: { drop: ["phone_number", "custom:salary"] } })).toEqual(["phone_number", "custom:salary"]);
});

test("what Cognito does not let a trigger suppress is not asked for", () => {
  expect(lost({ idToken: { drop: ["sub", "identities", "name"] } })).toEqual(["name"]);
});

test("unchanged takes nothing away", () => {
  const unchanged = { idToken: { unchanged: true }, groups: { access: "keep", id: "keep" } } as const;
  expect(lost(unchanged)).toEqual([]);
});

test.for([
  ["keep", { keep: ["custom:tenant"] }],
  ["drop", { drop: ["phone_number"] }],
  ["unchanged", { unchanged: true }],
] as const)(
  "under %s too, a claim that replaces an attribute and is left out does not bring it back",
  ([, idToken]) => {
    const claims = [aClaim("custom:tenant", ref("role"), { to: ["id"] })];
    expect(lost({ claims, idToken })).toContain("custom:tenant");
    expect(lost({ claims, idToken }, "blue")).not.toContain("custom:tenant");
  },
);

test("a name that is dropped and has a claim of the map's is the map's alone", () => {
  const claims = [aClaim("email", ref("role"), { to: ["id"] })];
  expect(lost({ claims, idToken: { drop: ["email"] } }, "x")).not.toContain("email");
  expect(lost({ claims, idToken: { drop: ["email"] } })).toContain("email");
});

test("a claim of the access token's alone replaces nothing in the ID token", () => {
  const claims = [aClaim("email", ref("role"), { to: ["access"] })];
  expect(lost({ claims, idToken: { unchanged: true } }, "x")).toEqual([]);
});

test("a machine has no ID token to lose anything", () => {
  expect(resolve({ idToken: { drop: ["email"] } }, {}, aMachine()).suppress).toEqual({ access: [], id: [] });
});

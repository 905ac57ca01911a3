import { expect, test } from "vitest";
import { matchPatterns } from "../../../claims/evaluate/match-patterns.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";
import type { Plan, PlanProvider } from "../../../claims/plan.ts";
import { matchProvider, resolveFederation } from "../../../claims/resolve/resolve-federation.ts";
import type { Federated } from "../../../cognito/read-federation.ts";
import { federatedPlan } from "../a-federated-map.ts";

const plan = federatedPlan();

function someone(attributes: { readonly [name: string]: string | null }, changes: Partial<Federated> = {}): Federated {
  return {
    poolId: "eu-central-1_Example01",
    clientId: "web1",
    provider: "CorporateSaml",
    providerType: "SAML",
    attributes: new Map(Object.entries(attributes)),
    ...changes,
  };
}

function kept(from: Federated, of: Plan = plan): { readonly kept: object; readonly left: readonly unknown[] } {
  const patterns = new Map((of.federation?.patterns ?? []).map((each) => [each, compilePattern(each)]));
  const outcome = resolveFederation(matchProvider(of, from), from, matchPatterns(patterns), () => {});
  return { kept: Object.fromEntries(outcome.kept), left: outcome.left };
}

test("what is listed is kept, shortened as the map says, and nothing else is", () => {
  const sent = { email: "a@example.com", groups: "[G-1, app-porters, app-nurses, G-2]", department: "Cardiology" };
  expect(kept(someone(sent))).toEqual({
    kept: { email: "a@example.com", "custom:roles": "[app-nurses, app-porters]" },
    left: [],
  });
});

test("what is absent is its default, so that what was there before is written over", () => {
  expect(kept(someone({ email: "a@example.com" })).kept).toEqual({ email: "a@example.com", "custom:roles": "[]" });
});

test("what breaks its declaration is left out, and what must be there refuses", () => {
  expect(kept(someone({ email: "x".repeat(121), groups: "[]" }))).toEqual({
    kept: { "custom:roles": "[]" },
    left: [{ attribute: "email", state: "invalid" }],
  });
  expect(() => kept(someone({ email: "a@example.com", groups: "[open" }))).toThrow(
    expect.objectContaining({
      code: "ATTRIBUTE_REQUIRED",
      message: 'attribute "custom:roles" is required and unknown: error',
    }),
  );
  expect(() => kept(someone({ email: "a@example.com", groups: null }))).toThrow(
    expect.objectContaining({ message: 'attribute "custom:roles" is required and unknown: invalid' }),
  );
});

test("scalars are written as text, as Cognito hands them over again", () => {
  const google = { provider: "Google", providerType: "Google" };
  const sent = { sub: "1", email: "a@example.com", email_verified: "true" };
  expect(kept(someone(sent, google)).kept).toEqual(sent);
  expect(kept(someone({ ...sent, email_verified: "yes" }, google)).left).toEqual([
    { attribute: "email_verified", state: "invalid" },
  ]);
});

test("when nothing is known there is no answer: an empty one would keep everything", () => {
  const google = someone({ hd: "example.com" }, { provider: "Google", providerType: "Google" });
  expect(() => kept(google)).toThrow(
    expect.objectContaining({ code: "ATTRIBUTES_NONE", message: "nothing that the map keeps is known" }),
  );
});

test.for([
  ["is not in the map", { provider: "Facebook", providerType: "Facebook" }, "the map has no such identity provider"],
  ["has a name of JavaScript's own", { provider: "constructor" }, "the map has no such identity provider"],
  ["is of another type", { providerType: "OIDC" }, "the identity provider is not SAML, as the map says"],
] as const)("people of a provider that %s do not get in", ([, changes, message]) => {
  expect(() => kept(someone({ email: "a@example.com" }, changes))).toThrow(
    expect.objectContaining({ code: "PROVIDER_NONE", message }),
  );
});

test("nobody gets in by a plan that says nothing of providers", () => {
  const { federation: _, ...rest } = plan;
  expect(() => kept(someone({}), rest)).toThrow(expect.objectContaining({ code: "PROVIDER_NONE" }));
});

test("a text longer than a profile holds is left out, be the plan as it may", () => {
  const value = { op: "ref", ref: ["idp", "bio"] } as const;
  const unbounded: PlanProvider = {
    type: "SAML",
    attributes: { bio: { type: "string", class: "open" } },
    keep: [{ name: "bio", pool: [], value, required: false, type: "string", class: "open", maxBytes: null }],
  };
  const of = { ...plan, federation: { providers: { CorporateSaml: unbounded }, patterns: [] } };
  expect(kept(someone({ bio: "x".repeat(2048) }), of).left).toEqual([]);
  expect(() => kept(someone({ bio: "x".repeat(2049) }), of)).toThrow(
    expect.objectContaining({ code: "ATTRIBUTES_NONE" }),
  );
});

test("patterns hold, in declarations and in expressions", () => {
  const patterned = federatedPlan(
    [
      'email: { type: string, class: pii, maxLength: 120, purpose: "shown to the person" }\n        groups',
      'email: { type: string, class: pii, maxLength: 120, pattern: "[^@]+@example.com", purpose: "shown" }\n        groups',
    ],
    [
      `'["app-nurses", "app-porters"].filter(g, g in bracketList(idp.groups))'`,
      `'matches(idp.groups, "app-") ? "staff" : "none"'`,
    ],
  );
  expect(kept(someone({ email: "a@elsewhere.com", groups: "[app-x]" }), patterned)).toEqual({
    kept: { "custom:roles": "staff" },
    left: [{ attribute: "email", state: "invalid" }],
  });
});

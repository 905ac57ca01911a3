import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expr, Literal, PlanType } from "../../../claims/plan.ts";
import type { Audience } from "../../../claims/resolve/audience.ts";
import type { ResolveTools } from "../../../claims/resolve/resolve.ts";
import { aClaim, aPlan, aSubject } from "../a-plan.ts";
import { no, noTools, ref, resolve, text, yes } from "./resolving.ts";

const restricting = (otherwise: Literal, type: PlanType, when?: Expr) =>
  aClaim("limit", ref("limit"), { effect: "restricts", otherwise, type, ...(when && { when }) });

test.for([
  ["an int", 0, "int", 0],
  ["a bool", false, "bool", false],
  ["an empty list", [], { list: "string" }, []],
  ["an empty text", "", "string", ""],
  ["a timestamp, in seconds as every one in a token", "2026-11-22T10:00:00Z", "timestamp", 1_795_341_600],
  ["a map", { eur: 5 }, { map: "int" }, { eur: 5 }],
] as const)("in place of an unknown value that restricts stands %s", ([, otherwise, type, expected]) => {
  for (const limit of [undefined, "invalid", "failed"]) {
    const { access, omitted } = resolve({ claims: [restricting(otherwise, type)] }, { limit });
    expect([...access]).toEqual([["limit", expected]]);
    expect(omitted).toEqual([]);
  }
});

test("a stand-in is for what is unknown: not for a value, nor for a claim whose condition is false", () => {
  expect([...resolve({ claims: [restricting(0, "int")] }, { limit: 7n }).access]).toEqual([["limit", 7]]);
  expect([...resolve({ claims: [restricting(0, "int", no)] }).access]).toEqual([]);
  expect([...resolve({ claims: [restricting(0, "int", ref("unknown"))] }, { limit: 7n }).access]).toEqual([
    ["limit", 0],
  ]);
});

test("a stand-in that is none of the claim's type stands for nothing", () => {
  expect(() => resolve({ claims: [restricting("none", "int")] })).toThrow(
    expect.objectContaining({ code: "CLAIM_RESTRICTS_UNKNOWN", message: 'claim "limit" restricts and is unknown' }),
  );
});

test("a required claim needs a value of its own", () => {
  expect(() => resolve({ claims: [{ ...restricting(0, "int"), required: true }] })).toThrow(
    expect.objectContaining({ code: "CLAIM_REQUIRED", message: 'claim "limit" is required and unknown' }),
  );
});

const pseudonym: Expr = { op: "pseudonym", of: ref("licence"), attribute: "staff.licence" };
const named: ResolveTools = {
  ...noTools,
  pseudonym: (audience) => (attribute, value) => [...Object.values(audience), attribute, value].join("|"),
};
const sealedToo = {
  claims: [aClaim("staff_ref", pseudonym, { to: ["access", "id"], sealFor: ["care-api"], effect: "grants" })],
  envelopes: [{ resourceServer: "care-api", claims: ["staff_ref"] }],
  scopes: [{ add: ["care/read"], remove: [] }],
  needs: { tenant: false, partition: false, pseudonyms: true },
} as const;

test("a pseudonym is the client's in the tokens, and the resource server's inside its envelope", () => {
  const { access, id, envelopes } = resolve(sealedToo, { licence: "DE-1" }, aSubject(), { tools: named });
  expect([...access]).toEqual([["staff_ref", "client|web|staff.licence|DE-1"]]);
  expect([...id]).toEqual([...access]);
  expect(envelopes.map(({ claims }) => [...claims])).toEqual([
    [["staff_ref", "resource-server|care|staff.licence|DE-1"]],
  ]);
});

test("a pseudonym that cannot be made is unknown, for every audience", () => {
  const { access, envelopes, omitted } = resolve(sealedToo, { licence: "DE-1" });
  expect(access.size).toBe(0);
  expect(envelopes.map(({ claims }) => [...claims])).toEqual([[["staff_ref", null]]]);
  expect(omitted).toEqual([{ claim: "staff_ref", state: "failed" }]);
});

test("a profile without pseudonyms has its claims worked out once, for everybody", () => {
  const asked: Audience[] = [];
  const tools: ResolveTools = {
    ...noTools,
    pseudonym: (audience) => {
      asked.push(audience);
      return () => undefined;
    },
  };
  resolve({ ...sealedToo, needs: aPlan().profiles[0]?.needs ?? sealedToo.needs }, {}, aSubject(), { tools });
  expect(asked).toEqual([{ kind: "client", id: "web" }]);
});

test("patterns reach expressions", () => {
  const matches: Expr = { op: "matches", of: ref("role"), pattern: "^n" };
  const tools = { ...noTools, matches: (pattern: string, of: string) => pattern === "^n" && of.startsWith("n") };
  const claims = [aClaim("is_nurse", matches)];
  expect([...resolve({ claims }, { role: "nurse" }, aSubject(), { tools }).access]).toEqual([["is_nurse", true]]);
});

test("of a claim that is left out its name is kept, and nothing of its value", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const value = fc.constantFrom(ref("secret"), text("canary-text"), yes);
  const when = fc.constantFrom(undefined, yes, no, ref("unknown"), ref("invalid"));
  const claims = fc.uniqueArray(fc.record({ name, value, when }), { selector: (claim) => claim.name });
  fc.assert(
    fc.property(claims, (drawn) => {
      const made = drawn.map((claim) => aClaim(claim.name, claim.value, claim.when ? { when: claim.when } : {}));
      const { access, omitted } = resolve({ claims: made }, { secret: 2n ** 60n, invalid: "invalid" });
      expect([...access.keys(), ...omitted.map(({ claim }) => claim)].toSorted()).toEqual(
        drawn.map((claim) => claim.name).toSorted(),
      );
      for (const entry of omitted) {
        expect(Object.keys(entry)).toEqual(["claim", "state"]);
        expect(["when", "absent", "invalid", "failed", "error"]).toContain(entry.state);
      }
    }),
    { numRuns: 500 },
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlanScopeRule } from "../../../claims/plan.ts";
import type { ResolvedClaims } from "../../../claims/resolve/resolved-claims.ts";
import { finalScopes } from "../../../cognito/apply-changes.ts";
import { SELF_SERVICE_SCOPES } from "../../../cognito/standard-attributes.ts";
import type { Subject } from "../../../cognito/subject.ts";
import { aMachine, aSubject } from "../a-plan.ts";
import { no, ref, resolve, texts, yes } from "./resolving.ts";

/** The scopes of the token, once Cognito has done what it was told. */
const left = ({ scopes }: Subject, { scopesToAdd, scopesToSuppress }: ResolvedClaims): readonly string[] =>
  finalScopes(scopes, scopesToAdd, scopesToSuppress);

const only = (list: readonly string[], when?: PlanScopeRule["when"]): PlanScopeRule => ({
  add: [],
  remove: [],
  only: texts(...list),
  ...(when && { when }),
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

test("only keeps custom scopes to its list, whether they were sent or added, and leaves self-service scopes alone", () => {
  const subject = aSubject({ scopes: ["openid", "care/read", "care/admin"] });
  const result = resolve(
    {
      selfServiceScopes: "keep",
      scopes: [{ add: ["care/write", "care/export"], remove: [] }, only(["care/read", "care/write", "care/other"])],
    },
    {},
    subject,
  );
  expect(left(subject, result)).toEqual(["openid", "care/read", "care/write"]);
  expect(result.scopesToAdd).toEqual(["care/write"]);
  expect(result.scopesToSuppress).toEqual(["care/admin"]);
});

test("a list that is unknown leaves no custom scope", () => {
  const subject = aSubject({ scopes: ["openid", "care/read"] });
  const rules = [
    { add: ["care/write"], remove: [] },
    { add: [], remove: [], only: ref("lists") },
  ];
  for (const lists of [undefined, "invalid", "failed"]) {
    const result = resolve({ selfServiceScopes: "keep", scopes: rules }, { lists }, subject);
    expect(left(subject, result)).toEqual(["openid"]);
  }
});

test.for([
  ["true", yes, ["care/read"]],
  ["unknown", ref("flag"), ["care/read"]],
  ["false", no, ["care/read", "care/write"]],
] as const)("only under a condition that is %s does what gives less", ([, when, expected]) => {
  const subject = aSubject({ scopes: ["care/read", "care/write"] });
  expect(left(subject, resolve({ scopes: [only(["care/read"], when)] }, {}, subject))).toEqual(expected);
});

test("several lists leave what is in all of them", () => {
  const subject = aSubject({ scopes: ["a/1", "a/2", "a/3"] });
  const result = resolve({ scopes: [only(["a/1", "a/2"]), only(["a/2", "a/3"])] }, {}, subject);
  expect(left(subject, result)).toEqual(["a/2"]);
});

test("a machine whose last scope is not in the list is refused", () => {
  expect(() => resolve({ scopes: [only(["care/write"])] }, {}, aMachine())).toThrow(
    expect.objectContaining({ code: "SCOPES_EMPTY", message: "the rules leave this machine without a scope" }),
  );
});

const scope = fc.constantFrom("care/read", "care/write", "billing/read", "openid", "email");
const condition = fc.constantFrom(undefined, yes, no, ref("flag"));
const rule = fc
  .record({
    add: fc.array(scope),
    remove: fc.array(scope),
    list: fc.option(fc.array(scope), { nil: undefined }),
    when: condition,
  })
  .map(({ add, remove, list, when }): PlanScopeRule & { readonly list?: readonly string[] } => ({
    add,
    remove,
    ...(list && { only: texts(...list), list }),
    ...(when && { when }),
  }));
const scene = fc.record({
  sent: fc.array(scope),
  scopes: fc.array(rule, { maxLength: 4 }),
  selfServiceScopes: fc.constantFrom("keep" as const, "strip" as const),
});

test("no scope appears that was neither sent nor added by the map, and none stays that the map takes away", () => {
  fc.assert(
    fc.property(scene, ({ sent, scopes, selfServiceScopes }) => {
      const subject = aSubject({ scopes: sent });
      const result = left(subject, resolve({ scopes, selfServiceScopes }, {}, subject));
      const applied = scopes.filter(({ when }) => when !== no);
      const added = scopes.filter(({ when }) => when === undefined || when === yes).flatMap(({ add }) => add);
      const removed = applied.flatMap(({ remove }) => remove);
      for (const each of result) {
        expect([...sent, ...added]).toContain(each);
        expect(removed).not.toContain(each);
        expect(selfServiceScopes === "strip" && SELF_SERVICE_SCOPES.includes(each)).toBe(false);
        const custom = !SELF_SERVICE_SCOPES.includes(each);
        expect(applied.filter(({ list }) => custom && list && !list.includes(each))).toEqual([]);
      }
    }),
    { numRuns: 2_000 },
  );
});

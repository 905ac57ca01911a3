import fc from "fast-check";
import { expect, test } from "vitest";
import { sessionOfRole } from "../../../local/policy/caller.ts";
import { requestContext } from "../../../local/policy/condition.ts";
import { refusalOfKey } from "../../../local/policy/key-access.ts";
import type { PolicyStatement } from "../../../local/policy/policy.ts";
import { readPolicy } from "../../../local/policy/read-policy.ts";

const account = "111122223333";
const roles = ["care", "billing"].map((name) => `arn:aws:iam::${account}:role/${name}`);
const key = `arn:aws:kms:eu-central-1:${account}:key/one`;

const operators = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIfExists",
  "StringLike",
  "ForAllValues:StringEquals",
  "ForAnyValue:StringNotEquals",
];
const condition = fc.record({
  operator: fc.constantFrom(...operators),
  name: fc.constantFrom("kms:EncryptionContext:a", "kms:EncryptionContextKeys", "aws:PrincipalArn"),
  value: fc.constantFrom("x", "y", "a", "*", roles[0]!),
});
const shared = {
  Effect: fc.constantFrom("Allow" as const, "Deny" as const),
  Action: fc.constantFrom("kms:*", "kms:Decrypt", "kms:Encrypt"),
  Resource: fc.constantFrom("*", key, `arn:aws:kms:us-east-1:${account}:key/*`),
  conditions: fc.array(condition, { maxLength: 2 }),
};

type Drawn = { readonly conditions: readonly { operator: string; name: string; value: string }[] };

/** Conditions of one operator are written together, as in any JSON object. */
function written<T extends Drawn>({ conditions, ...statement }: T): Omit<T, "conditions"> & PolicyStatement {
  const Condition: Record<string, Record<string, string>> = {};
  for (const { operator, name, value } of conditions) Condition[operator] = { ...Condition[operator], [name]: value };
  return { ...statement, Condition } as Omit<T, "conditions"> & PolicyStatement;
}

const principal = fc.constantFrom(...[...roles, account].map((AWS) => ({ AWS })), "*" as const);
const keyStatement = fc.record({ ...shared, Principal: principal }).map(written);
const ownStatement = fc.record(shared).map(written);
const request = fc.record({
  role: fc.constantFrom(...roles, "arn:aws:iam::444455556666:role/partner"),
  action: fc.constantFrom("kms:Decrypt", "kms:Encrypt"),
  a: fc.constantFrom(undefined, "x", "y"),
});
const situation = fc.record({
  key: fc.array(keyStatement, { minLength: 1, maxLength: 4 }),
  own: fc.array(ownStatement, { maxLength: 3 }),
  granted: fc.boolean(),
  request,
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

function allowed({ key: statements, own, granted, request: { role, action, a } }: Situation): boolean {
  const context = requestContext([
    ["aws:PrincipalArn", role],
    ["kms:EncryptionContext:a", a],
    ["kms:EncryptionContextKeys", a === undefined ? undefined : ["a"]],
  ]);
  const refusal = refusalOfKey(
    { caller: sessionOfRole(role), action, resource: key, context },
    {
      account,
      granted,
      keyPolicy: readPolicy({ Version: "2012-10-17", Statement: statements }, "key"),
      identityPolicies: own.length === 0 ? [] : [readPolicy({ Version: "2012-10-17", Statement: own }, "identity")],
    },
  );
  return refusal === null;
}

const runs = { numRuns: 2_000 };

test("a Deny more, in either kind of policy, never lets anybody in", () => {
  fc.assert(
    fc.property(situation, keyStatement, ownStatement, (given, inKey, inOwn) => {
      if (allowed(given)) return;
      expect(allowed({ ...given, key: [...given.key, { ...inKey, Effect: "Deny" }] })).toBe(false);
      expect(allowed({ ...given, own: [...given.own, { ...inOwn, Effect: "Deny" }] })).toBe(false);
    }),
    runs,
  );
});

test("an Allow more never locks anybody out", () => {
  fc.assert(
    fc.property(situation, keyStatement, ownStatement, (given, inKey, inOwn) => {
      if (!allowed(given)) return;
      expect(allowed({ ...given, key: [...given.key, { ...inKey, Effect: "Allow" }] })).toBe(true);
      expect(allowed({ ...given, own: [...given.own, { ...inOwn, Effect: "Allow" }] })).toBe(true);
      expect(allowed({ ...given, granted: true })).toBe(true);
    }),
    runs,
  );
});

test("the order of statements does not matter", () => {
  fc.assert(
    fc.property(situation, (given) => {
      const turned = { ...given, key: given.key.toReversed(), own: given.own.toReversed() };
      expect(allowed(turned)).toBe(allowed(given));
    }),
    runs,
  );
});

test("own policies alone let nobody in: without an Allow in the key policy, only a grant does", () => {
  fc.assert(
    fc.property(situation, (given) => {
      const silent = {
        ...given,
        key: given.key.map((statement) => ({ ...statement, Effect: "Deny" as const })),
        granted: false,
      };
      expect(allowed(silent)).toBe(false);
    }),
    runs,
  );
});

test("the situations drawn are of both kinds", () => {
  const drawn = fc.sample(situation, { numRuns: 1_000, seed: 1 }).filter(allowed).length;
  expect(drawn).toBeGreaterThan(100);
  expect(drawn).toBeLessThan(900);
});

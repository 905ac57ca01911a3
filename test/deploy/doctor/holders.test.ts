import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holdersOf, includes, notDenied } from "../../../deploy/doctor/holders.ts";
import { policyStatements } from "../../../deploy/doctor/policy-statements.ts";
import { sessionOfRole } from "../../../local/policy/caller.ts";
import { requestContext } from "../../../local/policy/condition.ts";
import { evaluateResourcePolicy } from "../../../local/policy/evaluate.ts";
import { globalConditions } from "../../../local/policy/global-conditions.ts";
import { readPolicy } from "../../../local/policy/read-policy.ts";
import { runs } from "../../runs.ts";

const [HOME, AWAY] = ["111122223333", "444455556666"];
const role = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const root = (account: string): string => `arn:aws:iam::${account}:root`;
const KEY = `arn:aws:kms:eu-central-1:${HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

type Written = { readonly [element: string]: unknown };

function whoMayDecrypt(...statements: readonly Written[]): readonly string[] {
  const written = statements.map((each) => ({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*", ...each }));
  const read = policyStatements(JSON.stringify({ Version: "2012-10-17", Statement: written }));
  return holdersOf(read ?? [], "kms:Decrypt").map(({ who }) => who);
}

const everybodyBut = (...arns: readonly string[]): Written => ({
  Effect: "Deny",
  Principal: "*",
  Condition: { ArnNotEquals: { "aws:PrincipalArn": arns } },
});

describe("whom a policy lets decrypt", () => {
  const cases: readonly (readonly [name: string, statements: readonly Written[], who: readonly string[]])[] = [
    ["a role by its ARN", [{ Principal: { AWS: role(HOME, "a") } }], [role(HOME, "a")]],
    ["an account by its root", [{ Principal: { AWS: root(HOME) } }], [`account ${HOME}`]],
    ["an account by its number", [{ Principal: { AWS: HOME } }], [`account ${HOME}`]],
    [
      "a role of an account, by a condition",
      [{ Principal: { AWS: root(HOME) }, Condition: { ArnEquals: { "aws:PrincipalArn": role(HOME, "a") } } }],
      [role(HOME, "a")],
    ],
    [
      "no role of another account than the principal's",
      [{ Principal: { AWS: root(HOME) }, Condition: { ArnEquals: { "aws:PrincipalArn": role(AWAY, "a") } } }],
      [],
    ],
    [
      "everybody of an account, by a condition on everybody",
      [{ Principal: "*", Condition: { StringEquals: { "kms:CallerAccount": [HOME, AWAY] } } }],
      [`account ${HOME}`, `account ${AWAY}`],
    ],
    ["a session as its role", [{ Principal: { AWS: `arn:aws:sts::${HOME}:assumed-role/a/s` } }], [role(HOME, "a")]],
    [
      "whoever a pattern of actions lets",
      [{ Principal: { AWS: role(HOME, "a") }, Action: "kms:De*" }],
      [role(HOME, "a")],
    ],
    ["nobody by another action", [{ Principal: { AWS: role(HOME, "a") }, Action: "kms:Encrypt" }], []],
    ["whoever all actions but some let", [{ Principal: "*", Action: undefined, NotAction: "kms:Encrypt" }], ["*"]],
    ["nobody, past a denial for all", [{ Principal: { AWS: root(HOME) } }, { Effect: "Deny", Principal: "*" }], []],
    [
      "those whom a denial spares, of an account",
      [{ Principal: { AWS: root(HOME) } }, everybodyBut(role(HOME, "a"), role(AWAY, "b"))],
      [role(HOME, "a")],
    ],
    [
      "no service that a denial does not spare",
      [{ Principal: { Service: "dynamodb.amazonaws.com" } }, everybodyBut(role(HOME, "a"))],
      [],
    ],
    [
      "all, past a denial that asks for something else as well",
      [
        { Principal: { AWS: root(HOME) } },
        {
          ...everybodyBut(),
          Condition: { ...(everybodyBut("x").Condition as object), Bool: { "aws:SecureTransport": "false" } },
        },
      ],
      [`account ${HOME}`],
    ],
    [
      "all but a role that is denied by name",
      [
        { Principal: { AWS: [role(HOME, "a"), role(HOME, "b")] } },
        { Effect: "Deny", Principal: { AWS: role(HOME, "a") } },
      ],
      [role(HOME, "b")],
    ],
  ];
  test.for(cases)("%s", ([, statements, who]) => {
    expect(whoMayDecrypt(...statements)).toEqual(who);
  });
});

test("a grant is worth what the policy's denials leave of it", () => {
  const statements = policyStatements(
    JSON.stringify({ Statement: [{ ...everybodyBut(role(HOME, "a")), Action: "kms:*" }] }),
  );
  expect(notDenied(statements ?? [], "kms:Decrypt", role(HOME, "a"))).toBe(true);
  expect(notDenied(statements ?? [], "kms:Decrypt", role(HOME, "b"))).toBe(false);
});

test("what is no policy has no statements", () => {
  for (const text of ["", "{", "null", "[]", '"x"', '{"Statement":["x"]}']) expect(policyStatements(text)).toBeNull();
  expect(policyStatements("{}")).toEqual([]);
});

test("nobody whom IAM would let in is ever missing, whatever the policy", () => {
  const roles = [HOME, AWAY].flatMap((account) => ["a", "b", "ab"].map((name) => role(account, name)));
  const sessions = roles.map((arn) => sessionOfRole(arn).sessionArn);
  const principals = fc.oneof(
    fc.constant("*"),
    fc
      .uniqueArray(fc.constantFrom("*", HOME, root(HOME), root(AWAY), ...roles, ...sessions), {
        minLength: 1,
        maxLength: 3,
      })
      .map((AWS) => ({ AWS })),
  );
  const patterns = [...roles, `arn:aws:iam::${HOME}:role/a*`, "arn:aws:iam::*:role/b", `arn:aws:iam::${AWAY}:*`];
  const about = (operators: readonly string[], keys: readonly string[], values: readonly string[]) =>
    fc
      .tuple(
        fc.constantFrom(...operators),
        fc.constantFrom(...keys),
        fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
      )
      .map(([operator, key, given]) => ({ [operator]: { [key]: given } }));
  const ofArns = [
    "ArnEquals",
    "ArnLike",
    "StringLike",
    "ArnNotEquals",
    "ArnNotLike",
    "StringNotLike",
    "ArnEqualsIfExists",
  ];
  const conditions = fc.oneof(
    about(ofArns, ["aws:PrincipalArn", "AWS:principalarn"], patterns),
    about(["StringEquals", "StringNotEquals", "StringLike"], ["aws:PrincipalAccount"], [HOME, AWAY, "1*"]),
    about(["StringEquals", "StringNotEquals"], ["kms:EncryptionContext:claimseal:aud"], ["care-api", "billing-api"]),
  );
  const condition = fc.option(
    fc.array(conditions, { minLength: 1, maxLength: 2 }).map((all) => Object.assign({}, ...all) as object),
    { nil: undefined },
  );
  const action = fc.constantFrom(
    { Action: "kms:Decrypt" },
    { Action: ["kms:Encrypt", "kms:D*"] },
    { Action: "kms:*" },
    { NotAction: ["kms:Encrypt"] },
    { NotAction: "kms:De*" },
  );
  const allow = fc.record({ Principal: principals, action, condition }).map((each) => ({ Effect: "Allow", ...each }));
  const deny = fc
    .record({ who: principals, not: fc.boolean(), action, condition })
    .map(({ who, not, ...each }) => ({ Effect: "Deny", [not ? "NotPrincipal" : "Principal"]: who, ...each }));
  const policies = fc.array(fc.oneof({ weight: 3, arbitrary: allow }, deny), { minLength: 1, maxLength: 4 });
  let allowed = 0;
  fc.assert(
    fc.property(policies, fc.constantFrom(...roles), (statements, arn) => {
      const document = {
        Version: "2012-10-17",
        Statement: statements.map(({ action: chosen, condition: held, ...each }) => ({
          ...each,
          ...chosen,
          Resource: "*",
          ...(held && { Condition: held }),
        })),
      };
      const caller = sessionOfRole(arn);
      const verdict = evaluateResourcePolicy(readPolicy(document, "key"), {
        caller,
        action: "kms:Decrypt",
        resource: KEY,
        context: requestContext([
          ...globalConditions(caller, "eu-central-1"),
          ["kms:EncryptionContext:claimseal:aud", "care-api"],
        ]),
      });
      if (verdict !== "allow" && verdict !== "account") return;
      allowed += 1;
      const holders = holdersOf(policyStatements(JSON.stringify(document)) ?? [], "kms:Decrypt");
      expect(holders.some(({ who }) => includes(who, arn))).toBe(true);
    }),
    { numRuns: runs(3_000) },
  );
  expect(allowed).toBeGreaterThan(runs(300));
});

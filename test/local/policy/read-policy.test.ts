import { expect, test } from "vitest";
import { sessionOfRole } from "../../../local/policy/caller.ts";
import { PolicyError } from "../../../local/policy/policy-error.ts";
import { readPolicy } from "../../../local/policy/read-policy.ts";

const statement = { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" };

function keyPolicy(change: object): unknown {
  return { Version: "2012-10-17", Statement: { ...statement, ...change } };
}

const refused: readonly [why: string, document: unknown, message: string][] = [
  ["what is no object", "{}", "a policy must be an object"],
  ["an unknown element", { Version: "2012-10-17", Statements: [] }, 'a policy has no element "Statements"'],
  ["the language of 2008", { Statement: statement }, 'Version must be "2012-10-17"'],
  ["no statement", { Version: "2012-10-17", Statement: [] }, "a policy needs a statement"],
  ["a statement that is none", { Version: "2012-10-17", Statement: ["x"] }, "Statement[0] must be an object"],
  ["a misspelt element", keyPolicy({ Conditions: {} }), 'Statement[0] has no element "Conditions"'],
  ["an effect of neither kind", keyPolicy({ Effect: "allow" }), 'Statement[0].Effect must be "Allow" or "Deny"'],
  ["no action", keyPolicy({ Action: undefined }), "Statement[0] needs either Action or NotAction"],
  ["an empty list of actions", keyPolicy({ Action: [] }), "Statement[0].Action must not be empty"],
  ["action and not action", keyPolicy({ NotAction: "kms:*" }), "Statement[0] needs either Action or NotAction"],
  ["an action without a service", keyPolicy({ Action: "Decrypt" }), 'Statement[0].Action must be "*" or SERVICE:NAME'],
  ["no resource", keyPolicy({ Resource: undefined }), "Statement[0] needs either Resource or NotResource"],
  ["half an ARN", keyPolicy({ Resource: "arn:aws:kms:*" }), 'Statement[0].Resource must be "*" or an ARN of six parts'],
  ["a number for a resource", keyPolicy({ Resource: 1 }), "Statement[0].Resource must be a string or a list of them"],
  ["no principal", keyPolicy({ Principal: undefined }), "Statement[0] needs either Principal or NotPrincipal"],
  [
    "an Allow to all but some",
    keyPolicy({ Principal: undefined, NotPrincipal: "*" }),
    "Statement[0]: NotPrincipal goes with Deny only",
  ],
  ["a principal that is a text", keyPolicy({ Principal: "me" }), 'Statement[0]: a principal must be "*" or an object'],
  [
    "a principal from elsewhere",
    keyPolicy({ Principal: { Federated: "x" } }),
    'Statement[0]: principals of type "Federated" are not emulated',
  ],
  [
    "a principal with a wildcard inside",
    keyPolicy({ Principal: { AWS: "arn:aws:iam::111122223333:role/*" } }),
    'Statement[0].Principal.AWS must be "*", an account, or an ARN without wildcards',
  ],
  ["a condition that is none", keyPolicy({ Condition: [] }), "Statement[0].Condition must be an object"],
  [
    "an operator without keys",
    keyPolicy({ Condition: { StringEquals: "x" } }),
    "Statement[0].Condition.StringEquals must be an object",
  ],
  [
    "an operator that is not emulated",
    keyPolicy({ Condition: { NumericLessThan: { "kms:x": "1" } } }),
    'Statement[0].Condition: the operator "NumericLessThan" is not emulated',
  ],
  [
    "an operator in other case",
    keyPolicy({ Condition: { stringEquals: { "kms:x": "1" } } }),
    'Statement[0].Condition: the operator "stringEquals" is not emulated',
  ],
  [
    "Null with IfExists",
    keyPolicy({ Condition: { NullIfExists: { a: "true" } } }),
    "Statement[0].Condition: Null stands alone",
  ],
  [
    "a Bool of neither kind",
    keyPolicy({ Condition: { Bool: { a: "yes" } } }),
    'Statement[0].Condition.Bool must be "true" or "false"',
  ],
  [
    "a policy variable",
    keyPolicy({ Condition: { StringEquals: { a: "${aws:username}" } } }),
    "Statement[0].Condition.StringEquals: policy variables are not emulated",
  ],
];

test.for(refused)("a key policy with %s is refused", ([, document, message]) => {
  expect(() => readPolicy(document, "key")).toThrow(new PolicyError(message));
});

test("an identity policy that names a principal is refused", () => {
  expect(() => readPolicy(keyPolicy({}), "identity")).toThrow(
    new PolicyError("Statement[0]: an identity policy has no principal"),
  );
});

test("what is refused is named by its place, never by its value", () => {
  const document = keyPolicy({ Principal: { AWS: "arn:aws:iam::111122223333:user/somebody*" } });
  expect(() => readPolicy(document, "key")).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining("somebody") }),
  );
});

test("a caller is a session of a role, named without the role's path", () => {
  expect(sessionOfRole("arn:aws:iam::111122223333:role/app/care-reader", "one")).toEqual({
    account: "111122223333",
    roleArn: "arn:aws:iam::111122223333:role/app/care-reader",
    sessionArn: "arn:aws:sts::111122223333:assumed-role/care-reader/one",
  });
});

test.for([
  "care-reader",
  "arn:aws:iam::1:role/x",
  "arn:aws:iam::111122223333:user/x",
  "arn:aws:iam::111122223333:root",
])("%s is no role", (roleArn) => {
  expect(() => sessionOfRole(roleArn)).toThrow(
    new TypeError("an identity needs the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME"),
  );
});

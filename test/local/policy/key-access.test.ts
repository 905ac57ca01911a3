import { describe, expect, test } from "vitest";
import { sessionOfRole } from "../../../local/policy/caller.ts";
import { requestContext } from "../../../local/policy/condition.ts";
import { refusalOfKey } from "../../../local/policy/key-access.ts";
import type { PolicyStatement } from "../../../local/policy/policy.ts";
import { readPolicy } from "../../../local/policy/read-policy.ts";

const account = "111122223333";
const root = `arn:aws:iam::${account}:root`;
const care = `arn:aws:iam::${account}:role/care-reader`;
const billing = `arn:aws:iam::${account}:role/billing-reader`;
const foreign = "arn:aws:iam::444455556666:role/partner";
const key = `arn:aws:kms:eu-central-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const aud = "kms:EncryptionContext:claimseal:aud";

type Values = Readonly<Record<string, string | readonly string[]>>;
type Case = readonly [
  sentence: string,
  wanted:
    | "allowed"
    | "denied by the key"
    | "denied by the identity"
    | "not allowed by the key"
    | "not allowed by the identity",
  given: {
    readonly key: readonly PolicyStatement[];
    readonly identity?: readonly PolicyStatement[];
    readonly caller?: string;
    readonly action?: string;
    readonly context?: Values;
    readonly granted?: boolean;
  },
];

const refusals = {
  allowed: null,
  "denied by the key": "with an explicit deny in a resource-based policy",
  "denied by the identity": "with an explicit deny in an identity-based policy",
  "not allowed by the key": "because no resource-based policy allows the action",
  "not allowed by the identity": "because no identity-based policy allows the action",
} as const;

function refusalIn({
  key: statements,
  identity = [],
  caller = care,
  action = "kms:Decrypt",
  context = {},
  granted = false,
}: Case[2]) {
  const request = {
    caller: sessionOfRole(caller),
    action,
    resource: key,
    context: requestContext(Object.entries(context)),
  };
  return refusalOfKey(request, {
    account,
    granted,
    keyPolicy: readPolicy({ Version: "2012-10-17", Statement: statements }, "key"),
    identityPolicies: identity.map((Statement) => readPolicy({ Version: "2012-10-17", Statement }, "identity")),
  });
}

function judge(subject: string, cases: readonly Case[]): void {
  describe(`access to a key: ${subject}`, () => {
    test.for(cases)("%s: %s", ([, wanted, given]) => {
      expect(refusalIn(given)).toBe(refusals[wanted]);
    });
  });
}

/** Allows `Action` (Decrypt) to `AWS` (the care reader) on this key. */
function allow(more: Partial<PolicyStatement> = {}): PolicyStatement {
  return { Effect: "Allow", Action: "kms:Decrypt", Resource: "*", Principal: { AWS: care }, ...more };
}

function deny(more: Partial<PolicyStatement> = {}): PolicyStatement {
  const whom: Partial<PolicyStatement> = more.NotPrincipal === undefined ? { Principal: "*" } : {};
  const what: Partial<PolicyStatement> = more.NotAction === undefined ? { Action: "kms:Decrypt" } : {};
  return { Effect: "Deny", Resource: "*", ...whom, ...what, ...more };
}

function own(more: Partial<PolicyStatement> = {}): PolicyStatement {
  const what: Partial<PolicyStatement> = more.NotAction === undefined ? { Action: "kms:Decrypt" } : {};
  const where: Partial<PolicyStatement> = more.NotResource === undefined ? { Resource: key } : {};
  return { Effect: "Allow", ...what, ...where, ...more };
}

const delegation = allow({ Principal: { AWS: root }, Action: "kms:*" });

judge("a key policy", [
  ["that names the role lets it in without an identity policy", "allowed", { key: [allow()] }],
  ["that names another role lets nobody else in", "not allowed by the key", { key: [allow()], caller: billing }],
  [
    "that names another role cannot be overruled by an identity policy",
    "not allowed by the key",
    { key: [allow()], caller: billing, identity: [own({ Action: "kms:*", Resource: "*" })] },
  ],
  [
    "that names the role for another action does not let it in",
    "not allowed by the key",
    { key: [allow({ Action: "kms:Encrypt" })] },
  ],
  [
    "that names the account leaves it to identity policies, which say nothing",
    "not allowed by the identity",
    { key: [delegation] },
  ],
  [
    "that names the account leaves it to identity policies, which allow",
    "allowed",
    { key: [delegation], identity: [own()] },
  ],
  [
    "that names the account by its number does the same",
    "allowed",
    { key: [allow({ Principal: { AWS: account } })], identity: [own()] },
  ],
  [
    "that names the account for another action leaves nothing to identity policies",
    "not allowed by the key",
    { key: [allow({ Principal: { AWS: root }, Action: "kms:Encrypt" })], identity: [own()] },
  ],
  ["that names everybody lets everybody in", "allowed", { key: [allow({ Principal: "*" })], caller: billing }],
  ['that names {"AWS": "*"} means the same', "allowed", { key: [allow({ Principal: { AWS: "*" } })], caller: billing }],
  ["that names a list of roles lets each in", "allowed", { key: [allow({ Principal: { AWS: [billing, care] } })] }],
  [
    "that names the session lets it in",
    "allowed",
    { key: [allow({ Principal: { AWS: `arn:aws:sts::${account}:assumed-role/care-reader/local` } })] },
  ],
  [
    "that names a service means no role",
    "not allowed by the key",
    { key: [allow({ Principal: { Service: "lambda.amazonaws.com" } })] },
  ],
  ["whose action has a wildcard covers what it covers", "allowed", { key: [allow({ Action: "kms:De*" })] }],
  ["whose action is in another case covers it all the same", "allowed", { key: [allow({ Action: "kms:decrypt" })] }],
  ["whose action is of another service does not", "not allowed by the key", { key: [allow({ Action: "s3:*" })] }],
  ["whose resource is this key's ARN covers it", "allowed", { key: [allow({ Resource: key })] }],
  [
    "whose resource is another key's ARN does not",
    "not allowed by the key",
    { key: [allow({ Resource: `arn:aws:kms:eu-central-1:${account}:key/other` })] },
  ],
]);

judge("a Deny", [
  ["in the key policy beats an Allow beside it", "denied by the key", { key: [allow(), deny()] }],
  ["in the key policy beats it in the other order too", "denied by the key", { key: [deny(), allow()] }],
  [
    "in the key policy beats the account's delegation",
    "denied by the key",
    { key: [delegation, deny()], identity: [own()] },
  ],
  [
    "in an identity policy beats the key policy's Allow",
    "denied by the identity",
    { key: [allow()], identity: [own({ Effect: "Deny" })] },
  ],
  [
    "in an identity policy beats an Allow in another one",
    "denied by the identity",
    { key: [delegation], identity: [own(), own({ Effect: "Deny" })] },
  ],
  ["in the key policy beats a grant", "denied by the key", { key: [deny()], granted: true }],
  [
    "in an identity policy beats a grant",
    "denied by the identity",
    { key: [delegation], identity: [own({ Effect: "Deny" })], granted: true },
  ],
  [
    "for the account means every role of it",
    "denied by the key",
    { key: [allow(), deny({ Principal: { AWS: root } })] },
  ],
  ["for another role does not matter", "allowed", { key: [allow(), deny({ Principal: { AWS: billing } })] }],
  ["for another action does not matter", "allowed", { key: [allow(), deny({ Action: "kms:Encrypt" })] }],
  ["with NotAction means everything else", "denied by the key", { key: [allow(), deny({ NotAction: "kms:Encrypt" })] }],
  [
    "with NotAction leaves the action it names",
    "allowed",
    { key: [allow(), deny({ NotAction: ["kms:Decrypt", "kms:Describe*"] })] },
  ],
  [
    "with NotPrincipal spares a session named with its role and its account",
    "allowed",
    {
      key: [
        allow(),
        deny({ NotPrincipal: { AWS: [care, root, `arn:aws:sts::${account}:assumed-role/care-reader/local`] } }),
      ],
    },
  ],
  [
    "with NotPrincipal does not spare a role named alone",
    "denied by the key",
    { key: [allow(), deny({ NotPrincipal: { AWS: care } })] },
  ],
  [
    "with NotPrincipal does not spare a role named without its account",
    "denied by the key",
    {
      key: [allow(), deny({ NotPrincipal: { AWS: [care, `arn:aws:sts::${account}:assumed-role/care-reader/local`] } })],
    },
  ],
  [
    "whose condition is not met does not matter",
    "allowed",
    { key: [allow(), deny({ Condition: { Bool: { "aws:SecureTransport": false } } })] },
  ],
]);

judge("an identity policy", [
  ["with a wildcard resource covers the key", "allowed", { key: [delegation], identity: [own({ Resource: "*" })] }],
  [
    "with a wildcard inside a part of the ARN covers the key",
    "allowed",
    { key: [delegation], identity: [own({ Resource: `arn:aws:kms:*:${account}:key/*` })] },
  ],
  [
    "of another region does not",
    "not allowed by the identity",
    { key: [delegation], identity: [own({ Resource: `arn:aws:kms:us-*:${account}:key/*` })] },
  ],
  [
    "that names an alias does not: authority is over keys",
    "not allowed by the identity",
    { key: [delegation], identity: [own({ Resource: `arn:aws:kms:eu-central-1:${account}:alias/care` })] },
  ],
  [
    "with NotResource covers the others",
    "not allowed by the identity",
    { key: [delegation], identity: [own({ NotResource: key })] },
  ],
  [
    "with NotResource covers what it does not name",
    "allowed",
    { key: [delegation], identity: [own({ NotResource: `arn:aws:kms:*:*:alias/*` })] },
  ],
  ["with NotAction covers the others", "allowed", { key: [delegation], identity: [own({ NotAction: "kms:Encrypt" })] }],
]);

judge("a grant", [
  ["is enough where the key policy is silent", "allowed", { key: [allow()], caller: billing, granted: true }],
  [
    "is enough where the key policy leaves it to an account that says nothing",
    "allowed",
    { key: [delegation], granted: true },
  ],
]);

judge("a role of another account", [
  [
    "needs its own account's leave beside the key policy's",
    "not allowed by the identity",
    { key: [allow({ Principal: { AWS: foreign } })], caller: foreign },
  ],
  [
    "is let in by both",
    "allowed",
    { key: [allow({ Principal: { AWS: foreign } })], caller: foreign, identity: [own()] },
  ],
  [
    "is let in by both where the key policy names its account",
    "allowed",
    { key: [allow({ Principal: { AWS: "444455556666" } })], caller: foreign, identity: [own()] },
  ],
  [
    "is not let in by the delegation to the key's account",
    "not allowed by the key",
    { key: [delegation], caller: foreign, identity: [own()] },
  ],
]);

/** The Condition of the only Allow there is, so that it alone decides. */
function only(Condition: NonNullable<PolicyStatement["Condition"]>, context: Values = {}): Case[2] {
  return { key: [allow({ Condition })], context };
}

judge("StringEquals and its family", [
  ["StringEquals holds for an equal value", "allowed", only({ StringEquals: { [aud]: "care" } }, { [aud]: "care" })],
  [
    "StringEquals fails for a value in other case",
    "not allowed by the key",
    only({ StringEquals: { [aud]: "care" } }, { [aud]: "Care" }),
  ],
  [
    "StringEquals takes no wildcards",
    "not allowed by the key",
    only({ StringEquals: { [aud]: "*" } }, { [aud]: "care" }),
  ],
  ["StringEquals fails for an absent key", "not allowed by the key", only({ StringEquals: { [aud]: "care" } })],
  [
    "StringEquals holds for one of several values",
    "allowed",
    only({ StringEquals: { [aud]: ["x", "care"] } }, { [aud]: "care" }),
  ],
  [
    "StringEqualsIfExists holds for an absent key, which is why the key policies do not use it",
    "allowed",
    only({ StringEqualsIfExists: { [aud]: "care" } }),
  ],
  [
    "StringEqualsIfExists fails for another value",
    "not allowed by the key",
    only({ StringEqualsIfExists: { [aud]: "care" } }, { [aud]: "x" }),
  ],
  ["StringNotEquals holds for another value", "allowed", only({ StringNotEquals: { [aud]: "care" } }, { [aud]: "x" })],
  [
    "StringNotEquals fails for any of several values",
    "not allowed by the key",
    only({ StringNotEquals: { [aud]: ["x", "care"] } }, { [aud]: "care" }),
  ],
  ["StringNotEquals holds for an absent key", "allowed", only({ StringNotEquals: { [aud]: "care" } })],
  [
    "StringNotEqualsIfExists holds for an absent key as well",
    "allowed",
    only({ StringNotEqualsIfExists: { [aud]: "care" } }),
  ],
  [
    "StringEqualsIgnoreCase holds for a value in other case",
    "allowed",
    only({ StringEqualsIgnoreCase: { [aud]: "care" } }, { [aud]: "CARE" }),
  ],
  [
    "StringNotEqualsIgnoreCase fails for a value in other case",
    "not allowed by the key",
    only({ StringNotEqualsIgnoreCase: { [aud]: "care" } }, { [aud]: "CARE" }),
  ],
  [
    "StringLike takes wildcards",
    "allowed",
    only({ StringLike: { [aud]: "https://*.example/?" } }, { [aud]: "https://care.example/1" }),
  ],
  [
    "StringLike takes a full stop for itself",
    "not allowed by the key",
    only({ StringLike: { [aud]: "a.b" } }, { [aud]: "axb" }),
  ],
  [
    "StringEquals takes a written-out star for a star",
    "allowed",
    only({ StringEquals: { [aud]: "${*}" } }, { [aud]: "*" }),
  ],
  ["StringLike * fails for an absent key", "not allowed by the key", only({ StringLike: { [aud]: "*" } })],
  [
    "StringNotLike fails for what the pattern covers",
    "not allowed by the key",
    only({ StringNotLike: { [aud]: "care-*" } }, { [aud]: "care-1" }),
  ],
  [
    "StringNotLike holds for what it does not cover",
    "allowed",
    only({ StringNotLike: { [aud]: "care-*" } }, { [aud]: "billing" }),
  ],
]);

const principalArn = "aws:PrincipalArn";
judge("ARN conditions", [
  [
    "ArnEquals holds for the same ARN",
    "allowed",
    only({ ArnEquals: { [principalArn]: care } }, { [principalArn]: care }),
  ],
  [
    "ArnEquals takes wildcards, as ArnLike does",
    "allowed",
    only({ ArnEquals: { [principalArn]: `arn:aws:iam::${account}:role/care-*` } }, { [principalArn]: care }),
  ],
  [
    "ArnLike does not reach over a colon",
    "not allowed by the key",
    only({ ArnLike: { [principalArn]: "arn:aws:iam:*" } }, { [principalArn]: care }),
  ],
  ["ArnLike fails for an absent key", "not allowed by the key", only({ ArnLike: { [principalArn]: care } })],
  [
    "ArnNotEquals holds for another ARN",
    "allowed",
    only({ ArnNotEquals: { [principalArn]: billing } }, { [principalArn]: care }),
  ],
  [
    "ArnNotEquals fails for one of the listed",
    "not allowed by the key",
    only({ ArnNotEquals: { [principalArn]: [billing, care] } }, { [principalArn]: care }),
  ],
  [
    "ArnNotLike fails for what the pattern covers",
    "not allowed by the key",
    only({ ArnNotLike: { [principalArn]: `arn:aws:iam::${account}:role/*` } }, { [principalArn]: care }),
  ],
  [
    "a Deny to all but the listed lets a listed role pass",
    "allowed",
    {
      key: [allow(), deny({ Condition: { ArnNotEquals: { [principalArn]: [care] } } })],
      context: { [principalArn]: care },
    },
  ],
  [
    "a Deny to all but the listed stops another, whatever its identity policy says",
    "denied by the key",
    {
      key: [delegation, deny({ Condition: { ArnNotEquals: { [principalArn]: [care] } } })],
      caller: billing,
      identity: [own({ Resource: "*" })],
      context: { [principalArn]: billing },
    },
  ],
  [
    "a Deny to all but the listed stops a request without the key",
    "denied by the key",
    { key: [allow(), deny({ Condition: { ArnNotEquals: { [principalArn]: [care] } } })] },
  ],
]);

judge("Bool and Null", [
  [
    "Bool holds for the same truth",
    "allowed",
    only({ Bool: { "aws:SecureTransport": true } }, { "aws:SecureTransport": "true" }),
  ],
  [
    "Bool fails for the other",
    "not allowed by the key",
    only({ Bool: { "aws:SecureTransport": "true" } }, { "aws:SecureTransport": "false" }),
  ],
  ["Bool fails for an absent key", "not allowed by the key", only({ Bool: { "aws:SecureTransport": "false" } })],
  ["BoolIfExists holds for an absent key", "allowed", only({ BoolIfExists: { "aws:SecureTransport": "false" } })],
  ["Null true holds for an absent key", "allowed", only({ Null: { [aud]: "true" } })],
  ["Null true fails for a present key", "not allowed by the key", only({ Null: { [aud]: true } }, { [aud]: "care" })],
  ["Null false holds for a present key", "allowed", only({ Null: { [aud]: "False" } }, { [aud]: "care" })],
  ["Null false fails for an absent key", "not allowed by the key", only({ Null: { [aud]: "false" } })],
]);

const names = "kms:EncryptionContextKeys";
const all = (values: string[]) => ({ "ForAllValues:StringEquals": { [names]: values } });
const any = (values: string[]) => ({ "ForAnyValue:StringEquals": { [names]: values } });
judge("sets of values", [
  ["ForAllValues holds where all are listed", "allowed", only(all(["a", "b", "c"]), { [names]: ["a", "b"] })],
  ["ForAllValues fails where one is not", "not allowed by the key", only(all(["a"]), { [names]: ["a", "b"] })],
  ["ForAllValues holds for the empty set, a well-known hole", "allowed", only(all(["a"]), { [names]: [] })],
  ["ForAllValues holds for an absent key", "allowed", only(all(["a"]))],
  [
    "ForAllValues with Null false closes the hole",
    "not allowed by the key",
    only({ ...all(["a"]), Null: { [names]: "false" } }),
  ],
  [
    "ForAllValues of a negated operator fails where one is listed",
    "not allowed by the key",
    only({ "ForAllValues:StringNotEquals": { [names]: "a" } }, { [names]: ["a", "b"] }),
  ],
  ["ForAnyValue holds where one is listed", "allowed", only(any(["b"]), { [names]: ["a", "b"] })],
  ["ForAnyValue fails where none is", "not allowed by the key", only(any(["c"]), { [names]: ["a", "b"] })],
  ["ForAnyValue fails for the empty set", "not allowed by the key", only(any(["a"]), { [names]: [] })],
  [
    "ForAnyValue fails for an absent key, also when negated",
    "not allowed by the key",
    only({ "ForAnyValue:StringNotEquals": { [names]: "a" } }),
  ],
  [
    "ForAnyValue of a negated operator holds where one is not listed",
    "allowed",
    only({ "ForAnyValue:StringNotEquals": { [names]: "a" } }, { [names]: ["a", "b"] }),
  ],
  [
    "ForAnyValue IfExists holds for an absent key",
    "allowed",
    only({ "ForAnyValue:StringEqualsIfExists": { [names]: "a" } }),
  ],
  [
    "ForAnyValue StringLike takes wildcards",
    "allowed",
    only({ "ForAnyValue:StringLike": { [names]: "claimseal:*" } }, { [names]: ["x", "claimseal:aud"] }),
  ],
]);

judge("condition keys", [
  [
    "are the same in any case",
    "allowed",
    only({ StringEquals: { "AWS:principalarn": care } }, { [principalArn]: care }),
  ],
  [
    "of the encryption context are so too, other than its values",
    "allowed",
    only({ StringEquals: { "kms:EncryptionContext:Claimseal:AUD": "care" } }, { [aud]: "care" }),
  ],
  [
    "all have to hold, in one operator",
    "not allowed by the key",
    only({ StringEquals: { [aud]: "care", a: "b" } }, { [aud]: "care", a: "c" }),
  ],
  [
    "all have to hold, over several operators",
    "not allowed by the key",
    only({ StringEquals: { [aud]: "care" }, Bool: { b: true } }, { [aud]: "care" }),
  ],
  [
    "like kms:ViaService are absent from a direct request",
    "not allowed by the key",
    only({ StringEquals: { "kms:ViaService": "dynamodb.eu-central-1.amazonaws.com" } }),
  ],
  [
    "like kms:ViaService hold for a request through the service",
    "allowed",
    only(
      { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com" } },
      { "kms:ViaService": "dynamodb.eu-central-1.amazonaws.com" },
    ),
  ],
]);

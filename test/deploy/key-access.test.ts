import { describe, expect, test } from "vitest";
import { ADMINISTRATION } from "../../deploy/key-policies.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { readerPolicy } from "../../deploy/reader-policy.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { sessionOfRole } from "../../local/policy/caller.ts";
import { requestContext } from "../../local/policy/condition.ts";
import { refusalOfKey } from "../../local/policy/key-access.ts";
import type { Policy } from "../../local/policy/policy.ts";
import { type PolicyKind, readPolicy } from "../../local/policy/read-policy.ts";
import {
  ACCOUNT,
  BILLING_KEY,
  BILLING_READER,
  CARE_KEY,
  CARE_READER,
  CLINIC,
  examplePlan,
  ISSUER,
  newStack,
  POOL_ID,
} from "./a-deployment.ts";

/** Source: Service Authorization Reference, "Actions defined by AWS KMS", those that take a key. */
const ACTIONS: readonly string[] = [
  ...ADMINISTRATION,
  "kms:CreateAlias",
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DeleteAlias",
  "kms:DeleteImportedKeyMaterial",
  "kms:DeriveSharedSecret",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GenerateMac",
  "kms:GetParametersForImport",
  "kms:GetPublicKey",
  "kms:ImportKeyMaterial",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:ReplicateKey",
  "kms:RetireGrant",
  "kms:Sign",
  "kms:UpdateAlias",
  "kms:UpdatePrimaryRegion",
  "kms:Verify",
  "kms:VerifyMac",
];

const plan = examplePlan("clinic-eu");
const parts = newStack(plan);
const resourcesOf = (region?: string): { readonly [id: string]: TemplateValue } =>
  (region === undefined ? parts.template : parts.elsewhere[region])?.Resources ?? {};
const documentOf = (resource: TemplateValue | undefined, member: string, kind: PolicyKind) => {
  const { Properties = {} } = resolveTemplate(resource ?? {}, CLINIC) as { Properties?: Record<string, unknown> };
  return readPolicy(Properties[member], kind);
};

/** The keys of both regions, as the templates make them. */
const KEYS: Readonly<Record<string, Policy>> = {
  [CARE_KEY]: documentOf(resourcesOf()["CareApiKey"], "KeyPolicy", "key"),
  [BILLING_KEY]: documentOf(resourcesOf("eu-west-1")["BillingApiKey"], "KeyPolicy", "key"),
};
const issuer = ["IssuerPolicy", "IssuerPoolPolicy"].map((id) =>
  documentOf(resourcesOf()[id], "PolicyDocument", "identity"),
);
const readerOf = (name: string, key: string) => [
  readPolicy(readerPolicy(plan.resourceServers[name]!, [key]), "identity"),
];
const everything = [
  readPolicy({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kms:*", Resource: "*" }] }, "identity"),
];

const context = (aud: string, pool: string = POOL_ID) => ({
  "claimseal:aud": aud,
  "claimseal:pool": pool,
  "claimseal:v": "1",
});

type Asking = {
  readonly policies: typeof issuer;
  readonly context?: Record<string, string>;
  readonly granted?: boolean;
};

/** The actions KMS would let a role do with a key. */
function allowed(
  role: string,
  key: string,
  { policies, context: given = {}, granted = false }: Asking,
): readonly string[] {
  const conditions = requestContext([
    ["aws:PrincipalArn", role],
    ["kms:EncryptionContextKeys", Object.keys(given)],
    ...Object.entries(given).map(([name, value]) => [`kms:EncryptionContext:${name}`, value] as const),
  ]);
  return ACTIONS.filter((action) => {
    const request = { caller: sessionOfRole(role), action, resource: key, context: conditions };
    return (
      refusalOfKey(request, { keyPolicy: KEYS[key]!, identityPolicies: policies, granted, account: ACCOUNT }) === null
    );
  });
}

const CARE = context("care-api");
const BILLING = context("billing-api");

describe("the trigger's role", () => {
  test("makes data keys for each audience with its own key, and can do nothing else with any", () => {
    expect(allowed(ISSUER, CARE_KEY, { policies: issuer, context: CARE })).toEqual(["kms:GenerateDataKey"]);
    expect(allowed(ISSUER, BILLING_KEY, { policies: issuer, context: BILLING })).toEqual(["kms:GenerateDataKey"]);
  });

  test.for([
    ["for another audience", BILLING],
    ["for another pool", context("care-api", "eu-central-1_Another01")],
    ["for no pool", { "claimseal:aud": "care-api", "claimseal:v": "1" }],
    ["for no audience", { "claimseal:pool": POOL_ID, "claimseal:v": "1" }],
    ["of another version", { ...CARE, "claimseal:v": "2" }],
    ["with a word more in the context", { ...CARE, "claimseal:sub": "somebody" }],
    ["without a context", {}],
  ] as const)("makes no data key %s", ([, given]) => {
    expect(allowed(ISSUER, CARE_KEY, { policies: issuer, context: given })).toEqual([]);
  });

  test("cannot decrypt what it made, whatever its own policies say", () => {
    const most = allowed(ISSUER, CARE_KEY, { policies: [...issuer, ...everything], context: CARE });
    expect(most).toEqual([...ADMINISTRATION, "kms:GenerateDataKey"]);
  });
});

describe("a reader", () => {
  test("opens what is sealed for it, and can do nothing else with its key", () => {
    expect(allowed(CARE_READER, CARE_KEY, { policies: readerOf("care-api", CARE_KEY), context: CARE })).toEqual([
      "kms:Decrypt",
    ]);
  });

  test("of another account opens what is sealed for it", () => {
    const policies = readerOf("billing-api", BILLING_KEY);
    expect(allowed(BILLING_READER, BILLING_KEY, { policies, context: BILLING })).toEqual(["kms:Decrypt"]);
  });

  test("needs both sides: the map lists it, and its own role allows it", () => {
    expect(allowed(CARE_READER, CARE_KEY, { policies: [], context: CARE })).toEqual([]);
  });

  test("opens nothing of another resource server, however much its own account allows", () => {
    expect(allowed(CARE_READER, BILLING_KEY, { policies: everything, context: BILLING })).toEqual([...ADMINISTRATION]);
    expect(allowed(BILLING_READER, CARE_KEY, { policies: everything, context: CARE })).toEqual([]);
  });

  test.for([
    ["another audience", BILLING],
    ["no context", {}],
  ] as const)("opens nothing under %s", ([, given]) => {
    expect(allowed(CARE_READER, CARE_KEY, { policies: everything, context: given })).toEqual([...ADMINISTRATION]);
  });
});

describe("everybody else", () => {
  const administrator = `arn:aws:iam::${ACCOUNT}:role/administrator`;

  test("administers a key where the account lets them, and never uses it", () => {
    expect(allowed(administrator, CARE_KEY, { policies: everything, context: CARE })).toEqual([...ADMINISTRATION]);
  });

  test("reads nothing by a grant: a Deny beats it", () => {
    const granted = allowed(administrator, CARE_KEY, { policies: [], context: CARE, granted: true });
    const reading = [
      "kms:Decrypt",
      "kms:CreateGrant",
      "kms:DeriveSharedSecret",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ];
    expect(granted.filter((action) => reading.includes(action))).toEqual([]);
  });

  test("of another account can do nothing at all", () => {
    const stranger = "arn:aws:iam::999988887777:role/administrator";
    expect(allowed(stranger, CARE_KEY, { policies: everything, context: CARE })).toEqual([]);
  });
});

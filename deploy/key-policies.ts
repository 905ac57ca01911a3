import type { Plan, PlanResourceServer } from "../claims/plan.ts";
import type { KeyStatement, PolicyDocument, TemplateValue } from "./policy-document.ts";

export type KeyPolicy = PolicyDocument<KeyStatement>;

/**
 * What an account's administrators may do to a key: everything but use it, grant its use, or give it an alias, by which
 * nothing here goes.
 */
export const ADMINISTRATION: readonly string[] = [
  "kms:CancelKeyDeletion",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
];

const ROOT: TemplateValue = { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" };

const ACCOUNT_ADMINISTERS: KeyStatement = {
  Sid: "AccountAdministers",
  Effect: "Allow",
  Principal: { AWS: ROOT },
  Action: ADMINISTRATION,
  Resource: "*",
};

/**
 * The key policy of every resource server that is sealed for, by the server's name.
 *
 * @param issuerRole The name of the trigger's role, as text for `Fn::Sub`: a reference to the role itself would close a
 * circle, because the role's own policy names the keys.
 */
export function keyPolicies(plan: Plan, issuerRole: string): { readonly [resourceServer: string]: KeyPolicy } {
  return Object.fromEntries(
    Object.entries(plan.resourceServers)
      .filter(([, { seal }]) => seal !== undefined)
      .map(([name, server]) => [name, keyPolicy(server, issuerRole)]),
  );
}

/**
 * Roles are allowed by way of their account (`Principal` its root, `aws:PrincipalArn` the role), so each also needs the
 * permission in its own policy. A role as principal would have to exist before the key, and KMS stores its internal
 * id: made anew under the same name, it would be locked out (KMS developer guide, "Key policies").
 */
function keyPolicy({ identifier, readers }: PlanResourceServer, issuerRole: string): KeyPolicy {
  return {
    Version: "2012-10-17",
    Statement: [
      ACCOUNT_ADMINISTERS,
      {
        Sid: "IssuerMakesDataKeys",
        Effect: "Allow",
        Principal: { AWS: ROOT },
        Action: ["kms:GenerateDataKey"],
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": issuerArn(issuerRole) },
          StringEquals: { "kms:EncryptionContext:claimseal:aud": identifier, "kms:EncryptionContext:claimseal:v": "1" },
          // CloudTrail shows the context in the clear: there must be no place in it for anything about a person.
          "ForAllValues:StringEquals": {
            "kms:EncryptionContextKeys": ["claimseal:aud", "claimseal:pool", "claimseal:v"],
          },
        },
      },
      ...(readers.length > 0 ? [readersDecrypt(identifier, readers)] : []),
      // Deny beats whatever an account's own policies, or a grant, allow.
      {
        Sid: "NobodyElseDecrypts",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:Decrypt"],
        Resource: "*",
        ...(readers.length > 0 && { Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } } }),
      },
      {
        Sid: "NobodyPassesItOn",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:CreateGrant", "kms:DeriveSharedSecret", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        Resource: "*",
      },
    ],
  };
}

/**
 * The key policy of the key that pseudonyms' root is made with: the trigger's role may ask for MACs, and nobody else.
 *
 * Nobody may verify one: whoever could would learn whether a guess is right without ever holding the root.
 *
 * @param issuerRole As for `keyPolicies`.
 */
export function pseudonymKeyPolicy(issuerRole: string): KeyPolicy {
  const issuer = issuerArn(issuerRole);
  return {
    Version: "2012-10-17",
    Statement: [
      ACCOUNT_ADMINISTERS,
      {
        Sid: "IssuerMakesMacs",
        Effect: "Allow",
        Principal: { AWS: ROOT },
        Action: ["kms:GenerateMac"],
        Resource: "*",
        Condition: { ArnEquals: { "aws:PrincipalArn": issuer }, StringEquals: { "kms:MacAlgorithm": "HMAC_SHA_256" } },
      },
      {
        Sid: "NobodyElseMakesMacs",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:GenerateMac"],
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": issuer } },
      },
      {
        Sid: "NobodyVerifiesOrPassesItOn",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:CreateGrant", "kms:VerifyMac"],
        Resource: "*",
      },
    ],
  };
}

/** The trigger's role, by its name. */
function issuerArn(issuerRole: string): TemplateValue {
  return { "Fn::Sub": `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${issuerRole}` };
}

function readersDecrypt(identifier: string, readers: readonly string[]): KeyStatement {
  const accounts = new Map(readers.map((arn) => [JSON.stringify(accountRoot(arn)), accountRoot(arn)]));
  return {
    Sid: "ReadersDecrypt",
    Effect: "Allow",
    Principal: { AWS: [...accounts.values()] },
    Action: ["kms:Decrypt"],
    Resource: "*",
    Condition: {
      ArnEquals: { "aws:PrincipalArn": readers },
      // Not `IfExists`, which would also pass a request without any context.
      StringEquals: { "kms:EncryptionContext:claimseal:aud": identifier },
    },
  };
}

/** The root of a role's account; of a role that only the environment knows, worked out when the stack is deployed. */
function accountRoot(role: string): TemplateValue {
  const [, partition, , , account] = role.split(":");
  if (role.startsWith("arn:") && partition && account) return `arn:${partition}:iam::${account}:root`;
  const parts = { "Fn::Split": [":", role] };
  const part = (index: number): TemplateValue => ({ "Fn::Select": [index, parts] });
  return { "Fn::Join": ["", ["arn:", part(1), ":iam::", part(4), ":root"]] };
}

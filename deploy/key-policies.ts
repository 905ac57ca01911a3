import type { Plan, SealMode } from "../claims/plan.ts";
import type { KeyStatement, PolicyDocument, TemplateValue } from "./policy-document.ts";
import { issuing, opening, openingCondition, type SealedServer, sealedServers } from "./sealed-servers.ts";

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
 * The key policy of every resource server that is sealed for with a key of KMS, by the server's name.
 *
 * @param issuerRole The name of the trigger's role, as text for `Fn::Sub`: a reference to the role itself would close a
 * circle, because the role's own policy names the keys.
 */
export function keyPolicies(plan: Plan, issuerRole: string): { readonly [resourceServer: string]: KeyPolicy } {
  return Object.fromEntries(sealedServers(plan).map(([name, server]) => [name, keyPolicy(server, issuerRole)]));
}

/**
 * Roles are allowed by way of their account (`Principal` its root, `aws:PrincipalArn` the role), so each also needs the
 * permission in its own policy. A role as principal would have to exist before the key, and KMS stores its internal
 * id: made anew under the same name, it would be locked out (KMS developer guide, "Key policies").
 */
function keyPolicy(server: SealedServer, issuerRole: string): KeyPolicy {
  const { readers, seal } = server;
  const isAsymmetric = seal.mode === "asymmetric";
  return {
    Version: "2012-10-17",
    Statement: [
      ACCOUNT_ADMINISTERS,
      ...issuerUses(server, issuerArn(issuerRole)),
      ...(readers.length > 0 ? [readersOpen(server)] : []),
      // Deny beats whatever an account's own policies, or a grant, allow.
      {
        Sid: isAsymmetric ? "NobodyElseDerives" : "NobodyElseDecrypts",
        Effect: "Deny",
        Principal: "*",
        Action: [opening(seal)],
        Resource: "*",
        ...(readers.length > 0 && { Condition: { ArnNotEquals: { "aws:PrincipalArn": readers } } }),
      },
      {
        Sid: "NobodyPassesItOn",
        Effect: "Deny",
        Principal: "*",
        Action: isAsymmetric
          ? ["kms:CreateGrant"]
          : ["kms:CreateGrant", "kms:DeriveSharedSecret", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        Resource: "*",
      },
    ],
  };
}

const ISSUER_SIDS: { readonly [mode in SealMode]: string } = {
  envelope: "IssuerMakesDataKeys",
  asymmetric: "IssuerReadsPublicKey",
  direct: "IssuerEncrypts",
};

function issuerUses({ identifier, seal }: SealedServer, issuer: TemplateValue): readonly KeyStatement[] {
  const use = issuing(seal);
  if (use === null) return [];
  const common = { Effect: "Allow", Principal: { AWS: ROOT }, Action: [use.action], Resource: "*" } as const;
  const isIssuer = { ArnEquals: { "aws:PrincipalArn": issuer } };
  if (seal.mode === "asymmetric") return [{ Sid: ISSUER_SIDS.asymmetric, ...common, Condition: isIssuer }];
  const subject = seal.mode === "direct" ? ["claimseal:sub"] : [];
  return [
    {
      Sid: ISSUER_SIDS[seal.mode],
      ...common,
      Condition: {
        ...isIssuer,
        StringEquals: { "kms:EncryptionContext:claimseal:aud": identifier, "kms:EncryptionContext:claimseal:v": "1" },
        // CloudTrail shows the context in the clear: there must be no place in it for anything else about a person.
        "ForAllValues:StringEquals": {
          "kms:EncryptionContextKeys": ["claimseal:aud", "claimseal:pool", ...subject, "claimseal:v"],
        },
      },
    },
  ];
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

function readersOpen(server: SealedServer): KeyStatement {
  const { readers, seal } = server;
  const accounts = new Map(readers.map((arn) => [JSON.stringify(accountRoot(arn)), accountRoot(arn)]));
  return {
    Sid: seal.mode === "asymmetric" ? "ReadersDerive" : "ReadersDecrypt",
    Effect: "Allow",
    Principal: { AWS: [...accounts.values()] },
    Action: [opening(seal)],
    Resource: "*",
    Condition: {
      ArnEquals: { "aws:PrincipalArn": readers },
      // Not `IfExists`, which would also pass a request that says nothing of it.
      StringEquals: openingCondition(server),
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

import { describe, expect, test } from "vitest";
import { ADMINISTRATION, keyPolicies } from "../../deploy/key-policies.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { aPlan } from "../claims/a-plan.ts";
import { ACCOUNT, BILLING_READER, CARE_READER, CLINIC, examplePlan, ISSUER } from "./a-deployment.ts";

const ROLE_NAME = "${AWS::StackName}-${AWS::Region}-issuer";
const clinic = keyPolicies(examplePlan("clinic-eu"), ROLE_NAME);
const root = `arn:aws:iam::${ACCOUNT}:root`;

test("the key policy of care-api, to the letter", () => {
  expect(resolveTemplate(clinic["care-api"] ?? null, CLINIC)).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountAdministers",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: [
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
        ],
        Resource: "*",
      },
      {
        Sid: "IssuerMakesDataKeys",
        Effect: "Allow",
        Principal: { AWS: root },
        Action: ["kms:GenerateDataKey"],
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": ISSUER },
          StringEquals: { "kms:EncryptionContext:claimseal:aud": "care-api", "kms:EncryptionContext:claimseal:v": "1" },
          "ForAllValues:StringEquals": {
            "kms:EncryptionContextKeys": ["claimseal:aud", "claimseal:pool", "claimseal:v"],
          },
        },
      },
      {
        Sid: "ReadersDecrypt",
        Effect: "Allow",
        Principal: { AWS: [root] },
        Action: ["kms:Decrypt"],
        Resource: "*",
        Condition: {
          ArnEquals: { "aws:PrincipalArn": [CARE_READER] },
          StringEquals: { "kms:EncryptionContext:claimseal:aud": "care-api" },
        },
      },
      {
        Sid: "NobodyElseDecrypts",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:Decrypt"],
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": [CARE_READER] } },
      },
      {
        Sid: "NobodyPassesItOn",
        Effect: "Deny",
        Principal: "*",
        Action: ["kms:CreateGrant", "kms:DeriveSharedSecret", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
        Resource: "*",
      },
    ],
  });
});

test("each resource server that is sealed for has a policy, with its own audience and readers", () => {
  expect(Object.keys(clinic)).toEqual(["care-api", "billing-api"]);
  const readers = resolveTemplate(clinic["billing-api"]?.Statement[2] ?? null, CLINIC);
  expect(readers).toMatchObject({
    Principal: { AWS: ["arn:aws:iam::444455556666:root"] },
    Condition: {
      ArnEquals: { "aws:PrincipalArn": [BILLING_READER] },
      StringEquals: { "kms:EncryptionContext:claimseal:aud": "billing-api" },
    },
  });
  expect(Object.keys(keyPolicies(examplePlan("b2b-saas"), ROLE_NAME))).toEqual(["invoicing"]);
});

test("no statement of any key policy refers to another resource: the role is named, so there is no circle", () => {
  expect(JSON.stringify(clinic)).not.toMatch(/"(Ref|Fn::GetAtt)"/);
});

test("administration neither uses a key, nor lets others use it, and no action is a pattern", () => {
  const uses =
    /^kms:(.*Decrypt|.*Encrypt.*|GenerateDataKey.*|GenerateMac|Sign|Verify.*|Derive.*|CreateGrant|GetPublicKey|\*)$/;
  expect(ADMINISTRATION.filter((action) => uses.test(action) || action.includes("*"))).toEqual([]);
});

describe("readers", () => {
  const policyFor = (readers: readonly string[]) => {
    const plan = aPlan();
    const server = plan.resourceServers["care-api"];
    if (!server) throw new Error("the fixture has a resource server");
    return keyPolicies({ ...plan, resourceServers: { "care-api": { ...server, readers } } }, ROLE_NAME)["care-api"];
  };

  test("a resource server without readers has a key that nobody can decrypt with", () => {
    const statements = policyFor([])?.Statement ?? [];
    expect(statements.filter(({ Effect, Action }) => Effect === "Allow" && Action.includes("kms:Decrypt"))).toEqual([]);
    expect(statements.find(({ Sid }) => Sid === "NobodyElseDecrypts")).not.toHaveProperty("Condition");
  });

  test("two readers of one account share a principal, readers of two accounts have two", () => {
    const roles = [CARE_READER, `arn:aws:iam::${ACCOUNT}:role/service/archive`, BILLING_READER];
    expect(policyFor(roles)?.Statement[2]).toMatchObject({
      Principal: { AWS: [root, "arn:aws:iam::444455556666:root"] },
      Condition: { ArnEquals: { "aws:PrincipalArn": roles } },
    });
  });

  test("the account of a reader that only the environment knows is worked out from it", () => {
    const statement = policyFor(["${env:CARE_READER_ROLE}"])?.Statement[2] ?? null;
    const environment = { CARE_READER_ROLE: "arn:aws-us-gov:iam::999988887777:role/care" };
    expect(resolveTemplate(statement, { refs: {}, environment })).toMatchObject({
      Principal: { AWS: ["arn:aws-us-gov:iam::999988887777:root"] },
      Condition: { ArnEquals: { "aws:PrincipalArn": ["arn:aws-us-gov:iam::999988887777:role/care"] } },
    });
  });
});

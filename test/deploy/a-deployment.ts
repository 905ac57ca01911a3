import { readFileSync } from "node:fs";
import { checkClaimMap } from "../../claims/check.ts";
import type { Plan } from "../../claims/plan.ts";
import { type CloudFormationParts, cloudFormationParts, type WithTables } from "../../deploy/cloudformation.ts";
import type { Deployed } from "../../deploy/resolve-template.ts";
import type { Template } from "../../deploy/template.ts";

export const MAPS = ["b2b-saas", "clinic-eu", "platform-m2m"] as const;

/** The plan of an example map. */
export function examplePlan(name: (typeof MAPS)[number]): Plan {
  const { findings, plan } = checkClaimMap(readFileSync(`mappings/${name}.claims.yaml`, "utf8"));
  if (plan === null) throw new Error(JSON.stringify(findings, null, 2));
  return plan;
}

/** What a map implies for a stack that creates its tables and resource servers, as `serverless.yml` puts it together. */
export function newStack(
  plan: Plan,
): Omit<CloudFormationParts, "tables" | "resourceServers"> & Pick<WithTables, "environment"> {
  const { tables, resourceServers, ...parts } = cloudFormationParts(plan);
  const { environment, template } = tables.new;
  const merged: Template = {
    ...parts.template,
    Resources: { ...template.Resources, ...parts.template.Resources, ...resourceServers.new.Resources },
  };
  return { ...parts, environment, template: merged };
}

export const ACCOUNT = "111122223333";
export const POOL_ID = "eu-central-1_Example01";
export const ISSUER: string = `arn:aws:iam::${ACCOUNT}:role/claimseal-dev-eu-central-1-issuer`;
export const CARE_KEY: string = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const BILLING_KEY: string = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/5678abcd-12ab-34cd-56ef-1234567890ab`;
export const PSEUDONYM_KEY: string = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/9abcabcd-12ab-34cd-56ef-1234567890ab`;
export const CARE_READER: string = `arn:aws:iam::${ACCOUNT}:role/care-api`;
export const BILLING_READER = "arn:aws:iam::444455556666:role/billing-api";

/** The clinic's stack, as if it had been deployed. */
export const CLINIC: Deployed = {
  refs: {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "claimseal-dev",
    UserPool: POOL_ID,
    StaffTable: "claimseal-dev-StaffTable-1ABC",
    PartnersTable: "claimseal-dev-PartnersTable-2DEF",
    IssuerRole: "claimseal-dev-eu-central-1-issuer",
    IssuerRoleName: "claimseal-dev-eu-central-1-issuer",
  },
  attributes: {
    StaffTable: { Arn: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/claimseal-dev-StaffTable-1ABC` },
    PartnersTable: { Arn: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/claimseal-dev-PartnersTable-2DEF` },
    CareApiKey: { Arn: CARE_KEY },
    BillingApiKey: { Arn: BILLING_KEY },
    PseudonymRoot: { Arn: PSEUDONYM_KEY },
    PreTokenLogGroup: {
      Arn: `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/aws/lambda/claimseal-dev-preToken:*`,
    },
  },
  environment: { BILLING_KEY_ARN: BILLING_KEY, CLINIC_WEB_CLIENT: "1web", LAB_CLIENT: "3lab" },
};

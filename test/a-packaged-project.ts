import { randomUUID } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TemplateValue } from "../deploy/policy-document.ts";
import { type Deployed, resolveTemplate } from "../deploy/resolve-template.ts";
import { localAccount } from "../local/local-account.ts";
import { unzip } from "./unzip.ts";

export const REGION = "eu-central-1";
/** The pool of the packaged stack. */
export const POOL_ID = "eu-central-1_Packaged1";
export const CARE_KEY: string = `arn:aws:kms:${REGION}:${localAccount}:key/${randomUUID()}`;
export const PSEUDONYM_KEY: string = `arn:aws:kms:${REGION}:${localAccount}:key/${randomUUID()}`;
/** Made before the rest, as docs/how-to/deploy-a-new-pool.md has it. */
export const BILLING_KEY: string = `arn:aws:kms:eu-west-1:${localAccount}:key/${randomUUID()}`;

export const FUNCTION_NAME = "claimseal-dev-preToken";

const ISSUER_NAME: string = `claimseal-dev-${REGION}-issuer`;
/** The trigger's role. */
export const ISSUER: string = `arn:aws:iam::${localAccount}:role/${ISSUER_NAME}`;
const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${localAccount}:table/${name}`;

/** What the stack's names stand for. Tables are called as CloudFormation would call them: by no name of the map's. */
const DEPLOYED: Deployed = {
  refs: {
    "AWS::AccountId": localAccount,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "claimseal-dev",
    UserPool: POOL_ID,
    StaffTable: "claimseal-dev-StaffTable-1ABC",
    PartnersTable: "claimseal-dev-PartnersTable-2DEF",
    IssuerRole: ISSUER_NAME,
    // The parameter of the other region's template.
    IssuerRoleName: ISSUER_NAME,
    PreTokenLogGroup: `/aws/lambda/${FUNCTION_NAME}`,
    ServerlessDeploymentBucket: "claimseal-dev-serverlessdeploymentbucket-3ghi",
  },
  attributes: {
    StaffTable: { Arn: tableArn("claimseal-dev-StaffTable-1ABC") },
    PartnersTable: { Arn: tableArn("claimseal-dev-PartnersTable-2DEF") },
    IssuerRole: { Arn: ISSUER },
    CareApiKey: { Arn: CARE_KEY },
    PseudonymRoot: { Arn: PSEUDONYM_KEY },
    PreTokenLambdaFunction: { Arn: `arn:aws:lambda:${REGION}:${localAccount}:function:${FUNCTION_NAME}` },
    PreTokenLogGroup: { Arn: `arn:aws:logs:${REGION}:${localAccount}:log-group:/aws/lambda/${FUNCTION_NAME}:*` },
  },
};

/** A template whose names are not worked out yet. */
export type Template = {
  readonly Resources: { readonly [id: string]: { readonly Type: string; readonly Properties: TemplateValue } };
};

/** What `claimseal build` and `osls package` left in a project. */
export type Packaged = {
  readonly template: Template;
  /** Of the other region, from `.claimseal/`. */
  readonly elsewhere: Template;
  /** The function's zip, unpacked. */
  readonly directory: string;
};

/** Reads a packaged project and unpacks its function beside it. */
export async function readPackaged(project: string): Promise<Packaged> {
  const directory = join(project, "unpacked");
  for (const [name, bytes] of unzip(await readFile(join(project, ".serverless/preToken.zip")))) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), bytes);
  }
  const json = async (file: string): Promise<Template> => JSON.parse(await readFile(join(project, file), "utf8"));
  return {
    template: await json(".serverless/cloudformation-template-update-stack.json"),
    elsewhere: await json(".claimseal/eu-west-1.template.json"),
    directory,
  };
}

/** The name CloudFormation gave a table. */
export function tableName(id: "StaffTable" | "PartnersTable"): string {
  return DEPLOYED.refs[id] ?? "";
}

/** The ids of all resources of a type. */
export function idsOf({ Resources }: Template, type: string): readonly string[] {
  return Object.keys(Resources).filter((id) => Resources[id]?.Type === type);
}

/** One resource's properties, as CloudFormation would hand them to its service. */
export function propertiesOf<Properties>({ Resources }: Template, id: string): Properties {
  return resolveTemplate(Resources[id]?.Properties ?? null, DEPLOYED) as Properties;
}

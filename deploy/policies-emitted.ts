import type { Plan } from "../claims/plan.ts";
import { cloudFormationParts, homeRegion } from "./cloudformation.ts";
import { ISSUER_ROLE_NAME } from "./elsewhere.ts";
import { logicalId } from "./logical-id.ts";
import { type Policies, policiesOf } from "./policies.ts";
import type { TemplateValue } from "./policy-document.ts";
import { resolveTemplate } from "./resolve-template.ts";
import { spreadPartitions } from "./spread-partitions.ts";
import type { Template } from "./template.ts";
import { withParameters } from "./template-parameters.ts";

/** The names `serverless.yml` gives to what a map does not name. */
const SERVERLESS = {
  role: "${AWS::StackName}-${AWS::Region}-issuer",
  pool: { Ref: "UserPool" },
  logGroupArn: { "Fn::GetAtt": ["PreTokenLogGroup", "Arn"] },
} as const;

/** What of a map's policies is wanted: all, or what one resource server's readers need. */
export type Wanted = { readonly plan: Plan; readonly resourceServer: string | undefined };

/**
 * Policies as parts of a `serverless.yml`: lists of statements for roles, whole policies for keys. Variables stay as the
 * map writes them, and names are those of claimseal's own `serverless.yml`.
 */
export function serverlessPolicies({ plan, resourceServer }: Wanted): TemplateValue {
  const { trigger, triggerPool, readers, keys, pseudonymKey } = policiesOf(plan, SERVERLESS);
  const statements = Object.fromEntries(Object.entries(readers).map(([name, { Statement }]) => [name, Statement]));
  if (resourceServer !== undefined) return { readers: only(statements, resourceServer) };
  return {
    trigger: trigger.Statement,
    ...(triggerPool && { triggerPool: triggerPool.Statement }),
    readers: statements,
    keys,
    ...(pseudonymKey && { pseudonymKey }),
  };
}

/**
 * Policies as a template of their own: the keys that the map leaves to a template, with their policies; the trigger's
 * policies, attached to a role there is; a managed policy for each resource server's readers, to attach to theirs. What
 * the map does not fix is a parameter, a map's `${env:STAFF_TABLE}` the parameter `StaffTable`.
 *
 * @throws {DeployError} when a map cannot be deployed as it is.
 */
export function cloudFormationPolicies({ plan, resourceServer }: Wanted): Template {
  const parameters = {
    IssuerRoleName: ISSUER_ROLE_NAME,
    UserPool: text("the id of the pool"),
    FunctionName: text("the trigger"),
  };
  const { template, tables } = cloudFormationParts(plan, {
    userPool: { Ref: "UserPool" },
    issuerRole: { Ref: "IssuerRoleName" },
    issuerRoleName: "${IssuerRoleName}",
    functionName: { Ref: "FunctionName" },
    logGroupName: { "Fn::Sub": "/aws/lambda/${FunctionName}" },
    logGroupArn: { "Fn::Sub": `${LOG_GROUP}\${FunctionName}:*` },
  });
  const { readers } = policiesOf(plan, SERVERLESS);
  const wanted = resourceServer === undefined ? readers : only(readers, resourceServer);
  const readerPolicies = Object.fromEntries(
    Object.entries(wanted).map(([name, PolicyDocument]) => [
      `${logicalId(name)}ReaderPolicy`,
      { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument } },
    ]),
  );
  const outputs = Object.keys(readerPolicies).map((id) => [`${id}Arn`, { Value: { Ref: id } }]);
  const isAll = resourceServer === undefined;
  const whole = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `claimseal: policies of ${plan.name}`,
    ...(isAll && { Parameters: parameters }),
    Resources: { ...(isAll && { ...template.Resources, ...tables.existing.template.Resources }), ...readerPolicies },
    Outputs: { ...(isAll && template.Outputs), ...Object.fromEntries(outputs) },
  } as const;
  const created = Object.entries(tables.existing.environment).filter(([, value]) => typeof value !== "string");
  return withParameters(whole, isAll ? Object.fromEntries(created) : {});
}

/** What policies in their final form are about. */
export type Place = {
  readonly account: string;
  readonly region: string;
  readonly pool: string;
  /** Names. */
  readonly role: string;
  readonly function: string;
  readonly environment: { readonly [name: string]: string | undefined };
};

/**
 * Policies as IAM and KMS take them, everything filled in.
 *
 * @throws {DeployError} `UNRESOLVED` for a variable that has no value.
 */
export function finalPolicies({ plan, resourceServer }: Wanted, place: Place): TemplateValue {
  const { account, region, pool, role, function: functionName, environment } = place;
  const policies: Policies = policiesOf(plan, {
    role,
    pool,
    logGroupArn: { "Fn::Sub": `${LOG_GROUP}${functionName}:*` },
  });
  const wanted = resourceServer === undefined ? policies : { readers: only(policies.readers, resourceServer) };
  const refs = { "AWS::AccountId": account, "AWS::Partition": partitionOf(region), "AWS::Region": region };
  return resolveTemplate(wanted, { refs, environment });
}

/** Where a map says that its stack stands; undefined where it leaves that open. */
export function statedRegion(plan: Plan): string | undefined {
  return homeRegion(spreadPartitions(plan));
}

const LOG_GROUP = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/";

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

function text(description: string): TemplateValue {
  return { Type: "String", Description: description };
}

function only<T>(each: { readonly [name: string]: T }, name: string): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(each).filter(([other]) => other === name));
}

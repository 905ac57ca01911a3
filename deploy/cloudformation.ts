import { environmentNames } from "../claims/bind.ts";
import type { Plan } from "../claims/plan.ts";
import { tableSources } from "../claims/table-sources.ts";
import { DeployError } from "./deploy-error.ts";
import { type IssuerResources, issuerPolicy, poolBinding } from "./issuer-policy.ts";
import { logicalId } from "./logical-id.ts";
import type { TemplateValue } from "./policy-document.ts";
import { spreadPartitions } from "./spread-partitions.ts";
import { keysOf, PSEUDONYM_KEY_ID, type Store, tablesOf, VARIABLE } from "./stores.ts";

/** A CloudFormation template, whole or in part. */
export type Template = {
  readonly AWSTemplateFormatVersion?: "2010-09-09";
  readonly Description?: string;
  readonly Parameters?: { readonly [id: string]: TemplateValue };
  readonly Resources: { readonly [id: string]: TemplateValue };
  readonly Outputs: { readonly [id: string]: TemplateValue };
};

/** What a map implies for the stack it is deployed with. `serverless.yml` reads it by these names. */
export type CloudFormationParts = {
  /** Where the stack must stand: where the map's tables are. Open to `--region` where the map states none. */
  readonly region: string;
  /** Of the event, as the pool must be told. */
  readonly lambdaVersion: "V1_0" | "V2_0" | "V3_0";
  /** The map's own variables: what the stack creates, and the deployer's environment for the rest. */
  readonly environment: { readonly [name: string]: TemplateValue };
  /** The custom attributes the map reads of people, as the pool must declare them. */
  readonly userPoolSchema: TemplateValue;
  readonly template: Template;
  /** Tables and keys the map wants in other regions: whole templates, by region. */
  readonly elsewhere: { readonly [region: string]: Template };
};

/** Logical ids and names of the other half of the stack, which `serverless.yml` writes. */
const STACK = {
  userPool: "UserPool",
  issuerRole: "IssuerRole",
  issuerRoleName: "${AWS::StackName}-${AWS::Region}-issuer",
  /** The framework's own id for the log group of a function `preToken`. */
  logGroup: "PreTokenLogGroup",
};

/**
 * The parts of a stack that follow from a map: tables, keys with their policies, the trigger's permissions, resource
 * servers, and the environment. `${env:NAME}` stays in it as the map writes it, which is also how the Serverless
 * Framework writes it, and is filled in when the stack is packaged.
 *
 * @throws {DeployError} when a map cannot be deployed as it is.
 */
export function cloudFormationParts(map: Plan): CloudFormationParts {
  const plan = spreadPartitions(map);
  const home = homeRegion(plan);
  const atHome = ({ region }: Store): boolean => region === undefined || region === home;
  const [tables, keys] = [tablesOf(plan).filter(atHome), keysOf(plan, STACK.issuerRoleName).filter(atHome)];
  const arns: IssuerResources = {
    tableArn: (name, { table, region = "${AWS::Region}" }) =>
      arnOf(tables, name) ?? {
        "Fn::Sub": `arn:\${AWS::Partition}:dynamodb:${region}:\${AWS::AccountId}:table/${table}`,
      },
    keyArn: (name, { seal }) => arnOf(keys, name) ?? seal.key,
    pseudonymKeyArn: ({ key }) =>
      keys.some(({ id }) => id === PSEUDONYM_KEY_ID) ? { "Fn::GetAtt": [PSEUDONYM_KEY_ID, "Arn"] } : key,
    logGroupArn: { "Fn::GetAtt": [STACK.logGroup, "Arn"] },
  };
  const created = new Map<string, TemplateValue>([
    ...tables.map(({ id, text }): [string, TemplateValue] => [text, { Ref: id }]),
    ...keys.map(({ id, text }): [string, TemplateValue] => [text, { "Fn::GetAtt": [id, "Arn"] }]),
  ]);
  const binding = poolBinding(plan, arns.keyArn, { Ref: STACK.userPool });
  return {
    region: home ?? "${opt:region, 'eu-central-1'}",
    lambdaVersion: `${plan.events}_0`,
    environment: Object.fromEntries(
      environmentNames(map).map((name) => [name, created.get(`\${env:${name}}`) ?? `\${env:${name}}`]),
    ),
    userPoolSchema: customAttributes(plan),
    template: {
      Resources: {
        ...resources(tables),
        ...resources(keys),
        ...resourceServers(map),
        IssuerPolicy: rolePolicy("what-the-map-needs", issuerPolicy(plan, arns)),
        ...(binding && { IssuerPoolPolicy: rolePolicy("this-pool-only", binding) }),
      },
      Outputs: keyOutputs(keys),
    },
    elsewhere: elsewhere(plan, home),
  };
}

/** The first region stated by a source, else by a key, the pseudonyms' last. One that is a variable is not known yet. */
function homeRegion(plan: Plan): string | undefined {
  const regions = [
    ...tableSources(plan).map(([, { region }]) => region),
    ...Object.values(plan.resourceServers).map(({ seal }) => seal?.region),
    plan.pseudonyms?.region,
  ];
  return regions.find((region) => region !== undefined && !VARIABLE.test(region));
}

function arnOf(stores: readonly Store[], owner: string): TemplateValue | undefined {
  const store = stores.find(({ owners }) => owners.includes(owner));
  return store && { "Fn::GetAtt": [store.id, "Arn"] };
}

function resources(stores: readonly Store[]): { readonly [id: string]: TemplateValue } {
  return Object.fromEntries(stores.map(({ id, resource }) => [id, resource]));
}

/** What a downstream service configures its opener with. */
function keyOutputs(keys: readonly Store[]): Template["Outputs"] {
  return Object.fromEntries(keys.map(({ id }) => [`${id}Arn`, { Value: { "Fn::GetAtt": [id, "Arn"] } }]));
}

function rolePolicy(name: string, document: TemplateValue): TemplateValue {
  return {
    Type: "AWS::IAM::Policy",
    Properties: { PolicyName: name, PolicyDocument: document, Roles: [{ Ref: STACK.issuerRole }] },
  };
}

function resourceServers(plan: Plan): { readonly [id: string]: TemplateValue } {
  return Object.fromEntries(
    Object.entries(plan.resourceServers).map(([name, { identifier, scopes }]) => [
      `${logicalId(name)}ResourceServer`,
      {
        Type: "AWS::Cognito::UserPoolResourceServer",
        Properties: {
          UserPoolId: { Ref: STACK.userPool },
          Identifier: identifier,
          Name: name,
          Scopes: scopes.map((scope) => ({ ScopeName: scope, ScopeDescription: `${scope} at ${name}` })),
        },
      },
    ]),
  );
}

/** A pool has no custom attributes but those it declares; once there, one can be neither changed nor removed. */
function customAttributes({ inputs }: Plan): TemplateValue {
  const names = Object.keys(inputs.user).filter((name) => name.startsWith("custom:"));
  // CloudFormation refuses an empty schema.
  if (names.length === 0) return { Ref: "AWS::NoValue" };
  return names.map((name) => ({ Name: name.slice("custom:".length), AttributeDataType: "String", Mutable: true }));
}

/** Templates for the other regions. Nothing fills in `${env:NAME}` there, so the issuer's role is a parameter. */
function elsewhere(plan: Plan, home: string | undefined): CloudFormationParts["elsewhere"] {
  const away = ({ region }: Store): boolean => region !== undefined && region !== home && !VARIABLE.test(region);
  const [tables, keys] = [tablesOf(plan).filter(away), keysOf(plan, "${IssuerRoleName}").filter(away)];
  for (const name of keys.flatMap(({ owners }) => owners)) {
    if (plan.resourceServers[name]?.readers.some((role) => VARIABLE.test(role))) {
      const message = `resource server "${name}" has its key in a region of its own; write its readers' ARNs in the map`;
      throw new DeployError("READER_VARIABLE", message);
    }
  }
  const regions = [...new Set([...tables, ...keys].map(({ region }) => region ?? ""))];
  return Object.fromEntries(
    regions.map((region) => {
      const [there, sealed] = [tables, keys].map((stores) => stores.filter((store) => store.region === region));
      return [region, regionTemplate(plan, region, there ?? [], sealed ?? [])];
    }),
  );
}

function regionTemplate(plan: Plan, region: string, tables: readonly Store[], keys: readonly Store[]): Template {
  const tableOutputs = tables.map(({ id }): [string, TemplateValue] => [`${id}Name`, { Value: { Ref: id } }]);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `claimseal: what ${plan.name} keeps in ${region}`,
    ...(keys.length > 0 && {
      Parameters: {
        IssuerRoleName: {
          Type: "String",
          AllowedPattern: "[A-Za-z0-9+=,.@_-]{1,64}",
          Description: "the trigger's role",
        },
      },
    }),
    Resources: { ...resources(tables), ...resources(keys) },
    Outputs: { ...Object.fromEntries(tableOutputs), ...keyOutputs(keys) },
  };
}

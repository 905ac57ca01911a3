import { environmentNames } from "../claims/bind.ts";
import type { Plan } from "../claims/plan.ts";
import { tableSources } from "../claims/table-sources.ts";
import { watchedKeys } from "./alarms.ts";
import { stackWatch } from "./alarms-stack.ts";
import { elsewhere } from "./elsewhere.ts";
import { type FederationParts, federationParts } from "./inbound-federation.ts";
import { type IssuerResources, issuerPolicy, poolBinding } from "./issuer-policy.ts";
import { logicalId } from "./logical-id.ts";
import type { TemplateValue } from "./policy-document.ts";
import { spreadPartitions } from "./spread-partitions.ts";
import { stackName } from "./stack-name.ts";
import { keysOf, PSEUDONYM_KEY_ID, type Store, tablesOf, VARIABLE } from "./stores.ts";
import { keyOutputs, resourcesOf, type Template } from "./template.ts";

/** What a map implies for the stack it is deployed with. `serverless.yml` reads it by these names. */
export type CloudFormationParts = {
  /** The stack's name, the stage still to come: no other map's. */
  readonly stackName: string;
  /** Where the stack must stand: where the map's tables are. Open to `--region` where the map states none. */
  readonly region: string;
  /** Of the event, as the pool must be told. */
  readonly lambdaVersion: "V1_0" | "V2_0" | "V3_0";
  /** The custom attributes the map reads of people, as a new pool must declare them. */
  readonly userPoolSchema: TemplateValue;
  /** What every deployment has: keys, and the binding of the trigger to its pool. */
  readonly template: Template;
  /** What depends on whether the stack creates the map's tables, or finds them. */
  readonly tables: { readonly [they in Origin]: WithTables };
  /** The map's resource servers with their scopes; a pool that exists may have them. */
  readonly resourceServers: { readonly [they in Origin]: Template };
  /** Alarms, the topic they are told to, a dashboard; changes are told of whoever makes them, or not of one deployer's. */
  readonly alarms: { readonly [they in "all" | "none"]: { readonly [changesBy in "anybody" | "others"]: Template } };
  /** The trigger for identity providers, where the map has a `federation`; for a pool that the stack makes, or another. */
  readonly federation: FederationParts;
  /** Tables and keys the map wants in other regions: whole templates, by region. */
  readonly elsewhere: { readonly [region: string]: Template };
};

export type Origin = "new" | "existing";

export type WithTables = {
  /** The map's own variables: what the stack creates, and the deployer's environment for the rest. */
  readonly environment: { readonly [name: string]: TemplateValue };
  readonly template: Template;
};

/** What is not the map's to name: the other half of the stack. */
export type StackNames = {
  /** A pool that the stack creates, or a parameter with the id of one that exists: `Ref` gives the same of both. */
  readonly userPool: TemplateValue;
  readonly issuerRole: TemplateValue;
  /** The role's name as text for `Fn::Sub`. */
  readonly issuerRoleName: string;
  readonly functionName: TemplateValue;
  /** Of the trigger for identity providers; without it nothing watches that one. */
  readonly federationFunctionName?: TemplateValue;
  readonly logGroupName: TemplateValue;
  readonly logGroupArn: TemplateValue;
};

/** As `serverless.yml` names it, and the framework the log group of a function `preToken`. */
export const SERVERLESS: StackNames = {
  userPool: { Ref: "UserPool" },
  issuerRole: { Ref: "IssuerRole" },
  issuerRoleName: "${AWS::StackName}-${AWS::Region}-issuer",
  functionName: { Ref: "PreTokenLambdaFunction" },
  federationFunctionName: { Ref: "InboundFederationLambdaFunction" },
  logGroupName: { Ref: "PreTokenLogGroup" },
  logGroupArn: { "Fn::GetAtt": ["PreTokenLogGroup", "Arn"] },
};

/**
 * The parts of a stack that follow from a map: tables, keys with their policies, the trigger's permissions, resource
 * servers, and the environment. `${env:NAME}` stays in it as the map writes it, which is also how the Serverless
 * Framework writes it, and is filled in when the stack is packaged.
 *
 * @throws {DeployError} when a map cannot be deployed as it is.
 */
export function cloudFormationParts(map: Plan, names: StackNames = SERVERLESS): CloudFormationParts {
  const plan = spreadPartitions(map);
  const home = homeRegion(plan);
  const atHome = ({ region }: Store): boolean => region === undefined || region === home;
  const [tables, keys] = [tablesOf(plan).filter(atHome), keysOf(plan, names.issuerRoleName).filter(atHome)];
  const arns = (created: readonly Store[]): IssuerResources => usedArns(created, keys, names.logGroupArn);
  const binding = poolBinding(plan, arns([]).keyArn, names.userPool);
  const withTables = (created: readonly Store[]): WithTables => ({
    environment: environmentOf(map, created, keys),
    template: {
      Resources: {
        ...resourcesOf(created),
        IssuerPolicy: rolePolicy("what-the-map-needs", issuerPolicy(plan, arns(created)), names),
      },
    },
  });
  return {
    stackName: stackName(map.name),
    region: home ?? "${opt:region, 'eu-central-1'}",
    lambdaVersion: `${plan.events}_0`,
    userPoolSchema: customAttributes(plan),
    template: {
      Resources: {
        ...resourcesOf(keys),
        ...(binding && { IssuerPoolPolicy: rolePolicy("this-pool-only", binding, names) }),
      },
      Outputs: keyOutputs(keys),
    },
    tables: { new: withTables(tables), existing: withTables([]) },
    alarms: {
      all: alarms(plan, home, arns([]), names),
      none: { anybody: { Resources: {} }, others: { Resources: {} } },
    },
    resourceServers: { new: { Resources: resourceServers(map, names) }, existing: { Resources: {} } },
    federation: federationParts(plan),
    elsewhere: elsewhere(plan, home),
  };
}

/** The first region stated by a source, else by a key, the pseudonyms' last. One that is a variable is not known yet. */
export function homeRegion(plan: Plan): string | undefined {
  const regions = [
    ...tableSources(plan).map(([, { region }]) => region),
    ...Object.values(plan.resourceServers).map(({ seal }) => seal?.region),
    plan.pseudonyms?.region,
  ];
  return regions.find((region) => region !== undefined && !VARIABLE.test(region));
}

/** What the trigger uses, by reference where a template creates it and in the map's own words where it is there. */
export function usedArns(
  tables: readonly Store[],
  keys: readonly Store[],
  logGroupArn: TemplateValue,
): IssuerResources {
  return {
    tableArn: (name, { table, region = "${AWS::Region}" }) =>
      arnOf(tables, name) ?? {
        "Fn::Sub": `arn:\${AWS::Partition}:dynamodb:${region}:\${AWS::AccountId}:table/${table}`,
      },
    keyArn: (name, { seal }) => arnOf(keys, name) ?? seal.key,
    pseudonymKeyArn: ({ key }) =>
      keys.some(({ id }) => id === PSEUDONYM_KEY_ID) ? { "Fn::GetAtt": [PSEUDONYM_KEY_ID, "Arn"] } : key,
    logGroupArn,
  };
}

function arnOf(stores: readonly Store[], owner: string): TemplateValue | undefined {
  const store = stores.find(({ owners }) => owners.includes(owner));
  return store && { "Fn::GetAtt": [store.id, "Arn"] };
}

function environmentOf(
  map: Plan,
  tables: readonly Store[],
  keys: readonly Store[],
): { readonly [name: string]: TemplateValue } {
  const created = new Map<string, TemplateValue>([
    ...tables.map(({ id, text }): [string, TemplateValue] => [text, { Ref: id }]),
    ...keys.map(({ id, text }): [string, TemplateValue] => [text, { "Fn::GetAtt": [id, "Arn"] }]),
  ]);
  return Object.fromEntries(
    environmentNames(map).map((name) => [name, created.get(`\${env:${name}}`) ?? `\${env:${name}}`]),
  );
}

function alarms(
  plan: Plan,
  home: string | undefined,
  arns: IssuerResources,
  { userPool, ...names }: StackNames,
): CloudFormationParts["alarms"]["all"] {
  const deployment = { ...names, userPoolId: userPool, keyArns: watchedKeys(plan, home, arns) };
  return {
    anybody: stackWatch(plan, { ...deployment, deployers: [] }),
    others: stackWatch(plan, { ...deployment, deployers: ["${param:deployer}"] }),
  };
}

function rolePolicy(name: string, document: TemplateValue, { issuerRole }: StackNames): TemplateValue {
  return {
    Type: "AWS::IAM::Policy",
    Properties: { PolicyName: name, PolicyDocument: document, Roles: [issuerRole] },
  };
}

function resourceServers(plan: Plan, { userPool }: StackNames): Template["Resources"] {
  return Object.fromEntries(
    Object.entries(plan.resourceServers).map(([name, { identifier, scopes }]) => [
      `${logicalId(name)}ResourceServer`,
      {
        Type: "AWS::Cognito::UserPoolResourceServer",
        Properties: {
          UserPoolId: userPool,
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

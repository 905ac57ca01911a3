import { planDigest } from "../claims/digest.ts";
import type { Plan } from "../claims/plan.ts";
import { type CloudFormationParts, cloudFormationParts, type Origin } from "./cloudformation.ts";
import { FEDERATION_CONFIG, federationFunction } from "./inbound-federation.ts";
import { newPool } from "./new-pool.ts";
import type { TemplateValue } from "./policy-document.ts";
import type { Template } from "./template.ts";
import { withParameters } from "./template-parameters.ts";
import { aliasId, FOR_LAMBDA, invokePermission, type TriggerFunction, triggerFunction } from "./trigger-function.ts";

/** What a stack makes, and what is there before it. */
export type StackChoice = {
  readonly pool: Origin;
  readonly tables: Origin;
  readonly resourceServers: Origin;
  readonly alarms: "all" | "none";
};

/** The alias that the pool goes by. */
export const TRIGGER_ARN: TemplateValue = { Ref: aliasId("PreToken") };

/**
 * The whole stack that `serverless.yml` packages, as a template of CloudFormation's own: the same resources by the same
 * logical ids, made of the same statements. The code is what `claimseal build` wrote, as a zip file in a bucket; what the
 * map leaves to the environment, and what `--param` says to the framework, is a parameter.
 *
 * @throws {DeployError} when a map cannot be deployed as it is.
 */
export function stackTemplate(plan: Plan, choice: StackChoice): Template {
  const parts = cloudFormationParts(plan);
  const template = stackOf(plan, parts, choice);
  const { environment } = parts.tables[choice.tables];
  const functions = functionsOf(plan, environment, choice.pool);
  const watch = watchOf(parts, choice.alarms);
  const whole: Template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `claimseal: ${plan.name}, revision ${plan.revision}`,
    Parameters: parameters(choice),
    Conditions: { ...CONDITIONS, ...(choice.alarms === "all" && WHO_DEPLOYS) },
    ...template,
    Resources: {
      ...Object.assign({}, ...functions.map(triggerFunction)),
      ...template.Resources,
      ...watch.Resources,
    },
    Outputs: { ...template.Outputs, ...watch.Outputs },
  };
  const created = Object.entries(environment).filter(([, value]) => typeof value !== "string");
  return withParameters(whole, Object.fromEntries(created));
}

/** Everything of a map's stack but its functions, its parameters and what watches it. */
export function stackOf(
  plan: Plan,
  parts: CloudFormationParts,
  { pool, tables, resourceServers }: Omit<StackChoice, "alarms">,
): Template {
  const federation = parts.federation.template.existing;
  const made = pool === "new" ? poolOf(plan, parts) : { Resources: {}, Outputs: {} };
  return {
    Resources: {
      IssuerRole: {
        Type: "AWS::IAM::Role",
        // Key policies name it by this name.
        Properties: {
          RoleName: { "Fn::Sub": "${AWS::StackName}-${AWS::Region}-issuer" },
          AssumeRolePolicyDocument: FOR_LAMBDA,
        },
      },
      PreTokenPermission: invokePermission(TRIGGER_ARN, "UserPool"),
      ...parts.template.Resources,
      ...parts.tables[tables].template.Resources,
      ...made.Resources,
      ...parts.resourceServers[resourceServers].Resources,
      ...federation.Resources,
    },
    Outputs: {
      ...parts.template.Outputs,
      ...made.Outputs,
      UserPoolId: { Value: { Ref: "UserPool" } },
      TriggerArn: { Value: TRIGGER_ARN },
      LambdaVersion: { Value: parts.lambdaVersion },
      IssuerRoleName: { Value: { Ref: "IssuerRole" } },
      ...federation.Outputs,
    },
  };
}

/** The functions of a map: the trigger for tokens, and the one for identity providers where it has a `federation`. */
export function functionsOf(
  plan: Plan,
  environment: { readonly [name: string]: TemplateValue },
  pool: Origin,
): readonly TriggerFunction[] {
  const planSha256 = planDigest(plan);
  // Empty: a new pool's id is not known to the function, and no other pool may invoke it.
  const pools: TemplateValue = pool === "new" ? "" : { Ref: "UserPool" };
  const preToken: TriggerFunction = {
    id: "PreToken",
    name: "preToken",
    handler: "index.handler",
    roleId: "IssuerRole",
    // Nobody signs in before the function may read.
    after: ["IssuerPolicy"],
    environment: {
      CLAIMSEAL_PLAN_SHA256: planSha256,
      CLAIMSEAL_MODE: { Ref: "Mode" },
      CLAIMSEAL_POOLS: pools,
      ...environment,
    },
    isTuned: true,
  };
  return [preToken, ...(plan.federation ? [federationFunction(planSha256, pools)] : [])];
}

function poolOf(plan: Plan, { userPoolSchema, lambdaVersion }: CloudFormationParts): ReturnType<typeof newPool> {
  return newPool({
    name: { "Fn::Sub": "${AWS::StackName}" },
    schema: userPoolSchema,
    lambdaConfig: triggersOf(plan, lambdaVersion),
  });
}

/** What a pool's `LambdaConfig` has for a map. */
export function triggersOf(
  { federation }: Plan,
  lambdaVersion: CloudFormationParts["lambdaVersion"],
): { readonly [trigger: string]: TemplateValue } {
  return {
    PreTokenGenerationConfig: { LambdaArn: TRIGGER_ARN, LambdaVersion: lambdaVersion },
    ...(federation && { InboundFederation: FEDERATION_CONFIG }),
  };
}

/** Rules ask the parameter `Deployer` whom they tell of: a pattern that leaves somebody out is another one. */
function watchOf({ alarms }: CloudFormationParts, wanted: StackChoice["alarms"]): Template {
  const { anybody, others } = alarms[wanted];
  const Resources = Object.entries(anybody.Resources).map(([id, resource]) => {
    const [all, some] = [patternOf(resource), patternOf(others.Resources[id] ?? null)];
    if (JSON.stringify(all) === JSON.stringify(some)) return [id, resource] as const;
    const EventPattern = { "Fn::If": ["DeployerKnown", withDeployer(some, { Ref: "Deployer" }), all] };
    const { Properties, ...rest } = resource as { readonly Properties: { readonly [name: string]: TemplateValue } };
    return [id, { ...rest, Properties: { ...Properties, EventPattern } }] as const;
  });
  return { ...anybody, Resources: Object.fromEntries(Resources) };
}

function patternOf(resource: TemplateValue): TemplateValue {
  const { Properties } = (resource ?? {}) as { readonly Properties?: { readonly EventPattern?: TemplateValue } };
  return Properties?.EventPattern ?? null;
}

/** A part of `alarms`' `others` that says who deploys, where the framework would fill it in. */
export function withDeployer(value: TemplateValue, deployer: TemplateValue): TemplateValue {
  const text = JSON.stringify(value).replaceAll('"${param:deployer}"', () => JSON.stringify(deployer));
  return JSON.parse(text) as TemplateValue;
}

const CONDITIONS: NonNullable<Template["Conditions"]> = {
  Reserved: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "ReservedConcurrency" }, "0"] }] },
  Provisioned: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "ProvisionedConcurrency" }, "0"] }] },
};

const WHO_DEPLOYS: NonNullable<Template["Conditions"]> = {
  DeployerKnown: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "Deployer" }, "anybody"] }] },
};

function parameters({ pool, alarms }: StackChoice): NonNullable<Template["Parameters"]> {
  return {
    CodeBucket: { Type: "String", Description: "the bucket with the zip file" },
    CodeKey: { Type: "String", Description: "its key: another one for other contents, or nothing changes" },
    Release: {
      Type: "String",
      MaxLength: 64,
      Description: "a text that was not used before: whatever changes at the function is published under it",
    },
    ...(pool === "existing" && {
      UserPool: { Type: "String", AllowedPattern: "[\\w-]+_[0-9a-zA-Z]+", Description: "the id of the pool" },
    }),
    Mode: { Type: "String", Default: "enforce", AllowedValues: ["enforce", "shadow", "minimal"] },
    ReservedConcurrency: {
      Type: "Number",
      Default: 0,
      Description: "how many run at most, and are kept free for it; 0 is as many as the account has left",
    },
    ProvisionedConcurrency: { Type: "Number", Default: 0, Description: "how many are kept started; 0 is none" },
    LogRetention: { Type: "Number", Default: 30, Description: "days" },
    ...(alarms === "all" && {
      Deployer: {
        Type: "String",
        Default: "anybody",
        Description: "the ARN of the role that deploys: what it changes is then no alarm",
      },
    }),
  };
}

import { planDigest } from "../claims/digest.ts";
import type { Plan } from "../claims/plan.ts";
import { writeOwnLog } from "./issuer-policy.ts";
import type { PolicyDocument, TemplateValue } from "./policy-document.ts";
import type { Template } from "./template.ts";
import {
  ALIAS,
  aliasId,
  FOR_LAMBDA,
  invokePermission,
  MEMORY_MIB,
  RUNTIME,
  TIMEOUT_S,
  type TriggerFunction,
} from "./trigger-function.ts";

/** What is not this trigger's to name: the other parts of the stack it stands in. */
export type FederationNames = {
  /** `Ref` gives the pool's id. */
  readonly userPool: string;
  /** The function, or an alias of it, that the pool calls. */
  readonly functionArn: TemplateValue;
  readonly logGroupArn: TemplateValue;
};

/** The one version of its events there is. */
export const FEDERATION_EVENTS = "V1_0";

/**
 * What the trigger for identity providers has besides its function: a role that may write its own log and nothing else,
 * because it asks nobody, and leave for one pool to invoke it.
 */
export function federationResources({ userPool, functionArn, logGroupArn }: FederationNames): Template["Resources"] {
  const policy: PolicyDocument = {
    Version: "2012-10-17",
    Statement: [writeOwnLog(logGroupArn)],
  };
  return {
    FederationRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: FOR_LAMBDA,
        Policies: [{ PolicyName: "its-own-log", PolicyDocument: policy }],
      },
    },
    FederationPermission: invokePermission(functionArn, userPool),
  };
}

/** As a framework names it, in the stack of the trigger for tokens. */
const ID = "InboundFederation";
const ALIAS_ARN: TemplateValue = { Ref: aliasId(ID) };

/** A pool's `LambdaConfig.InboundFederation`. */
export const FEDERATION_CONFIG: TemplateValue = { LambdaArn: ALIAS_ARN, LambdaVersion: FEDERATION_EVENTS };

/** What a stack with both triggers has of this one. */
export type FederationParts = {
  /** As `serverless.yml` lists functions; empty for a map without. */
  readonly functions: { readonly [name: string]: TemplateValue };
  /** By whether the pool is the stack's own, and so told there that it has this trigger. */
  readonly template: { readonly [pool in "new" | "existing"]: Template & { readonly extensions?: TemplateValue } };
};

/** The trigger for identity providers, as parts of the stack of `serverless.yml`; nothing for a map without one. */
export function federationParts({ federation }: Plan): FederationParts {
  if (federation === undefined) {
    return { functions: {}, template: { new: { Resources: {} }, existing: { Resources: {} } } };
  }
  const template = {
    Resources: federationResources({
      userPool: "UserPool",
      functionArn: ALIAS_ARN,
      logGroupArn: { "Fn::GetAtt": [`${ID}LogGroup`, "Arn"] },
    }),
    extensions: {
      [aliasId(ID)]: { Properties: { Name: ALIAS, ProvisionedConcurrencyConfig: { Ref: "AWS::NoValue" } } },
      [`${ID}LogGroup`]: { Properties: { LogGroupClass: "STANDARD" } },
    },
    Outputs: { FederationTriggerArn: { Value: ALIAS_ARN } },
  };
  return {
    functions: { inboundFederation: SERVERLESS_FUNCTION },
    template: {
      existing: template,
      new: {
        ...template,
        // Merged with the pool that stands in `serverless.yml`.
        Resources: {
          ...template.Resources,
          UserPool: { Properties: { LambdaConfig: { [ID]: FEDERATION_CONFIG } } },
        },
      },
    },
  };
}

/** Variables are the Serverless Framework's, which fills them in. */
const SERVERLESS_FUNCTION: TemplateValue = {
  name: "${self:provider.stackName}-inboundFederation",
  handler: "${param:map}/federation.handler",
  memorySize: MEMORY_MIB,
  timeout: TIMEOUT_S,
  role: "FederationRole",
  // Makes the alias; how many are kept started, none, is said in `extensions`.
  provisionedConcurrency: 1,
  package: {
    patterns: ["${param:map}/federation.mjs", "${param:map}/re2.mjs", "${param:map}/plan.json"],
  },
};

/** The same function, in a stack that no framework makes. */
export function federationFunction(planSha256: string, pools: TemplateValue): TriggerFunction {
  return {
    id: ID,
    name: "inboundFederation",
    handler: "federation.handler",
    roleId: "FederationRole",
    after: [],
    environment: { CLAIMSEAL_PLAN_SHA256: planSha256, CLAIMSEAL_POOLS: pools },
    isTuned: false,
  };
}

const FUNCTION_ARN: TemplateValue = { "Fn::GetAtt": ["FederationFunction", "Arn"] };

/**
 * A whole stack for the trigger of a map with a `federation`, beside whatever the pool stands in; its code is what
 * `claimseal build` wrote, as a zip file in a bucket. Undefined for a map without.
 */
export function federationTemplate(plan: Plan): Template | undefined {
  if (plan.federation === undefined) return undefined;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `What enters the user pool from identity providers, by the claim map ${plan.name}`,
    Parameters: {
      UserPool: { Type: "String", AllowedPattern: "[\\w-]+_[0-9a-zA-Z]+", Description: "the id of the pool" },
      CodeBucket: { Type: "String", Description: "the bucket with the zip file" },
      CodeKey: { Type: "String", Description: "its key: another one for other contents, or nothing changes" },
      LogRetention: { Type: "Number", Default: 30, Description: "days" },
    },
    Resources: {
      FederationLog: {
        Type: "AWS::Logs::LogGroup",
        Properties: { RetentionInDays: { Ref: "LogRetention" } },
      },
      FederationFunction: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Runtime: RUNTIME,
          Architectures: ["arm64"],
          Handler: "federation.handler",
          MemorySize: MEMORY_MIB,
          Timeout: TIMEOUT_S,
          Role: { "Fn::GetAtt": ["FederationRole", "Arn"] },
          Code: { S3Bucket: { Ref: "CodeBucket" }, S3Key: { Ref: "CodeKey" } },
          LoggingConfig: { LogGroup: { Ref: "FederationLog" } },
          Environment: {
            Variables: { CLAIMSEAL_PLAN_SHA256: planDigest(plan), CLAIMSEAL_POOLS: { Ref: "UserPool" } },
          },
        },
      },
      ...federationResources({
        userPool: "UserPool",
        functionArn: FUNCTION_ARN,
        logGroupArn: { "Fn::GetAtt": ["FederationLog", "Arn"] },
      }),
    },
    Outputs: { FederationFunctionArn: { Value: FUNCTION_ARN } },
  };
}

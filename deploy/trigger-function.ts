import type { TemplateValue } from "./policy-document.ts";
import type { Template } from "./template.ts";

/** One of a map's functions, in a stack that no framework makes. */
export type TriggerFunction = {
  /** Begins the logical ids, as the Serverless Framework writes them. */
  readonly id: "PreToken" | "InboundFederation";
  /** Ends the function's name. */
  readonly name: string;
  readonly handler: string;
  readonly roleId: string;
  /** Resources that must be there before anybody is answered. */
  readonly after: readonly string[];
  readonly environment: { readonly [name: string]: TemplateValue };
  /** Where the stack has parameters for how many of it run: its conditions `Reserved` and `Provisioned`. */
  readonly isTuned: boolean;
};

/** The logical id of the alias that a pool goes by. */
export function aliasId(id: TriggerFunction["id"]): string {
  return `${id}ProvConcLambdaAlias`;
}

const NO_VALUE: TemplateValue = { Ref: "AWS::NoValue" };

/**
 * The function, its log, a version and the alias `live`. The code is a zip file in a bucket. A version is what code and
 * settings were when it was published, and CloudFormation publishes one where its description changes: so function and
 * version both have the parameter `Release` for theirs.
 */
export function triggerFunction(told: TriggerFunction): Template["Resources"] {
  const { id, name, isTuned } = told;
  const functionRef = { Ref: `${id}LambdaFunction` };
  const version = { "Fn::GetAtt": [`${id}LambdaVersion`, "Version"] };
  return {
    [`${id}LogGroup`]: {
      Type: "AWS::Logs::LogGroup",
      Properties: {
        LogGroupName: { "Fn::Sub": `/aws/lambda/\${AWS::StackName}-${name}` },
        RetentionInDays: { Ref: "LogRetention" },
        // Metrics are made from the records in it, which no other class does.
        LogGroupClass: "STANDARD",
      },
    },
    [`${id}LambdaFunction`]: {
      Type: "AWS::Lambda::Function",
      DependsOn: [`${id}LogGroup`, ...told.after],
      Properties: {
        ...functionProperties(told),
        Description: RELEASE,
        Code: { S3Bucket: { Ref: "CodeBucket" }, S3Key: { Ref: "CodeKey" } },
      },
    },
    [`${id}LambdaVersion`]: {
      Type: "AWS::Lambda::Version",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: { FunctionName: functionRef, Description: RELEASE },
    },
    [aliasId(id)]: {
      Type: "AWS::Lambda::Alias",
      Properties: {
        FunctionName: functionRef,
        FunctionVersion: version,
        Name: ALIAS,
        ...(isTuned && { ProvisionedConcurrencyConfig: PROVISIONED }),
      },
    },
  };
}

const RELEASE: TemplateValue = { Ref: "Release" };

/** What the pool calls. */
export const ALIAS = "live";

export const PROVISIONED: TemplateValue = {
  "Fn::If": ["Provisioned", { ProvisionedConcurrentExecutions: { Ref: "ProvisionedConcurrency" } }, NO_VALUE],
};

/** What a function is, wherever its code comes from. */
export function functionProperties({ name, handler, roleId, environment, isTuned }: TriggerFunction): {
  readonly [property: string]: TemplateValue;
} {
  return {
    FunctionName: { "Fn::Sub": `\${AWS::StackName}-${name}` },
    Runtime: RUNTIME,
    Architectures: ["arm64"],
    Handler: handler,
    MemorySize: MEMORY_MIB,
    Timeout: TIMEOUT_S,
    Role: { "Fn::GetAtt": [roleId, "Arn"] },
    Environment: { Variables: environment },
    ...(isTuned && {
      ReservedConcurrentExecutions: { "Fn::If": ["Reserved", { Ref: "ReservedConcurrency" }, NO_VALUE] },
    }),
  };
}

export const RUNTIME = "nodejs22.x";
export const MEMORY_MIB = 512;
/** Cognito waits no longer. */
export const TIMEOUT_S = 5;

/** Leave for one pool to call a function by its alias, and for nobody else's of the same id. */
export function invokePermission(functionArn: TemplateValue, userPool: string): TemplateValue {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: functionArn,
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: {
        "Fn::Sub": `arn:\${AWS::Partition}:cognito-idp:\${AWS::Region}:\${AWS::AccountId}:userpool/\${${userPool}}`,
      },
      SourceAccount: { Ref: "AWS::AccountId" },
    },
  };
}

/** Lambda may take a role of this policy on, and nobody else. */
export const FOR_LAMBDA: TemplateValue = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

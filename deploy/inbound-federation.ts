import { planDigest } from "../claims/digest.ts";
import type { Plan } from "../claims/plan.ts";
import { writeOwnLog } from "./issuer-policy.ts";
import type { PolicyDocument, TemplateValue } from "./policy-document.ts";
import type { Template } from "./template.ts";

/** What is not this trigger's to name: the other parts of the stack it stands in. */
export type FederationNames = {
  /** `Ref` gives the pool's id. */
  readonly userPool: string;
  /** The function, or an alias of it, that the pool calls. */
  readonly functionArn: TemplateValue;
  readonly logGroupArn: TemplateValue;
};

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
        AssumeRolePolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
        Policies: [{ PolicyName: "its-own-log", PolicyDocument: policy }],
      },
    },
    FederationPermission: {
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
    },
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
          Runtime: "nodejs22.x",
          Architectures: ["arm64"],
          Handler: "federation.handler",
          MemorySize: 512,
          // Cognito waits no longer.
          Timeout: 5,
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

import type { Plan } from "../../claims/plan.ts";
import type { Deployers, Deployment } from "../../deploy/alarms.ts";
import { readerAlarmResources } from "../../deploy/alarms-reader.ts";
import { stackWatch, type Watch } from "../../deploy/alarms-stack.ts";
import { TOPIC_ID, type Told } from "../../deploy/alarms-topic.ts";
import type { TemplateValue } from "../../deploy/policy-document.ts";
import { ACCOUNT, CARE_KEY, POOL_ID, PSEUDONYM_KEY } from "./a-deployment.ts";

export const FUNCTION = "claimseal-dev-preToken";
export const TOPIC: string = `arn:aws:sns:eu-central-1:${ACCOUNT}:alarms`;
export const PIPELINE: string = `arn:aws:iam::${ACCOUNT}:role/deploy/pipeline`;
export const RELEASE_USER: string = `arn:aws:iam::${ACCOUNT}:user/release`;

/** A deployment, as if it were there: names and ARNs in place of references. */
export const DEPLOYED: Deployment & Deployers & Told = {
  functionName: FUNCTION,
  logGroupName: `/aws/lambda/${FUNCTION}`,
  userPoolId: POOL_ID,
  keyArns: [CARE_KEY, PSEUDONYM_KEY],
  deployers: [PIPELINE, RELEASE_USER],
  topicArn: TOPIC,
};

type Template = Watch & { readonly AWSTemplateFormatVersion: "2010-09-09" };

/** A stack with everything that watches it, services among it: a template to be validated. */
export function watchedTemplate(plan: Plan): Template {
  const deployment = {
    functionName: { Ref: "PreTokenLambdaFunction" },
    logGroupName: { Ref: "PreTokenLogGroup" },
    userPoolId: { Ref: "UserPool" },
    keyArns: [{ "Fn::GetAtt": ["CareApiKey", "Arn"] }, PSEUDONYM_KEY],
    deployers: [PIPELINE],
    topicArn: { Ref: TOPIC_ID },
  };
  const { Resources, Outputs } = stackWatch(plan, deployment);
  const readers = readerAlarmResources({ ...deployment, name: "care-api", identifier: "https://care.example.com" });
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: { ...STACK, ...Resources, ...readers }, Outputs };
}

/** What `serverless.yml` has besides, as far as it is referred to. */
const STACK: Readonly<Record<string, TemplateValue>> = {
  CareApiKey: {
    Type: "AWS::KMS::Key",
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: { Description: "stands for the map's" },
  },
  UserPool: { Type: "AWS::Cognito::UserPool", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" },
  IssuerRole: {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
    },
  },
  PreTokenLogGroup: { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: 30 } },
  PreTokenLambdaFunction: {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: { "Fn::GetAtt": ["IssuerRole", "Arn"] },
      Code: { ZipFile: "exports.handler = async (event) => event" },
    },
  },
};

import { type Alarm, description, type Told } from "./alarms-topic.ts";
import { logicalId } from "./logical-id.ts";
import type { TemplateValue } from "./policy-document.ts";

/** One kind of change, as CloudTrail tells of it. */
export type Change = Alarm & {
  readonly service: "kms" | "cognito-idp" | "lambda";
  /** Names of operations, as CloudTrail has them; in front of a date for some services. */
  readonly operations: readonly TemplateValue[];
};

export const KEY_CHANGED: Change = {
  name: "key-changed",
  says: "Somebody changed, or tried to change, who may use a key of the map, or whether it can be used.",
  urgent: true,
  service: "kms",
  operations: [
    "CreateAlias",
    "CreateGrant",
    "DisableKey",
    "DisableKeyRotation",
    "PutKeyPolicy",
    "ReplicateKey",
    "ScheduleKeyDeletion",
    "UpdateAlias",
  ],
};

export const POOL_CHANGED: Change = {
  name: "pool-changed",
  says: "Somebody other than the deployment changed the user pool, or what clients and providers may write.",
  urgent: true,
  service: "cognito-idp",
  operations: [
    "CreateIdentityProvider",
    "CreateUserPoolClient",
    "UpdateIdentityProvider",
    "UpdateUserPool",
    "UpdateUserPoolClient",
  ],
};

export const FUNCTION_CHANGED: Change = {
  name: "function-changed",
  says: "Somebody other than the deployment changed the function, or who may invoke it.",
  urgent: true,
  service: "lambda",
  // Lambda has the date of its API behind each name.
  operations: [
    "AddPermission",
    "DeleteFunction",
    "PutFunctionConcurrency",
    "RemovePermission",
    "UpdateAlias",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
  ].map((name) => ({ prefix: name })),
};

export const CHANGES: readonly Change[] = [KEY_CHANGED, POOL_CHANGED, FUNCTION_CHANGED];

/** Keys, by their ARNs. Attempts that were denied are among it. */
export function ofKeys(arns: readonly TemplateValue[]): Pattern {
  return { resources: { ARN: arns } };
}

/** A user pool, by its id. */
export function ofPool(id: TemplateValue): Pattern {
  return { requestParameters: { userPoolId: [id] } };
}

/** A function, however it was named: by its name, by its ARN, with or without a version or an alias. */
export function ofFunction(name: TemplateValue): Pattern {
  const joined = (...parts: readonly TemplateValue[]): TemplateValue => ({ "Fn::Join": ["", parts] });
  return {
    requestParameters: {
      functionName: [
        name,
        { prefix: joined(name, ":") },
        { suffix: joined(":function:", name) },
        { wildcard: joined("*:function:", name, ":*") },
      ],
    },
  };
}

/**
 * Whoever is none of these roles and users. A session has its role's ARN as that of its issuer, and a user has no
 * issuer; EventBridge finds nothing but what is there, so each of the three is said.
 */
export function byOthers(arns: readonly TemplateValue[]): Pattern {
  if (arns.length === 0) return {};
  const others = [{ "anything-but": arns }];
  const none = { sessionContext: { sessionIssuer: { arn: [{ exists: false }] } } };
  return {
    $or: [
      { userIdentity: { sessionContext: { sessionIssuer: { arn: others } } } },
      { userIdentity: { ...none, arn: others } },
      { userIdentity: { ...none, arn: [{ exists: false }] } },
    ],
  };
}

type Pattern = { readonly [field: string]: TemplateValue };

/**
 * A rule as a resource, with its logical id: it tells of a change as soon as CloudTrail does. Needs a trail that logs
 * management events, and sees those of its own region alone.
 *
 * The message names the operation and CloudTrail's event, and not who it was: a session's name may be a person's.
 */
export function changeRule(
  change: Change,
  detail: Pattern,
  told: Told,
): readonly [id: string, resource: TemplateValue] {
  const { name, service, operations } = change;
  const text = description(change, told);
  return [
    `${logicalId(name)}Rule`,
    {
      Type: "AWS::Events::Rule",
      Properties: {
        Description: text,
        EventPattern: {
          source: [`aws.${service}`],
          "detail-type": ["AWS API Call via CloudTrail"],
          detail: { eventSource: [`${service}.amazonaws.com`], eventName: operations, ...detail },
        },
        Targets: [
          {
            Id: "alarm-topic",
            Arn: told.topicArn,
            InputTransformer: {
              InputPathsMap: {
                operation: "$.detail.eventName",
                time: "$.time",
                account: "$.account",
                region: "$.region",
                event: "$.detail.eventID",
              },
              InputTemplate: `"${name}: <operation> at <time> in <account>, <region>; CloudTrail event <event>. ${text}"`,
            },
          },
        ],
      },
    },
  ];
}

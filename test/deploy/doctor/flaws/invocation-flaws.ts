import { ACCOUNT } from "../../a-deployment.ts";
import { FUNCTION_ARN, POOL_ARN, permission, policyText } from "../a-clean-pool.ts";
import { type Flaw, set } from "./flaw.ts";

export const INVOCATION_FLAWS: readonly Flaw[] = [
  {
    code: "DR301",
    name: "a function without a policy",
    place: "functionPolicy",
    says: "no statement lets Cognito",
    spoil: (pool) => set(pool, { functionPolicy: null }),
  },
  {
    code: "DR301",
    name: "a permission on the function, not on the alias",
    place: "functionPolicy",
    says: "no statement lets Cognito",
    spoil: (pool) => set(pool, { functionPolicy: policyText(permission({ Resource: FUNCTION_ARN })) }),
  },
  {
    code: "DR302",
    name: "a permission for any pool",
    place: "functionPolicy.CognitoInvokes",
    says: "SourceArn",
    spoil: (pool) =>
      set(pool, {
        functionPolicy: policyText(permission({ Condition: { StringEquals: { "AWS:SourceAccount": ACCOUNT } } })),
      }),
  },
  {
    code: "DR303",
    name: "a permission without an account",
    place: "functionPolicy.CognitoInvokes",
    says: "SourceAccount",
    spoil: (pool) =>
      set(pool, { functionPolicy: policyText(permission({ Condition: { ArnLike: { "AWS:SourceArn": POOL_ARN } } })) }),
  },
  {
    code: "DR304",
    name: "another role with permission",
    place: "functionPolicy.Deployer",
    says: "it lets in arn:aws:iam::444455556666:role/deployer",
    spoil: (pool) =>
      set(pool, {
        functionPolicy: policyText(
          permission(),
          permission({ Sid: "Deployer", Principal: { AWS: "arn:aws:iam::444455556666:role/deployer" }, Condition: {} }),
        ),
      }),
  },
  {
    code: "DR304",
    name: "a service with permission, past the alias",
    place: "unqualifiedPolicy.statement 1",
    says: "it lets in service events.amazonaws.com",
    spoil: (pool) =>
      set(pool, {
        unqualifiedPolicy: policyText({
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "lambda:InvokeFunction",
          Resource: FUNCTION_ARN,
        }),
      }),
  },
  {
    code: "DR304",
    name: "a permission for every pool of the account",
    place: "functionPolicy.CognitoInvokes",
    says: "more pools than this one",
    spoil: (pool) =>
      set(pool, {
        functionPolicy: policyText(
          permission({
            Condition: {
              StringEquals: { "AWS:SourceAccount": ACCOUNT },
              ArnLike: { "AWS:SourceArn": `arn:aws:cognito-idp:eu-central-1:${ACCOUNT}:userpool/*` },
            },
          }),
        ),
      }),
  },
  {
    code: "DR304",
    name: "a permission for any pool, past the alias",
    place: "unqualifiedPolicy.CognitoInvokes",
    says: "Cognito for any pool",
    spoil: (pool) =>
      set(pool, { unqualifiedPolicy: policyText(permission({ Resource: FUNCTION_ARN, Condition: {} })) }),
  },
  {
    code: "DR305",
    name: "a function open to all",
    place: "unqualifiedPolicy.Open",
    says: "everybody",
    spoil: (pool) =>
      set(pool, {
        unqualifiedPolicy: policyText({
          Sid: "Open",
          Effect: "Allow",
          Principal: "*",
          Action: "lambda:InvokeFunctionUrl",
          Resource: FUNCTION_ARN,
          Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
        }),
      }),
  },
];

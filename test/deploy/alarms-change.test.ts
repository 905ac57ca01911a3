import { describe, expect, test } from "vitest";
import { alarmResources, keyAlarmResources, watchedKeys } from "../../deploy/alarms.ts";
import { CHANGES } from "../../deploy/alarms-change.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { spreadPartitions } from "../../deploy/spread-partitions.ts";
import { aPlan } from "../claims/a-plan.ts";
import { ACCOUNT, BILLING_KEY, CARE_KEY, CLINIC, examplePlan, POOL_ID } from "./a-deployment.ts";
import { DEPLOYED, FUNCTION, PIPELINE, RELEASE_USER, TOPIC } from "./a-watched-deployment.ts";
import { matchesPattern } from "./event-pattern.ts";

type Rule = {
  readonly Properties: {
    readonly EventPattern: unknown;
    readonly Targets: readonly {
      readonly Arn: string;
      readonly InputTransformer: {
        readonly InputPathsMap: Readonly<Record<string, string>>;
        readonly InputTemplate: string;
      };
    }[];
  };
};
type Rules = Readonly<Record<string, Rule>>;

const rulesOf = (deployers: readonly string[]): Rules =>
  resolveTemplate(alarmResources(examplePlan("clinic-eu"), { ...DEPLOYED, deployers }), CLINIC) as unknown as Rules;
const rules = rulesOf([PIPELINE, RELEASE_USER]);

/** Who asked, as CloudTrail has it (user guide, "CloudTrail userIdentity element"). */
const role = (arn: string, session: string) => ({
  type: "AssumedRole",
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${arn.split("/").at(-1)}/${session}`,
  sessionContext: { sessionIssuer: { type: "Role", arn, userName: arn.split("/").at(-1) } },
});
const user = (arn: string) => ({ type: "IAMUser", arn, userName: arn.split("/").at(-1) });
const pipeline = role(PIPELINE, "build-42");
const anna = role(`arn:aws:iam::${ACCOUNT}:role/admin`, "anna@example.com");

/** A call as EventBridge has it from CloudTrail. */
function call(service: string, eventName: string, detail: object, userIdentity: object | null = anna): object {
  return {
    version: "0",
    id: "0a1b2c3d-1111-4222-8333-444455556666",
    source: `aws.${service}`,
    "detail-type": "AWS API Call via CloudTrail",
    account: ACCOUNT,
    time: "2026-11-30T08:00:00Z",
    region: "eu-central-1",
    detail: {
      eventVersion: "1.11",
      eventSource: `${service}.amazonaws.com`,
      eventName,
      eventID: "c217db1f-903f-4a2f-8f88-9580182d6313",
      readOnly: false,
      ...(userIdentity !== null && { userIdentity }),
      ...detail,
    },
  };
}

const tells = (id: string, event: object, among: Rules = rules): boolean =>
  matchesPattern(among[id]?.Properties.EventPattern, event);

describe("a change of a key", () => {
  const key = (arn: string) => ({ accountId: ACCOUNT, type: "AWS::KMS::Key", ARN: arn });
  const OTHER_KEY = CARE_KEY.replace("1234abcd-12ab", "ffffffff-12ab");

  test.for([
    ["a policy, by whomever", "PutKeyPolicy", pipeline],
    ["a grant", "CreateGrant", anna],
    ["a key that is disabled", "DisableKey", anna],
    ["one that is to be deleted", "ScheduleKeyDeletion", anna],
    ["rotation that is turned off", "DisableKeyRotation", anna],
    ["a copy in another region, with a policy of its own", "ReplicateKey", anna],
  ] as const)("is told: %s", ([, eventName, who]) => {
    const detail = { requestParameters: { keyId: "1234abcd-12ab-34cd-56ef-1234567890ab" }, resources: [key(CARE_KEY)] };
    expect(tells("KeyChangedRule", call("kms", eventName, detail, who))).toBe(true);
  });

  test("is told of an alias that comes to point to it", () => {
    const alias = `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/care`;
    const detail = {
      requestParameters: { aliasName: "alias/care", targetKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" },
      resources: [key(alias), key(CARE_KEY)],
    };
    expect(tells("KeyChangedRule", call("kms", "UpdateAlias", detail))).toBe(true);
  });

  test("is told where it was tried and denied", () => {
    const detail = { errorCode: "AccessDenied", requestParameters: null, resources: [key(CARE_KEY)] };
    expect(tells("KeyChangedRule", call("kms", "PutKeyPolicy", detail))).toBe(true);
  });

  test.for([
    ["of another key", "PutKeyPolicy", OTHER_KEY],
    ["that only uses it", "GenerateDataKey", CARE_KEY],
    ["that only opens", "Decrypt", CARE_KEY],
    ["that heals", "CancelKeyDeletion", CARE_KEY],
  ] as const)("is not told of a call %s", ([, eventName, arn]) => {
    expect(tells("KeyChangedRule", call("kms", eventName, { resources: [key(arn)] }))).toBe(false);
  });

  test("is told in each region of the keys that are there, and nothing is made where none is", () => {
    const plan = examplePlan("clinic-eu");
    const arns = { keyArn: (name: string) => `key of ${name}`, pseudonymKeyArn: () => "pseudonyms" };
    expect(watchedKeys(plan, "eu-central-1", arns)).toEqual(["key of care-api", "pseudonyms"]);
    expect(watchedKeys(plan, "eu-west-1", arns)).toEqual(["key of billing-api"]);
    expect(keyAlarmResources({ keyArns: [], topicArn: TOPIC })).toEqual({});
    const elsewhere = keyAlarmResources({ keyArns: [BILLING_KEY], topicArn: TOPIC }) as unknown as Rules;
    expect(tells("KeyChangedRule", call("kms", "DisableKey", { resources: [key(BILLING_KEY)] }), elsewhere)).toBe(true);
  });

  test("goes by the region in a key's ARN where the map states none, and misses no key whose region is not known", () => {
    const [server] = Object.values(aPlan().resourceServers);
    const sealed = (seal: { key: string; region?: string }) => ({
      ...server!,
      seal: { mode: "envelope", ...seal } as const,
    });
    const plan = aPlan({
      resourceServers: {
        here: sealed({ key: CARE_KEY }),
        there: sealed({ key: BILLING_KEY }),
        made: sealed({ key: "${env:KEY}" }),
        somewhere: sealed({ key: "${env:OTHER}", region: "${env:REGION}" }),
        partner: sealed({ key: `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${"A".repeat(85)}A==` }),
        open: { identifier: "open", scopes: [], readers: [], claim: "sealed_open" },
      },
    });
    const arns = { keyArn: (name: string) => name, pseudonymKeyArn: () => "pseudonyms" };
    expect(watchedKeys(plan, "eu-central-1", arns)).toEqual(["here", "made", "somewhere"]);
    expect(watchedKeys(plan, undefined, arns)).toEqual(["here", "there", "made", "somewhere"]);
    expect(watchedKeys(spreadPartitions(plan), "eu-west-1", arns)).toEqual(["there", "made", "somewhere"]);
  });
});

describe("a change of the pool", () => {
  const ours = { requestParameters: { userPoolId: POOL_ID } };

  test.for([
    ["somebody's session", anna],
    ["another role's session of the same name", role(`arn:aws:iam::${ACCOUNT}:role/pipeline`, "build-42")],
    ["a user", user(`arn:aws:iam::${ACCOUNT}:user/anna`)],
    [
      "a user with a second factor",
      { ...user(`arn:aws:iam::${ACCOUNT}:user/anna`), sessionContext: { attributes: {} } },
    ],
    ["the account itself", { type: "Root", arn: `arn:aws:iam::${ACCOUNT}:root` }],
    ["a service", { type: "AWSService", invokedBy: "somebody.amazonaws.com" }],
    ["nobody that is told", null],
  ] as const)("is told when it was %s", ([, who]) => {
    for (const eventName of [
      "UpdateUserPool",
      "UpdateUserPoolClient",
      "CreateUserPoolClient",
      "UpdateIdentityProvider",
    ]) {
      expect(tells("PoolChangedRule", call("cognito-idp", eventName, ours, who))).toBe(true);
    }
  });

  test.for([
    ["the pipeline's role, in a session of whatever name", pipeline],
    ["the pipeline's user", user(RELEASE_USER)],
    ["the pipeline's user with a second factor", { ...user(RELEASE_USER), sessionContext: { attributes: {} } }],
  ] as const)("is not told when it was %s", ([, who]) => {
    expect(tells("PoolChangedRule", call("cognito-idp", "UpdateUserPool", ours, who))).toBe(false);
  });

  test("is not told of another pool, or of what only reads, or signs people in", () => {
    const other = { requestParameters: { userPoolId: "eu-central-1_Example02" } };
    expect(tells("PoolChangedRule", call("cognito-idp", "UpdateUserPool", other))).toBe(false);
    expect(tells("PoolChangedRule", call("cognito-idp", "DescribeUserPool", ours))).toBe(false);
    expect(tells("PoolChangedRule", call("cognito-idp", "AdminInitiateAuth", ours))).toBe(false);
  });

  test("is told whoever it was, where nobody is expected to", () => {
    expect(tells("PoolChangedRule", call("cognito-idp", "UpdateUserPool", ours, pipeline), rulesOf([]))).toBe(true);
  });
});

describe("a change of the function", () => {
  const arn = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${FUNCTION}`;

  test.for([FUNCTION, `${FUNCTION}:live`, arn, `${arn}:live`, `${arn}:7`])(
    "is told when it is called %s",
    (functionName) => {
      for (const name of [
        "UpdateFunctionCode20150331v2",
        "UpdateFunctionConfiguration20150331v2",
        "AddPermission20150331v2",
      ]) {
        expect(tells("FunctionChangedRule", call("lambda", name, { requestParameters: { functionName } }))).toBe(true);
        expect(
          tells("FunctionChangedRule", call("lambda", name, { requestParameters: { functionName } }, pipeline)),
        ).toBe(false);
      }
    },
  );

  test.for([
    `${FUNCTION}-2`,
    `other-${FUNCTION}`,
    `${arn}2`,
    `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:x${FUNCTION}`,
  ])("is not told of %s", (functionName) => {
    const event = call("lambda", "UpdateFunctionCode20150331v2", { requestParameters: { functionName } });
    expect(tells("FunctionChangedRule", event)).toBe(false);
  });

  test("is told of concurrency that would turn sign-ins away, and not of a call", () => {
    const detail = { requestParameters: { functionName: FUNCTION, reservedConcurrentExecutions: 0 } };
    expect(tells("FunctionChangedRule", call("lambda", "PutFunctionConcurrency20171031", detail))).toBe(true);
    expect(tells("FunctionChangedRule", call("lambda", "Invoke", detail))).toBe(false);
  });
});

test("a message has what is needed to look it up, and nothing of who it was", () => {
  expect(Object.keys(rules).filter((id) => id.endsWith("Rule"))).toHaveLength(CHANGES.length);
  for (const { name } of CHANGES) {
    const rule = Object.values(rules).find(({ Properties }) => JSON.stringify(Properties).includes(`"\\"${name}: <`));
    const [{ Arn, InputTransformer } = {} as never] = rule?.Properties.Targets ?? [];
    expect(Arn).toBe(TOPIC);
    // EventBridge wants a text in quotes, and none inside.
    expect(InputTransformer.InputTemplate).toMatch(new RegExp(`^"[^"]*Runbook: docs/runbooks/${name}\\.md"$`));
    const asked = [...InputTransformer.InputTemplate.matchAll(/<(\w+)>/g)].map(([, each = ""]) => each);
    expect(asked.toSorted()).toEqual(Object.keys(InputTransformer.InputPathsMap).toSorted());
    expect(JSON.stringify(InputTransformer.InputPathsMap)).not.toMatch(/userIdentity|sourceIP|requestParameters/);
  }
});

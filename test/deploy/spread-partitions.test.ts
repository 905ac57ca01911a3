import { describe, expect, test } from "vitest";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { spreadPartitions } from "../../deploy/spread-partitions.ts";
import { aPlan, aProfile } from "../claims/a-plan.ts";
import { newStack } from "./a-deployment.ts";

const base = aPlan();
const staff = base.sources["staff"] as Extract<PlanSource, { readonly kind: "row" }>;
const care = base.resourceServers["care-api"]!;

/** People of two regions, with a table and a key in each. */
const PARTITIONED: Plan = aPlan({
  sources: {
    staff: { ...staff, table: "staff-{partition.suffix}", region: "{partition.region}" },
    tariffs: { ...staff, table: "tariffs", region: "eu-central-1" },
    code: { ...staff, kind: "custom", hook: "code" },
  },
  resourceServers: {
    "care-api": { ...care, seal: { key: "{partition.key}", region: "{partition.region}", mode: "envelope" } },
  },
  partition: {
    by: { op: "ref", ref: ["user", "custom:country"] },
    values: {
      de: { suffix: "eu", region: "eu-central-1", key: "${env:EU_KEY}" },
      fr: { suffix: "eu", region: "eu-central-1", key: "${env:EU_KEY}" },
      us: { suffix: "us", region: "us-east-1", key: "${env:US_KEY}" },
    },
  },
  profiles: [aProfile({ reads: [{ staff: ["role"] }, { tariffs: ["limit"], code: ["phone"] }] })],
});

test("what depends on the partition stands there once for every place, and the rest stays as it is", () => {
  const { sources, resourceServers, profiles } = spreadPartitions(PARTITIONED);
  expect(sources).toEqual({
    "staff.de": { ...staff, table: "staff-eu", region: "eu-central-1" },
    "staff.us": { ...staff, table: "staff-us", region: "us-east-1" },
    tariffs: PARTITIONED.sources["tariffs"],
    code: PARTITIONED.sources["code"],
  });
  expect(resourceServers).toEqual({
    "care-api.de": { ...care, seal: { key: "${env:EU_KEY}", region: "eu-central-1", mode: "envelope" } },
    "care-api.us": { ...care, seal: { key: "${env:US_KEY}", region: "us-east-1", mode: "envelope" } },
  });
  expect(profiles[0]?.reads).toEqual([
    { "staff.de": ["role"], "staff.us": ["role"] },
    { tariffs: ["limit"], code: ["phone"] },
  ]);
});

test("a plan without a partition is what it was", () => {
  expect(spreadPartitions(base)).toBe(base);
});

describe("a stack for people of two regions", () => {
  const { region, template, elsewhere, environment } = newStack(PARTITIONED);

  test("has table and key of each region where they belong", () => {
    expect(region).toBe("eu-central-1");
    expect(Object.keys(template.Resources)).toEqual([
      "StaffDeTable",
      "TariffsTable",
      "IssuerPolicy",
      "CareApiDeKey",
      "IssuerPoolPolicy",
      "CareApiResourceServer",
    ]);
    expect(Object.keys(elsewhere["us-east-1"]?.Resources ?? {})).toEqual([
      "StaffUsTable",
      "CareApiUsKey",
      "AlarmTopic",
      "AlarmTopicPolicy",
      "KeyChangedRule",
    ]);
  });

  test("lets the trigger use all of them, each key for the one audience", () => {
    const policies = JSON.stringify([template.Resources["IssuerPolicy"], template.Resources["IssuerPoolPolicy"]]);
    expect(policies).not.toContain("{partition.");
    expect(policies).toContain('{"Fn::GetAtt":["StaffDeTable","Arn"]}');
    expect(policies).toContain("arn:${AWS::Partition}:dynamodb:us-east-1:${AWS::AccountId}:table/staff-us");
    const keys = '[{"Fn::GetAtt":["CareApiDeKey","Arn"]},"${env:US_KEY}"]';
    expect(policies).toContain(`"Action":["kms:GenerateDataKey"],"Resource":${keys}`);
  });

  test("takes its own key from the stack and the other from the deployer", () => {
    expect(environment).toEqual({ EU_KEY: { "Fn::GetAtt": ["CareApiDeKey", "Arn"] }, US_KEY: "${env:US_KEY}" });
  });
});

test("two resource servers that share a key in one partition cannot be deployed", () => {
  const { seal } = PARTITIONED.resourceServers["care-api"]!;
  const plan = {
    ...PARTITIONED,
    resourceServers: { ...PARTITIONED.resourceServers, billing: { ...care, seal: { ...seal!, key: "${env:US_KEY}" } } },
  };
  expect(() => newStack(plan)).toThrow(expect.objectContaining({ code: "KEY_SHARED" }));
  expect(() => newStack(plan)).toThrow(DeployError);
});

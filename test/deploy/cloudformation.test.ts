import { describe, expect, test } from "vitest";
import type { Plan, PlanResourceServer, PlanSource } from "../../claims/plan.ts";
import { cloudFormationParts } from "../../deploy/cloudformation.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { deploymentFiles } from "../../deploy/deployment-files.ts";
import type { PolicyDocument, Statement } from "../../deploy/policy-document.ts";
import type { Template } from "../../deploy/template.ts";
import { aPlan } from "../claims/a-plan.ts";
import { examplePlan, MAPS, newStack } from "./a-deployment.ts";

type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Record<string, unknown>;
};

const resourcesOf = (plan: Plan): Record<string, Resource> =>
  newStack(plan).template.Resources as unknown as Record<string, Resource>;

type Kind<K extends PlanSource["kind"]> = Extract<PlanSource, { readonly kind: K }>;
const staff = aPlan().sources["staff"] as Kind<"row">;
const query: Kind<"query"> = { ...staff, kind: "query", order: "ascending", limit: 20, onMore: "deny" };
const care = aPlan().resourceServers["care-api"] as PlanResourceServer;
const sealed = (key: string, region?: string): PlanResourceServer => ({
  ...care,
  seal: { key, mode: "envelope", ...(region !== undefined && { region }) },
});

describe("a clinic in two regions", () => {
  const plan = examplePlan("clinic-eu");
  const parts = newStack(plan);

  test("has its stack where its tables are, and the rest in a template of its own", () => {
    expect(parts.region).toBe("eu-central-1");
    expect(Object.keys(parts.template.Resources)).toEqual([
      "StaffTable",
      "PartnersTable",
      "IssuerPolicy",
      "CareApiKey",
      "PseudonymRoot",
      "IssuerPoolPolicy",
      "CareApiResourceServer",
      "BillingApiResourceServer",
    ]);
    expect(Object.keys(parts.elsewhere)).toEqual(["eu-west-1"]);
    expect(parts.elsewhere["eu-west-1"]).toMatchObject({
      Parameters: { IssuerRoleName: { Type: "String" } },
      Resources: { BillingApiKey: { Type: "AWS::KMS::Key", DeletionPolicy: "Retain" } },
      Outputs: { BillingApiKeyArn: { Value: { "Fn::GetAtt": ["BillingApiKey", "Arn"] } } },
    });
  });

  test("takes what the stack creates from the stack, and everything else from the deployer", () => {
    expect(parts.environment).toEqual({
      STAFF_TABLE: { Ref: "StaffTable" },
      PARTNER_TABLE: { Ref: "PartnersTable" },
      CARE_KEY_ARN: { "Fn::GetAtt": ["CareApiKey", "Arn"] },
      BILLING_KEY_ARN: "${env:BILLING_KEY_ARN}",
      PSEUDONYM_KEY_ARN: { "Fn::GetAtt": ["PseudonymRoot", "Arn"] },
      CLINIC_WEB_CLIENT: "${env:CLINIC_WEB_CLIENT}",
      LAB_CLIENT: "${env:LAB_CLIENT}",
    });
  });

  test("names the custom attributes that its pool must have", () => {
    expect(parts.userPoolSchema).toEqual([{ Name: "employer", AttributeDataType: "String", Mutable: true }]);
  });

  test("declares its resource servers with their scopes", () => {
    expect(resourcesOf(plan)["CareApiResourceServer"]).toEqual({
      Type: "AWS::Cognito::UserPoolResourceServer",
      Properties: {
        UserPoolId: { Ref: "UserPool" },
        Identifier: "care-api",
        Name: "care-api",
        Scopes: [
          { ScopeName: "chart.read", ScopeDescription: "chart.read at care-api" },
          { ScopeName: "chart.write", ScopeDescription: "chart.write at care-api" },
          { ScopeName: "result.write", ScopeDescription: "result.write at care-api" },
        ],
      },
    });
  });

  test("is deployed from files that hold it all", () => {
    const { elsewhere, ...rest } = cloudFormationParts(plan);
    expect(deploymentFiles(plan)).toEqual({
      "resources.json": rest,
      "eu-west-1.template.json": elsewhere["eu-west-1"],
    });
  });
});

describe("a stack that finds its tables", () => {
  const { new: created, existing } = cloudFormationParts(examplePlan("clinic-eu")).tables;

  test("creates none, and has their names from the deployer", () => {
    expect(Object.keys(existing.template.Resources)).toEqual(["IssuerPolicy"]);
    expect(existing.environment).toEqual({
      ...created.environment,
      STAFF_TABLE: "${env:STAFF_TABLE}",
      PARTNER_TABLE: "${env:PARTNER_TABLE}",
    });
  });

  test("allows the trigger to read what it would read of its own, and no more", () => {
    const statements = [created, existing].map(({ template }) => {
      const { Properties } = template.Resources["IssuerPolicy"] as unknown as Resource;
      return (Properties["PolicyDocument"] as PolicyDocument).Statement;
    });
    const [own, found] = statements as [readonly Statement[], readonly Statement[]];
    const anywhere = (each: Statement): Statement => ({ ...each, Resource: null });
    expect(found.map(anywhere)).toEqual(own.map(anywhere));
    expect(found.filter(({ Sid }) => Sid.startsWith("Read")).map(({ Resource: table }) => table)).toEqual(
      ["STAFF", "PARTNER"].map((name) => ({
        "Fn::Sub": `arn:\${AWS::Partition}:dynamodb:eu-central-1:\${AWS::AccountId}:table/\${env:${name}_TABLE}`,
      })),
    );
  });
});

test("a pool that has its resource servers keeps them as they are", () => {
  const { resourceServers } = cloudFormationParts(examplePlan("clinic-eu"));
  expect(Object.keys(resourceServers.new.Resources)).toEqual(["CareApiResourceServer", "BillingApiResourceServer"]);
  expect(resourceServers.existing).toEqual({ Resources: {} });
});

describe("what watches a stack", () => {
  const { alarms, elsewhere } = cloudFormationParts(examplePlan("clinic-eu"));

  test("is all of it or none, and knows one deployer or nobody", () => {
    expect(Object.keys(alarms.all.anybody.Resources)).toEqual(Object.keys(alarms.all.others.Resources));
    expect(Object.keys(alarms.all.anybody.Resources)).toEqual(expect.arrayContaining(["AlarmTopic", "Dashboard"]));
    const names = (template: unknown): boolean => JSON.stringify(template).includes("${param:deployer}");
    expect([names(alarms.all.anybody), names(alarms.all.others)]).toEqual([false, true]);
    expect(alarms.none).toEqual({ anybody: { Resources: {} }, others: { Resources: {} } });
  });

  test("tells of the map's keys where they are", () => {
    const keys = (template: Template | undefined): unknown =>
      (template!.Resources["KeyChangedRule"] as unknown as Resource).Properties["EventPattern"];
    expect(keys(alarms.all.anybody)).toMatchObject({
      detail: { resources: { ARN: ["CareApiKey", "PseudonymRoot"].map((id) => ({ "Fn::GetAtt": [id, "Arn"] })) } },
    });
    expect(keys(elsewhere["eu-west-1"])).toMatchObject({
      detail: { resources: { ARN: [{ "Fn::GetAtt": ["BillingApiKey", "Arn"] }] } },
    });
  });
});

describe("the name of a map's stack", () => {
  test("is the map's, where names of stacks can take it", () => {
    expect(MAPS.map((name) => newStack(examplePlan(name)).stackName)).toEqual([
      "claimseal-b2b-saas",
      "claimseal-clinic-eu",
      "claimseal-platform-m2m",
    ]);
  });

  test("fits into every name that is made of it, and two maps never share it", () => {
    const names = ["a.b", "a-b", "a_b", "a".repeat(24), "a".repeat(25), "a".repeat(64), `${"a".repeat(63)}b`];
    const stacks = names.map((name) => newStack(aPlan({ name })).stackName);
    expect(new Set(stacks).size).toBe(names.length);
    for (const stack of stacks) {
      expect(stack).toMatch(/^[A-Za-z][A-Za-z0-9-]*$/);
      // Of roles and functions; the longest region there is.
      expect(`${stack}-prod-ap-southeast-1-issuer`.length).toBeLessThanOrEqual(64);
    }
  });
});

describe.for(MAPS)("what %s keeps", (name) => {
  const resources = Object.values(resourcesOf(examplePlan(name)));

  test("in tables is encrypted, can be restored, costs by use, and outlives the stack", () => {
    const tables = resources.filter(({ Type }) => Type === "AWS::DynamoDB::Table");
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          BillingMode: "PAY_PER_REQUEST",
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true },
        },
      });
    }
  });

  test("under keys is kept under keys that rotate and outlive the stack", () => {
    // A key without a spec of its own is one for data keys.
    const keys = resources.filter(({ Type, Properties }) => Type === "AWS::KMS::Key" && !Properties["KeySpec"]);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
      });
    }
  });

  test("statements that name the pool stand in a policy of their own", () => {
    const policies = resources.filter(({ Type }) => Type === "AWS::IAM::Policy");
    const naming = policies.filter((policy) => JSON.stringify(policy).includes('{"Ref":"UserPool"}'));
    expect(policies.map(({ Properties }) => Properties["PolicyName"])).toEqual([
      "what-the-map-needs",
      "this-pool-only",
    ]);
    expect(naming.map(({ Properties }) => Properties["PolicyName"])).toEqual(["this-pool-only"]);
  });
});

test("a map without custom attributes leaves the pool's schema out", () => {
  expect(newStack(examplePlan("b2b-saas")).userPoolSchema).toEqual({ Ref: "AWS::NoValue" });
});

test("the pool is told the event version of the map", () => {
  const versions = MAPS.map((name) => newStack(examplePlan(name)).lambdaVersion);
  expect(versions).toEqual(["V2_0", "V3_0", "V3_0"]);
});

describe("tables", () => {
  const tablesOf = (sources: Plan["sources"]) =>
    Object.entries(resourcesOf(aPlan({ sources }))).filter(([, { Type }]) => Type === "AWS::DynamoDB::Table");

  test("a name the map fixes is the table's name, one the environment knows is left to the stack", () => {
    const tables = tablesOf({ staff, guests: { ...staff, table: "${env:GUEST_TABLE}" } });
    expect(tables.map(([id, { Properties }]) => [id, Properties["TableName"]])).toEqual([
      ["StaffTable", "staff"],
      ["GuestsTable", undefined],
    ]);
  });

  test("two sources in one table share it", () => {
    const sources = { staff, guests: staff };
    expect(tablesOf(sources).map(([id]) => id)).toEqual(["StaffTable"]);
    const profiles = [{ ...aPlan().profiles[0]!, reads: [{ staff: ["role"], guests: ["phone"] }] }];
    const policy = JSON.stringify(resourcesOf(aPlan({ sources, profiles }))["IssuerPolicy"]);
    expect(policy.match(/\["StaffTable","Arn"\]/g)).toHaveLength(1);
    expect(policy).toContain("ReadStaffAndGuests");
  });

  test("the first key attribute is the partition key, the second the sort key", () => {
    const [[, table] = []] = tablesOf({ staff: { ...staff, key: { tenant: ["T"], id: [{ ref: ["user", "sub"] }] } } });
    expect(table?.Properties["KeySchema"]).toEqual([
      { AttributeName: "tenant", KeyType: "HASH" },
      { AttributeName: "id", KeyType: "RANGE" },
    ]);
  });

  test("a query beside a row leaves the table as the row's key has it", () => {
    const [[, table] = []] = tablesOf({ teams: query, staff: { ...staff, key: { pk: ["T"], sk: ["S"] } } });
    expect(table?.Properties["KeySchema"]).toEqual([
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ]);
  });

  test("a query that says what its sort key begins with tells the whole key", () => {
    const [[, table] = []] = tablesOf({ teams: { ...query, beginsWith: { sk: ["TEAM#"] } } });
    expect(table?.Properties["KeySchema"]).toEqual([
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ]);
  });

  test("an index is created beside the table, where a query tells all of its key, and holds whole rows", () => {
    const byTeam = { ...query, index: "by-team", key: { team: ["T"] }, beginsWith: { since: ["20"] } } as const;
    const [[, table] = []] = tablesOf({ staff, teams: byTeam });
    expect(table?.Properties).toMatchObject({
      AttributeDefinitions: ["pk", "team", "since"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-team",
          KeySchema: [
            { AttributeName: "team", KeyType: "HASH" },
            { AttributeName: "since", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    });
  });

  test.for<readonly [string, Plan["sources"]]>([
    ["only queried by a part of its key", { teams: query }],
    ["queried by a part of an index's key", { staff, teams: { ...query, index: "by-team" } }],
    ["none: a source in code", { staff: { ...staff, kind: "custom", hook: "staff" } }],
  ])("one that is %s is not created: the map says too little of it", ([, sources]) => {
    expect(tablesOf(sources)).toEqual([]);
  });

  test("one in a region that only the environment knows is not created, but may be read", () => {
    const profiles = [{ ...aPlan().profiles[0]!, reads: [{ staff: ["role"] }] }];
    const plan = aPlan({ sources: { staff: { ...staff, region: "${env:STAFF_REGION}" } }, profiles });
    expect(Object.keys(resourcesOf(plan))).not.toContain("StaffTable");
    expect(JSON.stringify(resourcesOf(plan)["IssuerPolicy"])).toContain(
      '{"Fn::Sub":"arn:${AWS::Partition}:dynamodb:${env:STAFF_REGION}:${AWS::AccountId}:table/staff"}',
    );
  });
});

describe("keys", () => {
  test("one that the map names by its ARN exists: it is used, and not created", () => {
    const resources = resourcesOf(aPlan());
    expect(Object.values(resources).map(({ Type }) => Type)).not.toContain("AWS::KMS::Key");
    expect(JSON.stringify(resources["IssuerPolicy"])).toContain(
      '"Resource":"arn:aws:kms:eu-central-1:111122223333:key/care"',
    );
  });

  test("without any region in the map, everything is where the stack is, and that is for the deployer to say", () => {
    const parts = newStack(aPlan({ resourceServers: { care: sealed("${env:KEY}") } }));
    expect([parts.region, parts.elsewhere]).toEqual(["${opt:region, 'eu-central-1'}", {}]);
    expect(parts.environment).toEqual({ KEY: { "Fn::GetAtt": ["CareKey", "Arn"] } });
  });
});

test.for<readonly [why: string, code: string, message: string, changes: Partial<Plan>]>([
  [
    "names that would be one logical id",
    "NAMES_TOO_ALIKE",
    'resource servers "care-api" and "careApi" would have one name in a template; rename one',
    { resourceServers: { "care-api": sealed("${env:A}"), careApi: sealed("${env:B}") } },
  ],
  [
    "sources that would be one logical id",
    "NAMES_TOO_ALIKE",
    'sources "staff" and "Staff" would have one name in a template; rename one',
    { sources: { staff, Staff: staff } },
  ],
  [
    "one table by two keys",
    "TABLE_KEYS_DIFFER",
    "sources staff, guests read one table by different key attributes; a table has one key",
    { sources: { staff, guests: { ...staff, key: { id: ["x"] } } } },
  ],
  [
    "one key for two resource servers",
    "KEY_SHARED",
    'resource servers "care" and "billing" share a key; give each its own',
    { resourceServers: { care: sealed("${env:KEY}"), billing: sealed("${env:KEY}") } },
  ],
  [
    "a reader that a template for another region could not name",
    "READER_VARIABLE",
    'resource server "care" has its key in a region of its own; write its readers\' ARNs in the map',
    {
      sources: { staff: { ...staff, region: "eu-central-1" } },
      resourceServers: { care: { ...sealed("${env:KEY}", "eu-west-1"), readers: ["${env:CARE_ROLE}"] } },
    },
  ],
])("%s cannot be deployed", ([, code, message, changes]) => {
  expect(() => newStack(aPlan(changes))).toThrow(new DeployError(code as DeployError["code"], message));
  expect(() => newStack(aPlan(changes))).toThrow(expect.objectContaining({ code }));
});

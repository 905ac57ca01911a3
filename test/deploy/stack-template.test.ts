import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import { samTemplate } from "../../deploy/sam-template.ts";
import { type StackChoice, stackTemplate } from "../../deploy/stack-template.ts";
import { federatedPlan } from "../claims/a-federated-map.ts";
import { examplePlan } from "./a-deployment.ts";
import { type AnyTemplate, asDeployed, differing } from "./as-deployed.ts";

/* That it is serverless.yml's stack, resource by resource, serverless.test.ts says. */

const NEW: StackChoice = { pool: "new", tables: "new", resourceServers: "new", alarms: "all" };
const THERE: StackChoice = { pool: "existing", tables: "existing", resourceServers: "existing", alarms: "none" };

type Resource = {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: { readonly [name: string]: unknown };
};
type Resources = { readonly [id: string]: Resource };
const resourcesOf = (template: unknown): Resources => (template as { readonly Resources: Resources }).Resources;

test("what the map leaves to the environment is a parameter, but for what the stack makes", () => {
  const own = ["CodeBucket", "CodeKey", "Release", "Mode", "ReservedConcurrency", "ProvisionedConcurrency"];
  const plan = examplePlan("clinic-eu");
  expect(Object.keys(stackTemplate(plan, NEW).Parameters ?? {})).toEqual([
    ...own,
    "LogRetention",
    "Deployer",
    "BillingKeyArn",
    "ClinicWebClient",
    "LabClient",
  ]);
  const { Parameters = {}, Conditions } = stackTemplate(plan, THERE);
  expect(Object.keys(Parameters)).toEqual(expect.arrayContaining(["UserPool", "StaffTable", "PartnerTable"]));
  expect(Parameters).not.toHaveProperty("Deployer");
  expect(Object.keys(Conditions ?? {})).toEqual(["Reserved", "Provisioned"]);
  expect(Object.keys(samTemplate(plan, NEW).Parameters ?? {})).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^Code|^Release$/)]),
  );
});

test("nobody signs in before the function may read, and no resource is made that was said to be there", () => {
  const plan = examplePlan("clinic-eu");
  const { PreTokenLambdaFunction: made } = resourcesOf(stackTemplate(plan, NEW));
  expect(made?.DependsOn).toEqual(["PreTokenLogGroup", "IssuerPolicy"]);
  const { PreTokenLambdaFunction: bySam } = resourcesOf(samTemplate(plan, NEW));
  expect(bySam?.DependsOn).toEqual(["PreTokenLogGroup", "IssuerPolicy"]);
  const types = new Set(Object.values(resourcesOf(stackTemplate(plan, THERE))).map(({ Type }) => Type));
  expect([...types].filter((type) => /UserPool|DynamoDB|CloudWatch|SNS|Events/.test(type))).toEqual([]);
});

test("a map that says what identity providers send has the function for it too, told to the pool by its alias", () => {
  const plan = federatedPlan();
  const resources = resourcesOf(stackTemplate(plan, NEW));
  expect(resources["UserPool"]?.Properties["LambdaConfig"]).toEqual({
    PreTokenGenerationConfig: { LambdaArn: { Ref: "PreTokenProvConcLambdaAlias" }, LambdaVersion: "V3_0" },
    InboundFederation: { LambdaArn: { Ref: "InboundFederationProvConcLambdaAlias" }, LambdaVersion: "V1_0" },
  });
  expect(resources["InboundFederationLambdaFunction"]?.Properties).toMatchObject({
    Handler: "federation.handler",
    Role: { "Fn::GetAtt": ["FederationRole", "Arn"] },
    Environment: { Variables: { CLAIMSEAL_PLAN_SHA256: planDigest(plan), CLAIMSEAL_POOLS: "" } },
  });
  expect(resources["FederationPermission"]?.Properties["FunctionName"]).toEqual({
    Ref: "InboundFederationProvConcLambdaAlias",
  });
  const bySam = resourcesOf(samTemplate(plan, THERE));
  expect(bySam["FederationPermission"]?.Properties["FunctionName"]).toEqual({
    Ref: "InboundFederationLambdaFunction.Alias",
  });
  expect(bySam).not.toHaveProperty("UserPool");
});

test("what the comparison with serverless.yml is for shows in it: one resource less, one word less", () => {
  const template = stackTemplate(examplePlan("platform-m2m"), NEW) as unknown as AnyTemplate;
  const parameters = Object.fromEntries(Object.keys(template.Parameters ?? {}).map((name) => [name, "given"]));
  const deployment = { stack: "stack", parameters, called: (id: string) => id };
  const spoiled = structuredClone(template) as unknown as {
    readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
  };
  delete spoiled.Resources["PreTokenPermission"]?.Properties["SourceAccount"];
  delete spoiled.Resources["IssuerPoolPolicy"];
  delete spoiled.Resources["AlarmTopicPolicy"];
  const [whole, less] = [template, spoiled].map((each) => asDeployed(each, deployment));
  expect(whole && less && differing(whole, less)).toEqual([
    "AlarmTopicPolicy",
    "IssuerPoolPolicy",
    "PreTokenPermission.SourceAccount",
  ]);
});

describe("docs/how-to/deploy-with-cloudformation.md", () => {
  const page = readFileSync("docs/how-to/deploy-with-cloudformation.md", "utf8");
  const plan = examplePlan("clinic-eu");
  const templates = { cloudformation: stackTemplate(plan, NEW), sam: samTemplate(plan, NEW) };

  test.for([["cloudformation"], ["sam"]] as const)(
    "gives the template for %s what it asks for, and no more",
    ([kind]) => {
      const command = page.split("\n").find((line) => line.includes(`${kind}.template.json --`)) ?? "";
      const [, overrides = ""] = /--parameter-overrides (.+)$/.exec(command) ?? [];
      const given = [...overrides.matchAll(/(?:^| )(\w+)=/g)].map(([, name = ""]) => name);
      const wanted = Object.entries(templates[kind].Parameters ?? {}).filter(
        ([, parameter]) => !Object.hasOwn(parameter as object, "Default"),
      );
      expect(given.toSorted()).toEqual(wanted.map(([name]) => name).toSorted());
      expect(page).toContain(`npx claimseal build clinic-eu.claims.yaml --template ${kind}\n`);
    },
  );

  test("explains every parameter there is, and names outputs that are there", () => {
    const told = [...page.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, names = ""]) =>
      names.replaceAll("`", "").split(", "),
    );
    const ofMap = ["BillingKeyArn", "ClinicWebClient", "LabClient"];
    const there = new Set(
      [NEW, { ...NEW, pool: "existing" as const }].flatMap((choice) =>
        Object.keys(stackTemplate(plan, choice).Parameters ?? {}),
      ),
    );
    expect(told.toSorted()).toEqual([...there].filter((name) => !ofMap.includes(name)).toSorted());
    const outputs = [...page.matchAll(/output\s+`(\w+)`/g)].map(([, output]) => output);
    const made = Object.keys(stackTemplate(federatedPlan(), NEW).Outputs ?? {});
    expect(made).toEqual(expect.arrayContaining(outputs));
    expect(outputs).toEqual(["TriggerArn", "FederationTriggerArn"]);
  });
});

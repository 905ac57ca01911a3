import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import { App, Stack } from "aws-cdk-lib";
import { UserPool } from "aws-cdk-lib/aws-cognito";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PreTokenClaims } from "../../deploy/cdk.ts";
import { samTemplate } from "../../deploy/sam-template.ts";
import { stackTemplate } from "../../deploy/stack-template.ts";
import { federatedPlan } from "../claims/a-federated-map.ts";
import { unzip } from "../unzip.ts";
import { writeBuilt } from "./a-built-folder.ts";
import { isEveryVariant, osls } from "./a-variant.ts";
import { type AnyTemplate, asDeployed, differing } from "./as-deployed.ts";
import { expandedBySam } from "./expanded-by-sam.ts";

/*
 * A map that says what identity providers send, packaged: its second function beside the first, the same by serverless.yml,
 * as a template, for SAM and by the construct for the CDK. Packaging takes seconds: CLAIMSEAL_DEPLOY=all.
 */

const root = mkdtempSync(join(tmpdir(), "claimseal-federated-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const plan = federatedPlan();
const THERE = "eu-central-1_AbCd12345";
const STACK = "claimseal-clinic-dev";

/** Of the second function; those of the first have their reasons in serverless.test.ts and cdk-packaged.test.ts. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "InboundFederationLambdaFunction.Code": "another bucket",
  "InboundFederationLambdaFunction.Environment": "the framework gives every function a mode; this one has none",
  "InboundFederationLambdaFunction.Handler": "the framework's zip file has the folder in it",
  "InboundFederationLambdaVersion.CodeSha256": "the framework has packed the code; nobody else knows it",
};
const OF_CLOUDFORMATION = {
  "InboundFederationLambdaFunction.Description": "the parameter Release, by which CloudFormation publishes a version",
  "InboundFederationLambdaVersion.Description": "the same",
  "InboundFederationLambdaVersion.UpdateReplacePolicy": "a release replaces the version before, which is kept",
};
const OF_CDK = {
  "InboundFederationLambdaFunction.FunctionName": "the CDK leaves names to CloudFormation",
  "InboundFederationLambdaFunction.LoggingConfig": "so the function is told its log group",
  "InboundFederationLogGroup.LogGroupName": "the CDK leaves names to CloudFormation",
  "InboundFederationLambdaVersion.UpdateReplacePolicy": "a version that is not the latest is kept",
};

describe.skipIf(!isEveryVariant).for(["new", "existing"] as const)("with a pool that is %s", (pool) => {
  const folder = join(root, pool);
  const file = join(folder, ".serverless/cloudformation-template-update-stack.json");
  const choice = { pool, tables: "new", resourceServers: "new", alarms: "all" } as const;
  let packed: AnyTemplate;
  beforeAll(async () => {
    writeBuilt(join(folder, ".claimseal"), plan);
    copyFileSync("serverless.yml", join(folder, "serverless.yml"));
    await osls(folder, ["package", ...(pool === "existing" ? ["--param", `pool=${THERE}`] : [])], {});
    packed = JSON.parse(readFileSync(file, "utf8")) as AnyTemplate;
  }, 120_000);

  /** The second function and whatever belongs to it, and what the pool is told. */
  const federationOf = (
    template: AnyTemplate,
    called: (id: string, resource: { readonly Metadata?: unknown }) => string,
  ) => {
    const given = Object.fromEntries(Object.keys(template.Parameters ?? {}).map((name) => [name, "30"]));
    const parameters = { ...given, UserPool: THERE, Deployer: "anybody" };
    const deployed = asDeployed(template, { stack: STACK, parameters: pool === "new" ? given : parameters, called });
    const parts = new Map([...deployed].filter(([name]) => name.includes("Federation")));
    return { parts, config: deployed.get("UserPool")?.["LambdaConfig"] ?? null };
  };
  const byFramework = (id: string): string =>
    id
      .replace(/LambdaVersion.*/, "LambdaVersion")
      .replace(/LambdaFunctionVersion.*/, "LambdaVersion")
      .replace("LambdaFunctionAliaslive", "ProvConcLambdaAlias");

  test("the template has nothing that AWS's own validator is against, and the zip file what runs", () => {
    const engine = new RegoEngine();
    for (const template of [packed, expandedBySam(samTemplate(plan, choice) as never), stackTemplate(plan, choice)]) {
      writeFileSync(join(root, "template.json"), JSON.stringify(template));
      const { diagnostics } = engine.validateStandard(new TemplateFile(join(root, "template.json")));
      expect(diagnostics.filter(({ severity }) => /^(fatal|error)$/i.test(severity))).toEqual([]);
    }
    engine.free();
    const zip = unzip(readFileSync(join(folder, ".serverless/inboundFederation.zip")));
    expect([...zip.keys()].toSorted()).toEqual([".claimseal/federation.mjs", ".claimseal/plan.json"]);
  });

  test("function, alias, role, log and permission are the same by every way to deploy", () => {
    const framework = federationOf(packed, byFramework);
    expect([...framework.parts.keys()].toSorted()).toEqual([
      "FederationPermission",
      "FederationRole",
      "InboundFederationLambdaFunction",
      "InboundFederationLambdaVersion",
      "InboundFederationLogGroup",
      "InboundFederationProvConcLambdaAlias",
    ]);
    const ways = [
      [stackTemplate(plan, choice), { ...DIFFERENCES, ...OF_CLOUDFORMATION }],
      [expandedBySam(samTemplate(plan, choice) as never), DIFFERENCES],
      [byCdk(), { ...DIFFERENCES, ...OF_CDK }],
    ] as const;
    for (const [template, reasons] of ways) {
      const made = federationOf(template as AnyTemplate, calledByPath);
      expect(differing(framework.parts, made.parts)).toEqual(Object.keys(reasons).toSorted());
      expect(made.config).toEqual(framework.config);
    }
    const enters = { LambdaArn: "ref-of-InboundFederationProvConcLambdaAlias", LambdaVersion: "V1_0" };
    const told = (framework.config as { readonly InboundFederation?: unknown } | null)?.InboundFederation;
    expect(told).toEqual(pool === "new" ? enters : undefined);
  });

  function calledByPath(id: string, { Metadata }: { readonly Metadata?: unknown }): string {
    const { "aws:cdk:path": path } = (Metadata ?? {}) as { readonly "aws:cdk:path"?: string };
    if (path === undefined) return byFramework(id);
    const [, ...place] = path.split("/").filter((step) => step !== "Claims" && step !== "Resource");
    return place.join("/").replace("LambdaFunction/CurrentVersion", "LambdaVersion");
  }

  function byCdk(): unknown {
    const context = { "aws:cdk:enable-path-metadata": true };
    const app = new App({ outdir: join(root, `${pool}.out`), builtinCloudFormationValidation: false, context });
    const stack = new Stack(app, "Stack", { stackName: STACK });
    const userPool =
      pool === "new" ? new UserPool(stack, "UserPool") : UserPool.fromUserPoolId(stack, "UserPool", THERE);
    new PreTokenClaims(stack, "Claims", { built: join(folder, ".claimseal"), userPool });
    return app.synth().getStackByName(STACK).template;
  }
});

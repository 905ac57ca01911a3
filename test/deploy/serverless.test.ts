import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { RegoEngine, type StandardDiagnostic, TemplateFile } from "@aws/cloudformation-validate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleFiles, manifestOf } from "../../claims/manifest.ts";
import type { Plan } from "../../claims/plan.ts";
import { deploymentFiles } from "../../deploy/deployment-files.ts";
import { readerPolicy } from "../../deploy/reader-policy.ts";
import { unzip } from "../unzip.ts";
import { CARE_KEY, examplePlan } from "./a-deployment.ts";

/** People and machines on V3 with custom attributes and two regions; people alone on V2 with neither. */
const MAPS = ["clinic-eu", "b2b-saas"] as const;

type MapName = (typeof MAPS)[number];
type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: { readonly [name: string]: unknown };
};
type Template = { readonly Resources: { readonly [id: string]: Resource } };

const OSLS = resolve("node_modules/osls/bin/serverless.js");
const PAGE = readFileSync("docs/how-to/deploy-a-new-pool.md", "utf8");

/** What the page tells people to export, first time round; the other map has variables of the same kind. */
const exported = Object.fromEntries(
  [...(/^export [\s\S]*?npx osls package$/m.exec(PAGE)?.[0] ?? "").matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
);
const ENVIRONMENT: Readonly<Record<MapName, NodeJS.ProcessEnv>> = {
  "clinic-eu": exported,
  "b2b-saas": { WEB_CLIENT: "none", MOBILE_CLIENT: "none_either" },
};

const root = mkdtempSync(join(tmpdir(), "claimseal-serverless-"));
const folderOf = (name: MapName): string => join(root, name);
const templateFile = (name: MapName): string =>
  join(folderOf(name), ".serverless/cloudformation-template-update-stack.json");
const templateOf = (name: MapName): Template => JSON.parse(readFileSync(templateFile(name), "utf8")) as Template;

/** A folder as a user has it before packaging: the service's file, and what the build wrote. */
function prepare(name: MapName): void {
  const built = join(folderOf(name), ".claimseal");
  mkdirSync(built, { recursive: true });
  copyFileSync("serverless.yml", join(folderOf(name), "serverless.yml"));
  const plan: Plan = examplePlan(name);
  const bundle = bundleFiles(plan);
  for (const file of bundle) copyFileSync(`dist/lambda/${file}`, join(built, file));
  const json = {
    "plan.json": plan,
    "manifest.json": manifestOf(plan, ...bundle.map((file) => readFileSync(`dist/lambda/${file}`))),
    ...deploymentFiles(plan),
  };
  for (const [file, contents] of Object.entries(json)) writeFileSync(join(built, file), JSON.stringify(contents));
}

/** `osls package` with nothing in its environment but what the map asks for: no credentials, no region, no proxy. */
const osls = (name: MapName, environment: NodeJS.ProcessEnv = ENVIRONMENT[name]) =>
  promisify(execFile)(process.execPath, [OSLS, "package"], {
    cwd: folderOf(name),
    env: { PATH: process.env["PATH"], HOME: root, ...environment },
  });

let engine: InstanceType<typeof RegoEngine>;

beforeAll(async () => {
  for (const name of MAPS) prepare(name);
  await Promise.all(MAPS.map((name) => osls(name)));
  engine = new RegoEngine();
});

afterAll(() => {
  engine.free();
  rmSync(root, { recursive: true, force: true });
});

function diagnostics(file: string): readonly StandardDiagnostic[] {
  return engine.validateStandard(new TemplateFile(file)).diagnostics;
}

/** What stops a deployment, and two warnings that are as bad: a deprecated runtime, a value outside its list. */
function faults(file: string): readonly string[] {
  return diagnostics(file)
    .filter(({ severity, ruleId }) => /^(fatal|error)$/i.test(severity) || ["W2531", "W3030"].includes(ruleId))
    .map(({ ruleId, message }) => `${ruleId} ${message}`);
}

/** A file with the clinic's template, changed in one place. */
function mutated(path: readonly [string, ...string[]], value: unknown): string {
  const template: Record<string, unknown> = structuredClone(templateOf("clinic-eu"));
  const parent = path.slice(0, -1).reduce((at, step) => at[step] as Record<string, unknown>, template);
  parent[path.at(-1) ?? ""] = value;
  const file = join(root, "mutated.json");
  writeFileSync(file, JSON.stringify(template));
  return file;
}

describe.for(MAPS)("serverless.yml with %s, packaged offline and without credentials", (name) => {
  test("makes a template that AWS's own validator has nothing against, circles included", () => {
    expect(faults(templateFile(name))).toEqual([]);
  });

  test("deploys the bundle with its plan and manifest, and no other file", () => {
    const zip = unzip(readFileSync(join(folderOf(name), ".serverless/preToken.zip")));
    const files = [...bundleFiles(examplePlan(name)), "manifest.json", "plan.json"];
    expect([...zip.keys()].toSorted()).toEqual(files.map((file) => `.claimseal/${file}`).toSorted());
  });

  test("runs the function as the page says, under a role of its own", () => {
    const manifest = JSON.parse(readFileSync(join(folderOf(name), ".claimseal/manifest.json"), "utf8")) as {
      planSha256: string;
    };
    const { Resources } = templateOf(name);
    expect(Resources["PreTokenLambdaFunction"]).toMatchObject({
      DependsOn: expect.arrayContaining(["IssuerPolicy"]),
      Properties: {
        Runtime: "nodejs22.x",
        Architectures: ["arm64"],
        MemorySize: 512,
        Timeout: 5,
        Handler: ".claimseal/index.handler",
        Role: { "Fn::GetAtt": ["IssuerRole", "Arn"] },
        Environment: { Variables: { CLAIMSEAL_PLAN_SHA256: manifest.planSha256 } },
      },
    });
    expect(Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role")).toHaveLength(1);
    expect(Resources["PreTokenLogGroup"]?.Properties["RetentionInDays"]).toBe(30);
  });

  test("has the pool call it by the map's event version, and lets nobody but that pool", () => {
    const { Resources } = templateOf(name);
    const lambda = { "Fn::GetAtt": ["PreTokenLambdaFunction", "Arn"] };
    expect(Resources["UserPool"]).toMatchObject({
      DeletionPolicy: "Retain",
      Properties: {
        UserPoolTier: "ESSENTIALS",
        DeletionProtection: "ACTIVE",
        UsernameAttributes: ["email"],
        LambdaConfig: {
          PreTokenGenerationConfig: { LambdaArn: lambda, LambdaVersion: name === "b2b-saas" ? "V2_0" : "V3_0" },
        },
      },
    });
    const permissions = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Permission");
    expect(permissions.map(({ Properties }) => Properties)).toEqual([
      {
        Action: "lambda:InvokeFunction",
        FunctionName: lambda,
        Principal: "cognito-idp.amazonaws.com",
        SourceArn: { "Fn::GetAtt": ["UserPool", "Arn"] },
        SourceAccount: { Ref: "AWS::AccountId" },
      },
    ]);
  });

  test("names the pool in one policy, which nothing waits for, and in no other", () => {
    const policies = Object.entries(templateOf(name).Resources).filter(([, { Type }]) => Type === "AWS::IAM::Policy");
    const naming = policies.filter(([, policy]) => JSON.stringify(policy).includes('"UserPool"')).map(([id]) => id);
    expect(naming).toEqual(["IssuerPoolPolicy"]);
    expect(JSON.stringify(templateOf(name)).match(/"IssuerPoolPolicy"/g)).toHaveLength(1);
  });
});

describe("what would be wrong shows", () => {
  test("a function that knows its pool closes a circle", () => {
    const variables = ["Resources", "PreTokenLambdaFunction", "Properties", "Environment", "Variables"] as const;
    const file = mutated([...variables, "POOL"], { Ref: "UserPool" });
    expect(faults(file)).toContainEqual(expect.stringMatching(/^F3004 /));
  });

  test("an event version Cognito does not have", () => {
    const config = ["Resources", "UserPool", "Properties", "LambdaConfig", "PreTokenGenerationConfig"] as const;
    const file = mutated([...config, "LambdaVersion"], "V4_0");
    expect(faults(file)).toContainEqual(expect.stringContaining("V4_0"));
  });

  test("a variable of the map that is not set stops the packaging, by name", async () => {
    const { LAB_CLIENT: _, ...rest } = ENVIRONMENT["clinic-eu"];
    const failed = await osls("clinic-eu", rest).then(
      () => "packaged",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    expect(failed).toContain("LAB_CLIENT");
    expect(failed).toContain("Cannot resolve variable");
  });
});

describe("docs/how-to/deploy-a-new-pool.md", () => {
  test("exports what the map asks for and the stack does not create", () => {
    expect(Object.keys(exported).toSorted()).toEqual(["BILLING_KEY_ARN", "CLINIC_WEB_CLIENT", "LAB_CLIENT"]);
  });

  test("deploys a template that is there, valid, and has the parameter and the output it names", () => {
    const [, region = "", parameter = ""] =
      /--template-file \.claimseal\/(.+)\.template\.json --parameter-overrides (\w+)=/.exec(PAGE) ?? [];
    const file = join(folderOf("clinic-eu"), `.claimseal/${region}.template.json`);
    const template = JSON.parse(readFileSync(file, "utf8")) as { Parameters: object; Outputs: object };
    expect(faults(file)).toEqual([]);
    expect(Object.keys(template.Parameters)).toEqual([parameter]);
    const outputs = [...PAGE.matchAll(/output `(\w+)`/g)].map(([, output]) => output);
    expect(outputs).toEqual(["BillingApiKeyArn", "CareApiKeyArn"]);
    expect(Object.keys(template.Outputs)).toEqual(["BillingApiKeyArn"]);
    const { Outputs } = templateOf("clinic-eu") as unknown as { Outputs: object };
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(["CareApiKeyArn", "UserPoolId", "WebClientId"]));
  });

  test("names the role as the template names it", () => {
    const [, named] = /IssuerRoleName=(\S+)/.exec(PAGE) ?? [];
    const { RoleName } = templateOf("clinic-eu").Resources["IssuerRole"]?.Properties ?? {};
    const { "Fn::Sub": pattern = "" } = RoleName as { "Fn::Sub"?: string };
    expect(pattern.replace("${AWS::StackName}", "claimseal-dev").replace("${AWS::Region}", "eu-central-1")).toBe(named);
  });

  test("gives readers the policy that deploy/ makes for them", () => {
    const [, shown = ""] = /```json\n([\s\S]*?)```/.exec(PAGE) ?? [];
    const server = examplePlan("clinic-eu").resourceServers["care-api"];
    expect(JSON.parse(shown)).toEqual(server && readerPolicy(server, [CARE_KEY]));
  });
});

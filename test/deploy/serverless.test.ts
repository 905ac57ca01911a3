import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentNames } from "../../claims/bind.ts";
import { policiesOf } from "../../deploy/policies.ts";
import { cloudFormationPolicies } from "../../deploy/policies-emitted.ts";
import { readerPolicy } from "../../deploy/reader-policy.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { samTemplate } from "../../deploy/sam-template.ts";
import { type StackChoice, stackTemplate } from "../../deploy/stack-template.ts";
import { tablesOf } from "../../deploy/stores.ts";
import { unzip } from "../unzip.ts";
import { bundleOf } from "./a-built-folder.ts";
import { CARE_KEY, examplePlan, MAPS } from "./a-deployment.ts";
import {
  EVERY,
  folderOf,
  idOf,
  isEveryVariant,
  osls,
  prepare,
  type Resource,
  type Template,
  templateFile,
  templateOf,
  type Variant,
} from "./a-variant.ts";
import { type AnyTemplate, asDeployed, differing } from "./as-deployed.ts";
import { expandedBySam } from "./expanded-by-sam.ts";

/** People and machines on V3 with custom attributes and two regions; people alone on V2 with neither. */
const CLINIC: Variant = { map: "clinic-eu", pool: "new" };
const SAAS: Variant = { map: "b2b-saas", pool: "existing" };
const VARIANTS = isEveryVariant ? EVERY : [CLINIC, SAAS];

const PAGES = {
  new: readFileSync("docs/how-to/deploy-a-new-pool.md", "utf8"),
  existing: readFileSync("docs/how-to/deploy-to-an-existing-pool.md", "utf8"),
};

/** What a page tells people to export before they package for the first time. */
const exported = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...(/^export [\s\S]*?npx osls package/m.exec(page)?.[0] ?? "").matchAll(/(\w+)=(\S+)/g)].map(
      ([, name = "", value = ""]) => [name, value],
    ),
  );

/** How a page tells people to package. */
const command = (page: string): readonly string[] => (/^npx osls (package.*)$/m.exec(page)?.[1] ?? "").split(" ");

/** Params of both, so that one packaging shows what they do. */
const TUNED = [
  "mode=shadow",
  "reservedConcurrency=50",
  "provisionedConcurrency=2",
  "logRetention=90",
  "deployer=arn:aws:iam::111122223333:role/ci/deploys.all",
];

const root = mkdtempSync(join(tmpdir(), "claimseal-serverless-"));

function environmentOf({ map, pool }: Variant): NodeJS.ProcessEnv {
  const isShown = (map === "clinic-eu") === (pool === "new");
  if (isShown && map !== "platform-m2m") return exported(PAGES[pool]);
  // Variables of the same kind as those the pages have.
  return Object.fromEntries(
    environmentNames(examplePlan(map)).map((name) => [name, name.endsWith("ARN") ? CARE_KEY : name.toLowerCase()]),
  );
}

function packaged(variant: Variant, environment: NodeJS.ProcessEnv = environmentOf(variant)) {
  const argv = [...command(PAGES[variant.pool])];
  if (variant.pool === "existing") argv.push(...TUNED.flatMap((each) => ["--param", each]));
  return osls(folderOf(root, variant), argv, environment);
}

let engine: InstanceType<typeof RegoEngine>;

beforeAll(async () => {
  for (const variant of VARIANTS) prepare(root, variant);
  // Two at a time: each takes a processor.
  for (let from = 0; from < VARIANTS.length; from += 2) {
    await Promise.all(VARIANTS.slice(from, from + 2).map((variant) => packaged(variant)));
  }
  engine = new RegoEngine();
}, 300_000);

afterAll(() => {
  engine.free();
  rmSync(root, { recursive: true, force: true });
});

/** What stops a deployment, and two warnings that are as bad: a deprecated runtime, a value outside its list. */
function faults(file: string): readonly string[] {
  return engine
    .validateStandard(new TemplateFile(file))
    .diagnostics.filter(({ severity, ruleId }) => /^(fatal|error)$/i.test(severity) || /^W(2531|3030)$/.test(ruleId))
    .map(({ ruleId, message }) => `${ruleId} ${message}`);
}

/** A file with the clinic's template, changed in one place. */
function mutated(path: readonly [string, ...string[]], value: unknown): string {
  const template: Record<string, unknown> = structuredClone(templateOf(root, CLINIC));
  const parent = path.slice(0, -1).reduce((at, step) => at[step] as Record<string, unknown>, template);
  parent[path.at(-1) ?? ""] = value;
  const file = join(root, "mutated.json");
  writeFileSync(file, JSON.stringify(template));
  return file;
}

const typed = ({ Resources }: Template, type: string): readonly Resource[] =>
  Object.values(Resources).filter(({ Type }) => Type === type);

describe.for(VARIANTS)("serverless.yml with $map and a pool that is $pool, packaged offline", (variant) => {
  const { map, pool } = variant;
  const alias = { Ref: "PreTokenProvConcLambdaAlias" };
  const lambdaVersion = map === "b2b-saas" ? "V2_0" : "V3_0";

  test("makes a template that AWS's own validator has nothing against, circles included", () => {
    expect(faults(templateFile(root, variant))).toEqual([]);
  });

  test("deploys the bundle with its plan and manifest, and no other file", () => {
    const zip = unzip(readFileSync(join(folderOf(root, variant), ".serverless/preToken.zip")));
    const files = [...bundleOf(examplePlan(map)), "manifest.json", "plan.json"];
    expect([...zip.keys()].toSorted()).toEqual(files.map((file) => `.claimseal/${file}`).toSorted());
  });

  test("runs the function as the page says, under a role of its own", () => {
    const manifest = JSON.parse(readFileSync(join(folderOf(root, variant), ".claimseal/manifest.json"), "utf8")) as {
      planSha256: string;
    };
    const template = templateOf(root, variant);
    expect(template.Resources["PreTokenLambdaFunction"]).toMatchObject({
      DependsOn: expect.arrayContaining(["IssuerPolicy"]),
      Properties: {
        FunctionName: `claimseal-${map}-dev-preToken`,
        Runtime: "nodejs22.x",
        Architectures: ["arm64"],
        MemorySize: 512,
        Timeout: 5,
        Handler: ".claimseal/index.handler",
        Role: { "Fn::GetAtt": ["IssuerRole", "Arn"] },
        Environment: {
          Variables: {
            CLAIMSEAL_PLAN_SHA256: manifest.planSha256,
            CLAIMSEAL_MODE: pool === "new" ? "enforce" : "shadow",
            CLAIMSEAL_POOLS: pool === "new" ? "" : "eu-central-1_AbCd12345",
          },
        },
      },
    });
    expect(typed(template, "AWS::IAM::Role")).toHaveLength(1);
  });

  test("keeps the log for a while, in the class that metrics are made from", () => {
    expect(templateOf(root, variant).Resources["PreTokenLogGroup"]?.Properties).toEqual({
      LogGroupName: `/aws/lambda/claimseal-${map}-dev-preToken`,
      RetentionInDays: pool === "new" ? 30 : 90,
      LogGroupClass: "STANDARD",
    });
  });

  test("has the pool go by an alias, and lets nobody but that pool invoke it", () => {
    const template = templateOf(root, variant);
    expect(template.Resources["PreTokenProvConcLambdaAlias"]?.Properties).toMatchObject({
      Name: "live",
      FunctionVersion: { "Fn::GetAtt": [idOf(template, "AWS::Lambda::Version"), "Version"] },
    });
    const permissions = typed(template, "AWS::Lambda::Permission");
    expect(permissions.map(({ Properties }) => Properties)).toEqual([
      {
        Action: "lambda:InvokeFunction",
        FunctionName: alias,
        Principal: "cognito-idp.amazonaws.com",
        SourceArn: {
          "Fn::Sub": "arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/${UserPool}",
        },
        SourceAccount: { Ref: "AWS::AccountId" },
      },
    ]);
    expect(template.Outputs).toMatchObject({
      TriggerArn: { Value: alias },
      LambdaVersion: { Value: lambdaVersion },
      UserPoolId: { Value: { Ref: "UserPool" } },
      IssuerRoleName: { Value: { Ref: "IssuerRole" } },
    });
  });

  test("keeps processes free and started only as far as it is told to", () => {
    const { Resources, Conditions } = templateOf(root, variant);
    const conditions = resolveTemplate(Conditions as never, { refs: {} }) as Record<string, boolean>;
    expect(conditions).toEqual({ Reserved: pool === "existing", Provisioned: pool === "existing" });
    const of = (id: string, property: string): unknown => {
      const { [property]: chosen } = Resources[id]?.Properties ?? {};
      return resolveTemplate({ chosen } as never, { refs: {}, conditions });
    };
    const [reserved, provisioned] = [
      of("PreTokenLambdaFunction", "ReservedConcurrentExecutions"),
      of("PreTokenProvConcLambdaAlias", "ProvisionedConcurrencyConfig"),
    ];
    expect([reserved, provisioned]).toEqual(
      pool === "new" ? [{}, {}] : [{ chosen: "50" }, { chosen: { ProvisionedConcurrentExecutions: "2" } }],
    );
  });

  test("has its alarms, a topic and a dashboard, and tells of changes by whomever it was told to watch", () => {
    const template = templateOf(root, variant);
    expect(typed(template, "AWS::CloudWatch::Alarm").length).toBeGreaterThan(8);
    expect(typed(template, "AWS::CloudWatch::Dashboard")).toHaveLength(1);
    expect(template.Outputs["AlarmTopicArn"]?.Value).toEqual({ Ref: "AlarmTopic" });
    const rules = JSON.stringify(typed(template, "AWS::Events::Rule"));
    expect(rules.includes('{"anything-but":["arn:aws:iam::111122223333:role/ci/deploys.all"]}')).toBe(
      pool === "existing",
    );
  });

  test("names the pool in one policy, which nothing waits for, and in no other", () => {
    const template = templateOf(root, variant);
    const policies = Object.entries(template.Resources).filter(([, { Type }]) => Type === "AWS::IAM::Policy");
    const naming = policies.filter(([, policy]) => JSON.stringify(policy).includes('"UserPool"')).map(([id]) => id);
    expect(naming).toEqual(["IssuerPoolPolicy"]);
    expect(JSON.stringify(template).match(/"IssuerPoolPolicy"/g)).toHaveLength(1);
  });

  test("exports nothing by a name that another map's stack of the stage has", () => {
    const exports = [...JSON.stringify(templateOf(root, variant)).matchAll(/"Export":\{"Name":"([^"]+)"\}/g)];
    expect(exports.length).toBeGreaterThan(1);
    for (const [, name] of exports) expect(name).toMatch(new RegExp(`^claimseal-${map}-dev-`));
  });

  test("has its own keys, and of everything else what it was told to create", () => {
    const template = templateOf(root, variant);
    const plan = examplePlan(map);
    const there = (type: string): number => typed(template, type).length;
    expect(there("AWS::KMS::Key")).toBeGreaterThan(0);
    expect(there("AWS::DynamoDB::Table")).toBe(pool === "new" ? tablesOf(plan).length : 0);
    expect(there("AWS::Cognito::UserPoolResourceServer")).toBe(
      pool === "new" ? Object.keys(plan.resourceServers).length : 0,
    );
    expect(there("AWS::Cognito::UserPoolClient")).toBe(pool === "new" ? 1 : 0);
    expect(there("AWS::Cognito::UserPool")).toBe(pool === "new" ? 1 : 0);
    const { UserPool: created } = template.Resources;
    const { UserPool: found } = template.Parameters ?? {};
    const [asCreated, asFound] = [
      {
        DeletionPolicy: "Retain",
        Properties: {
          UserPoolTier: "ESSENTIALS",
          DeletionProtection: "ACTIVE",
          UsernameAttributes: ["email"],
          LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: alias, LambdaVersion: lambdaVersion } },
        },
      },
      { Type: "String", Default: "eu-central-1_AbCd12345" },
    ];
    expect({ created, found }).toMatchObject(pool === "new" ? { created: asCreated } : { found: asFound });
  });
});

/** What `claimseal build --template` writes in place of a packaged serverless.yml. */
const TEMPLATES = { cloudformation: stackTemplate, sam: samTemplate } as const;

/** Where such a stack is another one than serverless.yml's, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  ServerlessDeploymentBucket: "the framework makes a bucket for the code; a template is given one",
  ServerlessDeploymentBucketPolicy: "the framework makes a bucket for the code; a template is given one",
  "PreTokenLambdaFunction.Code": "it lies in that bucket",
  "PreTokenLambdaFunction.Handler": "the framework's zip file has the folder in it, the other what is in the folder",
  "PreTokenLambdaFunction.Description": "the parameter Release, by which CloudFormation publishes a version",
  "PreTokenLambdaVersion.Description": "the parameter Release, by which CloudFormation publishes a version",
  "PreTokenLambdaVersion.UpdateReplacePolicy": "a release replaces the version before, which is kept to turn back to",
  "PreTokenLambdaVersion.CodeSha256": "the framework has packed the code; a template does not know it",
};
/** SAM publishes by itself, as the framework does. */
const OF_RELEASES = /Description|UpdateReplacePolicy/;

describe.for(VARIANTS.flatMap((variant) => (["cloudformation", "sam"] as const).map((kind) => ({ ...variant, kind }))))(
  "the template for $kind of $map with a pool that is $pool",
  ({ kind, ...variant }) => {
    const { map, pool } = variant;
    const choice: StackChoice = { pool, tables: pool, resourceServers: pool, alarms: "all" };
    const file = join(root, `${map}-${pool}-${kind}.json`);
    let template: AnyTemplate;
    beforeAll(() => {
      template = TEMPLATES[kind](examplePlan(map), choice) as unknown as AnyTemplate;
      writeFileSync(file, JSON.stringify(template));
    });

    test("is one that AWS's own validator has nothing against", () => {
      // Which takes SAM's name for an alias for the name of a resource.
      const told = faults(file).map((fault) => fault.replace(/ does not .*/, ""));
      expect(told).toEqual(kind === "sam" ? ["F6101 Ref 'PreTokenLambdaFunction.Alias'"] : []);
      writeFileSync(file, JSON.stringify(kind === "sam" ? expandedBySam(template) : template));
      expect(faults(file)).toEqual([]);
    });

    test("makes every resource that serverless.yml does, and tells its service the same", () => {
      const variables = Object.entries(environmentOf(variant)).map(([name, value]) => [parameterOf(name), value ?? ""]);
      const tuned = Object.fromEntries(TUNED.map((each) => each.split("=") as [string, string]));
      const parameters = {
        ...Object.fromEntries(variables),
        ...(pool === "existing" && { UserPool: "eu-central-1_AbCd12345" }),
        CodeBucket: "bucket",
        CodeKey: "key",
        Release: "release",
        Mode: "enforce",
        ReservedConcurrency: "0",
        ProvisionedConcurrency: "0",
        LogRetention: "30",
        Deployer: "anybody",
        ...(pool === "existing" && {
          Mode: tuned["mode"] ?? "",
          ReservedConcurrency: tuned["reservedConcurrency"] ?? "",
          ProvisionedConcurrency: tuned["provisionedConcurrency"] ?? "",
          LogRetention: tuned["logRetention"] ?? "",
          Deployer: tuned["deployer"] ?? "",
        }),
      };
      const stack = `claimseal-${map}-dev`;
      const packed = asDeployed(templateOf(root, variant), { stack, parameters, called: calledByTheFramework });
      const whole = kind === "sam" ? expandedBySam(template) : template;
      const made = asDeployed(whole, { stack, parameters, called: calledHere });
      expect(packed.size).toBeGreaterThan(25);
      const reasons = Object.keys(DIFFERENCES).filter((each) => kind !== "sam" || !OF_RELEASES.test(each));
      expect(differing(packed, made)).toEqual(reasons.toSorted());
    });
  },
);

/** As `withParameters` calls a map's variable. */
function parameterOf(name: string): string {
  return name.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, first: string) => first.toUpperCase());
}

/** The framework gives a version another id each time. */
function calledByTheFramework(id: string, { Type }: { readonly Type: string }): string {
  return Type === "AWS::Lambda::Version" ? id.replace(/Version.*/, "Version") : id;
}

function calledHere(id: string, resource: { readonly Type: string }): string {
  // SAM's names for the versions and aliases it makes.
  const plain = id.replace("PreTokenLambdaFunctionAliaslive", "PreTokenProvConcLambdaAlias");
  if (plain.startsWith("PreTokenLambdaFunctionVersion")) return "PreTokenLambdaVersion";
  return plain === "UserPoolWebClient" ? "WebClient" : calledByTheFramework(plain, resource);
}

describe("what would be wrong shows", () => {
  test("a function that knows its new pool closes a circle", () => {
    const variables = ["Resources", "PreTokenLambdaFunction", "Properties", "Environment", "Variables"] as const;
    const file = mutated([...variables, "POOL"], { Ref: "UserPool" });
    expect(faults(file)).toContainEqual(expect.stringMatching(/^F3004 /));
  });

  test("an event version Cognito does not have", () => {
    const config = ["Resources", "UserPool", "Properties", "LambdaConfig", "PreTokenGenerationConfig"] as const;
    const file = mutated([...config, "LambdaVersion"], "V4_0");
    expect(faults(file)).toContainEqual(expect.stringContaining("V4_0"));
  });

  test("the id of a pool that is none", () => {
    const { Parameters } = templateOf(root, SAAS);
    const pool = { ...(Parameters?.["UserPool"] as object), Default: "my-pool" };
    expect(faults(mutated(["Parameters"], { UserPool: pool }))).toContainEqual(expect.stringMatching(/^F2015 /));
  });

  test("a variable of the map that is not set stops the packaging, by name", async () => {
    const { LAB_CLIENT: _, ...rest } = environmentOf(CLINIC);
    const failed = await packaged(CLINIC, rest).then(
      () => "packaged",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
    );
    expect(failed).toContain("LAB_CLIENT");
    expect(failed).toContain("Cannot resolve variable");
  });
});

describe.for(MAPS)("templates of `claimseal iam` for %s", (map) => {
  const plan = examplePlan(map);
  const { readers } = policiesOf(plan, { role: "issuer", pool: "pool", logGroupArn: "log" });

  test("can be deployed by themselves, that of all policies and that of each reader", () => {
    for (const resourceServer of [undefined, ...Object.keys(readers)]) {
      const file = join(root, "iam.json");
      writeFileSync(file, JSON.stringify(cloudFormationPolicies({ plan, resourceServer })));
      expect(faults(file)).toEqual([]);
    }
  });
});

describe("docs/how-to/deploy-a-new-pool.md", () => {
  const page = PAGES.new;

  test("exports what the map asks for and the stack does not create", () => {
    expect(Object.keys(exported(page)).toSorted()).toEqual(["BILLING_KEY_ARN", "CLINIC_WEB_CLIENT", "LAB_CLIENT"]);
  });

  test("deploys a template that is there, valid, and has the parameter and the output it names", () => {
    const [, region = "", parameter = ""] =
      /--template-file \.claimseal\/(.+)\.template\.json --parameter-overrides (\w+)=/.exec(page) ?? [];
    const file = join(folderOf(root, CLINIC), `.claimseal/${region}.template.json`);
    const template = JSON.parse(readFileSync(file, "utf8")) as { Parameters: object; Outputs: object };
    expect(faults(file)).toEqual([]);
    expect(Object.keys(template.Parameters)).toEqual([parameter]);
    const outputs = [...page.matchAll(/output `(\w+)`/g)].map(([, output]) => output);
    expect(outputs).toEqual(["BillingApiKeyArn", "CareApiKeyArn"]);
    expect(Object.keys(template.Outputs)).toEqual(["BillingApiKeyArn", "AlarmTopicArn"]);
    const { Outputs } = templateOf(root, CLINIC);
    expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(["CareApiKeyArn", "UserPoolId", "WebClientId"]));
  });

  test("names the role as the template names it", () => {
    const [, named] = /IssuerRoleName=(\S+)/.exec(page) ?? [];
    const { RoleName } = templateOf(root, CLINIC).Resources["IssuerRole"]?.Properties ?? {};
    const { "Fn::Sub": pattern = "" } = RoleName as { "Fn::Sub"?: string };
    const [, stack = ""] = /the stack of `serverless.yml` is\s+`([\w-]+)`/.exec(page) ?? [];
    expect(pattern.replace("${AWS::StackName}", stack).replace("${AWS::Region}", "eu-central-1")).toBe(named);
    const { FunctionName } = templateOf(root, CLINIC).Resources["PreTokenLambdaFunction"]?.Properties ?? {};
    expect(FunctionName).toBe(`${stack}-preToken`);
  });

  test("gives readers the policy that deploy/ makes for them", () => {
    const [, shown = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const server = examplePlan("clinic-eu").resourceServers["care-api"];
    expect(JSON.parse(shown)).toEqual(server && readerPolicy(server, [CARE_KEY]));
  });
});

describe("docs/how-to/deploy-to-an-existing-pool.md", () => {
  const page = PAGES.existing;

  test("exports what the map asks for, the tables included", () => {
    const names = environmentNames(examplePlan("b2b-saas"));
    expect(Object.keys(exported(page)).toSorted()).toEqual(
      names.filter((name) => name !== "INVOICING_KEY_ARN").toSorted(),
    );
  });

  test("names outputs that are there", () => {
    const outputs = [...page.matchAll(/output `(\w+)`/g)].map(([, output]) => output);
    expect(outputs).toContain("TriggerArn");
    expect(Object.keys(templateOf(root, SAAS).Outputs)).toEqual(expect.arrayContaining(outputs));
  });
});

test("every parameter the pages give is one that serverless.yml has, and the table names them all", () => {
  const [, block = ""] = /^ {2}default:\n((?: {4}.*\n)+)/m.exec(readFileSync("serverless.yml", "utf8")) ?? [];
  const there = [...block.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
  const given = Object.values(PAGES).flatMap((page) =>
    [...page.matchAll(/--param ([a-z]\w*)=/g)].map(([, name]) => name),
  );
  expect(given.filter((name) => !there.includes(name))).toEqual([]);
  expect([...PAGES.new.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(there);
});

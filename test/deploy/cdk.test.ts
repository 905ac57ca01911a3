import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, NestedStack, Stack } from "aws-cdk-lib";
import { FeaturePlan, type IUserPool, UserPool, UserPoolOperation } from "aws-cdk-lib/aws-cognito";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { PreTokenClaims, type PreTokenClaimsProps } from "../../deploy/cdk.ts";
import { DeployError } from "../../deploy/deploy-error.ts";
import { federatedPlan } from "../claims/a-federated-map.ts";
import { aPlan } from "../claims/a-plan.ts";
import { writeBuilt } from "./a-built-folder.ts";
import { examplePlan, POOL_ID } from "./a-deployment.ts";

/* That the construct makes what serverless.yml does, resource by resource, cdk-packaged.test.ts says. */

const root = mkdtempSync(join(tmpdir(), "claimseal-construct-"));
const built = (name: string): string => join(root, name);
const PLANS: Readonly<Record<string, Plan>> = {
  clinic: examplePlan("clinic-eu"),
  demo: aPlan(),
  federated: federatedPlan(),
};
beforeAll(() => {
  for (const [name, plan] of Object.entries(PLANS)) writeBuilt(built(name), plan);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const CLINIC = { CLINIC_WEB_CLIENT: "web", LAB_CLIENT: "lab", BILLING_KEY_ARN: "arn:aws:kms:eu-west-1:1:key/1" };

/** Without the CDK's own validation, which takes seconds: serverless.test.ts validates the same resources. */
function aStack(id = "Stack", app: App = anApp()): Stack {
  return new Stack(app, id);
}
function anApp(): App {
  return new App({ outdir: join(root, "cdk.out"), builtinCloudFormationValidation: false });
}

type Template = {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
};
const templateOf = (stack: Stack): Template =>
  (stack.node.root as App).synth().getStackByName(stack.stackName).template as Template;
const typed = (template: Template, type: string): readonly (readonly [string, Record<string, unknown>])[] =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties]] : []));

function made(
  how: Partial<PreTokenClaimsProps> & { readonly map?: string },
  pool: (stack: Stack) => IUserPool = (stack) => new UserPool(stack, "UserPool"),
): { readonly stack: Stack; readonly claims: PreTokenClaims } {
  const stack = aStack();
  const { map = "demo", ...props } = how;
  // Most of a stack is alarms, and little is asked of them here.
  const given = { built: built(map), userPool: pool(stack), alarms: "none", ...props } as const;
  return { stack, claims: new PreTokenClaims(stack, "Claims", given) };
}

test("a pool of the stack gets the trigger by its alias, and keeps the triggers it has", () => {
  const { stack } = made({ map: "clinic", environment: CLINIC }, (scope) => {
    const pool = new UserPool(scope, "UserPool");
    pool.addTrigger(UserPoolOperation.PRE_SIGN_UP, aFunction(scope));
    return pool;
  });
  const template = templateOf(stack);
  const LambdaConfig = typed(template, "AWS::Cognito::UserPool")[0]?.[1]["LambdaConfig"];
  const alias = typed(template, "AWS::Lambda::Alias")[0]?.[0];
  expect(LambdaConfig).toEqual({
    PreSignUp: { "Fn::GetAtt": [expect.stringContaining("Other"), "Arn"] },
    PreTokenGenerationConfig: { LambdaArn: { Ref: alias }, LambdaVersion: "V3_0" },
  });
  expect(template.Outputs).not.toHaveProperty("AttachCommand");
});

test("a pool that is only known by its id stays as it is, and the outputs say how it is attached", () => {
  const { stack, claims } = made({ map: "federated" }, (scope) => UserPool.fromUserPoolId(scope, "Pool", POOL_ID));
  const template = templateOf(stack);
  expect(typed(template, "AWS::Cognito::UserPool")).toEqual([]);
  const variables = typed(template, "AWS::Lambda::Function").map(([, { Environment }]) => Environment);
  expect(variables).toEqual(Array(2).fill({ Variables: expect.objectContaining({ CLAIMSEAL_POOLS: POOL_ID }) }));
  const command = (version: string): unknown => ({
    "Fn::Join": ["", [`npx claimseal attach --pool ${POOL_ID} --function `, expect.anything(), ` ${version} --apply`]],
  });
  expect(template.Outputs["AttachCommand"]?.Value).toEqual(command("--events V3"));
  expect(template.Outputs["AttachFederationCommand"]?.Value).toEqual(command("--trigger inbound-federation"));
  expect(Object.keys(claims.outputs)).toEqual(Object.keys(template.Outputs));
  expect(Object.keys(claims.outputs)).not.toContain("UserPoolId");
  // No resource that changes pools from outside, and nothing that may.
  expect(JSON.stringify(template)).not.toMatch(/AWS::CloudFormation::CustomResource|Custom::|UpdateUserPool"\]/);
});

test("a map with a federation has both functions, each with its own role, and the pool is told of both", () => {
  const { stack, claims } = made({ map: "federated" });
  const template = templateOf(stack);
  const LambdaConfig = typed(template, "AWS::Cognito::UserPool")[0]?.[1]["LambdaConfig"];
  expect(LambdaConfig).toMatchObject({
    PreTokenGenerationConfig: { LambdaVersion: "V3_0" },
    InboundFederation: {
      LambdaVersion: "V1_0",
      LambdaArn: stack.resolve(claims.federationAlias?.functionArn) as object,
    },
  });
  const functions = typed(template, "AWS::Lambda::Function").map(([, { Handler, Role }]) => [Handler, Role]);
  expect(functions.map(([handler]) => handler)).toEqual(["index.handler", "federation.handler"]);
  expect(new Set(functions.map(([, role]) => JSON.stringify(role))).size).toBe(2);
  const roles = typed(template, "AWS::IAM::Role").map(([, { Policies }]) => Policies);
  expect(roles).toEqual([
    undefined,
    [
      {
        PolicyName: "its-own-log",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "WriteOwnLog",
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: { "Fn::GetAtt": [expect.stringContaining("InboundFederationLogGroup"), "Arn"] },
            },
          ],
        },
      },
    ],
  ]);
});

test("everything it is told has its place", () => {
  const { stack } = made({
    alarms: "all",
    mode: "shadow",
    reservedConcurrency: 50,
    provisionedConcurrency: 2,
    logRetention: 90,
    deployer: "arn:aws:iam::111122223333:role/ci",
    roleName: "issuer",
    resourceServers: "existing",
  });
  const template = templateOf(stack);
  const only = (type: string): unknown => typed(template, type)[0]?.[1];
  expect(only("AWS::Lambda::Function")).toMatchObject({
    ReservedConcurrentExecutions: 50,
    Environment: { Variables: { CLAIMSEAL_MODE: "shadow", CLAIMSEAL_PLAN_SHA256: planDigest(aPlan()) } },
  });
  expect(only("AWS::Lambda::Alias")).toMatchObject({
    Name: "live",
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
  });
  expect(only("AWS::Logs::LogGroup")).toMatchObject({ RetentionInDays: 90, LogGroupClass: "STANDARD" });
  expect(only("AWS::IAM::Role")).toMatchObject({ RoleName: { "Fn::Sub": "issuer" } });
  expect(JSON.stringify(typed(template, "AWS::Events::Rule"))).toContain(
    '{"anything-but":["arn:aws:iam::111122223333:role/ci"]}',
  );
  expect(typed(template, "AWS::Cognito::UserPoolResourceServer")).toEqual([]);
  const bare = templateOf(made({ tables: "existing" }).stack);
  const types = new Set(Object.values(bare.Resources).map(({ Type }) => Type));
  expect([...types].filter((type) => /CloudWatch|Events|SNS|DynamoDB/.test(type))).toEqual([]);
});

test("the name of the role is no other's, in a nested stack too, and short enough", () => {
  const stack = aStack("a-stack-with-a-name-that-is-as-long-as-those-of-nested-ones-get-to-be");
  const nested = new NestedStack(stack, "auth");
  const roles = [stack, nested].map((scope) => {
    const userPool = new UserPool(scope, "UserPool");
    const { role } = new PreTokenClaims(scope, "Claims", { built: built("demo"), userPool });
    return String(
      (scope.resolve((role.node.defaultChild as never as { roleName: unknown }).roleName) as { "Fn::Sub": string })[
        "Fn::Sub"
      ],
    );
  });
  expect(new Set(roles).size).toBe(2);
  for (const name of roles) expect(name.replace("${AWS::Region}", "ap-southeast-1").length).toBeLessThanOrEqual(64);
});

test("the example is the page's, and makes what the page says", async () => {
  const file = "examples/cdk/clinic-stack.js";
  const page = readFileSync("docs/how-to/deploy-with-cdk.md", "utf8");
  const [, shown = ""] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  expect(shown).toBe(readFileSync(file, "utf8"));
  const { ClinicStack } = (await import(/* @vite-ignore */ join(process.cwd(), file))) as {
    readonly ClinicStack: new (scope: App, id: string, props: object) => Stack;
  };
  const clients = { web: "none", laboratory: "none_either" };
  const env = { region: "eu-central-1" };
  const stack = new ClinicStack(anApp(), "claimseal-clinic-eu-dev", { built: built("clinic"), env, clients });
  const { Outputs } = templateOf(stack);
  const named = [...page.matchAll(/output\s+`(\w+)`/g)].map(([, output = ""]) => output);
  expect(named.length).toBeGreaterThan(2);
  expect(Object.keys(Outputs)).toEqual(expect.arrayContaining(named.filter((each) => !each.startsWith("Attach"))));
});

test("the page has every code there is, and no other", () => {
  const page = readFileSync("docs/how-to/deploy-with-cdk.md", "utf8");
  const told = [...page.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \|/gm)].flatMap(([, codes = ""]) => codes.split(", "));
  const source = readFileSync("deploy/cdk-codes.ts", "utf8");
  const codes = [...source.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code = ""]) => code);
  expect(told.map((code) => code.replaceAll("`", "")).toSorted()).toEqual([...codes, "TIER_LITE"].toSorted());
  expect([...source.matchAll(/^ \* - `([A-Z_]+)`/gm)].map(([, code]) => code)).toEqual(codes);
});

function aFunction(scope: Stack): LambdaFunction {
  return new LambdaFunction(scope, "Other", {
    runtime: Runtime.NODEJS_22_X,
    handler: "index.handler",
    code: Code.fromInline("exports.handler = async (event) => event;"),
  });
}

const refused = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ name: "DeployError", code, message: expect.stringMatching(message) });

describe("it stops at the synthesis", () => {
  const withTrigger = (tier?: FeaturePlan) => (stack: Stack) => {
    const pool = new UserPool(stack, "UserPool", tier === undefined ? {} : { featurePlan: tier });
    if (tier === undefined) pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION, aFunction(stack));
    return pool;
  };
  const ofOtherStack = (stack: Stack): IUserPool => new UserPool(new Stack(stack.node.root, "Other"), "UserPool");

  test.for<readonly [what: string, how: Parameters<typeof made>, code: string, message: RegExp]>([
    ["where nothing was built", [{ map: "nowhere" }], "BUILT_UNREADABLE", /no plan\.json in the folder/],
    [
      "without a client of the map",
      [{ map: "clinic", environment: {} }],
      "VARIABLE_MISSING",
      /CLINIC_WEB_CLIENT, LAB_CLIENT/,
    ],
    [
      "with a value for a table that it makes",
      [{ map: "clinic", environment: { ...CLINIC, STAFF_TABLE: "staff" } }],
      "VARIABLE_MADE",
      /: STAFF_TABLE$/,
    ],
    ["with a pool that has another trigger", [{}, withTrigger()], "POOL_HAS_TRIGGER", /preTokenGeneration$/],
    ["with a pool on the plan Lite", [{}, withTrigger(FeaturePlan.LITE)], "TIER_LITE", /no V2_0 events/],
    ["with a pool of another stack", [{}, ofOtherStack], "POOL_ELSEWHERE", /in the stack of the pool/],
  ])("%s", ([, how, code, message]) => {
    expect(() => made(...how)).toThrow(refused(code, message));
    expect(() => made(...how)).toThrow(DeployError);
  });

  test("with a client of the pool for a value, which would close a circle", () => {
    const stack = aStack();
    const userPool = new UserPool(stack, "UserPool");
    const environment = { ...CLINIC, CLINIC_WEB_CLIENT: userPool.addClient("Web").userPoolClientId };
    const claims = (): PreTokenClaims =>
      new PreTokenClaims(stack, "C", { built: built("clinic"), userPool, environment });
    expect(claims).toThrow(refused("CLIENT_CIRCLE", /^CLINIC_WEB_CLIENT is a client/));
  });

  test("with a second map in one stack", () => {
    const { stack } = made({});
    const userPool = UserPool.fromUserPoolId(stack, "Pool", POOL_ID);
    const second = (): PreTokenClaims => new PreTokenClaims(stack, "Second", { built: built("federated"), userPool });
    expect(second).toThrow(refused("STACK_TAKEN", /another map/));
  });

  test("in another region than the map's", () => {
    const stack = new Stack(anApp(), "Away", { env: { region: "us-east-1" } });
    const userPool = new UserPool(stack, "UserPool");
    const away = (): PreTokenClaims =>
      new PreTokenClaims(stack, "C", { built: built("clinic"), userPool, environment: CLINIC });
    expect(away).toThrow(refused("REGION_OTHER", /eu-central-1/));
  });

  test("with a plan that was changed after it was built, or a file that is missing", () => {
    const folder = writeBuilt(built("changed"), aPlan());
    const plan = readFileSync(join(folder, "plan.json"), "utf8");
    writeFileSync(join(folder, "plan.json"), plan.replace('"demo"', '"other"'));
    expect(() => made({ map: "changed" })).toThrow(refused("BUILT_CHANGED", /run claimseal build/));
    writeFileSync(join(folder, "plan.json"), plan);
    rmSync(join(folder, "index.mjs"));
    expect(() => made({ map: "changed" })).toThrow(refused("BUILT_UNREADABLE", /no index\.mjs/));
    writeFileSync(join(folder, "index.mjs"), "export const handler = async (event) => event;");
    expect(() => made({ map: "changed" })).toThrow(refused("BUILT_CHANGED", /^the bundle is not/));
    writeFileSync(join(folder, "plan.json"), "{");
    expect(() => made({ map: "changed" })).toThrow(refused("BUILT_CHANGED", /^plan\.json is not/));
  });

  test("with a trigger that the pool is given afterwards", () => {
    const { stack } = made({});
    const pool = stack.node.findChild("UserPool") as UserPool;
    pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION, aFunction(stack));
    expect(() => templateOf(stack)).toThrow(/POOL_HAS_TRIGGER: .* preTokenGeneration/);
  });
});

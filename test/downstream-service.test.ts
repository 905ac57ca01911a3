import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLambda } from "../local/lambda/lambda.ts";
import { localAccount } from "../local/local-account.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import { readSetup } from "../local/stack-setup.ts";
import { type DeployedPackage, deploy } from "./a-deployed-package.ts";
import { idsOf, packageProject, propertiesOf, type Template, unpack } from "./a-packaged-project.ts";
import { installPackage, type Project, root } from "./a-project.ts";
import { examplePlan } from "./deploy/a-deployment.ts";
import { isEveryVariant } from "./deploy/a-variant.ts";
import { claimsOf, clientCredentials, signIn } from "./tokens-of-a-package.ts";

/*
 * examples/downstream-service from its README to an answer: bundled and packaged beside a packaged trigger, its function
 * opens what that trigger sealed, under the role of its own template. CLAIMSEAL_DEPLOY=all.
 */

const FOLDER = "node_modules/claimseal/examples/downstream-service";

type Role = {
  readonly RoleName: string;
  readonly Policies: readonly {
    readonly PolicyDocument: PolicyDocument & { readonly Statement: readonly Statement[] };
  }[];
};
type Statement = { readonly Effect: string; readonly Action: readonly string[]; readonly Resource: unknown };
type Authorizer = { readonly JwtConfiguration: { readonly Audience: readonly string[]; readonly Issuer: string } };
type Route = { readonly AuthorizationType: string; readonly AuthorizationScopes: readonly string[] };
type Answer = { readonly statusCode: number; readonly body: string };

describe.skipIf(!isEveryVariant)("the example of a downstream service", () => {
  let project: Project;
  let stack: DeployedPackage;
  let template: Template;
  let invokeUrl: string;
  const cleanUp: (() => Promise<void>)[] = [];
  const started = ({ stop }: { readonly stop: () => Promise<void> }): void => void cleanUp.push(stop);
  const refs = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": localAccount,
    ServerlessDeploymentBucket: "bucket",
  };
  const role = (): Role => propertiesOf<Role>(template, "IamRoleLambdaExecution", { refs });

  beforeAll(async () => {
    project = await installPackage();
    cleanUp.push(project.remove);
    const { path } = project;
    const plan = examplePlan("clinic-eu");
    const setup = readSetup(JSON.parse(await readFile("mappings/clinic-eu.dev.json", "utf8")));
    const rows = JSON.parse(await readFile("mappings/clinic-eu.tables.json", "utf8"));
    await project.claimseal("build", "node_modules/claimseal/mappings/clinic-eu.claims.yaml");
    const packaged = await packageProject({ map: "clinic-eu", pool: "new", plan, setup, path, folder: ".claimseal" });
    stack = await deploy(packaged, { plan, setup, rows, started });
    const folder = join(path, "service");
    await cp(join(path, FOLDER), folder, { recursive: true });
    const readme = await readFile(join(folder, "README.md"), "utf8");
    const [, bundle = ""] = /^npx esbuild (.*)$/m.exec(readme) ?? [];
    await promisify(execFile)(join(root, "node_modules/.bin/esbuild"), bundle.split(" "), { cwd: folder });
    const environment = {
      USER_POOL_ID: packaged.poolId,
      WEB_CLIENT_ID: setup.clients[0]?.id,
      CARE_KEY_ARN: packaged.keys["CareApiKey"],
    };
    await promisify(execFile)(process.execPath, [join(root, "node_modules/osls/bin/serverless.js"), "package"], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, ...environment },
    });
    const file = join(folder, ".serverless/cloudformation-template-update-stack.json");
    template = JSON.parse(await readFile(file, "utf8")) as Template;
    const { RoleName, Policies } = role();
    const credentials = stack.identities.createIdentity(
      `arn:aws:iam::${localAccount}:role/${RoleName}`,
      Policies.map(({ PolicyDocument: document }) => document),
    );
    // Away from the project, whose package.json would have a say in what the file is.
    const task = await mkdtemp(join(tmpdir(), "claimseal-task-"));
    cleanUp.push(() => rm(task, { recursive: true }));
    // The one thing that is not as deployed: where the pool's keys come from.
    const pool = join(folder, "pool.mjs");
    await writeFile(
      pool,
      `const { fetch } = globalThis;
      globalThis.fetch = (uri, init) =>
        fetch(String(uri).replace(/^https:\\/\\/cognito-idp\\.[a-z0-9-]+\\.amazonaws\\.com/, ${JSON.stringify(stack.urls.pool)}), init);`,
    );
    const lambda = await startLambda({
      functionName: "care-api-dev-charts",
      directory: await unpack(join(folder, ".serverless/charts.zip"), task),
      handler: "dist/handler.handler",
      timeoutMs: 10_000,
      region: "eu-central-1",
      credentials,
      environment: {
        ...(environment as Record<string, string>),
        AWS_ENDPOINT_URL_KMS: stack.urls.kms,
        NODE_OPTIONS: `--import=${pathToFileURL(pool).href}`,
      },
    });
    started(lambda);
    ({ invokeUrl } = lambda);
  }, 300_000);
  afterAll(async () => {
    for (const stop of cleanUp.reverse()) await stop();
  });

  async function ask(token: string): Promise<Answer> {
    const event = {
      version: "2.0",
      headers: { authorization: `Bearer ${token}` },
      requestContext: { http: { method: "GET" } },
    };
    const response = await fetch(invokeUrl, { method: "POST", body: JSON.stringify(event) });
    return (await response.json()) as Answer;
  }

  /** What the JWT authorizer in front checks beside the signature, as the template tells it. */
  function letsIn(token: string): boolean {
    const { iss, client_id, scope } = claimsOf(token);
    const refs = { HttpApi: "api", HttpApiIntegrationCharts: "charts", HttpApiAuthorizerUserPool: "pool" };
    const [authorizer = ""] = idsOf(template, "AWS::ApiGatewayV2::Authorizer");
    const { JwtConfiguration } = propertiesOf<Authorizer>(template, authorizer, { refs });
    const [route = ""] = idsOf(template, "AWS::ApiGatewayV2::Route");
    const { AuthorizationType, AuthorizationScopes } = propertiesOf<Route>(template, route, { refs });
    expect(AuthorizationType).toBe("JWT");
    const scopes = String(scope).split(" ");
    const { Issuer, Audience } = JwtConfiguration;
    const isFor = iss === Issuer && Audience.includes(String(client_id));
    return isFor && AuthorizationScopes.some((each) => scopes.includes(each));
  }

  test("answers whoever the authorizer lets in, with what was sealed for it", async () => {
    const token = await signIn(stack, "anna@clinic.example");
    expect(letsIn(token)).toBe(true);
    expect(await ask(token)).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ clinic: "c42", signedBy: "Dr. Anna Testmann" }),
    });
  });

  test("lets nobody in whose token is for another client, and the function says so too", async () => {
    const token = await clientCredentials(stack, "laboratory");
    expect(letsIn(token)).toBe(false);
    expect(await ask(token)).toMatchObject({ statusCode: 401 });
  });

  test("has a role that may write its log and open its own envelopes, and nothing else", () => {
    const { RoleName, Policies } = role();
    expect(RoleName).toBe("care-api");
    const statements = Policies.flatMap(({ PolicyDocument: { Statement } }) => Statement);
    const others = statements.filter(({ Action }) => !Action.every((action) => action.startsWith("logs:")));
    expect(others).toEqual([
      {
        Sid: "OpenOwnEnvelopes",
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: stack.packaged.keys["CareApiKey"],
        Condition: { StringEquals: { "kms:EncryptionContext:claimseal:aud": "care-api" } },
      },
    ]);
  });

  test("asks KMS once to open, and for nothing else", () => {
    const asked = stack.kms.requests().filter(({ roleArn }) => roleArn?.endsWith(":role/care-api"));
    expect(asked.map(({ operation, outcome }) => [operation, outcome])).toEqual([["Decrypt", "ok"]]);
  });
});

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Plan } from "../claims/plan.ts";
import type { TemplateValue } from "../deploy/policy-document.ts";
import { type Deployed, resolveTemplate } from "../deploy/resolve-template.ts";
import { keysOf } from "../deploy/stores.ts";
import { localAccount } from "../local/local-account.ts";
import type { StackSetup } from "../local/stack-setup.ts";
import { root } from "./a-project.ts";
import type { Variant } from "./deploy/a-variant.ts";
import { unzip } from "./unzip.ts";

/** A template whose names are not worked out yet. */
export type Template = {
  readonly Parameters?: { readonly [id: string]: { readonly Default?: string } };
  readonly Conditions?: { readonly [id: string]: TemplateValue };
  readonly Resources: { readonly [id: string]: { readonly Type: string; readonly Properties: TemplateValue } };
  readonly Outputs: { readonly [id: string]: { readonly Value: TemplateValue } };
};

/** What `claimseal build` and `osls package` left in a project, and what the names in it will stand for. */
export type Packaged = Variant & {
  readonly region: string;
  readonly poolId: string;
  readonly template: Template;
  /** Of the other regions, from the folder of the map. */
  readonly elsewhere: readonly Template[];
  /** ARNs of the keys that the templates create, by logical id. */
  readonly keys: { readonly [id: string]: string };
  readonly deployed: Deployed;
  /** The function's zip, unpacked. */
  readonly directory: string;
};

/** How a project is to be packaged. */
export type Packaging = Variant & {
  readonly plan: Plan;
  readonly setup: StackSetup;
  /** The project's folder, with the map's own in it. */
  readonly path: string;
  /** The folder `claimseal build` wrote, from there. */
  readonly folder: string;
};

/** The id of the pool of a packaged stack, be it made with it or there before. */
export const poolIdIn = (region: string): string => `${region}_Packaged1`;

/**
 * Packages a project offline and without credentials, by the commands of docs/how-to/deploy-a-new-pool.md or
 * docs/how-to/deploy-to-an-existing-pool.md, and unpacks the function beside it.
 */
export async function packageProject(packaging: Packaging): Promise<Packaged> {
  const { map, pool, plan, setup, path, folder } = packaging;
  const { region } = setup;
  const stack = `claimseal-${map}-dev`;
  const keys = Object.fromEntries(
    keysOf(plan, "unused").map(({ id, region: place = region }) => [id, keyArn(place)] as const),
  );
  // What a stack cannot know: its clients, tables there are, and keys that other regions' stacks made.
  const elsewhereKeys = keysOf(plan, "unused").filter(({ region: place = region }) => place !== region);
  const environment = {
    ...setup.environment,
    ...Object.fromEntries(elsewhereKeys.map(({ id, text }) => [text.slice("${env:".length, -1), keys[id]])),
  };
  const poolId = poolIdIn(region);
  const existing = { pool: poolId, tables: "existing", resourceServers: "existing" };
  const params = { map: folder, ...(pool === "existing" && existing) };
  await copyFile(join(path, "node_modules/claimseal/serverless.yml"), join(path, "serverless.yml"));
  const argv = [
    "package",
    "--region",
    region,
    ...Object.entries(params).flatMap((each) => ["--param", each.join("=")]),
  ];
  await promisify(execFile)(process.execPath, [join(root, "node_modules/osls/bin/serverless.js"), ...argv], {
    cwd: path,
    env: { PATH: process.env["PATH"], HOME: path, ...environment },
  });
  const template = await readTemplate(join(path, ".serverless/cloudformation-template-update-stack.json"));
  const others = (await readdir(join(path, folder))).filter((file) => file.endsWith(".template.json"));
  return {
    map,
    pool,
    region,
    poolId,
    template,
    elsewhere: await Promise.all(others.map((file) => readTemplate(join(path, folder, file)))),
    keys,
    deployed: deployedAs(template, { stack, region, poolId, keys }),
    directory: await unpack(join(path, ".serverless/preToken.zip"), join(path, `unpacked-${map}-${pool}`)),
  };
}

function keyArn(region: string): string {
  return `arn:aws:kms:${region}:${localAccount}:key/${randomUUID()}`;
}

async function readTemplate(file: string): Promise<Template> {
  return JSON.parse(await readFile(file, "utf8")) as Template;
}

/** Unpacks a zip and says where to. */
export async function unpack(zip: string, directory: string): Promise<string> {
  for (const [name, bytes] of unzip(await readFile(zip))) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), bytes);
  }
  return directory;
}

type Place = {
  readonly stack: string;
  readonly region: string;
  readonly poolId: string;
  readonly keys: Packaged["keys"];
};

/** What CloudFormation would give for a stack's names. Tables are called as it would call them: by no name of the map's. */
function deployedAs({ Resources, Conditions = {} }: Template, { stack, region, poolId, keys }: Place): Deployed {
  const arn = (service: string, name: string): string => `arn:aws:${service}:${region}:${localAccount}:${name}`;
  const functionArn = arn("lambda", `function:${stack}-preToken`);
  const issuer = `${stack}-${region}-issuer`;
  const tables = Object.keys(Resources).filter((id) => Resources[id]?.Type === "AWS::DynamoDB::Table");
  const tableName = (id: string): string => `${stack}-${id}-1ABC`;
  return {
    refs: {
      "AWS::AccountId": localAccount,
      "AWS::Partition": "aws",
      "AWS::Region": region,
      "AWS::StackName": stack,
      UserPool: poolId,
      IssuerRole: issuer,
      // The parameter of the other regions' templates.
      IssuerRoleName: issuer,
      PreTokenLogGroup: `/aws/lambda/${stack}-preToken`,
      PreTokenProvConcLambdaAlias: `${functionArn}:live`,
      ServerlessDeploymentBucket: `${stack}-serverlessdeploymentbucket-2def`,
      ...Object.fromEntries(tables.map((id) => [id, tableName(id)])),
    },
    attributes: {
      IssuerRole: { Arn: `arn:aws:iam::${localAccount}:role/${issuer}` },
      PreTokenLambdaFunction: { Arn: functionArn },
      PreTokenLogGroup: { Arn: arn("logs", `log-group:/aws/lambda/${stack}-preToken:*`) },
      ...Object.fromEntries(tables.map((id) => [id, { Arn: arn("dynamodb", `table/${tableName(id)}`) }])),
      ...Object.fromEntries(Object.entries(keys).map(([id, Arn]) => [id, { Arn }])),
    },
    conditions: resolveTemplate(Conditions, { refs: {} }) as Record<string, boolean>,
  };
}

/** The ids of all resources of a type. */
export function idsOf({ Resources }: Template, type: string): readonly string[] {
  return Object.keys(Resources).filter((id) => Resources[id]?.Type === type);
}

/** One resource's properties, as CloudFormation would hand them to its service. */
export function propertiesOf<Properties>({ Resources }: Template, id: string, deployed: Deployed): Properties {
  return resolveTemplate(Resources[id]?.Properties ?? null, deployed) as Properties;
}

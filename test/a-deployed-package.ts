import { randomBytes } from "node:crypto";
import { bindPlan } from "../claims/bind.ts";
import type { Plan } from "../claims/plan.ts";
import { tableSources } from "../claims/table-sources.ts";
import { resolveTemplate } from "../deploy/resolve-template.ts";
import { createTables, startDynamoDb, type TableKeys, type TableRows } from "../local/dynamodb.ts";
import { serveDynamoDbDoor } from "../local/dynamodb-door.ts";
import { type AccessKey, createIdentities, type Identities } from "../local/identities/identities.ts";
import { createKms, type Kms } from "../local/kms/kms.ts";
import type { KeySpec } from "../local/kms/material.ts";
import { serveKms } from "../local/kms/server.ts";
import { startLambda } from "../local/lambda/lambda.ts";
import { localAccount } from "../local/local-account.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import type { StackSetup } from "../local/stack-setup.ts";
import { tableSchemas } from "../local/table-schemas.ts";
import { serveUserPool } from "../local/user-pool/server.ts";
import { createUserPool, type UserPool } from "../local/user-pool/user-pool.ts";
import { idsOf, type Packaged, propertiesOf } from "./a-packaged-project.ts";

/** Who and what there is besides the packaged stack, and how it differs from what was packaged. */
export type DeployOptions = {
  readonly plan: Plan;
  readonly setup: StackSetup;
  /** By the names that tables have in the setup. */
  readonly rows: TableRows;
  /** A statement that the issuer's role goes without. */
  readonly without?: string;
  /** Of a pool that the template does not name. */
  readonly poolId?: string;
  /** Is told of each part that runs, to stop it when it is no longer needed. */
  readonly started: (part: { readonly stop: () => Promise<void> }) => void;
};

/** A packaged stack that runs on the embedded one. */
export type DeployedPackage = {
  readonly packaged: Packaged;
  readonly setup: StackSetup;
  readonly pool: UserPool;
  readonly identities: Identities;
  readonly kms: Kms;
  readonly urls: { readonly pool: string; readonly kms: string };
  /** By email. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Of the machine clients. */
  readonly secret: string;
  readonly issuer: AccessKey & { readonly roleArn: string };
};

/**
 * Starts what a project packaged. What CloudFormation would make of the template is made from the same text: the keys
 * under their policies, the tables, the function from its zip, the role under which it signs every request, the pool.
 * Tables, resource servers and a pool that the template does not create are there as the map has them.
 */
export async function deploy(packaged: Packaged, options: DeployOptions): Promise<DeployedPackage> {
  const { template, deployed, region, directory } = packaged;
  const { setup } = options;
  const identities = createIdentities();
  const { RoleName } = propertiesOf<{ readonly RoleName: string }>(template, "IssuerRole", deployed);
  const roleArn = `arn:aws:iam::${localAccount}:role/${RoleName}`;
  const issuer = identities.createIdentity(roleArn, policiesOf(packaged, RoleName, options.without));
  const kms = createKms();
  for (const each of [template, ...packaged.elsewhere]) {
    for (const id of idsOf(each, "AWS::KMS::Key")) {
      createKey(kms, packaged.keys[id] ?? "", propertiesOf(each, id, deployed));
    }
  }
  const kmsServer = await serveKms(kms, { identities });
  options.started(kmsServer);
  const { FunctionName, Handler, MemorySize, Timeout, Environment } = propertiesOf<FunctionProperties>(
    template,
    "PreTokenLambdaFunction",
    deployed,
  );
  const tables = await startTables(packaged, options, Environment.Variables, identities);
  const lambda = await startLambda({
    functionName: FunctionName,
    functionArn: triggerOf(packaged),
    directory,
    handler: Handler,
    memory: MemorySize,
    timeoutMs: Timeout * 1000,
    region,
    credentials: issuer,
    environment: { ...Environment.Variables, AWS_ENDPOINT_URL_DYNAMODB: tables, AWS_ENDPOINT_URL_KMS: kmsServer.url },
  });
  options.started(lambda);
  const secret = randomBytes(24).toString("base64url");
  const pool = await createPool(packaged, options, secret, lambda.invokeUrl);
  const passwords = new Map(setup.people.map((person) => addPerson(pool, person)));
  const poolServer = await serveUserPool(pool);
  options.started(poolServer);
  return {
    packaged,
    setup,
    pool,
    identities,
    kms,
    urls: { pool: poolServer.url, kms: kmsServer.url },
    passwords,
    secret,
    issuer: { ...issuer, roleArn },
  };
}

type FunctionProperties = {
  readonly FunctionName: string;
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly Environment: { readonly Variables: { readonly [name: string]: string } };
};

type PolicyStatement = Extract<PolicyDocument["Statement"], { readonly Sid?: string }>;
/** What the pool calls: an alias, which the template has to let it invoke. */
function triggerOf({ template, deployed, region, poolId }: Packaged): string {
  const [permission = ""] = idsOf(template, "AWS::Lambda::Permission");
  const { FunctionName, SourceArn, SourceAccount } = propertiesOf<Record<string, string>>(
    template,
    permission,
    deployed,
  );
  const trigger = resolveTemplate(template.Outputs["TriggerArn"]?.Value ?? null, deployed);
  const pool = `arn:aws:cognito-idp:${region}:${localAccount}:userpool/${poolId}`;
  const isLetIn = FunctionName === trigger && SourceArn === pool && SourceAccount === localAccount;
  if (typeof trigger !== "string" || !isLetIn) throw new Error("the pool may not invoke the function");
  return trigger;
}

type Attached = {
  readonly Roles: readonly string[];
  readonly PolicyDocument: { readonly Version: string; readonly Statement: readonly PolicyStatement[] };
};

/** Every policy the template attaches to a role, but for one statement. */
function policiesOf(packaged: Packaged, roleName: string, without: string | undefined): readonly PolicyDocument[] {
  const documents = attachedTo(packaged, roleName);
  const known = documents.some(({ Statement }) => Statement.some(({ Sid }) => Sid === without));
  if (without !== undefined && !known) throw new Error(`no policy has a statement ${without}`);
  return documents
    .map((document) => ({ ...document, Statement: document.Statement.filter(({ Sid }) => Sid !== without) }))
    .filter(({ Statement }) => Statement.length > 0);
}

function attachedTo({ template, deployed }: Packaged, roleName: string): readonly Attached["PolicyDocument"][] {
  return idsOf(template, "AWS::IAM::Policy")
    .map((id) => propertiesOf<Attached>(template, id, deployed))
    .flatMap(({ Roles, PolicyDocument }) => (Roles.includes(roleName) ? [PolicyDocument] : []));
}

/** The ids of every statement about the issuer. */
export function issuerStatements(packaged: Packaged): readonly string[] {
  return attachedTo(packaged, packaged.deployed.refs["IssuerRole"] ?? "")
    .flatMap(({ Statement }) => Statement.map(({ Sid = "" }) => Sid))
    .toSorted();
}

type KeyProperties = { readonly KeyPolicy: PolicyDocument; readonly KeySpec?: KeySpec };

function createKey(kms: Kms, arn: string, { KeyPolicy, KeySpec = "SYMMETRIC_DEFAULT" }: KeyProperties): void {
  const [, , , region = "", , id = ""] = arn.split(":");
  kms.createKey({ region, keyId: id.replace("key/", ""), policy: KeyPolicy, spec: KeySpec });
}

/** The tables by the names the function knows, with the rows of the setup's, behind a door that asks the role's policies. */
async function startTables(
  packaged: Packaged,
  { plan, setup, rows, started }: DeployOptions,
  environment: Readonly<Record<string, string>>,
  identities: Identities,
): Promise<string> {
  const bound = bindPlan(plan, environment);
  const asSetUp = bindPlan(plan, { ...environment, ...setup.environment });
  const named = tableSources(bound).map(([source, { table }]) => {
    const [, there] = tableSources(asSetUp).find(([name]) => name === source) ?? [];
    return [table, rows[there?.table ?? ""] ?? []] as const;
  });
  const { keys, indexes } = tableSchemas(bound);
  const tables: TableKeys = { ...keys, ...createdTables(packaged) };
  const dynamodb = await startDynamoDb();
  started(dynamodb);
  await createTables(dynamodb.url, Object.fromEntries(named), tables, indexes);
  const door = await serveDynamoDbDoor({ endpoint: dynamodb.url, tables, indexes, identities });
  started(door);
  return door.url;
}

function createdTables({ template, deployed }: Packaged): TableKeys {
  type Table = { readonly KeySchema: readonly { readonly AttributeName: string }[] };
  return Object.fromEntries(
    idsOf(template, "AWS::DynamoDB::Table").map((id) => {
      const names = propertiesOf<Table>(template, id, deployed).KeySchema.map(({ AttributeName }) => AttributeName);
      return [deployed.refs[id] ?? "", names as unknown as TableKeys[string]];
    }),
  );
}

/** The pool, with the clients whose ids the map was given. They sign in by password, which takes one request. */
function createPool(
  { template, deployed, region, ...packaged }: Packaged,
  { plan, setup, poolId = packaged.poolId }: DeployOptions,
  secret: string,
  trigger: string,
): Promise<UserPool> {
  type ResourceServer = { readonly Identifier: string; readonly Scopes: readonly { readonly ScopeName: string }[] };
  const created = idsOf(template, "AWS::Cognito::UserPoolResourceServer")
    .map((id) => propertiesOf<ResourceServer>(template, id, deployed))
    .map(({ Identifier, Scopes }) => ({ identifier: Identifier, scopes: Scopes.map(({ ScopeName }) => ScopeName) }));
  const version = resolveTemplate(template.Outputs["LambdaVersion"]?.Value ?? null, deployed);
  return createUserPool({
    poolId,
    region,
    lambdaVersion: version === "V2_0" ? "V2" : "V3",
    resourceServers: packaged.pool === "new" ? created : Object.values(plan.resourceServers),
    clients: setup.clients.map(({ id, name, grants, scopes }) =>
      grants.includes("client_credentials")
        ? { id, name, secret, allowedScopes: scopes, flows: ["client_credentials"] }
        : { id, name, allowedScopes: [], flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
    ),
    trigger,
  });
}

function addPerson(pool: UserPool, { attributes }: StackSetup["people"][number]): readonly [email: string, string] {
  const { sub = "", email = "", ...others } = attributes;
  const password = `Aa1!${randomBytes(12).toString("base64url")}`;
  pool.directory.create({ username: email, attributes: new Map(Object.entries(others)), sub });
  pool.directory.setPassword(email, password, true);
  return [email, password];
}

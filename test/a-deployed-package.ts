import { randomBytes } from "node:crypto";
import { createTables, startDynamoDb, type TableKeys, type TableRow } from "../local/dynamodb.ts";
import { serveDynamoDbDoor } from "../local/dynamodb-door.ts";
import { type AccessKey, createIdentities, type Identities } from "../local/identities/identities.ts";
import { createKms, type Kms } from "../local/kms/kms.ts";
import type { KeySpec } from "../local/kms/material.ts";
import { serveKms } from "../local/kms/server.ts";
import { startLambda } from "../local/lambda/lambda.ts";
import { localAccount } from "../local/local-account.ts";
import type { PolicyDocument } from "../local/policy/policy.ts";
import type { StackSetup } from "../local/stack-setup.ts";
import { serveUserPool } from "../local/user-pool/server.ts";
import { createUserPool, type UserPool } from "../local/user-pool/user-pool.ts";
import {
  BILLING_KEY,
  CARE_KEY,
  FUNCTION_NAME,
  idsOf,
  type Packaged,
  POOL_ID,
  PSEUDONYM_KEY,
  propertiesOf,
  REGION,
  type Template,
  tableName,
} from "./a-packaged-project.ts";

const TABLES = ["StaffTable", "PartnersTable"] as const;

/** Who and what there is besides the packaged stack, and how it differs from what was packaged. */
export type DeployOptions = {
  readonly setup: StackSetup;
  readonly rows: { readonly [table in (typeof TABLES)[number]]: readonly TableRow[] };
  /** A statement that the issuer's role goes without. */
  readonly without?: string;
  /** Of a pool that the template does not name. */
  readonly poolId?: string;
  /** Is told of each part that runs, to stop it when it is no longer needed. */
  readonly started: (part: { readonly stop: () => Promise<void> }) => void;
};

/** A packaged stack that runs on the embedded one. */
export type DeployedPackage = {
  readonly pool: UserPool;
  readonly identities: Identities;
  readonly kms: Kms;
  readonly urls: { readonly pool: string; readonly kms: string };
  /** By email. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Of the machine clients. */
  readonly secret: string;
  readonly issuer: AccessKey;
};

/**
 * Starts what a project packaged. What CloudFormation would make of the template is made from the same text: the keys
 * under their policies, the tables, the function from its zip, the role under which it signs every request, the pool.
 */
export async function deploy(
  { template, elsewhere, directory }: Packaged,
  options: DeployOptions,
): Promise<DeployedPackage> {
  const identities = createIdentities();
  const { RoleName } = propertiesOf<{ readonly RoleName: string }>(template, "IssuerRole");
  const policies = policiesOf(template, RoleName, options.without);
  const issuer = identities.createIdentity(`arn:aws:iam::${localAccount}:role/${RoleName}`, policies);
  const kms = createKms();
  createKey(kms, CARE_KEY, propertiesOf(template, "CareApiKey"));
  createKey(kms, PSEUDONYM_KEY, propertiesOf(template, "PseudonymRoot"));
  createKey(kms, BILLING_KEY, propertiesOf(elsewhere, "BillingApiKey"));
  const kmsServer = await serveKms(kms, { identities });
  options.started(kmsServer);
  const dynamodb = await startDynamoDb();
  options.started(dynamodb);
  const tables: TableKeys = Object.fromEntries(TABLES.map((id) => [tableName(id), partitionKey(template, id)]));
  await createTables(dynamodb.url, Object.fromEntries(TABLES.map((id) => [tableName(id), options.rows[id]])), tables);
  const door = await serveDynamoDbDoor({ endpoint: dynamodb.url, tables, identities });
  options.started(door);
  const { Handler, MemorySize, Timeout, Environment } = propertiesOf<FunctionProperties>(
    template,
    "PreTokenLambdaFunction",
  );
  const lambda = await startLambda({
    functionName: FUNCTION_NAME,
    directory,
    handler: Handler,
    memory: MemorySize,
    timeoutMs: Timeout * 1000,
    region: REGION,
    credentials: issuer,
    environment: {
      ...Environment.Variables,
      AWS_ENDPOINT_URL_DYNAMODB: door.url,
      AWS_ENDPOINT_URL_KMS: kmsServer.url,
    },
  });
  options.started(lambda);
  const secret = randomBytes(24).toString("base64url");
  const pool = await createPool(template, options, secret, lambda.invokeUrl);
  const passwords = new Map(options.setup.people.map((person) => addPerson(pool, person)));
  const poolServer = await serveUserPool(pool);
  options.started(poolServer);
  return {
    pool,
    identities,
    kms,
    urls: { pool: poolServer.url, kms: kmsServer.url },
    passwords,
    secret,
    issuer,
  };
}

type FunctionProperties = {
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly Environment: { readonly Variables: { readonly [name: string]: string } };
};

/** Every policy the template attaches to a role, but for one statement. */
function policiesOf(template: Template, roleName: string, without: string | undefined): readonly PolicyDocument[] {
  type Attached = {
    readonly Roles: readonly string[];
    readonly PolicyDocument: { readonly Statement: readonly PolicyStatement[] };
  };
  type PolicyStatement = Extract<PolicyDocument["Statement"], { readonly Sid?: string }>;
  const documents = idsOf(template, "AWS::IAM::Policy")
    .map((id) => propertiesOf<Attached>(template, id))
    .flatMap(({ Roles, PolicyDocument }) => (Roles.includes(roleName) ? [PolicyDocument] : []));
  const known = documents.some(({ Statement }) => Statement.some(({ Sid }) => Sid === without));
  if (without !== undefined && !known) throw new Error(`no policy has a statement ${without}`);
  return documents
    .map((document) => ({ ...document, Statement: document.Statement.filter(({ Sid }) => Sid !== without) }))
    .filter(({ Statement }) => Statement.length > 0);
}

type KeyProperties = { readonly KeyPolicy: PolicyDocument; readonly KeySpec?: KeySpec };

function createKey(kms: Kms, arn: string, { KeyPolicy, KeySpec = "SYMMETRIC_DEFAULT" }: KeyProperties): void {
  const [, , , region = "", , id = ""] = arn.split(":");
  kms.createKey({ region, keyId: id.replace("key/", ""), policy: KeyPolicy, spec: KeySpec });
}

function partitionKey(template: Template, id: string): readonly [string] {
  type Table = { readonly KeySchema: readonly [{ readonly AttributeName: string }] };
  return [propertiesOf<Table>(template, id).KeySchema[0].AttributeName];
}

/** The template's pool, with the clients whose ids the map was given. They sign in by password, which takes one request. */
async function createPool(
  template: Template,
  { setup, poolId = POOL_ID }: DeployOptions,
  secret: string,
  trigger: string,
): Promise<UserPool> {
  type Pool = { readonly LambdaConfig: { readonly PreTokenGenerationConfig: { readonly LambdaVersion: string } } };
  type ResourceServer = { readonly Identifier: string; readonly Scopes: readonly { readonly ScopeName: string }[] };
  const { LambdaConfig } = propertiesOf<Pool>(template, "UserPool");
  if (LambdaConfig.PreTokenGenerationConfig.LambdaVersion !== "V3_0") throw new Error("the map is for V3");
  return createUserPool({
    poolId,
    region: REGION,
    lambdaVersion: "V3",
    resourceServers: idsOf(template, "AWS::Cognito::UserPoolResourceServer")
      .map((id) => propertiesOf<ResourceServer>(template, id))
      .map(({ Identifier, Scopes }) => ({ identifier: Identifier, scopes: Scopes.map(({ ScopeName }) => ScopeName) })),
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

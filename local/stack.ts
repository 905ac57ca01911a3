import { randomBytes } from "node:crypto";
import { agreementVariables, bindPlan, pseudonymVariables } from "../claims/bind.ts";
import type { Plan } from "../claims/plan.ts";
import { chainedIn, startChained } from "./chained-function.ts";
import { createTables, startDynamoDb, type TableRow, type TableRows } from "./dynamodb.ts";
import { writeFunctionDirectory } from "./function-directory.ts";
import { createKms, type Kms } from "./kms/kms.ts";
import type { KeySpec } from "./kms/material.ts";
import { serveKms } from "./kms/server.ts";
import { type Lambda, startLambda } from "./lambda/lambda.ts";
import { LocalError } from "./local-error.ts";
import type { SetupClient, SetupPerson, StackSetup } from "./stack-setup.ts";
import { ROW_NUMBER, type TableSchemas, tableSchemas } from "./table-schemas.ts";
import type { AppClient } from "./user-pool/app-client.ts";
import { serveUserPool } from "./user-pool/server.ts";
import { createUserPool, type UserPool } from "./user-pool/user-pool.ts";

/** Everything the token path needs, on loopback: tables, keys, the function, a user pool with its people. */
export type Stack = {
  /** Bound: tables, keys and clients by their real names. */
  readonly plan: Plan;
  readonly urls: {
    readonly dynamodb: string;
    readonly kms: string;
    readonly cognitoIdp: string;
    /** In front of `/oauth2/token` and `/.well-known`. */
    readonly oauth: string;
    readonly lambda: string;
  };
  readonly pool: UserPool;
  readonly kms: Kms;
  readonly lambda: Lambda;
  readonly clients: readonly (SetupClient & { readonly secret?: string })[];
  /** People with a password each, made for this run. */
  readonly people: readonly (SetupPerson & { readonly password: string })[];
  readonly stop: () => Promise<void>;
};

const FUNCTION_NAME = "claimseal-pre-token-generation";

/**
 * Starts the embedded stack for one map: the real bundle in a process of its own, behind real protocols. `hooks` is the
 * module behind the map's `custom` sources, as it is deployed; `chained` the path of the one behind its `chain` sources.
 *
 * @throws {LocalError} `TABLE_MISSING` for a table of the map that `tables` has no entry for, `CHAIN_MISSING` for a chained
 * function without its module, and what the parts throw.
 * @throws {ClaimsError} `ENV_MISSING` for a variable of the map the setup does not give.
 */
export async function startStack(
  plan: Plan,
  tables: TableRows,
  setup: StackSetup,
  hooks: Uint8Array | null = null,
  chained: string | null = null,
): Promise<Stack> {
  const running: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of running.splice(0).reverse()) await end();
  };
  try {
    const kms = createKms();
    const keyArns = createKeys(kms, plan, setup);
    const bound = bindPlan(plan, { ...setup.environment, ...keyArns });
    const schemas = tableSchemas(bound);
    const rows = rowsOf(schemas, tables);
    const chains = chainedIn(bound);
    // One after the other, so that whatever fails, all that runs is known and can be stopped.
    const directory = await writeFunctionDirectory(plan, hooks);
    running.push(directory.remove);
    const kmsServer = await serveKms(kms);
    running.push(kmsServer.stop);
    const dynamodbServer = await startDynamoDb();
    running.push(dynamodbServer.stop);
    await createTables(dynamodbServer.url, rows, schemas.keys, schemas.indexes);
    const environment = {
      ...setup.environment,
      ...keyArns,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbServer.url,
      AWS_ENDPOINT_URL_KMS: kmsServer.url,
    };
    const old = chains && (await startChained(chains, chained, environment));
    if (old) running.push(old.stop);
    const lambda = await startLambda({
      functionName: FUNCTION_NAME,
      directory: directory.path,
      handler: "index.handler",
      timeoutMs: 5000,
      region: setup.region,
      environment: {
        ...environment,
        CLAIMSEAL_PLAN_SHA256: directory.manifest.planSha256,
        ...(old && { AWS_ENDPOINT_URL_LAMBDA: old.url }),
      },
    });
    running.push(lambda.stop);
    const clients = setup.clients.map((client) =>
      client.grants.includes("client_credentials")
        ? { ...client, secret: randomBytes(24).toString("base64url") }
        : client,
    );
    const pool = await createUserPool({
      poolId: `${setup.region}_Local0001`,
      region: setup.region,
      lambdaVersion: plan.events,
      clients: clients.map(appClient),
      resourceServers: Object.values(plan.resourceServers),
      trigger: lambda.invokeUrl,
    });
    for (const name of new Set(setup.people.flatMap(({ groups }) => groups))) pool.directory.groups.create({ name });
    const people = setup.people.map((person) => addPerson(pool, person));
    const poolServer = await serveUserPool(pool);
    running.push(poolServer.stop);
    return {
      plan: bound,
      urls: {
        dynamodb: dynamodbServer.url,
        kms: kmsServer.url,
        cognitoIdp: poolServer.url,
        oauth: poolServer.url,
        lambda: lambda.url,
      },
      pool,
      kms,
      lambda,
      clients,
      people,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A key for every variable that names one, of the kind that can do what the map does with it and nothing else. */
function createKeys(kms: Kms, plan: Plan, { keys }: StackSetup): { readonly [name: string]: string } {
  const [macs, agreements] = [pseudonymVariables(plan), agreementVariables(plan)];
  const specOf = (name: string): KeySpec =>
    macs.includes(name) ? "HMAC_256" : agreements.includes(name) ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT";
  return Object.fromEntries(
    Object.entries(keys).map(([name, region]) => [name, kms.createKey({ region, spec: specOf(name) })]),
  );
}

/** The rows of every table the map reads. A table is declared by having an entry, if only an empty one. */
function rowsOf({ keys, indexes, sources }: TableSchemas, tables: TableRows): TableRows {
  return Object.fromEntries(
    Object.entries(keys).map(([table, key]) => {
      const rows = Object.hasOwn(tables, table) ? tables[table] : undefined;
      if (rows === undefined) {
        const [source = ""] = sources[table] ?? [];
        const message = `source "${source}": there is no table "${table}" among the tables given`;
        throw new LocalError("TABLE_MISSING", message);
      }
      const isNumbered = [key, ...Object.values(indexes[table] ?? {})].some((each) => each.includes(ROW_NUMBER));
      return [table, isNumbered ? numbered(rows) : rows];
    }),
  );
}

function numbered(rows: readonly TableRow[]): readonly TableRow[] {
  return rows.map((row, index) => ({ ...row, [ROW_NUMBER]: String(index).padStart(8, "0") }));
}

function appClient(client: SetupClient & { readonly secret?: string }): AppClient {
  const { id, name, grants, scopes, callbackUrls = [], logoutUrls = [], secret } = client;
  const forPeople = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] as const;
  const withPage = callbackUrls.length > 0 ? (["code"] as const) : [];
  return {
    id,
    name,
    allowedScopes: scopes,
    flows: grants.includes("client_credentials") ? ["client_credentials"] : [...forPeople, ...withPage],
    callbackUrls,
    logoutUrls,
    ...(secret !== undefined && { secret }),
  };
}

function addPerson(pool: UserPool, person: SetupPerson): SetupPerson & { readonly password: string } {
  const { sub, email = "", ...attributes } = person.attributes;
  const password = `Aa1!${randomBytes(12).toString("base64url")}`;
  pool.directory.create({ username: email, attributes: new Map(Object.entries(attributes)), ...(sub && { sub }) });
  pool.directory.setPassword(email, password, true);
  for (const group of person.groups) pool.directory.addToGroup(email, group);
  return { ...person, password };
}

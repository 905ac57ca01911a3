import type { Plan } from "../claims/plan.ts";
import {
  placeOf,
  type TableSource,
  type ToldKey,
  type ToldTable,
  tableSources,
  toldTable,
} from "../claims/table-sources.ts";
import { DeployError } from "./deploy-error.ts";
import { keyPolicies, pseudonymKeyPolicy } from "./key-policies.ts";
import { logicalId, refuseTwins } from "./logical-id.ts";
import type { TemplateValue } from "./policy-document.ts";

/** A table or a key that a template creates. */
export type Store = {
  /** Its logical id in the template. */
  readonly id: string;
  /** What the map calls it: a table's name, or `${env:NAME}`. */
  readonly text: string;
  /** As the map states it; the function's own when undefined. */
  readonly region: string | undefined;
  /** The sources, or the one resource server, it is for; none for the pseudonyms' key. */
  readonly owners: readonly string[];
  readonly resource: TemplateValue;
};

/** Loss of a table is loss of rights, of a key loss of every token it sealed: neither goes with its stack. */
const KEPT = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" };

/** A map's text that is one variable and nothing else: what it names is made by a template, not found. */
export const VARIABLE: RegExp = /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}$/;

/**
 * The tables a map reads and tells the whole key of, those of their indexes included, each once. Others exist: those
 * that are only queried by a part of a key, of which nobody knows whether it has another.
 *
 * @throws {DeployError} `TABLE_KEYS_DIFFER` when two sources read one table by different keys, `NAMES_TOO_ALIKE`.
 */
export function tablesOf(plan: Plan): readonly Store[] {
  refuseTwins("source", Object.keys(plan.sources));
  const places = new Map<string, [Use, ...Use[]]>();
  for (const use of tableSources(plan)) {
    const others = places.get(placeOf(use[1]));
    if (others) others.push(use);
    else places.set(placeOf(use[1]), [use]);
  }
  return [...places.values()].flatMap((uses) => tableOf(uses));
}

type Use = readonly [name: string, source: TableSource];

function tableOf(uses: readonly [Use, ...Use[]]): readonly Store[] {
  const [[first, { table: text, region }]] = uses;
  const owners = uses.map(([name]) => name);
  const told = toldTable(uses.map(([, source]) => source));
  if (told === undefined) {
    const message = `sources ${owners.join(", ")} read one table by different key attributes; a table has one key`;
    throw new DeployError("TABLE_KEYS_DIFFER", message);
  }
  if (![told.key, ...Object.values(told.indexes)].every(({ isWhole }) => isWhole)) return [];
  return [{ id: `${logicalId(first)}Table`, text, region, owners, resource: tableResource(text, told) }];
}

function tableResource(table: string, { key, indexes }: ToldTable): TemplateValue {
  const attributes = new Set([key, ...Object.values(indexes)].flatMap(({ names }) => names));
  const global = Object.entries(indexes).map(([name, told]) => ({
    IndexName: name,
    KeySchema: keySchema(told),
    // What an index holds can never be changed, what a map reads of it can.
    Projection: { ProjectionType: "ALL" },
  }));
  return {
    Type: "AWS::DynamoDB::Table",
    ...KEPT,
    Properties: {
      ...(!VARIABLE.test(table) && { TableName: table }),
      AttributeDefinitions: [...attributes].map((name) => ({ AttributeName: name, AttributeType: "S" })),
      KeySchema: keySchema(key),
      ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    },
  };
}

/** The first key attribute of the map is the partition key, the second the sort key. */
function keySchema({ names }: ToldKey): TemplateValue {
  return names.map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? "HASH" : "RANGE" }));
}

/**
 * One key for every resource server that is sealed for, and one for pseudonyms, but for those the map names by their
 * ARN: they exist.
 *
 * @param issuerRole The name of the trigger's role, as text for `Fn::Sub`.
 * @throws {DeployError} `KEY_SHARED` when two resource servers, or one and pseudonyms, would use one key,
 * `NAMES_TOO_ALIKE`.
 */
export function keysOf(plan: Plan, issuerRole: string): readonly Store[] {
  return [...sealKeysOf(plan, issuerRole), ...pseudonymKeyOf(plan, issuerRole)];
}

function sealKeysOf(plan: Plan, issuerRole: string): readonly Store[] {
  refuseTwins("resource server", Object.keys(plan.resourceServers));
  const owners = new Map<string, string>();
  return Object.entries(keyPolicies(plan, issuerRole)).flatMap(([name, policy]) => {
    const { key: text = "", region, mode } = plan.resourceServers[name]?.seal ?? {};
    const owner = owners.get(text);
    if (owner !== undefined) {
      throw new DeployError("KEY_SHARED", `resource servers "${owner}" and "${name}" share a key; give each its own`);
    }
    owners.set(text, name);
    if (!VARIABLE.test(text)) return [];
    const resource = {
      Type: "AWS::KMS::Key",
      ...KEPT,
      Properties: {
        ...(mode === "asymmetric"
          ? {
              // No rotation: KMS has none for asymmetric keys.
              Description: `claimseal: envelopes of ${plan.name} for ${name}`,
              KeySpec: "ECC_NIST_P256",
              KeyUsage: "KEY_AGREEMENT",
            }
          : { Description: `claimseal: data keys of ${plan.name} for ${name}`, EnableKeyRotation: true }),
        PendingWindowInDays: 30,
        KeyPolicy: policy,
      },
    };
    return [{ id: `${logicalId(name)}Key`, text, region, owners: [name], resource }];
  });
}

/** An id that no resource server's key can have: theirs end in `Key`. */
export const PSEUDONYM_KEY_ID = "PseudonymRoot";

function pseudonymKeyOf({ name, pseudonyms, resourceServers }: Plan, issuerRole: string): readonly Store[] {
  if (!pseudonyms) return [];
  const { key: text, region } = pseudonyms;
  const [owner] = Object.entries(resourceServers).find(([, { seal }]) => seal?.key === text) ?? [];
  if (owner !== undefined) {
    throw new DeployError("KEY_SHARED", `resource server "${owner}" and pseudonyms share a key; give each its own`);
  }
  if (!VARIABLE.test(text)) return [];
  const resource = {
    Type: "AWS::KMS::Key",
    ...KEPT,
    // No rotation: KMS has none for MAC keys, and pseudonyms would not be the same after it.
    Properties: {
      Description: `claimseal: pseudonyms of ${name}`,
      KeySpec: "HMAC_256",
      KeyUsage: "GENERATE_VERIFY_MAC",
      PendingWindowInDays: 30,
      KeyPolicy: pseudonymKeyPolicy(issuerRole),
    },
  };
  return [{ id: PSEUDONYM_KEY_ID, text, region, owners: [], resource }];
}

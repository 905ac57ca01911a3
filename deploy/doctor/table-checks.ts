import { type ToldKey, toldTable } from "../../claims/table-sources.ts";
import { accountOf } from "./arn-pattern.ts";
import { homeOf } from "./bound-plan.ts";
import type { Code } from "./codes.ts";
import { type Examined, ofBound, ofPart } from "./examined.ts";
import { holdersOf, named } from "./holders.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import { policyStatements } from "./policy-statements.ts";
import type { ExportedTable } from "./pool-export.ts";
import { type UsedTable, usedTables } from "./used-stores.ts";

const CODES: readonly Code[] = ["DR801", "DR802", "DR803", "DR804"];
const OF_TABLE: readonly Code[] = ["DR801", "DR803"];

type Table = NonNullable<ExportedTable["table"]>;

/** DR8xx: the tables that the map reads. */
export function tableChecks(examined: Examined): readonly Outcome[] {
  const { tables } = examined.pool;
  return ofBound(examined, CODES, (bound) =>
    usedTables(bound, homeOf(examined.pool)).flatMap((used) => {
      const place = ["tables", used.sources.map(([source]) => source).join("+")];
      const read = tables?.find(({ name, region }) => name === used.name && region === used.region);
      return read === undefined
        ? [unchecked(CODES, place, "it is not in the export")]
        : ofTable(examined, read, used, place);
    }),
  );
}

function ofTable(
  examined: Examined,
  read: ExportedTable,
  used: UsedTable,
  place: readonly string[],
): readonly Outcome[] {
  if (read.table === null) return [found("DR801", place, "there is no such table in its Region")];
  const part = <T>(
    name: string,
    value: T | undefined,
    codes: readonly Code[],
    check: (value: T) => readonly Outcome[],
  ): readonly Outcome[] =>
    ofPart(examined, `tables.${used.region}.${used.name}.${name}`, value, codes, check, [...place, name]);
  return [
    ...part("table", read.table, OF_TABLE, (table) => [...status(table, place), ...keys(table, used, place)]),
    ...part("continuousBackups", read.continuousBackups, ["DR802"], (backups) =>
      backups.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED"
        ? []
        : [found("DR802", [...place, "continuousBackups"], "point-in-time recovery is off")],
    ),
    ...part("policy", read.policy, ["DR804"], (policy) => writers(read, policy?.Policy, used, place)),
  ];
}

function status({ TableStatus = "unknown" }: Table, place: readonly string[]): readonly Outcome[] {
  // It serves reads while it is changed.
  if (TableStatus === "ACTIVE" || TableStatus === "UPDATING") return [];
  return [found("DR801", [...place, "TableStatus"], `it is ${TableStatus}`)];
}

function keys(table: Table, { sources }: UsedTable, place: readonly string[]): readonly Outcome[] {
  const told = toldTable(sources.map(([, source]) => source));
  if (told === undefined) return [found("DR803", place, "the map's sources read it by different keys")];
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  return [
    ...(told.key.names.length > 0 ? keySchema(table, table.KeySchema, told.key, [...place, "KeySchema"]) : []),
    ...Object.entries(told.indexes).flatMap(([name, key]) => {
      const index = indexes.find(({ IndexName }) => IndexName === name);
      const at = [...place, name];
      if (index === undefined) return [found("DR803", at, "the table has no such index")];
      return [...keySchema(table, index.KeySchema, key, at), ...projection(index, table, sources, name, at)];
    }),
  ];
}

function keySchema(
  { AttributeDefinitions = [] }: Table,
  schema: Table["KeySchema"] = [],
  { names, isWhole }: ToldKey,
  place: readonly string[],
): readonly Outcome[] {
  const has = ["HASH", "RANGE"].flatMap((kind) => schema.find(({ KeyType }) => KeyType === kind)?.AttributeName ?? []);
  const fits = names.every((name, index) => has[index] === name) && (!isWhole || has.length === names.length);
  if (!fits) return [found("DR803", place, `its key is ${has.join(" and ")}; the map's is ${names.join(" and ")}`)];
  const typeOf = (name: string): string | undefined =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return names
    .filter((name) => typeOf(name) !== "S")
    .map((name) => found("DR803", place, `key attribute ${name} is not of type S`));
}

type Index = NonNullable<Table["GlobalSecondaryIndexes"]>[number];

/** An index holds the keys of both, and what else it projects; any other attribute is absent for everybody. */
function projection(
  { Projection, KeySchema = [] }: Index,
  table: Table,
  sources: UsedTable["sources"],
  name: string,
  place: readonly string[],
): readonly Outcome[] {
  if (Projection?.ProjectionType === "ALL") return [];
  const keyed = [...KeySchema, ...(table.KeySchema ?? [])].map(({ AttributeName = "" }) => AttributeName);
  const held = new Set([...keyed, ...(Projection?.NonKeyAttributes ?? [])]);
  const read = sources.flatMap(([, source]) =>
    source.kind === "query" && source.index === name ? Object.keys(source.attributes) : [],
  );
  const lacks = read.filter((attribute) => !held.has(attribute));
  return lacks.length === 0 ? [] : [found("DR803", place, `it does not hold ${lacks.join(", ")}`)];
}

const WRITING = [
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "BatchWriteItem",
  "PartiQLInsert",
  "PartiQLUpdate",
  "PartiQLDelete",
];

function writers(
  { table }: ExportedTable,
  text: string | undefined,
  { sources }: UsedTable,
  place: readonly string[],
): readonly Outcome[] {
  const isTrusted = sources.some(([, { trust }]) => trust === "operator" || trust === "idp");
  if (!isTrusted || text === undefined) return [];
  const at = [...place, "policy"];
  const statements = policyStatements(text);
  if (statements === null) return [unchecked(["DR804"], at, "it is not a policy")];
  const account = accountOf(table?.TableArn ?? "");
  const holders = WRITING.flatMap((action) => holdersOf(statements, `dynamodb:${action}`));
  const isForeign = (who: string): boolean =>
    who !== `account ${account}` && accountOf(who) !== account && !who.startsWith("service ");
  const foreign = holders.filter(({ who }) => isForeign(who));
  return [
    ...new Map(foreign.map(({ who, statement }) => [`${statement.label} ${who}`, { who, statement }])).values(),
  ].map(({ who, statement }) => found("DR804", [...at, statement.label], `it lets ${named(who)} write`));
}

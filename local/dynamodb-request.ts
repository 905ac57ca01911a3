import type { TableIndexes, TableKey, TableKeys } from "./dynamodb.ts";

/** The reads that policies are evaluated for. */
export type ReadOperation = "GetItem" | "BatchGetItem" | "Query";

/** One table, or one index, of a request, as policies see it. */
export type TableRead = {
  readonly table: string;
  readonly index: string | undefined;
  /** Values of the partition key; undefined of a table or an index whose key is not known. */
  readonly leading: readonly string[] | undefined;
  /** Top-level attributes that the request names: those it asks for, and those it finds rows by. */
  readonly attributes: readonly string[];
  /** Whether it says which attributes it wants; otherwise it gets all of them. */
  readonly isProjected: boolean;
};

/** What is known of the tables there are. */
export type KnownTables = { readonly tables: TableKeys; readonly indexes?: TableIndexes };

/** A request that cannot be read, or not for sure. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly code: "SerializationException" | "ValidationException";

  constructor(code: Unreadable["code"], message: string) {
    super(message);
    this.code = code;
  }
}

type Fields = { readonly [name: string]: unknown };

/** What the embedded DynamoDB does not say of a request to policies, by what it is to be told instead. */
const NOT_EMULATED: { readonly [parameter: string]: string } = {
  AttributesToGet: "ProjectionExpression",
  KeyConditions: "KeyConditionExpression",
  QueryFilter: "KeyConditionExpression",
  FilterExpression: "KeyConditionExpression",
  Select: "ProjectionExpression",
};

/**
 * Reads what is asked for, table by table. What cannot be read for sure is refused: the tables might read it in another
 * way.
 *
 * @throws {Unreadable}
 */
export function readTableReads(operation: ReadOperation, body: string, known: KnownTables): readonly TableRead[] {
  const request = parse(body);
  switch (operation) {
    case "GetItem":
      return [ofKeys(request, request["TableName"], [request["Key"]], known)];
    case "BatchGetItem":
      return Object.entries(fields(request["RequestItems"], "RequestItems must be an object")).map(([table, asked]) => {
        const each = fields(asked, "RequestItems must hold objects");
        if (!Array.isArray(each["Keys"])) throw invalid("Keys must be a list");
        return ofKeys(each, table, each["Keys"], known);
      });
    case "Query":
      return [ofQuery(request, known)];
  }
}

function ofKeys(request: Fields, name: unknown, given: readonly unknown[], known: KnownTables): TableRead {
  const table = tableName(name);
  const keys = given.map((key) => fields(key, "Key must be an object"));
  const key = own(known.tables, table);
  return {
    table,
    index: undefined,
    leading: key && keys.map((each) => leadingValue(own(each, key[0]))),
    ...named(request, keys.flatMap(Object.keys)),
  };
}

function ofQuery(request: Fields, known: KnownTables): TableRead {
  const table = tableName(request["TableName"]);
  const index = request["IndexName"];
  if (index !== undefined && typeof index !== "string") throw invalid("IndexName must be a name");
  const condition = keyCondition(request);
  const key: TableKey | undefined =
    index === undefined ? own(known.tables, table) : own(own(known.indexes ?? {}, table) ?? {}, index);
  return {
    table,
    index,
    leading: key && [leadingValue(condition.find(({ name, isEqual }) => isEqual && name === key[0])?.value)],
    ...named(request, [...condition.map(({ name }) => name), ...startKey(request)]),
  };
}

/** The attributes of a projection, if there is one, and those that rows are found by. */
function named(request: Fields, foundBy: readonly string[]): Pick<TableRead, "attributes" | "isProjected"> {
  const unknown = Object.entries(NOT_EMULATED).find(([parameter]) => request[parameter] !== undefined);
  if (unknown) throw invalid(`${unknown[0]} is not emulated; use ${unknown[1]}`);
  const projection = request["ProjectionExpression"];
  if (projection === undefined) return { attributes: [...new Set(foundBy)], isProjected: false };
  if (typeof projection !== "string") throw invalid("a projection must be an expression");
  const names = placeholders(request);
  const asked = projection.split(",").map((path) => topLevelAttribute(path.trim(), names));
  return { attributes: [...new Set([...foundBy, ...asked])], isProjected: true };
}

/** The key attributes by which a request says where its page begins. */
function startKey(request: Fields): readonly string[] {
  const start = request["ExclusiveStartKey"];
  return start === undefined ? [] : Object.keys(fields(start, "ExclusiveStartKey must be an object"));
}

/** The attribute a document path leads into: `a` of `a.b[1]`, and what `#p` stands for of `#p.b`. */
function topLevelAttribute(path: string, names: Fields): string {
  const [, first = ""] = /^(#\w+|[A-Za-z]\w*)(\.#?\w+|\[\d+\])*$/.exec(path) ?? [];
  return attributeName(first, names, "Invalid ProjectionExpression");
}

type Condition = { readonly name: string; readonly value: unknown; readonly isEqual: boolean };

/** The conditions of `#a = :a AND begins_with(#b, :b)`. */
function keyCondition(request: Fields): readonly Condition[] {
  const expression = request["KeyConditionExpression"];
  if (typeof expression !== "string") throw invalid("KeyConditionExpression must be an expression");
  const names = placeholders(request);
  const values = fields(request["ExpressionAttributeValues"] ?? {}, "ExpressionAttributeValues must be an object");
  return expression.split(/\s+AND\s+/).map((each): Condition => {
    const equal = /^\s*(#\w+|[A-Za-z]\w*)\s*=\s*(:\w+)\s*$/.exec(each);
    const [, name = "", value = ""] =
      equal ?? /^\s*begins_with\s*\(\s*(#\w+|[A-Za-z]\w*)\s*,\s*(:\w+)\s*\)\s*$/.exec(each) ?? [];
    return {
      name: attributeName(name, names, "KeyConditionExpression is emulated for `=`, `begins_with` and `AND` only"),
      value: own(values, value),
      isEqual: equal !== null,
    };
  });
}

function attributeName(written: string, names: Fields, problem: string): string {
  const name = written.startsWith("#") ? own(names, written) : written;
  if (typeof name === "string" && name !== "") return name;
  throw invalid(problem);
}

function placeholders(request: Fields): Fields {
  return fields(request["ExpressionAttributeNames"] ?? {}, "a projection must be an expression");
}

function leadingValue(value: unknown): string {
  if (isFields(value) && typeof value["S"] === "string") return value["S"];
  throw invalid("The provided key element does not match the schema");
}

function tableName(name: unknown): string {
  if (typeof name === "string" && /^[\w.-]{3,255}$/.test(name)) return name;
  throw invalid("TableName must be a name");
}

function parse(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch {
    // Told below, as for every other text that is no object.
  }
  throw new Unreadable("SerializationException", "the request must be a JSON object");
}

function fields(value: unknown, problem: string): Fields {
  if (isFields(value)) return value;
  throw invalid(problem);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function invalid(message: string): Unreadable {
  return new Unreadable("ValidationException", message);
}

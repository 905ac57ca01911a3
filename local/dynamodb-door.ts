import type { TableKey, TableKeys } from "./dynamodb.ts";
import type { Identities, VerifiedCaller } from "./identities/identities.ts";
import { IdentityError } from "./identities/identity-error.ts";
import { readAuthorization } from "./identities/signature.ts";
import { localAccount } from "./local-account.ts";
import { type Loopback, type LoopbackAnswer, type LoopbackRequest, serveLoopback } from "./loopback.ts";
import { requestContext } from "./policy/condition.ts";
import { evaluateIdentityPolicies } from "./policy/evaluate.ts";
import { globalConditions } from "./policy/global-conditions.ts";

/** A DynamoDB that lets everybody do everything, and who may read what of it. */
export type DynamoDbDoor = {
  /** Where the tables are. */
  readonly endpoint: string;
  /** The tables there are, all of the embedded account. */
  readonly tables: TableKeys;
  readonly identities: Identities;
  readonly port?: number;
};

/** A GetItem, as far as policies see it. */
type GetItem = {
  readonly table: string;
  readonly key: Fields;
  /** Top-level attributes asked for; null where all of them are. */
  readonly attributes: readonly string[] | null;
};

type Fields = { readonly [name: string]: unknown };

type RefusalCode =
  | IdentityError["code"]
  | "AccessDeniedException"
  | "ResourceNotFoundException"
  | "SerializationException"
  | "UnknownOperationException"
  | "ValidationException";

/** What a request is refused with before the tables see it. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Serves `GetItem` in front of a DynamoDB that knows no IAM: who signed is found out, the caller's own policies decide,
 * and what they allow is passed on. No other operation is passed on.
 */
export async function serveDynamoDbDoor(door: DynamoDbDoor): Promise<Loopback> {
  return serveLoopback((request) => answer(door, request), door.port);
}

async function answer(door: DynamoDbDoor, request: LoopbackRequest): Promise<LoopbackAnswer> {
  try {
    if (request.headers["x-amz-target"] !== "DynamoDB_20120810.GetItem") {
      throw new Refused("UnknownOperationException", "the embedded DynamoDB has GetItem only, where policies decide");
    }
    const caller = door.identities.verify(request, "dynamodb");
    authorize(door, caller, readAuthorization(request).region, readGetItem(request.body));
    return await passOn(door.endpoint, request);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof IdentityError)) throw error;
    return {
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ __type: `com.amazon.coral.service#${error.code}`, message: error.message }),
    };
  }
}

/** @throws {Refused} `AccessDeniedException`, in AWS's words, and what hinders a decision. */
function authorize({ tables }: DynamoDbDoor, caller: VerifiedCaller, region: string, item: GetItem): void {
  const resource = `arn:aws:dynamodb:${region}:${caller.account}:table/${item.table}`;
  const key = Object.hasOwn(tables, item.table) ? tables[item.table] : undefined;
  const context = requestContext([
    ...globalConditions(caller, region),
    ["dynamodb:LeadingKeys", key && leadingKey(key, item.key)],
    ...attributeConditions(item),
  ]);
  const action = "dynamodb:GetItem";
  const verdict = evaluateIdentityPolicies(caller.policies, { caller, action, resource, context });
  if (verdict !== "allow") {
    const why =
      verdict === "deny"
        ? "with an explicit deny in an identity-based policy"
        : `because no identity-based policy allows the ${action} action`;
    const message = `User: ${caller.sessionArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
    throw new Refused("AccessDeniedException", message);
  }
  // A name means a table of the caller's own account, and what is not listed has no known key to hold a caller to.
  if (key === undefined || caller.account !== localAccount) {
    throw new Refused("ResourceNotFoundException", "Requested resource not found");
  }
}

/**
 * What a projection, or none, means for the condition keys on attributes. Without one, AWS's documents leave open what
 * is filled; here a request for everything names no attribute and says so, and a policy has to refuse it by either.
 *
 * Source: Amazon DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".
 */
function attributeConditions({ key, attributes }: GetItem): readonly (readonly [string, string | readonly string[]])[] {
  if (attributes === null) return [["dynamodb:Select", "ALL_ATTRIBUTES"]];
  return [
    ["dynamodb:Attributes", [...new Set([...Object.keys(key), ...attributes])]],
    ["dynamodb:Select", "SPECIFIC_ATTRIBUTES"],
  ];
}

function leadingKey([partition]: TableKey, key: Fields): string {
  const value = Object.hasOwn(key, partition) ? key[partition] : undefined;
  if (isFields(value) && typeof value["S"] === "string") return value["S"];
  throw new Refused("ValidationException", "The provided key element does not match the schema");
}

/**
 * Reads what is asked for. What cannot be read for sure is refused: the tables might read it in another way.
 *
 * @throws {Refused} `SerializationException`, `ValidationException`.
 */
function readGetItem(body: string): GetItem {
  const { TableName, Key, ProjectionExpression, ExpressionAttributeNames: names = {}, ...rest } = parse(body);
  if (typeof TableName !== "string" || !/^[\w.-]{3,255}$/.test(TableName)) throw invalid("TableName must be a name");
  if (!isFields(Key)) throw invalid("Key must be an object");
  if (rest["AttributesToGet"] !== undefined) throw invalid("AttributesToGet is not emulated; use ProjectionExpression");
  if (ProjectionExpression === undefined) return { table: TableName, key: Key, attributes: null };
  if (typeof ProjectionExpression !== "string" || !isFields(names)) throw invalid("a projection must be an expression");
  return {
    table: TableName,
    key: Key,
    attributes: ProjectionExpression.split(",").map((path) => topLevelAttribute(path.trim(), names)),
  };
}

/** The attribute a document path leads into: `a` of `a.b[1]`, and what `#p` stands for of `#p.b`. */
function topLevelAttribute(path: string, names: Fields): string {
  const [, first] = /^(#\w+|[A-Za-z]\w*)(\.#?\w+|\[\d+\])*$/.exec(path) ?? [];
  const name = first?.startsWith("#") ? (Object.hasOwn(names, first) ? names[first] : undefined) : first;
  if (typeof name === "string") return name;
  throw invalid("Invalid ProjectionExpression");
}

/** The tables believe whoever asks, so the request goes on as it came. */
async function passOn(endpoint: string, { headers, body }: LoopbackRequest): Promise<LoopbackAnswer> {
  const sent = ["authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-target"].map(
    (name): [string, string] => [name, String(headers[name] ?? "")],
  );
  const response = await fetch(endpoint, { method: "POST", headers: sent, body });
  const told = ["content-type", "x-amz-crc32", "x-amzn-requestid"].flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(told), body: await response.text() };
}

function parse(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    if (isFields(value)) return value;
  } catch {
    // Told below, as for every other text that is no object.
  }
  throw new Refused("SerializationException", "the request must be a JSON object");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): Refused {
  return new Refused("ValidationException", message);
}

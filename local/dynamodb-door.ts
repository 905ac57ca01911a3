import type { TableIndexes, TableKeys } from "./dynamodb.ts";
import { type ReadOperation, readTableReads, type TableRead, Unreadable } from "./dynamodb-request.ts";
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
  readonly indexes?: TableIndexes;
  readonly identities: Identities;
  readonly port?: number;
};

/** What a request is refused with before the tables see it. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly code: "AccessDeniedException" | "ResourceNotFoundException" | "UnknownOperationException";

  constructor(code: Refused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

const READS: { readonly [target: string]: ReadOperation } = {
  "DynamoDB_20120810.GetItem": "GetItem",
  "DynamoDB_20120810.BatchGetItem": "BatchGetItem",
  "DynamoDB_20120810.Query": "Query",
};

/**
 * Serves the reads of `READS` in front of a DynamoDB that knows no IAM: who signed is found out, the caller's own
 * policies decide, and what they allow is passed on. No other operation is passed on.
 */
export async function serveDynamoDbDoor(door: DynamoDbDoor): Promise<Loopback> {
  return serveLoopback((request) => answer(door, request), door.port);
}

async function answer(door: DynamoDbDoor, request: LoopbackRequest): Promise<LoopbackAnswer> {
  try {
    const target = String(request.headers["x-amz-target"]);
    const operation = Object.hasOwn(READS, target) ? READS[target] : undefined;
    if (operation === undefined) {
      const message = "the embedded DynamoDB has GetItem, BatchGetItem and Query only, where policies decide";
      throw new Refused("UnknownOperationException", message);
    }
    const caller = door.identities.verify(request, "dynamodb");
    const { region } = readAuthorization(request);
    for (const read of readTableReads(operation, request.body, door)) authorize(door, caller, region, operation, read);
    return await passOn(door.endpoint, request);
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreadable || error instanceof IdentityError)) throw error;
    return {
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify({ __type: `com.amazon.coral.service#${error.code}`, message: error.message }),
    };
  }
}

/** @throws {Refused} `AccessDeniedException`, in AWS's words, and what hinders a decision. */
function authorize(
  { tables }: DynamoDbDoor,
  caller: VerifiedCaller,
  region: string,
  operation: ReadOperation,
  read: TableRead,
): void {
  const table = `arn:aws:dynamodb:${region}:${caller.account}:table/${read.table}`;
  const resource = read.index === undefined ? table : `${table}/index/${read.index}`;
  const context = requestContext([
    ...globalConditions(caller, region),
    ["dynamodb:LeadingKeys", read.leading],
    ...attributeConditions(read),
  ]);
  const action = `dynamodb:${operation}`;
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
  if (!Object.hasOwn(tables, read.table) || read.leading === undefined || caller.account !== localAccount) {
    throw new Refused("ResourceNotFoundException", "Requested resource not found");
  }
}

/**
 * What a request fills of the condition keys on attributes: the names that stand in it, and whether it asks for certain
 * ones, which a read without a projection does not. AWS's documents leave open whether the key a page begins at counts
 * among the names; here it does, and policies have to allow it.
 *
 * Source: Amazon DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control".
 */
function attributeConditions({
  attributes,
  index,
  isProjected,
}: TableRead): readonly (readonly [string, string | readonly string[]])[] {
  const all = index === undefined ? "ALL_ATTRIBUTES" : "ALL_PROJECTED_ATTRIBUTES";
  return [
    ["dynamodb:Attributes", attributes],
    ["dynamodb:Select", isProjected ? "SPECIFIC_ATTRIBUTES" : all],
  ];
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

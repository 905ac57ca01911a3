import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { serveDynamoDbDoor } from "../../local/dynamodb-door.ts";
import { type AccessKey, createIdentities, type Identities } from "../../local/identities/identities.ts";
import { localAccount, localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import type { PolicyStatement } from "../../local/policy/policy.ts";

const region = "eu-central-1";
const role = `arn:aws:iam::${localAccount}:role/issuer`;
const arnOf = (table: string, account: string = localAccount) => `arn:aws:dynamodb:${region}:${account}:table/${table}`;

/** As the policies for a trigger's role are made: these rows, these attributes, and never all of them. */
const readStaff: PolicyStatement = {
  Effect: "Allow",
  Action: ["dynamodb:GetItem"],
  Resource: arnOf("staff"),
  Condition: {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["STAFF#*"] },
    "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "clinicId", "office"] },
    StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
  },
};
const readAnything: PolicyStatement = { Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" };

let tables: Loopback;
let door: Loopback;
let identities: Identities;
let issuer: AccessKey;
let client: DynamoDBClient;

const clientOf = (credentials: AccessKey, endpoint: string = door.url) =>
  new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });

beforeAll(async () => {
  tables = await startDynamoDb();
  const rows = {
    staff: [
      { pk: "STAFF#u1", clinicId: "c42", salary: 4200, office: { floor: 2, rooms: ["a", "b"] } },
      { pk: "BOARD#u1", clinicId: "c42" },
    ],
    wards: [
      { pk: "STAFF#u1", sk: "w1", clinicId: "c42" },
      { pk: "STAFF#u2", sk: "w1", clinicId: "c43" },
    ],
    ledger: [{ pk: "STAFF#u1", clinicId: "c42" }],
  };
  const indexes = { wards: { "by-clinic": ["clinicId", "pk"] } } as const;
  await createTables(tables.url, rows, { staff: ["pk"], wards: ["sk", "pk"], ledger: ["pk"] }, indexes);
  identities = createIdentities();
  issuer = identities.createIdentity(role);
  // One table is not declared at the door.
  const known = { staff: ["pk"], wards: ["sk", "pk"] } as const;
  door = await serveDynamoDbDoor({ endpoint: tables.url, tables: known, indexes, identities });
  client = clientOf(issuer);
});
beforeEach(() => {
  allow(readStaff);
});
afterAll(async () => {
  client.destroy();
  await door.stop();
  await tables.stop();
});

function allow(...statements: PolicyStatement[]): void {
  identities.setPolicies(
    role,
    statements.map((statement) => ({ Version: "2012-10-17", Statement: statement })),
  );
}

const anna = { TableName: "staff", Key: { pk: { S: "STAFF#u1" } } };
const get = async (input: Partial<GetItemCommandInput>, by: DynamoDBClient = client) =>
  (await by.send(new GetItemCommand({ ...anna, ...input }))).Item;

const denied = (resource: string, why?: string, action = "dynamodb:GetItem") => ({
  name: "AccessDeniedException",
  message:
    `User: arn:aws:sts::${localAccount}:assumed-role/issuer/local is not authorized to perform: ${action} ` +
    `on resource: ${resource} ${why ?? `because no identity-based policy allows the ${action} action`}`,
});

describe("a read that the caller's policies allow", () => {
  test("is answered by the tables", async () => {
    const item = await get({ ProjectionExpression: "pk, clinicId", ConsistentRead: true });
    expect(item).toEqual({ pk: { S: "STAFF#u1" }, clinicId: { S: "c42" } });
  });

  test("goes by placeholders and paths into an attribute", async () => {
    const item = await get({
      ProjectionExpression: "#0, office.floor, #o.rooms[1]",
      ExpressionAttributeNames: { "#0": "clinicId", "#o": "office" },
    });
    expect(item).toEqual({ clinicId: { S: "c42" }, office: { M: { floor: { N: "2" }, rooms: { L: [{ S: "b" }] } } } });
  });

  test("finds nothing where there is nothing", async () => {
    await expect(get({ Key: { pk: { S: "STAFF#u9" } }, ProjectionExpression: "pk" })).resolves.toBeUndefined();
  });

  test("passes on what the tables refuse, in their words", async () => {
    allow(readAnything);
    await expect(get({ Key: { pk: { S: "STAFF#u1" }, more: { S: "x" } } })).rejects.toMatchObject({
      name: "ValidationException",
      message: "The provided key element does not match the schema",
    });
  });
});

describe("a read is refused", () => {
  test("of another table", async () => {
    const attempt = get({ TableName: "ledger", ProjectionExpression: "pk" });
    await expect(attempt).rejects.toMatchObject(denied(arnOf("ledger")));
  });

  test("of a row whose key begins in another way", async () => {
    const attempt = get({ Key: { pk: { S: "BOARD#u1" } }, ProjectionExpression: "pk" });
    await expect(attempt).rejects.toMatchObject(denied(arnOf("staff")));
  });

  test.for<readonly [string, Partial<GetItemCommandInput>]>([
    ["by its name", { ProjectionExpression: "pk, salary" }],
    ["by a placeholder", { ProjectionExpression: "pk, #x", ExpressionAttributeNames: { "#x": "salary" } }],
    ["in the key", { Key: { pk: { S: "STAFF#u1" }, salary: { S: "x" } }, ProjectionExpression: "pk" }],
    ["by a path into it", { ProjectionExpression: "salary.month[0]" }],
  ])("of an attribute outside the list, %s", async ([, input]) => {
    await expect(get(input)).rejects.toMatchObject(denied(arnOf("staff")));
  });

  test("of everything, which only a condition on what is selected tells from a read of the key", async () => {
    await expect(get({})).rejects.toMatchObject(denied(arnOf("staff")));
    const { StringEquals: selected, ...named } = readStaff.Condition!;
    allow({ ...readStaff, Condition: named });
    await expect(get({})).resolves.toMatchObject({ salary: { N: "4200" } });
    allow({ ...readStaff, Condition: { StringEquals: selected! } });
    await expect(get({})).rejects.toMatchObject(denied(arnOf("staff")));
    await expect(get({ ProjectionExpression: "salary" })).resolves.toEqual({ salary: { N: "4200" } });
  });

  test("by a Deny, whatever else allows it", async () => {
    allow(readAnything, { ...readAnything, Effect: "Deny" });
    const why = "with an explicit deny in an identity-based policy";
    await expect(get({ ProjectionExpression: "pk" })).rejects.toMatchObject(denied(arnOf("staff"), why));
  });

  test("without any policy", async () => {
    allow();
    await expect(get({ ProjectionExpression: "pk" })).rejects.toMatchObject(denied(arnOf("staff")));
  });
});

test("the leading key is the partition key, in whatever order the key is written", async () => {
  const wards = (leading: string): PolicyStatement => ({
    ...readAnything,
    Resource: arnOf("wards"),
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": leading } },
  });
  const row = { TableName: "wards", Key: { pk: { S: "STAFF#u1" }, sk: { S: "w1" } }, ProjectionExpression: "clinicId" };
  allow(wards("w1"));
  await expect(get(row)).resolves.toEqual({ clinicId: { S: "c42" } });
  allow(wards("STAFF#u1"));
  await expect(get(row)).rejects.toMatchObject(denied(arnOf("wards")));
});

describe("several rows at once", () => {
  const action = "dynamodb:BatchGetItem";
  const batch = async (keys: readonly string[], attributes = "pk, clinicId", table = "staff") => {
    const Keys = keys.map((pk) => ({ pk: { S: pk } }));
    const request = { Keys, ...(attributes !== "" && { ProjectionExpression: attributes }) };
    const { Responses } = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: request } }));
    return Responses?.[table];
  };
  beforeEach(() => {
    allow({ ...readStaff, Action: [action] });
  });

  test("are answered where a policy allows all of them", async () => {
    expect(await batch(["STAFF#u1", "STAFF#u9"])).toEqual([{ pk: { S: "STAFF#u1" }, clinicId: { S: "c42" } }]);
  });

  test("are refused for the sake of one key, of one attribute, or of naming none", async () => {
    const refusal = denied(arnOf("staff"), undefined, action);
    await expect(batch(["STAFF#u1", "BOARD#u1"])).rejects.toMatchObject(refusal);
    await expect(batch(["STAFF#u1"], "pk, salary")).rejects.toMatchObject(refusal);
    await expect(batch(["STAFF#u1"], "")).rejects.toMatchObject(refusal);
  });

  test("are another action than one row, each needs its own permission", async () => {
    await expect(get({ ProjectionExpression: "pk" })).rejects.toMatchObject(denied(arnOf("staff")));
    allow(readStaff);
    await expect(batch(["STAFF#u1"])).rejects.toMatchObject(denied(arnOf("staff"), undefined, action));
  });

  test("are judged table by table", async () => {
    const Keys = [{ pk: { S: "STAFF#u1" } }];
    const RequestItems = { staff: { Keys, ProjectionExpression: "pk" }, ledger: { Keys, ProjectionExpression: "pk" } };
    const attempt = client.send(new BatchGetItemCommand({ RequestItems }));
    await expect(attempt).rejects.toMatchObject(denied(arnOf("ledger"), undefined, action));
  });
});

describe("a query", () => {
  const action = "dynamodb:Query";
  const index = `${arnOf("wards")}/index/by-clinic`;
  const readWards = (resource: string, leading: string): PolicyStatement => ({
    Effect: "Allow",
    Action: [action],
    Resource: resource,
    Condition: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [leading] },
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "clinicId"] },
      StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    },
  });
  const ofWard: QueryCommandInput = {
    TableName: "wards",
    KeyConditionExpression: "#0 = :0 AND begins_with(#1, :1)",
    ExpressionAttributeNames: { "#0": "sk", "#1": "pk", "#2": "clinicId" },
    ExpressionAttributeValues: { ":0": { S: "w1" }, ":1": { S: "STAFF#" } },
    ProjectionExpression: "#0, #1, #2",
  };
  const ofClinic: QueryCommandInput = {
    TableName: "wards",
    IndexName: "by-clinic",
    KeyConditionExpression: "clinicId = :0",
    ExpressionAttributeValues: { ":0": { S: "c43" } },
    ProjectionExpression: "pk",
  };
  const query = async (input: QueryCommandInput) => (await client.send(new QueryCommand(input))).Items;

  test("of a table is answered where its partition key and its attributes are allowed", async () => {
    allow(readWards(arnOf("wards"), "w*"));
    await expect(query(ofWard)).resolves.toHaveLength(2);
    await expect(
      query({
        ...ofWard,
        KeyConditionExpression: "#0 = :0",
        ExpressionAttributeValues: { ":0": { S: "x" } },
        ExpressionAttributeNames: { "#0": "sk" },
        ProjectionExpression: "pk",
      }),
    ).rejects.toMatchObject(denied(arnOf("wards"), undefined, action));
  });

  test("of an index is judged by the index and its own partition key", async () => {
    allow(readWards(index, "c43"));
    await expect(query(ofClinic)).resolves.toEqual([{ pk: { S: "STAFF#u2" } }]);
    await expect(query(ofWard)).rejects.toMatchObject(denied(arnOf("wards"), undefined, action));
    allow(readWards(arnOf("wards"), "*"));
    await expect(query(ofClinic)).rejects.toMatchObject(denied(index, undefined, action));
  });

  test("goes by attributes too, and one that names none of those it wants gets none", async () => {
    const { Condition, ...anywhere } = readWards(index, "*");
    allow({ ...anywhere, Condition: { ...Condition, "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk"] } } });
    await expect(query(ofClinic)).rejects.toMatchObject(denied(index, undefined, action));
    allow(readWards(index, "*"));
    const { ProjectionExpression: _, ...everything } = ofClinic;
    await expect(query(everything)).rejects.toMatchObject(denied(index, undefined, action));
  });

  test("that goes on from a page names the key that page ended at", async () => {
    const { Condition, ...ofIndex } = readWards(index, "*");
    const further = {
      ...ofClinic,
      ExclusiveStartKey: { clinicId: { S: "c43" }, pk: { S: "STAFF#u1" }, sk: { S: "w1" } },
    };
    allow(readWards(index, "*"));
    await expect(query(further)).resolves.toHaveLength(1);
    const names = { "dynamodb:Attributes": ["pk", "clinicId"] };
    allow({ ...ofIndex, Condition: { ...Condition, "ForAllValues:StringEquals": names } });
    await expect(query(ofClinic)).resolves.toHaveLength(1);
    await expect(query(further)).rejects.toMatchObject(denied(index, undefined, action));
  });

  test("of an index that is not there finds nothing", async () => {
    allow({ Effect: "Allow", Action: action, Resource: "*" });
    await expect(query({ ...ofClinic, IndexName: "by-mood" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });

  test.for<readonly [string, Partial<QueryCommandInput>, string]>([
    ["a filter", { FilterExpression: "pk = :0" }, "FilterExpression is not emulated; use KeyConditionExpression"],
    ["a count", { Select: "COUNT" }, "Select is not emulated; use ProjectionExpression"],
    [
      "a range",
      { KeyConditionExpression: "#0 = :0 AND #1 > :1" },
      "KeyConditionExpression is emulated for `=`, `begins_with` and `AND` only",
    ],
    [
      "an alternative",
      { KeyConditionExpression: "#0 = :0 OR #1 = :1" },
      "KeyConditionExpression is emulated for `=`, `begins_with` and `AND` only",
    ],
    ["no partition key", { KeyConditionExpression: "#1 = :1" }, "The provided key element does not match the schema"],
    [
      "the beginning of a partition key",
      { KeyConditionExpression: "begins_with(#0, :0)" },
      "The provided key element does not match the schema",
    ],
    [
      "a value that is not given",
      { KeyConditionExpression: "#0 = :9" },
      "The provided key element does not match the schema",
    ],
  ])("that could be read in two ways is refused: %s", async ([, input, message]) => {
    allow({ Effect: "Allow", Action: action, Resource: "*" });
    await expect(query({ ...ofWard, ...input })).rejects.toMatchObject({ name: "ValidationException", message });
  });
});

test("any projection is granted exactly if each of its attributes is on the list", async () => {
  const names = fc.uniqueArray(fc.constantFrom("pk", "clinicId", "office", "salary", "other"), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(names, fc.infiniteStream(fc.boolean()), async (asked, hidden) => {
      const placed = asked.map((name, index) => [`#${index}`, name, hidden.next().value === true] as const);
      const placeholders = placed.flatMap(([place, name, used]) => (used ? [[place, name] as const] : []));
      const outcome = await get({
        ProjectionExpression: placed.map(([place, name, used]) => (used ? place : name)).join(","),
        ...(placeholders.length > 0 && { ExpressionAttributeNames: Object.fromEntries(placeholders) }),
      }).then(
        () => "granted",
        ({ name }: Error) => name,
      );
      const within = asked.every((name) => ["pk", "clinicId", "office"].includes(name));
      expect(outcome).toBe(within ? "granted" : "AccessDeniedException");
    }),
    { numRuns: 60 },
  );
});

describe("nothing gets past the door", () => {
  test("by another operation", async () => {
    allow({ ...readAnything, Action: "dynamodb:*" });
    await expect(client.send(new ScanCommand({ TableName: "staff" }))).rejects.toMatchObject({
      name: "UnknownOperationException",
      message: "the embedded DynamoDB has GetItem, BatchGetItem and Query only, where policies decide",
    });
  });

  test("to a table it does not know, nor to the embedded account's tables from another account", async () => {
    allow(readAnything);
    const missing = { name: "ResourceNotFoundException", message: "Requested resource not found" };
    await expect(get({ TableName: "ledger" })).rejects.toMatchObject(missing);
    const everything = { Version: "2012-10-17", Statement: readAnything };
    const stranger = clientOf(identities.createIdentity("arn:aws:iam::444455556666:role/issuer", [everything]));
    await expect(get({}, stranger)).rejects.toMatchObject(missing);
    stranger.destroy();
  });

  test("unsigned, or signed by nobody it knows", async () => {
    const stranger = clientOf(localCredentials);
    await expect(get({}, stranger)).rejects.toMatchObject({
      name: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    });
    stranger.destroy();
    const forged = clientOf({ ...issuer, secretAccessKey: "another" });
    await expect(get({}, forged)).rejects.toMatchObject({ name: "InvalidSignatureException" });
    forged.destroy();
    const unsigned = await fetch(door.url, {
      method: "POST",
      headers: { "x-amz-target": "DynamoDB_20120810.GetItem" },
      body: JSON.stringify(anna),
    });
    expect(unsigned.status).toBe(400);
    expect(await unsigned.json()).toEqual({
      __type: "com.amazon.coral.service#MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
  });

  test.for<readonly [string, Partial<GetItemCommandInput>, string]>([
    ["a table by its ARN", { TableName: arnOf("staff") }, "TableName must be a name"],
    [
      "a legacy projection",
      { AttributesToGet: ["salary"] },
      "AttributesToGet is not emulated; use ProjectionExpression",
    ],
    ["a key of numbers", { Key: { pk: { N: "7" } } }, "The provided key element does not match the schema"],
    ["a placeholder without a name", { ProjectionExpression: "#x" }, "Invalid ProjectionExpression"],
    ["a projection of nothing", { ProjectionExpression: "" }, "Invalid ProjectionExpression"],
    ["a projection that is no path", { ProjectionExpression: "pk salary" }, "Invalid ProjectionExpression"],
  ])("by what could be read in two ways: %s", async ([, input, message]) => {
    await expect(get(input)).rejects.toMatchObject({ name: "ValidationException", message });
  });
});

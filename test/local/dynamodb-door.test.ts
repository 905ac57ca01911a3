import { DynamoDBClient, GetItemCommand, type GetItemCommandInput, ScanCommand } from "@aws-sdk/client-dynamodb";
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
    Null: { "dynamodb:Attributes": "false" },
    StringEqualsIfExists: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
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
    wards: [{ pk: "STAFF#u1", sk: "w1", clinicId: "c42" }],
    ledger: [{ pk: "STAFF#u1", clinicId: "c42" }],
  };
  await createTables(tables.url, rows, { staff: ["pk"], wards: ["sk", "pk"], ledger: ["pk"] });
  identities = createIdentities();
  issuer = identities.createIdentity(role);
  // One table is not declared at the door.
  door = await serveDynamoDbDoor({ endpoint: tables.url, tables: { staff: ["pk"], wards: ["sk", "pk"] }, identities });
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

const denied = (resource: string, why = "because no identity-based policy allows the dynamodb:GetItem action") => ({
  name: "AccessDeniedException",
  message:
    `User: arn:aws:sts::${localAccount}:assumed-role/issuer/local is not authorized to perform: dynamodb:GetItem ` +
    `on resource: ${resource} ${why}`,
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

  test("of everything, and by either of the two conditions alone", async () => {
    await expect(get({})).rejects.toMatchObject(denied(arnOf("staff")));
    for (const condition of ["Null", "StringEqualsIfExists"] as const) {
      allow({ ...readStaff, Condition: { [condition]: readStaff.Condition![condition]! } });
      await expect(get({})).rejects.toMatchObject(denied(arnOf("staff")));
      await expect(get({ ProjectionExpression: "salary" })).resolves.toEqual({ salary: { N: "4200" } });
    }
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
      message: "the embedded DynamoDB has GetItem only, where policies decide",
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

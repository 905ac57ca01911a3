import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dynamoAttributes } from "../../aws/dynamo-attributes.ts";
import { dynamoSending } from "../../aws/sending.ts";
import { gatherFacts } from "../../claims/gather/gather-facts.ts";
import type { Plan, PlanSource } from "../../claims/plan.ts";
import type { PolicyDocument } from "../../deploy/policy-document.ts";
import { resolveTemplate } from "../../deploy/resolve-template.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { serveDynamoDbDoor } from "../../local/dynamodb-door.ts";
import { createIdentities, type Identities } from "../../local/identities/identities.ts";
import type { Loopback } from "../../local/loopback.ts";
import { tableSchemas } from "../../local/table-schemas.ts";
import { patience } from "../aws/fake-time.ts";
import { aPlan, aProfile, aSubject, SUB } from "../claims/a-plan.ts";
import { ACCOUNT, ISSUER, newStack } from "./a-deployment.ts";

/*
 * What the trigger asks of tables against what the map's policies let its role ask, through real requests: rows alone
 * and together, queries of a table and of an index, tables of two partitions.
 */

const sub = { ref: ["user", "sub"] } as const;
const text = { type: "string", class: "open" } as const;
const base = {
  trust: "operator",
  consistent: false,
  region: "eu-central-1",
  onMissing: "deny",
  onError: "deny",
} as const;
const query = { kind: "query", order: "ascending", limit: 5, onMore: "deny", ...base } as const;
const sources: { readonly [name: string]: PlanSource } = {
  staff: {
    ...base,
    kind: "row",
    table: "people-{partition.suffix}",
    key: { pk: ["STAFF#", sub] },
    attributes: { role: text },
  },
  licence: {
    ...base,
    kind: "row",
    table: "people-{partition.suffix}",
    key: { pk: ["LICENCE#", sub] },
    attributes: { number: text },
  },
  shift: { ...base, kind: "row", table: "shifts", key: { pk: ["STAFF#", sub] }, attributes: { ward: text } },
  teams: {
    ...query,
    table: "teams",
    key: { person: ["P#", sub] },
    beginsWith: { team: ["T#"] },
    attributes: { team: text },
  },
  leads: {
    ...query,
    table: "teams",
    index: "by-lead",
    key: { lead: ["P#", sub] },
    beginsWith: { team: ["T#"] },
    attributes: { team: text },
  },
};
const plan: Plan = aPlan({
  inputs: { user: { "custom:region": { ...text, trust: "operator" } }, metadata: {} },
  sources,
  partition: {
    by: { op: "ref", ref: ["user", "custom:region"] },
    values: { eu: { suffix: "eu" }, us: { suffix: "us" } },
  },
  resourceServers: {},
  profiles: [
    aProfile({
      reads: [{ staff: ["role"], licence: ["number"], teams: ["team"], leads: ["team"] }, { shift: ["ward"] }],
      needs: { tenant: false, partition: true, pseudonyms: false },
    }),
  ],
});
const rows = {
  "people-eu": [
    { pk: `STAFF#${SUB}`, role: "nurse" },
    { pk: `LICENCE#${SUB}`, number: "L7" },
  ],
  "people-us": [
    { pk: `STAFF#${SUB}`, role: "clerk" },
    { pk: `LICENCE#${SUB}`, number: "L8" },
  ],
  shifts: [{ pk: `STAFF#${SUB}`, ward: "w1" }],
  teams: [
    { person: `P#${SUB}`, team: "T#a" },
    { person: "P#else", team: "T#b", lead: `P#${SUB}` },
  ],
};

let tables: Loopback;
let door: Loopback;
let identities: Identities;
let client: DynamoDBClient;

/** The role's policy as it is deployed: tables by the names they have here. */
const policy = resolveTemplate(
  (newStack(plan).template.Resources["IssuerPolicy"] as { Properties: { PolicyDocument: PolicyDocument } }).Properties
    .PolicyDocument,
  {
    refs: { "AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": "eu-central-1" },
    attributes: Object.fromEntries([
      ["PreTokenLogGroup", { Arn: "arn:aws:logs:eu-central-1:111122223333:log-group:x:*" }],
      ...Object.entries(newStack(plan).template.Resources).map(([id, resource]) => {
        const { TableName: name } = (resource as { Properties: { TableName?: string } }).Properties;
        return [id, { Arn: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/${name}` }] as const;
      }),
    ]),
  },
) as unknown as PolicyDocument;

beforeAll(async () => {
  const schemas = tableSchemas(plan);
  tables = await startDynamoDb();
  await createTables(tables.url, rows, schemas.keys, schemas.indexes);
  identities = createIdentities();
  const credentials = identities.createIdentity(ISSUER);
  door = await serveDynamoDbDoor({ endpoint: tables.url, tables: schemas.keys, indexes: schemas.indexes, identities });
  client = new DynamoDBClient({ endpoint: door.url, region: "eu-central-1", credentials, maxAttempts: 1 });
});
beforeEach(() => {
  identities.setPolicies(ISSUER, [policy as never]);
});
afterAll(async () => {
  client.destroy();
  await door.stop();
  await tables.stop();
});

/** Gathers as the trigger does, but for second copies of what is slow, and notes what was sent. */
async function gather(region: string) {
  const sent: string[] = [];
  const send: DynamoDBClient["send"] = (command: never, ...rest: never[]) => {
    sent.push((command as object).constructor.name);
    return (client.send as (...args: never[]) => never)(command, ...rest);
  };
  const [profile = aProfile()] = plan.profiles;
  const subject = aSubject({ attributes: new Map([["custom:region", region]]) });
  const tools = { now: new Date(0), matches: () => false, covers: () => false };
  const look = await gatherFacts(
    plan,
    profile,
    subject,
    dynamoAttributes(() => ({ send }), dynamoSending(patience)),
    tools,
    new AbortController().signal,
  );
  return { look, sent };
}

describe("under the policies of its map", () => {
  test("the trigger reads all that its profiles need, in as few requests as there are tables", async () => {
    const { look, sent } = await gather("eu");
    expect(look(["staff", "role"])).toEqual({ state: "present", value: "nurse" });
    expect(look(["licence", "number"])).toEqual({ state: "present", value: "L7" });
    expect(look(["shift", "ward"])).toEqual({ state: "present", value: "w1" });
    const team = (name: string) => ({ attributes: new Map([["team", { state: "present", value: name }]]) });
    expect(look(["teams"])).toEqual({ state: "present", value: [team("T#a")] });
    expect(look(["leads"])).toEqual({ state: "present", value: [team("T#b")] });
    expect(sent.toSorted()).toEqual(["BatchGetItemCommand", "GetItemCommand", "QueryCommand", "QueryCommand"]);
  });

  test("the tables of every partition can be read", async () => {
    const { look } = await gather("us");
    expect(look(["staff", "role"])).toEqual({ state: "present", value: "clerk" });
  });

  test("no statement about tables could be missing", async () => {
    const about = policy.Statement.filter(({ Action }) => Action.some((action) => action.startsWith("dynamodb:")));
    expect(about.length).toBeGreaterThanOrEqual(4);
    for (const left of about) {
      identities.setPolicies(ISSUER, [
        { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== left.Sid) } as never,
      ]);
      const outcomes = await Promise.allSettled([gather("eu"), gather("us")]);
      expect(outcomes.map(({ status }) => status)).toContain("rejected");
      const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
      for (const reason of reasons) expect(reason).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    }
  });
});

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Attributes, AttributesError, createAttributes, isAttributesError } from "../../attributes/attributes.ts";
import { planDigest } from "../../claims/digest.ts";
import { createTables, startDynamoDb } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { ENVIRONMENT, KEYS, NOW, PLAN } from "./a-hospital.ts";

let server: Loopback;
let client: DynamoDBClient;
let attributes: Attributes;

beforeAll(async () => {
  server = await startDynamoDb();
  client = new DynamoDBClient({ endpoint: server.url, region: "eu-central-1", credentials: localCredentials });
  await createTables(server.url, {}, KEYS);
  attributes = createAttributes({ plan: PLAN, environment: ENVIRONMENT, clientFor: () => client }, () => NOW);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

const anna = { sub: "u1" };

test("an admin screen asks what there is, checks, writes, reads, lists, exports and erases", async () => {
  const { keyedBy, hasSeveral, attributes: declared } = attributes.source("staff");
  expect([keyedBy, hasSeveral, declared["profession"]?.values]).toEqual([
    ["user.sub"],
    false,
    ["physician", "nurse", "clerk"],
  ]);
  expect(attributes.source("memberships")).toMatchObject({ hasSeveral: true });

  const wrong = { profession: "surgeon", shifts: 3 };
  expect(attributes.check("staff", wrong).map(({ attribute }) => attribute)).toEqual(["profession"]);
  expect(attributes.check("staff", { shifts: 3 })).toEqual([]);

  const put = { source: "staff", subject: anna };
  expect(await attributes.put({ ...put, values: { profession: "nurse", side: "west" }, expect: "absent" })).toBe(1);
  await expect(attributes.put({ ...put, values: wrong })).rejects.toMatchObject({ code: "VALUE_INVALID" });
  expect(await attributes.put({ ...put, values: { shifts: 3 }, expect: 1 })).toBe(2);
  await expect(attributes.put({ ...put, values: { shifts: 4 }, expect: 1 })).rejects.toMatchObject({
    code: "ROW_CHANGED",
  });

  expect(await attributes.get("staff", anna)).toMatchObject([
    {
      key: { pk: "STAFF#u1" },
      version: 2,
      attributes: { shifts: { state: "valid", value: 3 }, rate: { state: "absent" } },
    },
  ]);
  expect(await attributes.list("staff", { limit: 1 })).toMatchObject({
    rows: [{ states: { shifts: "valid" } }],
    next: null,
  });
  expect((await attributes.export(anna)).made).toBe(NOW.toISOString());
  const receipt = await attributes.erase(anna, { leave: ["mail"] });
  expect(receipt).toMatchObject({ planSha256: planDigest(PLAN), ts: NOW.toISOString() });
  expect(receipt.sources.find(({ source }) => source === "staff")).toMatchObject({ rows: 1, deleted: 1 });
  expect(await attributes.get("staff", anna)).toEqual([]);
});

test("only what tables need has to be set", () => {
  expect(() => createAttributes({ plan: PLAN, environment: { PEOPLE: "people" } })).toThrow(
    "not set in the environment: ORGS, VISITS",
  );
});

test("without a client of one's own there is one for each region, of the process's credentials", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", server.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", localCredentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", localCredentials.secretAccessKey);
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  const own = createAttributes({ plan: PLAN });
  expect(await own.put({ source: "staff", subject: { sub: "u2" }, values: { shifts: 1 } })).toBe(1);
  vi.unstubAllEnvs();
});

test("its errors are told by a mark that every copy of the package gives", () => {
  const error = new AttributesError("ROW_CHANGED", "");
  expect([isAttributesError(error), isAttributesError(new Error("")), isAttributesError(null)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(isAttributesError({ [Symbol.for("claimseal.AttributesError")]: true })).toBe(true);
});

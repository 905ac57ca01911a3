import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ran } from "./recorded-io.ts";

const SUB = "0b6f2d7a-53c5-4d3c-8f61-3f2a9d1c0001";
const event = JSON.parse(readFileSync("test/events/v2.hosted-auth.json", "utf8")) as {
  userName: string;
  request: { userAttributes: Record<string, string>; clientMetadata?: Record<string, string> };
};
event.userName = SUB;
event.request.userAttributes["sub"] = SUB;
event.request.clientMetadata = { org: "acme" };
const files = { "event.json": JSON.stringify(event) };

const variables = [
  "MEMBER_TABLE=members",
  "COMPANY_TABLE=companies",
  "WEB_CLIENT=3exampleclientid0000000001",
  "MOBILE_CLIENT=m",
];
const argv = "preview mappings/b2b-saas.claims.yaml --event event.json --tables mappings/b2b-saas.tables.json"
  .split(" ")
  .concat(variables.flatMap((variable) => ["--env", variable]));
const environment = {
  INVOICING_KEY_ARN: "arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000",
};

test("shows both tokens, what each resource server opens, and nothing sealed in the clear", async () => {
  const { exit, out } = await ran(argv, files, environment);
  expect(exit).toBe(0);
  expect(out).toMatch(/^ID token, for the client \(\d+ bytes\)\n/);
  const [, access = "", opened = ""] = out.split("\n\n");
  expect(access).toMatch(/ {2}sealed_invoicing {2}\[sealed, \d+ bytes\]/);
  expect(access).not.toContain("Acme Widgets");
  expect(opened).toMatch(/^invoicing opens\n {2}billing_name {2}"Acme Widgets Ltd"\n/);
});

test("as JSON it has the form the documents promise", async () => {
  const { exit, out } = await ran([...argv, "--json"], files, environment);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toEqual({
    ok: true,
    denied: null,
    response: { claimsAndScopeOverrideDetails: expect.any(Object) },
    idToken: { claims: expect.objectContaining({ tenant_id: "acme" }), bytes: expect.any(Number) },
    accessToken: {
      claims: expect.objectContaining({ tenant_id: "acme", token_use: "access" }),
      bytes: expect.any(Number),
    },
    opened: {
      invoicing: { billing_name: "Acme Widgets Ltd", billing_mail: "nora.lind@example.com", vat_id: "GB999000001" },
    },
    dropped: [],
  });
});

test("a refused event ends with exit 1, the text people see, and the reason by name", async () => {
  const stranger = { "event.json": JSON.stringify({ ...event, callerContext: { clientId: "stranger" } }) };
  const denied = await ran([...argv, "--json"], stranger, environment);
  expect(denied.exit).toBe(1);
  expect(JSON.parse(denied.out)).toMatchObject({
    ok: false,
    denied: { code: "PROFILE_NONE", detail: "no profile matches this grant and client" },
    accessToken: null,
    opened: {},
  });
  expect((await ran(argv, stranger, environment)).out).toBe(
    [
      "refused: PROFILE_NONE",
      "  people see:  This account is not set up for this application. Please contact your administrator (PROFILE_NONE)",
      "  because:     no profile matches this grant and client",
    ].join("\n"),
  );
});

test("missing variables are named all at once, with exit 3", async () => {
  expect(await ran(argv.slice(0, 6), files)).toMatchObject({
    exit: 3,
    err: "claimseal preview: not set in the environment: MEMBER_TABLE, COMPANY_TABLE, INVOICING_KEY_ARN, WEB_CLIENT, MOBILE_CLIENT; give each with --env NAME=VALUE",
  });
});

test("a table that is not among the tables given is one that cannot be read", async () => {
  const without = [...argv];
  without.splice(4, 2);
  expect((await ran(without, files, environment)).out).toMatch(/^refused: SOURCE_UNAVAILABLE\n/);
});

test("tables of another form and an assignment without a value are refused", async () => {
  expect(await ran(argv, { ...files, "mappings/b2b-saas.tables.json": "[1]" }, environment)).toMatchObject({
    exit: 3,
    err: 'claimseal preview: mappings/b2b-saas.tables.json: expected rows by table name, { "table": [ { ... } ] }',
  });
  expect(await ran([...argv, "--env", "NOTHING"], files, environment)).toMatchObject({
    exit: 2,
    err: expect.stringContaining("--env takes NAME=VALUE"),
  });
});

test("a map with errors previews nothing and shows them", async () => {
  const broken = { ...files, "bad.yaml": "version: 1\nnmae: x\n" };
  const { exit, err } = await ran(["preview", "bad.yaml", "--event", "event.json"], broken);
  expect(exit).toBe(1);
  expect(err).toContain("error CS103");
});

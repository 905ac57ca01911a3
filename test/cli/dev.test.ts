import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { ran } from "./recorded-io.ts";

test("--once shows everybody's tokens and what each resource server opens, then ends", async () => {
  const { exit, out } = await ran(["dev", "mappings/clinic-eu.claims.yaml", "--once"]);
  expect(exit).toBe(0);
  const sections = out.split("\n\n").map((section) => section.trim().split("\n"));
  expect(sections.map(([title]) => title)).toEqual([
    "Anna Testmann signs in to clinic-web",
    "Ben Beispiel signs in to clinic-web",
    "Anna Testmann's refresh, asking for clinic c7",
    "the machine laboratory asks for a token",
  ]);
  const [anna = "", ben = "", refresh = "", laboratory = ""] = sections.map((lines) => lines.join("\n"));
  expect(anna).toMatch(
    /care-api opens\n.*legal_name {2}"Dr. Anna Testmann"\n.*licence_no {2}"DE-48213377"\n.*blood_type {2}"0\+"/,
  );
  expect(anna).toContain("billing-api refuses it: SCOPE_MISSING");
  expect(ben).toMatch(/billing-api opens\n.*legal_name {2}"Ben Beispiel"\n.*employer {4}"Muster Abrechnung GmbH"/);
  expect(ben).toMatch(/licence_no {2}null/);
  expect(refresh).toContain('care-api opens\n    legal_name  "Dr. Anna Testmann"');
  const clinicOf = (section: string): readonly string[] =>
    [...section.matchAll(/clinic_id +"(\w+)"/g)].map(([, clinic = ""]) => clinic);
  expect([anna, ben, refresh].map(clinicOf)).toEqual([
    ["c42", "c42"],
    ["c42", "c42"],
    ["c7", "c7"],
  ]);
  const [first, second] = [anna, refresh].map((section) => /staff_ref +"([\w-]{22})"/.exec(section)?.[1]);
  expect(first).toBeDefined();
  expect(second).toBe(first);
  expect(ben).not.toContain("staff_ref");
  expect(laboratory).toMatch(/care-api opens\n {4}duty_phone {2}"\+49 30 5550100"/);
});

test("the table on the README's first screen says what the command shows", async () => {
  const { out } = await ran(["dev", "mappings/clinic-eu.claims.yaml", "--once"]);
  const anna = out.split("\n\n")[0] ?? "";
  const [, ...rows] = /\n\| \|[\s\S]+?\n\n/.exec(readFileSync("README.md", "utf8"))?.[0].trim().split("\n") ?? [];
  const told = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, value = ""]) => value));
  expect(told.length).toBeGreaterThan(15);
  expect(told.filter((value) => !anna.includes(value))).toEqual([]);
});

test("--json prints one line of URLs on loopback", async () => {
  const { exit, out } = await ran(["dev", "mappings/platform-m2m.claims.yaml", "--json"]);
  expect(exit).toBe(0);
  const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(JSON.parse(out)).toEqual({
    dynamodb: url,
    kms: url,
    cognitoIdp: url,
    oauth: url,
    lambda: url,
    issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Local0001",
    // Its token lets in whoever has the address.
    playground: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/),
  });
});

const SETUP = readFileSync("mappings/platform-m2m.dev.json", "utf8");
const setup = (change: object): Record<string, string> => ({
  "mappings/platform-m2m.dev.json": JSON.stringify({ ...(JSON.parse(SETUP) as object), ...change }),
});
test("the playground is served at the port that is asked for, and not at all with --once and --no-playground", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, "127.0.0.1", resolve);
  });
  const { port } = taken.address() as AddressInfo;
  // Without its variables the stack does not start; a port that is taken shows before that.
  const given = (...options: string[]) =>
    ran(["dev", "mappings/platform-m2m.claims.yaml", `--port=${port}`, ...options], setup({ environment: {} }));
  expect(await given()).toMatchObject({
    exit: 3,
    err: `claimseal dev: port ${port} is taken; name another one with --port, or none`,
  });
  for (const option of ["--once", "--no-playground"]) {
    expect((await given(option)).err).toContain("not set in the environment: SERVICE_TABLE");
  }
  await new Promise((resolve) => {
    taken.close(resolve);
  });
});

test.for(["0", "65536", "http", "-1", "80.5"])("--port %s is none", async (port) => {
  const { exit, err } = await ran(["dev", `--port=${port}`]);
  expect(exit).toBe(2);
  expect(err).toContain("claimseal dev: --port takes 1 to 65535");
});

const argv = ["dev", "mappings/platform-m2m.claims.yaml", "--once"];

const missing: readonly [what: string, files: Record<string, string>, said: string][] = [
  [
    "a table the map reads",
    { "mappings/platform-m2m.tables.json": "{}" },
    'mappings/platform-m2m.tables.json: source "service": there is no table "services" among the tables given',
  ],
  ["a key", setup({ keys: {} }), "mappings/platform-m2m.dev.json: not set in the environment: LEDGER_KEY_ARN"],
  [
    "a variable",
    setup({ environment: {} }),
    "mappings/platform-m2m.dev.json: not set in the environment: SERVICE_TABLE, GRANT_TABLE, IMPORTER_CLIENT, REPORTER_CLIENT",
  ],
  ["the clients", setup({ clients: 5 }), "mappings/platform-m2m.dev.json: clients: expected a list"],
  [
    "a person's email",
    setup({ people: [{ client: "importer", attributes: { sub: "x" }, groups: [] }] }),
    "mappings/platform-m2m.dev.json: people[0].attributes.email: expected a text",
  ],
  [
    "what an app sends along as texts",
    setup({ people: [{ client: "importer", attributes: { sub: "x", email: "x" }, groups: [], metadata: { a: 1 } }] }),
    "mappings/platform-m2m.dev.json: people[0].metadata.a: expected a text",
  ],
];

test.for(missing)("without %s it ends with exit 3 and says so by name", async ([, files, said]) => {
  const { exit, err } = await ran(argv, files);
  expect(exit).toBe(3);
  expect(err).toContain(`claimseal dev: ${said}`);
});

test("a refused machine is shown as refused, and the run ends with exit 1", async () => {
  const files = { "mappings/platform-m2m.tables.json": JSON.stringify({ services: [], "service-grants": [] }) };
  const { exit, out } = await ran(argv, files);
  expect(exit).toBe(1);
  expect(out).toMatch(
    /the machine importer asks for a token\n {2}refused: invalid_request: PreTokenGeneration failed with error .*\(SOURCE_MISSING\)/,
  );
});

test("sources in code answer by the module beside the map, and clients of no profile keep their tokens", async () => {
  const { exit, out } = await ran(argv);
  expect(exit).toBe(0);
  const [importer, reporter, legacy] = out.split("\n\n");
  expect(importer).toMatch(/team {11}"ledger-core"\n[\s\S]*ledger opens\n {4}pager {8}"\+44 20 5550100"/);
  expect(reporter).toContain("ledger refuses it: SCOPE_MISSING");
  expect(reporter).not.toContain("team ");
  expect(legacy).toContain("ledger refuses it: TOKEN_UNGOVERNED");
});

test("a module that is not there, or has no such function, stops it by name", async () => {
  const hooks = "mappings/platform-m2m.hooks.mjs";
  expect(await ran([...argv, "--hooks", "elsewhere.mjs"])).toMatchObject({
    exit: 3,
    err: "claimseal dev: elsewhere.mjs: there is no such file",
  });
  expect(await ran(argv, { [hooks]: "export const other = 1;" })).toMatchObject({
    exit: 1,
    err: `claimseal dev: ${hooks}: no export for rota; a hook is a function of its name`,
  });
});

test("memberships are found by query, and the company is the one the app asks for", async () => {
  const { exit, out } = await ran(["dev", "mappings/b2b-saas.claims.yaml", "--once"]);
  expect(exit).toBe(0);
  const [olivia = "", victor = "", asking = ""] = out.split("\n\n");
  expect(olivia).not.toContain("tenant_id");
  expect(victor).toMatch(/scope {7}"projects\/read"/);
  expect(asking).toMatch(/^Olivia's refresh, asking for org acme\n[\s\S]*roles {13}"editor,owner"/m);
  expect(asking).toContain('invoicing opens\n    billing_name  "Acme Widgets Ltd"');
});

test("a file that is not there is said with what it is for", async () => {
  const without = (...options: string[]) => ran(["dev", "mappings/platform-m2m.claims.yaml", ...options]);
  expect(await without("--tables", "gone.json")).toMatchObject({
    exit: 3,
    err: 'claimseal dev: gone.json: there is no such file; it holds rows, { "TABLE": [{ "KEY": "..." }] }; another one is named by --tables',
  });
  const { exit, err } = await without("--setup", "gone.json");
  expect(exit).toBe(3);
  expect(err).toMatch(/^claimseal dev: gone\.json: there is no such file; it says who signs in, .* named by --setup$/);
});

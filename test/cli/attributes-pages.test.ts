import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { AttributesCode } from "../../attributes/attributes-error.ts";
import { checkClaimMap } from "../../claims/check.ts";
import { exitOf } from "../../cli/attributes/opened.ts";
import { createTables, startDynamoDb, type TableRows } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { typeErrors } from "../claims/reports/type-errors.ts";
import { ran } from "./recorded-io.ts";

const page = (name: string): string => readFileSync(`docs/how-to/${name}.md`, "utf8");
const ROWS = JSON.parse(readFileSync("mappings/clinic-eu.tables.json", "utf8")) as TableRows;
const TABLES = { STAFF_TABLE: "clinic-staff", PARTNER_TABLE: "clinic-partners" };

let server: Loopback;

beforeAll(async () => {
  server = await startDynamoDb();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", server.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", localCredentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", localCredentials.secretAccessKey);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  await createTables(server.url, ROWS, { "clinic-staff": ["pk"], "clinic-partners": ["pk"] });
  await createTables(server.url, {}, { members: ["pk", "sk"], companies: ["pk"], services: ["pk"] });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

/** A page's commands of this program, each with the output that is shown behind it. */
function shownOn(text: string): { readonly argv: readonly string[]; readonly output: string }[] {
  return [...text.matchAll(/```sh\nclaimseal (.*)\n```\n(?:\n```text\n([\s\S]*?)\n```)?/g)].map(
    ([, typed = "", output = ""]) => ({
      argv: [...typed.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, bare]) => one ?? two ?? bare ?? ""),
      output,
    }),
  );
}

test.for([
  ["manage-attributes", 5],
  ["erase-a-subject", 3],
] as const)("the commands of %s, in their order, say what it says they do", async ([name, count]) => {
  const text = page(name);
  const [, csv = ""] = /```csv\n([\s\S]*?)```/.exec(text) ?? [];
  const shown = shownOn(text);
  expect(shown).toHaveLength(count);
  for (const { argv, output } of shown) {
    const { out, err } = await ran(argv, { "staff.csv": csv }, TABLES, {
      world: { stopped: new Promise<void>(() => {}) },
    });
    expect(`${out}${err}`).toContain(output);
    expect(err).not.toMatch(/try: claimseal|AWS_/);
  }
});

test.for([
  ["tutorials/deploy-to-a-new-pool", "b2b-saas", 2],
  ["how-to/give-machines-tokens", "platform-m2m", 1],
] as const)("the rows that %s writes fit the map, and its tables", async ([name, map, count]) => {
  const tables = {
    MEMBER_TABLE: "members",
    COMPANY_TABLE: "companies",
    SERVICE_TABLE: "services",
    GRANT_TABLE: "none",
  };
  const typed = [...readFileSync(`docs/${name}.md`, "utf8").matchAll(/^npx claimseal (attributes put .*)$/gm)];
  expect(typed).toHaveLength(count);
  for (const [, line = ""] of typed) {
    const argv = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
    const file = argv[argv.indexOf("--map") + 1] ?? "";
    const files = { [file]: readFileSync(`mappings/${map}.claims.yaml`, "utf8") };
    expect(await ran(argv, files, tables)).toMatchObject({
      exit: 0,
      err: "",
      out: expect.stringMatching(/ written; version 1$/),
    });
  }
});

test("the reference has every code with its exit, and every member of what is printed as JSON", async () => {
  const text = readFileSync("docs/reference/attributes.md", "utf8");
  const [, union = ""] =
    /type AttributesCode =([^;]+);/.exec(readFileSync("attributes/attributes-error.ts", "utf8")) ?? [];
  const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map(([, code = ""]) => code as AttributesCode);
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d) \| /gm)].map(([, code, exit]) => [code, Number(exit)]);
  expect(rows).toEqual(codes.map((code) => [code, exitOf(code)]));

  const plan = JSON.stringify(checkClaimMap(readFileSync("mappings/clinic-eu.claims.yaml", "utf8")).plan);
  const map = ["--plan", "plan.json", "--source", "staff", "--json"];
  const files = { "plan.json": plan, "rows.jsonl": '{"user.sub":"x"}\n' };
  const put = await ran(["attributes", "put", ...map, "--sub", "x", "profession=nurse"], files, TABLES);
  const get = await ran(["attributes", "get", ...map, "--sub", "x"], files, TABLES);
  const list = await ran(["attributes", "list", ...map, "--limit", "1"], files, TABLES);
  const rowsOf = ["attributes", "import", "rows.jsonl", ...map, "--dry-run"];
  const imported = await ran(rowsOf, files, TABLES);
  for (const [name, { out }] of Object.entries({ Put: put, Get: get, List: list, Import: imported })) {
    const [, type = ""] = new RegExp(`type ${name} = \\{([\\s\\S]*?)\\};\\n(?:type|\`)`).exec(text) ?? [];
    const members = [...type.matchAll(/(?:^|[{;\n]) *(\w+)\??: /g)].map(([, member]) => member);
    expect(members).toEqual(expect.arrayContaining(Object.keys(JSON.parse(out) as object)));
  }
});

test("the code of the page compiles", () => {
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(page("manage-attributes")) ?? [];
  const source = code.replace('"claimseal/attributes"', JSON.stringify(resolve("attributes/attributes.ts")));
  expect(source).toContain("createAttributes({ plan })");
  expect(typeErrors({ "screen.ts": source })).toBe("");
});

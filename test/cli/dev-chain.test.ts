import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type Loopback, serveLoopback } from "../../local/loopback.ts";
import { ran } from "./recorded-io.ts";

const running: Loopback[] = [];
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
});

const SUB = "11111111-2222-4333-8444-555555555555";
const ARN = "arn:aws:lambda:eu-central-1:111122223333:function:old-pre-token:live";
const MAP = "examples/maps/kept-function.claims.yaml";
const OLD = "examples/maps/kept-function.old.js";

/** What the example needs to run: the system its old function asks, a table, and somebody who signs in. */
async function files(): Promise<Record<string, string>> {
  const crm = await serveLoopback(async ({ path }) =>
    path === `/people/${SUB}`
      ? { status: 200, body: JSON.stringify({ tier: "plus", seats: 12, contract: "K-2024-0815" }) }
      : { status: 404, body: "" },
  );
  running.push(crm);
  const client = { id: "5fitter000000000000000001", name: "fitter", grants: ["user"], scopes: [] };
  const setup = {
    region: "eu-central-1",
    environment: { OLD_FUNCTION_ARN: ARN, CREW_TABLE: "crew", FITTER_CLIENT: client.id, CRM_URL: crm.url },
    keys: { WORK_KEY_ARN: "eu-central-1" },
    clients: [client],
    people: [{ client: "fitter", attributes: { sub: SUB, email: "fred@x.example" }, groups: [] }],
  };
  return {
    "examples/maps/kept-function.dev.json": JSON.stringify(setup),
    "examples/maps/kept-function.tables.json": JSON.stringify({
      crew: [{ pk: `PERSON#${SUB}`, depot: "north", leads: true }],
    }),
  };
}

test("a chained function runs beside the trigger, as it is, and its claims are where the map has them", async () => {
  const { exit, out } = await ran(["dev", MAP, "--chain", OLD, "--once"], await files());
  expect(exit).toBe(0);
  expect(out).toMatch(/seats +12\n/);
  expect(out).toMatch(/tier +"plus"\n/);
  expect(out).toMatch(/work opens\n {4}contract {2}"K-2024-0815"/);
  expect(out).not.toContain("tier-plus");
});

test("without its module it does not run, and says which is meant", async () => {
  expect(await ran(["dev", MAP, "--once"], await files())).toMatchObject({
    exit: 3,
    err: expect.stringContaining(
      'claimseal dev: examples/maps/kept-function.chain.mjs: the module behind source "crm" is not there; it exports the chained function as `handler`',
    ),
  });
});

test("two functions are one too many for a laptop", async () => {
  const there = await files();
  const text = readFileSync(MAP, "utf8");
  const second = text
    .slice(text.indexOf("  crm:"), text.indexOf("  crew:"))
    .replace("crm:", "erp:")
    .replace("OLD_FUNCTION_ARN", "ERP_ARN");
  const setup = there["examples/maps/kept-function.dev.json"]?.replace(
    '"CREW_TABLE"',
    `"ERP_ARN":"${ARN}-2","CREW_TABLE"`,
  );
  const { exit, err } = await ran(["dev", MAP, "--chain", OLD, "--once"], {
    ...there,
    "examples/maps/kept-function.dev.json": setup ?? "",
    [MAP]: text
      .replace("  crew:", `${second}  crew:`)
      .replace(
        "contract: { value: crm.contract",
        "erp: { value: erp.tier, to: [access], effect: informs }\n      contract: { value: crm.contract",
      ),
  });
  expect([exit, err]).toEqual([
    3,
    expect.stringContaining('sources "crm" and "erp" chain two functions; only one can run here'),
  ]);
});

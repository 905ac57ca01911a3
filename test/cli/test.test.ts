import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../../cli/run.ts";
import { FEDERATED } from "../claims/a-federated-map.ts";
import { ran } from "./recorded-io.ts";

const MAP = `
version: 1
name: shop
revision: "1"
pool: { events: V3, usernames: opaque }
sources:
  staff:
    dynamodb: { table: "\${env:STAFF}", region: eu-central-1, key: { pk: "STAFF#{user.sub}" } }
    trust: operator
    onMissing: deny
    onError: deny
    attributes: { role: { type: string, class: open, values: [manager, clerk] } }
resourceServers:
  shop-api: { identifier: shop, scopes: [read] }
profiles:
  person:
    match: { grants: [user], clients: [web1] }
    idToken: { keep: [] }
    groups: strip
    selfServiceScopes: strip
    claims: { role: { value: staff.role, to: [access], effect: grants } }
    scopes: [{ add: [shop/read] }]
`;
const TEST = `version: 1
map: ./shop.claims.yaml
clock: 2026-11-22T10:00:00Z
env: { STAFF: staff }
tables: { staff: [{ pk: STAFF#u1, role: manager }] }
cases:
  - { name: a manager, event: { client: web1, sub: u1, scopes: [openid] }, expect: { access: { role: manager } } }
  - { name: nobody is refused, event: { like: 0, sub: u9 }, expect: { refused: SOURCE_MISSING } }
`;

let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "claimseal-test-"));
  for (const inner of ["good", "bad", "broken/node_modules/x", "empty", "leaky", "files"])
    await mkdir(at(inner), { recursive: true });
  for (const inner of ["good", "bad", "broken", "files"]) writeFileSync(at(`${inner}/shop.claims.yaml`), MAP);
  writeFileSync(at("good/shop.claims.test.yaml"), TEST);
  writeFileSync(at("bad/shop.claims.test.yaml"), TEST.replace("role: manager } } }", "role: clerk } } }"));
  writeFileSync(at("broken/shop.claims.test.yaml"), TEST.replace("clock:", "clok:"));
  writeFileSync(at("broken/node_modules/x/other.claims.test.yaml"), TEST);
  writeFileSync(at("leaky/shop.claims.yaml"), MAP.replace("class: open", "class: pii, purpose: p"));
  writeFileSync(at("leaky/shop.claims.test.yaml"), TEST);
  writeFileSync(at("files/shop.claims.test.yaml"), TEST.replace(/tables:.*/, "tables: ./gone.json"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test("every file of tests below a folder is run, a line for each case", async () => {
  const { exit, out, err } = await ran(["test", at("good")]);
  expect(out).toBe(`${at("good/shop.claims.test.yaml")}\n  ✓ a manager\n  ✓ nobody is refused\n\n2 passed`);
  expect([exit, err]).toEqual([0, ""]);
});

test("a case that fails says what differs, and the exit code is 1", async () => {
  const { exit, out } = await ran(["test", at("bad/shop.claims.test.yaml")]);
  expect(exit).toBe(1);
  expect(out).toContain(`  ✗ a manager (line 7)
      access.role
        expected  "clerk"
        got       <text of 7>
  ✓ nobody is refused

1 passed, 1 failed (values that no \`expect\` states are shown by kind and length)`);
});

test("colours are for terminals", async () => {
  const { out } = await ran(["test", at("bad")], {}, {}, { colour: true });
  expect(out).toContain("\u001B[31m✗\u001B[39m a manager");
  expect(out).toContain("\u001B[32m✓\u001B[39m nobody is refused");
});

test("a test that is wrong is shown as check shows a map, and nothing of it runs", async () => {
  const { exit, out } = await ran(["test", at("broken")]);
  expect(exit).toBe(1);
  expect(out).toContain(`${at("broken/shop.claims.test.yaml")}:3:1\n  error CS103  unknown key \`clok\``);
  expect(out).toMatch(/0 passed, 1 file not run$/);
});

test("a map with errors ends as check does, and one bad file keeps no other from being run", async () => {
  const { exit, out } = await ran(["test", at("leaky"), at("good")]);
  expect(exit).toBe(5);
  expect(out).toContain("error CS401");
  expect(out).toMatch(/2 passed, 1 file not run$/);
});

test.for([
  [["empty"], 3, /^claimseal test: there is no NAME\.claims\.test\.yaml below /],
  [["gone.claims.test.yaml"], 3, /gone\.claims\.test\.yaml: there is no such file/],
  [["files"], 3, /gone\.json: there is no such file; .*files\/shop\.claims\.test\.yaml names it in line \d+$/],
  [["good/shop.claims.yaml"], 2, /is a claim map; its tests are .*good\/shop\.claims\.test\.yaml/],
  [["good", "--run", "xyz"], 2, /--run: no case has such a name/],
  [["good", "--run", "/(/"], 2, /--run: this is no regular expression/],
  [["good", "--threshold", "101"], 2, /--threshold takes a whole number from 0 to 100/],
  [["good", "--watch", "--json"], 2, /--watch is for people/],
] as const)("%j ends with exit code %i", async ([[name, ...flags], exit, said]) => {
  const result = await ran(["test", at(name), ...flags]);
  expect(result.err).toMatch(said);
  expect(result.exit).toBe(exit);
});

test.for([
  ["refused", ["nobody is refused"]],
  ["/^A /i", ["a manager"]],
  ["/manager$|refused/", ["a manager", "nobody is refused"]],
] as const)("--run %s picks cases by their name", async ([pattern, names]) => {
  const { out } = await ran(["test", at("good"), "--run", pattern]);
  expect([...out.matchAll(/✓ (.*)/g)].map(([, name]) => name)).toEqual(names);
});

test("coverage says what no test shows, in the map, and below a threshold it fails", async () => {
  const { exit, out, err } = await ran(["test", at("good"), "--threshold", "100"]);
  expect(exit).toBe(1);
  expect(out).toContain(
    `${at("good/shop.claims.yaml")}:21:15\n  warning CS905  no test sees what becomes of claim \`role\``,
  );
  expect(out).toMatch(
    / {2}profiles +1 of 1\n {2}claims +1 of 1\n {2}rules +1 of 2\n {2}branches +0 of 0\n {2}outcomes +1 of 4\n {2}in all +50 %\n {2}access token +\d+ bytes at the median/,
  );
  expect(err).toMatch(/shop\.claims\.yaml: 50 % are covered, and 100 % are asked for$/);
  expect((await ran(["test", at("good"), "--threshold", "50"])).exit).toBe(0);
});

test("tests of one map in several files count together", async () => {
  const more = TEST.replace("a manager", "absent").replace(
    "expect: { access: { role: manager } }",
    "faults: { staff.role: absent }, expect: { absent: { access: [role] } }",
  );
  writeFileSync(at("good/more.claims.test.yaml"), more);
  const { out } = await ran(["test", at("good"), "--coverage"]);
  rmSync(at("good/more.claims.test.yaml"));
  expect(out).toMatch(/outcomes +2 of 4/);
  expect(out).toMatch(/4 passed$/);
});

test("as JSON it has the form the page on map tests promises", async () => {
  const { exit, out } = await ran(["test", at("bad"), at("broken"), "--json", "--coverage"]);
  expect(exit).toBe(1);
  const bytes = { access: expect.any(Number), id: expect.any(Number) };
  expect(JSON.parse(out)).toEqual({
    ok: false,
    files: [
      {
        path: at("bad/shop.claims.test.yaml"),
        ok: false,
        findings: [],
        map: { path: at("bad/shop.claims.yaml"), ok: true, findings: [] },
        cases: [
          {
            name: "a manager",
            line: 7,
            column: 5,
            ok: false,
            profile: "person",
            refused: null,
            bytes,
            differences: [{ at: "access.role", expected: '"clerk"', actual: "<text of 7>" }],
          },
          {
            name: "nobody is refused",
            line: 8,
            column: 5,
            ok: true,
            profile: "person",
            refused: "SOURCE_MISSING",
            bytes: { access: null, id: null },
            differences: [],
          },
        ],
        federation: [],
      },
      {
        path: at("broken/shop.claims.test.yaml"),
        ok: false,
        findings: [expect.objectContaining({ code: "CS103" })],
        map: null,
        cases: [],
        federation: [],
      },
    ],
    coverage: [
      {
        map: at("bad/shop.claims.yaml"),
        percent: expect.any(Number),
        total: { covered: expect.any(Number), of: 8 },
        counts: expect.objectContaining({ profiles: { covered: 0, of: 1 }, outcomes: { covered: 1, of: 4 } }),
        sizes: { access: null, id: null },
        findings: expect.arrayContaining([expect.objectContaining({ code: "CS901", level: "warning" })]),
      },
    ],
  });
});

test("people from identity providers are cases among the others: they are told, counted, covered and fail", async () => {
  const cases = `version: 1
map: ./shop.claims.yaml
clock: 2026-11-22T10:00:00Z
cases: [{ name: a nurse, event: { client: web1, sub: u1, scopes: [openid] }, expect: { absent: { access: [roles] } } }]
federation:
  - { name: what Google says, event: ./google.json, expect: { kept: { sub: "1", email: a@x.eu }, dropped: [picture] } }
  - { name: a porter, event: { provider: CorporateSaml, sends: { groups: "[app-porters]" } }, expect: { kept: {} } }
`;
  const event = {
    userPoolId: "eu-central-1_Example01",
    callerContext: { clientId: "web1" },
    request: {
      providerName: "Google",
      providerType: "Google",
      attributes: { userInfo: { picture: "p", email: "old" }, idToken: { sub: "1", email: "a@x.eu" } },
    },
  };
  await mkdir(at("federated"), { recursive: true });
  writeFileSync(at("federated/shop.claims.yaml"), FEDERATED);
  writeFileSync(at("federated/shop.claims.test.yaml"), cases);
  const file = at("federated/shop.claims.test.yaml");
  expect(await ran(["test", file])).toMatchObject({
    exit: 3,
    err: expect.stringContaining(`google.json: there is no such file; ${file} names it in line 6`) as string,
  });
  writeFileSync(at("federated/google.json"), JSON.stringify(event));
  const told = await ran(["test", file, "--coverage"]);
  expect(told.exit).toBe(1);
  expect(told.out).toContain("✓ what Google says\n  ✗ a porter (line 7)\n      kept.custom:roles\n");
  expect(told.out).toContain("no test comes from an identity provider that the map has not");
  expect(told.out).toContain("2 passed, 1 failed");
  expect(await ran(["test", file, "--run", "Google"])).toMatchObject({ exit: 0 });
  const { files } = JSON.parse((await ran(["test", file, "--json"])).out) as { files: { federation: object[] }[] };
  expect(files[0]?.federation).toEqual([
    { name: "what Google says", line: 6, column: 5, ok: true, refused: null, differences: [] },
    {
      name: "a porter",
      line: 7,
      column: 5,
      ok: false,
      refused: null,
      differences: [{ at: "kept.custom:roles", expected: "nothing", actual: "<text of 13>" }],
    },
  ]);
});

test("--watch runs again when a file of the test changes, and ends when it is asked to", async () => {
  const out: string[] = [];
  const err: string[] = [];
  const stop = new AbortController();
  const said = (list: readonly string[], text: string): number => list.filter((each) => each.includes(text)).length;
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  const watching = run(["test", at("good"), "--watch"], "1.2.3", {
    print: (text) => out.push(text),
    say: (text) => err.push(text),
    readFile: async (path) => readFileSync(path, "utf8"),
    readInput: async () => "",
    readBytes: async (path) => readFileSync(path),
    readFrom: async function* () {},
    progress: null,
    writeFile: async () => {},
    writePrivate: async () => {},
    appendFile: async () => {},
    hold: async () => null,
    environment: {},
    colour: false,
    stopped: new Promise((resolve) => stop.signal.addEventListener("abort", () => resolve(), { once: true })),
  });
  await until(() => said(err, "waiting for a change") === 1);
  expect(said(out, "2 passed")).toBe(1);
  writeFileSync(at("good/shop.claims.yaml"), MAP.replace("onMissing: deny", "onMissing: empty"));
  await until(() => said(err, "waiting for a change") === 2);
  expect(said(out, "1 passed, 1 failed")).toBe(1);
  writeFileSync(at("good/shop.claims.yaml"), MAP);
  await until(() => said(err, "waiting for a change") === 3);
  expect(said(out, "2 passed")).toBe(2);
  stop.abort();
  expect(await watching).toBe(0);
});

test("the maps of this package are shown in full by their tests", { timeout: 60_000 }, async () => {
  const { exit, out } = await ran(["test", "mappings", "--threshold", "100"]);
  expect([...out.matchAll(/in all +(\d+) %/g)].map(([, percent]) => percent)).toEqual(["100", "100", "100"]);
  expect(exit).toBe(0);
});

import { readFileSync } from "node:fs";
import { GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { attributeStoreClient } from "../../aws/attribute-store-client.ts";
import { checkClaimMap } from "../../claims/check.ts";
import type { Io } from "../../cli/io.ts";
import { createTables, startDynamoDb, type TableRows } from "../../local/dynamodb.ts";
import { localCredentials } from "../../local/local-account.ts";
import type { Loopback } from "../../local/loopback.ts";
import { ENVIRONMENT, KEYS, PLAN } from "../attributes/a-hospital.ts";
import { type Ran, type RanWith, ran } from "./recorded-io.ts";

const CLINIC = "mappings/clinic-eu.claims.yaml";
const CLINIC_ROWS = JSON.parse(readFileSync("mappings/clinic-eu.tables.json", "utf8")) as TableRows;
const ANNA = "6a1f0c52-7d0e-4b7e-9a3b-0d6c2b1e4f01";
const SECRET = "DE-48213377";

let server: Loopback;
let client: ReturnType<typeof attributeStoreClient>;

beforeAll(async () => {
  server = await startDynamoDb();
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", server.url);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", localCredentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", localCredentials.secretAccessKey);
  client = attributeStoreClient("eu-central-1");
  const tables = { ...CLINIC_ROWS, imported: [], big: [] };
  await createTables(
    server.url,
    tables,
    { "clinic-staff": ["pk"], "clinic-partners": ["pk"], imported: ["pk"], big: ["pk"], ...KEYS },
    { orgs: { "by-org": ["org"] } },
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  client.destroy();
  await server.stop();
});

/** What `claimseal build` makes of the maps, which is faster than to check them each time. */
const PLANS = {
  "clinic.json": JSON.stringify(checkClaimMap(readFileSync(CLINIC, "utf8")).plan),
  "hospital.json": JSON.stringify(PLAN),
};
const TABLES = { STAFF_TABLE: "clinic-staff", PARTNER_TABLE: "clinic-partners" };
const clinic = (
  argv: readonly string[],
  files = {},
  environment: Record<string, string> = TABLES,
  more: RanWith = {},
): Promise<Ran> => ran(["attributes", ...argv, "--plan", "clinic.json"], { ...PLANS, ...files }, environment, more);
const hospital = (argv: readonly string[]): Promise<Ran> =>
  ran(["attributes", ...argv, "--plan", "hospital.json"], PLANS, ENVIRONMENT);

async function stored(table: string, pk: string): Promise<Record<string, unknown> | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
  return Item && unmarshall(Item);
}

describe("attributes put", () => {
  test("writes what is named, prints no value, and says the version", async () => {
    const argv = [
      "put",
      "--source",
      "staff",
      "--sub",
      "put-1",
      "profession=nurse",
      'clinicIds=["c1"]',
      "suspended=false",
    ];
    expect(await clinic(argv)).toMatchObject({
      exit: 0,
      out: "staff: profession, clinicIds, suspended written; version 1",
      err: "",
    });
    const again = await clinic(
      ["put", "--source", "staff", "--sub", "put-1", "--remove", "clinicIds", "--from", "-", "--json"],
      {},
      TABLES,
      {
        input: JSON.stringify({ licenceNo: SECRET }),
      },
    );
    expect(again).toMatchObject({ exit: 0, err: "" });
    expect(JSON.parse(again.out)).toEqual({
      ok: true,
      source: "staff",
      key: expect.stringMatching(/^[\w-]{22}$/) as string,
      written: ["licenceNo"],
      removed: ["clinicIds"],
      version: 2,
    });
    expect(await stored("clinic-staff", "STAFF#put-1")).toEqual({
      pk: "STAFF#put-1",
      profession: "nurse",
      suspended: false,
      licenceNo: SECRET,
      "claimseal:version": 2,
    });
  });

  test("refuses what breaks the map: exit 1, every problem, no value, nothing written", async () => {
    const argv = ["put", "--source", "staff", "--sub", "put-2", `profession=${SECRET}`, "licenseNo=x"];
    const done = await clinic(argv);
    expect(done).toMatchObject({ exit: 1, out: "" });
    expect(done.err).toBe(
      [
        'claimseal attributes: VALUE_INVALID: source "staff": the row breaks the map',
        '  profession: expected string, one of "physician", "nurse", "clerk"; got text of 11 characters',
        '  licenseNo: source "staff" has no attribute "licenseNo"; did you mean licenceNo?',
      ].join("\n"),
    );
    const asJson = await clinic([...argv, "--json"]);
    expect(JSON.parse(asJson.out)).toMatchObject({
      ok: false,
      error: { code: "VALUE_INVALID", problems: [{ attribute: "profession" }, { attribute: "licenseNo" }] },
    });
    expect(asJson.out + done.err).not.toContain(SECRET);
    expect(await stored("clinic-staff", "STAFF#put-2")).toBeUndefined();
  });

  test("writes only where the row is what was expected", async () => {
    const put = (...more: readonly string[]): Promise<Ran> =>
      clinic(["put", "--source", "staff", "--sub", "put-3", "suspended=true", ...more]);
    expect(await put("--if-present")).toMatchObject({ exit: 1, err: expect.stringContaining("ROW_MISSING") as string });
    expect(await put("--if-absent")).toMatchObject({ exit: 0 });
    expect(await put("--if-absent")).toMatchObject({ exit: 0 });
    expect(await put("--expect-version", "1")).toMatchObject({
      exit: 0,
      out: expect.stringContaining("version 2") as string,
    });
    const late = await clinic([
      "put",
      "--source",
      "staff",
      "--sub",
      "put-3",
      "suspended=false",
      "--expect-version",
      "1",
    ]);
    expect(late).toMatchObject({ exit: 1, err: expect.stringContaining("ROW_CHANGED") as string });
  });
});

const misuse: readonly [argv: readonly string[], exit: number, said: string][] = [
  [["put", "--source", "staff", "--sub", "u"], 2, "nothing to write"],
  [["put", "--sub", "u", "a=1"], 2, "--source is missing"],
  [["put", "--source", "staff", "--source", "staff", "a=1"], 2, "--source is given once"],
  [["put", "--source", "staff", "--sub", "u", "secret-word"], 2, "values are written NAME=VALUE"],
  [["put", "--source", "staff", "profession=nurse"], 2, 'KEY_UNKNOWN: source "staff": its key needs user.sub'],
  [
    ["put", "--source", "staf", "--sub", "u", "a=1"],
    2,
    'SOURCE_UNKNOWN: the map has no source "staf"; did you mean staff?',
  ],
  [["put", "--source", "staff", "--sub", "u", "a=1", "--if-absent", "--if-present"], 2, "one of them at most"],
  [["put", "--source", "staff", "--sub", "u", "a=1", "--expect-version", "x"], 2, "--expect-version takes the number"],
  [["put", "--source", "staff", "--sub", "u", "a=1", "--reveal"], 2, "put takes no --reveal"],
  [["put", "--source", "staff", "--sub", "u", "--from", "nowhere.json"], 3, "nowhere.json: there is no such file"],
  [["put", "--source", "staff", "--given", "user.email", "a=1"], 2, "--given takes REF=VALUE"],
  [["get", "--sub", "u", "word"], 2, "there is one argument too many"],
  [["get", "--sub", "u", "--reveal"], 2, "--reveal needs --reason TEXT"],
  [["get", "--sub", "u", "--limit", "5"], 2, "get takes no --limit"],
  [["list", "--source", "staff", "--limit", "0"], 2, "--limit takes a number of rows"],
  [["list", "--source", "staff", "--after", "x"], 2, "PAGE_INVALID"],
  [["import", "--source", "staff"], 2, "the file is missing"],
  [["import", "rows.txt", "--source", "staff"], 2, "rows are in a file .jsonl, .ndjson or .csv"],
  [["import", "nowhere.csv", "--source", "staff"], 3, "nowhere.csv: there is no such file"],
  [["import", "a.csv", "--source", "staff", "--report", "./a.csv"], 2, "take files of their own: they are written to"],
  [["import", "nowhere.jsonl", "--source", "staff"], 3, "nowhere.jsonl: there is no such file"],
  [["export", "--sub", "u"], 2, "export needs --reason TEXT"],
  [["erase", "--sub", "u"], 2, "nothing was erased: --dry-run shows what would be, --yes does it"],
  [["burn"], 2, "ACTION is one of put, get, list, import, export, erase"],
];
test.for(misuse)("without what it needs it says so: %j", async ([argv, exit, said]) => {
  const done = await clinic(argv);
  expect([done.exit, done.out]).toEqual([exit, ""]);
  expect(done.err).toContain(`claimseal attributes: ${said}`.replace(/: ([A-Z_]+|[a-z-].*|[A-Z].*)$/, ""));
  expect(done.err).toContain(said);
});

test("variables of the tables alone are asked for, and a table that is not there refuses: exit 4", async () => {
  const bare = await clinic(["get", "--source", "staff", "--sub", "u"], {}, {});
  expect(bare).toMatchObject({
    exit: 3,
    err: "claimseal attributes: not set in the environment: STAFF_TABLE, PARTNER_TABLE; give each with --env NAME=VALUE",
  });
  const wrong = await clinic(["get", "--source", "staff", "--sub", "u", "--env", "STAFF_TABLE=nowhere"]);
  expect(wrong).toMatchObject({
    exit: 4,
    err: 'claimseal attributes: AWS_REFUSED: table "nowhere": DynamoDB refuses (ResourceNotFoundException)',
  });
});

test("the map serves as well as the plan that was built, one of them and no other file", async () => {
  const argv = ["attributes", "get", "--source", "staff", "--sub", ANNA];
  const byMap = await ran([...argv, "--map", CLINIC], {}, TABLES);
  expect(byMap).toMatchObject({ exit: 0, out: (await clinic(argv.slice(1))).out });
  expect(await ran(argv, {}, TABLES)).toMatchObject({
    exit: 2,
    err: expect.stringContaining("--map is missing, or --plan") as string,
  });
  expect(await clinic([...argv.slice(1), "--map", CLINIC])).toMatchObject({
    exit: 2,
    err: expect.stringContaining("one of them is enough") as string,
  });
  const odd = await ran([...argv, "--plan", "odd.json"], { "odd.json": '{"v":1,"profiles":[]}' }, TABLES);
  expect(odd).toMatchObject({ exit: 3, err: "claimseal attributes: odd.json: that is no plan of claimseal build" });
});

describe("attributes get", () => {
  test("masks what is private, and what is invalid whatever its class", async () => {
    const done = await clinic(["get", "--sub", ANNA]);
    expect(done).toMatchObject({ exit: 0, err: "private values are masked; --reveal shows them" });
    expect(done.out.split("\n")).toEqual([
      `staff: STAFF#${ANNA}, version 0`,
      '  clinicIds   ["c42","c7"]',
      '  profession  "physician"',
      "  suspended   absent",
      "  licenceNo   text of 11 characters (pii)",
      "  legalName   text of 17 characters (pii)",
      "  bloodType   text of 2 characters (sensitive)",
      'KEY_UNKNOWN: source "partners": its key needs client.id',
    ]);
  });

  test("reveals with a reason, once the audit line is written", async () => {
    const argv = ["get", "--source", "staff", "--sub", ANNA, "--reveal", "--reason", "ticket 4711", "--audit"];
    const done = await clinic([...argv, "audit.jsonl", "--json"]);
    expect(JSON.parse(done.out)).toMatchObject({
      ok: true,
      sources: [{ rows: [{ attributes: { licenceNo: { state: "valid", class: "pii", value: SECRET } } }] }],
    });
    const line = String(done.written.get("audit.jsonl"));
    expect(JSON.parse(line)).toEqual({
      event: "claimseal.attributes",
      ts: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      action: "get",
      caller: { user: null, profile: null, accessKey: localCredentials.accessKeyId.slice(-4), account: null },
      map: "clinic-eu",
      sources: { staff: 1 },
      subject: expect.stringMatching(/^[\w-]{22}$/) as string,
      reason: "ticket 4711",
    });
    expect(line).not.toMatch(new RegExp(`${ANNA}|${SECRET}`));
    expect(await clinic([...argv, "folder/"])).toMatchObject({
      exit: 3,
      out: "",
      err: expect.stringContaining("so nothing is shown") as string,
    });
  });

  test("masks a tenant that was found in what is private, and not one that was said", async () => {
    const { sources } = PLAN;
    const { memberships } = sources;
    const org = { ...memberships?.attributes["org"], class: "pii" };
    const attributes = { ...memberships?.attributes, org };
    const plan = JSON.stringify({ ...PLAN, sources: { ...sources, memberships: { ...memberships, attributes } } });
    const get = (...more: string[]): Promise<Ran> =>
      ran(
        ["attributes", "get", "--plan", "private.json", "--sub", "t1", ...more],
        { "private.json": plan },
        ENVIRONMENT,
      );
    const key = ["--sub", "t1", "--key", "sk=ORG#t1"];
    expect(await hospital(["put", "--source", "memberships", ...key, "org=geheim"])).toMatchObject({ exit: 0 });
    expect((await get()).out).not.toContain("geheim");
    expect((await get("--json")).out).not.toContain("geheim");
    expect((await get("--source", "seat", "--tenant", "geheim")).out).toBe("seat, tenant geheim: no row");
    expect((await get("--reveal", "--reason", "ticket 4711")).out).toContain("seat, tenant geheim: no row");
    expect((await hospital(["get", "--sub", "t1"])).out).toContain("seat, tenant geheim: no row");
  });

  test("says that there is no row: exit 1", async () => {
    expect(await clinic(["get", "--source", "staff", "--sub", "nobody"])).toMatchObject({
      exit: 1,
      out: "staff: no row",
    });
  });
});

describe("attributes list", () => {
  test("shows keys and states, no value, and ends with 1 where a row breaks the map", async () => {
    await ran(
      ["attributes", "put", "--map", CLINIC, "--source", "staff", "--sub", "a", "profession=nurse"],
      {},
      { ...TABLES, STAFF_TABLE: "people" },
    );
    const clean = await clinic(["list", "--source", "staff"], {}, { ...TABLES, STAFF_TABLE: "people" });
    expect(clean).toMatchObject({
      exit: 0,
      err: "1 rows",
      out: "STAFF#a  valid profession; absent clinicIds, suspended, licenceNo, legalName, bloodType",
    });
    // What is a profession to the clinic is none to the hospital, which has other numbers of licences too.
    await hospital(["put", "--source", "staff", "--sub", "b", "wards=[]"]);
    await ran(
      ["attributes", "put", "--map", CLINIC, "--source", "staff", "--sub", "b", `licenceNo=geheim`],
      {},
      { ...TABLES, STAFF_TABLE: "people" },
    );
    const broken = await hospital(["list", "--source", "staff", "--all", "--invalid", "--json"]);
    expect(broken.exit).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({
      ok: false,
      source: "staff",
      rows: [{ key: { pk: "STAFF#b" }, version: 2, states: { licenceNo: "invalid", wards: "valid" } }],
      more: false,
      next: null,
    });
    expect(broken.out).not.toContain("geheim");
  });

  test("goes on where it ended, but hands out no private key", async () => {
    const first = await hospital(["list", "--source", "staff", "--limit", "1"]);
    const [, token = ""] = /--after (\S+)$/.exec(first.err) ?? [];
    const second = await hospital(["list", "--source", "staff", "--limit", "1", "--after", token]);
    expect(new Set([first.out, second.out].map((out) => out.split(" ")[0]))).toEqual(new Set(["STAFF#a", "STAFF#b"]));
    for (const name of ["anna", "ben"])
      await hospital(["put", "--source", "mail", "--given", `user.email=${name}@example.eu`, "signature=x"]);
    const mail = await hospital(["list", "--source", "mail", "--limit", "1"]);
    expect(mail).toMatchObject({
      exit: 0,
      err: "1 rows, and there are more; --all shows them",
      out: expect.stringMatching(/^[\w-]{22} {2}valid signature$/) as string,
    });
    const revealed = await hospital(["list", "--source", "mail", "--all", "--reveal", "--reason", "x"]);
    expect(revealed.out).toContain("MAIL#anna@example.eu  valid signature");
    expect(JSON.parse(revealed.err.split("\n")[0] ?? "")).toMatchObject({
      action: "list",
      subject: null,
      sources: { mail: 2 },
    });
  });

  test("says in the audit line how many rows a reveal is about to show, and none where there are none", async () => {
    const reveal = ["list", "--source", "mail", "--reveal", "--reason", "x"];
    const counts = async (...more: string[]): Promise<unknown[]> => {
      const { err } = await hospital([...reveal, ...more]);
      const lines = err.split("\n").filter((line) => line.startsWith("{"));
      return lines.map((line) => (JSON.parse(line) as { sources: object }).sources);
    };
    expect(await counts("--limit", "1")).toEqual([{ mail: 1 }]);
    expect(await counts("--invalid")).toEqual([{ mail: 0 }]);
    const unwritten = await hospital([...reveal, "--audit", "folder/"]);
    expect(unwritten).toMatchObject({
      exit: 3,
      out: "",
      err: expect.stringContaining("so nothing is shown") as string,
    });
  });

  test("and get hide what a key ends with where the map does not say what that is, or says that it is private", async () => {
    const { memberships } = PLAN.sources;
    const withKey = (of: object): string => {
      const attributes = { ...memberships?.attributes, ...of };
      return JSON.stringify({ ...PLAN, sources: { ...PLAN.sources, memberships: { ...memberships, attributes } } });
    };
    const plans = {
      "undeclared.json": withKey({}),
      "private.json": withKey({ sk: { type: "string", class: "pii", maxLength: 40, purpose: "x" } }),
      "open.json": withKey({ sk: { type: "string", class: "open", maxLength: 40 } }),
    };
    const asked = async (plan: string, ...argv: string[]): Promise<string> => {
      const done = await ran(["attributes", ...argv, "--source", "memberships", "--plan", plan], plans, ENVIRONMENT);
      return `${done.out}${done.err}`;
    };
    const put = ["put", "--sub", "k1", "--key", "sk=ORG#anna@example.eu", "role=owner"];
    expect(await asked("undeclared.json", ...put)).toContain("role written");
    for (const look of [["get", "--sub", "k1"], ["list"], ["list", "--limit", "1"], ["list", "--json"]]) {
      expect(await asked("undeclared.json", ...look)).not.toContain("anna@example.eu");
      expect(await asked("private.json", ...look)).not.toContain("anna@example.eu");
    }
    expect(await asked("undeclared.json", "get", "--sub", "k1")).toMatch(/^memberships: row [\w-]{22}, version 1\n/);
    expect(await asked("open.json", "get", "--sub", "k1")).toContain("USER#k1 / ORG#anna@example.eu");
    expect(await asked("open.json", "list")).toContain("USER#k1 / ORG#anna@example.eu");
    expect(await asked("private.json", "get", "--sub", "k1", "--reveal", "--reason", "x")).toContain("anna@example.eu");
  });
});

describe("attributes import", () => {
  /** Files that stay from one run to the next, as on a disk. */
  const disk = new Map<string, string>();
  const never = new Promise<void>(() => {});
  const world = (changes: Partial<Io> = {}): Partial<Io> => ({
    stopped: never,
    readFile: async (path) => disk.get(path) ?? PLANS[path as "clinic.json"] ?? readFileSync(path, "utf8"),
    readFrom: async function* (path, byte) {
      const text = disk.get(path);
      if (text === undefined) throw Object.assign(new Error("none"), { code: "ENOENT" });
      // In pieces that end anywhere.
      const bytes = Buffer.from(text);
      for (let at = byte; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
    },
    appendFile: async (path, text) => void disk.set(path, `${disk.get(path) ?? ""}${text}`),
    writeFile: async (path, contents) => void disk.set(path, String(contents)),
    ...changes,
  });
  const imported = (argv: readonly string[], changes: Partial<Io> = {}, table = "imported"): Promise<Ran> =>
    clinic(["import", ...argv, "--source", "staff"], {}, { ...TABLES, STAFF_TABLE: table }, { world: world(changes) });
  const rowsIn = async (table: string): Promise<Map<string, Record<string, unknown>>> => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    return new Map(Items.map((item) => unmarshall(item)).map((item) => [String(item["pk"]), item]));
  };
  const rejected = (): unknown[] =>
    (disk.get("rows.jsonl.rejected.jsonl") ?? "")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown);

  const ROWS = 120;
  const BROKEN = [7, 60, 61, 119];
  const line = (at: number): string =>
    JSON.stringify({
      "user.sub": `i${at}`,
      profession: BROKEN.includes(at) ? "geheim" : "nurse",
      clinicIds: [`c${at % 9}`],
    });

  beforeEach(() => {
    disk.clear();
    disk.set("rows.jsonl", `${Array.from({ length: ROWS }, (_, at) => line(at)).join("\n")}\n`);
  });

  test("killed in the middle, it goes on: each row written once, those that break the map listed by key and reason", async () => {
    // The worst moment: rows of a batch are written, and the journal does not know.
    let lines = 0;
    const dying = imported(["rows.jsonl"], {
      appendFile: async (path, text) => {
        lines += 1;
        if (lines > 2) {
          disk.set(path, `${disk.get(path)}${text.slice(0, 20)}`);
          throw new Error("killed");
        }
        disk.set(path, `${disk.get(path) ?? ""}${text}`);
      },
    });
    expect(await dying).toMatchObject({
      exit: 3,
      err: expect.stringContaining("rows.jsonl.state.jsonl: it cannot be written") as string,
    });
    expect((await rowsIn("imported")).size).toBe(100 - 3);
    const done = await imported(["rows.jsonl"]);
    expect(done).toMatchObject({
      exit: 1,
      out: "staff: 120 rows, 116 written, 4 rejected",
      err: "which, and why: rows.jsonl.rejected.jsonl",
    });
    const rows = await rowsIn("imported");
    expect(rows.size).toBe(ROWS - BROKEN.length);
    expect([...rows.values()].filter((row) => row["claimseal:version"] !== 1)).toEqual([]);
    expect(rejected()).toEqual(
      BROKEN.map((at) => ({
        line: at + 1,
        key: expect.stringMatching(/^[\w-]{22}$/) as string,
        code: "VALUE_INVALID",
        problems: [
          {
            attribute: "profession",
            problem: 'expected string, one of "physician", "nurse", "clerk"; got text of 6 characters',
          },
        ],
      })),
    );
    const kept = [...disk]
      .filter(([path]) => path !== "rows.jsonl")
      .map(([, text]) => text)
      .join();
    expect(kept + done.out + done.err).not.toMatch(/geheim|"i\d|nurse"[^,;]/);
    // Once more, and there is nothing to do.
    const again = await imported(["rows.jsonl", "--json"]);
    expect(JSON.parse(again.out)).toEqual({
      ok: false,
      source: "staff",
      file: "rows.jsonl",
      isWhole: true,
      rows: 120,
      written: 116,
      rejected: 4,
      report: "rows.jsonl.rejected.jsonl",
      state: "rows.jsonl.state.jsonl",
    });
    expect([...(await rowsIn("imported")).values()].filter((row) => row["claimseal:version"] !== 1)).toEqual([]);
  });

  test("stopped by the user, it finishes the batch, says where it stands, and goes on from there", async () => {
    const progress: string[] = [];
    const stopped = await imported(
      ["rows.jsonl"],
      { stopped: Promise.resolve(), progress: (text) => void progress.push(text) },
      "big",
    );
    expect(stopped).toMatchObject({ exit: 3, out: "staff: 50 rows, 49 written, 1 rejected" });
    expect(stopped.err).toContain("claimseal attributes: stopped before line 51; the same command goes on from there");
    expect(progress).toEqual([expect.stringMatching(/^50 rows, 1 rejected, [\d,]+ a second$/), ""]);
    expect(await imported(["rows.jsonl"], {}, "big")).toMatchObject({
      exit: 1,
      out: "staff: 120 rows, 116 written, 4 rejected",
    });
    expect([...(await rowsIn("big")).values()].filter((row) => row["claimseal:version"] !== 1)).toEqual([]);
  });

  test("of two at once the second refuses and touches nothing, and behind the first it goes on", async () => {
    const holders = new Set<string>();
    const hold: Io["hold"] = async (path) => {
      if (holders.has(path)) return null;
      holders.add(path);
      return async () => void holders.delete(path);
    };
    let second: Ran | undefined;
    let before = "";
    const first = await imported(
      ["rows.jsonl"],
      {
        hold,
        progress: () => {},
        appendFile: async (path, text) => {
          disk.set(path, `${disk.get(path) ?? ""}${text}`);
          if (second !== undefined || text.includes('"planSha256"')) return;
          before = disk.get(path) ?? "";
          second = await imported(["rows.jsonl", "--json"], { hold }, "big");
          expect(disk.get(path)).toBe(before);
        },
      },
      "big",
    );
    expect(first.out).toBe("staff: 120 rows, 116 written, 4 rejected");
    expect(second).toMatchObject({ exit: 3 });
    expect(JSON.parse(second?.out ?? "")).toEqual({
      ok: false,
      error: {
        code: "IMPORT_RUNNING",
        message:
          "rows.jsonl.state.jsonl.lock: another import of this file is under way; where none is, on no machine, remove it",
        problems: [],
      },
    });
    expect(holders.size).toBe(0);
    // A dry run writes nothing and waits for nobody; what fails lets go as well.
    expect((await imported(["rows.jsonl", "--dry-run"], { hold: async () => null }, "big")).exit).toBe(1);
    disk.set("rows.jsonl", `${disk.get("rows.jsonl")}${line(1)}\n`);
    expect((await imported(["rows.jsonl"], { hold }, "big")).exit).toBe(2);
    expect(holders.size).toBe(0);
    const readOnly = { hold: () => Promise.reject(new Error("read-only")) };
    expect(await imported(["rows.jsonl"], readOnly, "big")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("rows.jsonl.state.jsonl.lock: it cannot be written") as string,
    });
  });

  test("goes on only with the same file, map and options", async () => {
    await imported(["rows.jsonl"], { stopped: Promise.resolve() }, "big");
    const other = await imported(["rows.jsonl", "--if-absent"], {}, "big");
    expect(other).toMatchObject({
      exit: 2,
      err: expect.stringContaining("rows.jsonl.state.jsonl is of another import") as string,
    });
    disk.set("rows.jsonl", `${disk.get("rows.jsonl")}${line(1)}\n`);
    expect(await imported(["rows.jsonl"], {}, "big")).toMatchObject({ exit: 2 });
  });

  test.for(["user.sub\nk1\n", '{"user.sub":"k1"}\n', '{"v":1,"fi'])(
    "adds nothing to a file that is no journal of it: %o",
    async (text) => {
      disk.set("other", text);
      expect(await imported(["rows.jsonl", "--state", "other"])).toMatchObject({
        exit: 2,
        err: expect.stringContaining("name another with --state, or remove it to begin anew") as string,
      });
      expect(disk.get("other")).toBe(text);
    },
  );

  test("says of a journal that can no longer be written that it cannot, after a line that was cut off too", async () => {
    await imported(["rows.jsonl"], { stopped: Promise.resolve() }, "big");
    disk.set("rows.jsonl.state.jsonl", `${disk.get("rows.jsonl.state.jsonl")}{"next"`);
    const full = { appendFile: () => Promise.reject(new Error("full")) };
    expect(await imported(["rows.jsonl"], full, "big")).toMatchObject({
      exit: 3,
      err: expect.stringContaining("rows.jsonl.state.jsonl: it cannot be written, so the import stops") as string,
    });
  });

  test("takes cells, with quotes, line breaks and marks of other systems, and refuses columns that are none", async () => {
    disk.set(
      "rows.csv",
      '\ufeffuser.sub,legalName,clinicIds,licenceNo\r\nk1,"Anna ""A"", Test\nmann","[""c1"",""c2""]",\r\nk2,Ben,,"","zu viel"\r\nk3,"",,DE-1\r\n\r\nk1,Zwei,,\r\nk4,"offen\r\n',
    );
    const done = await imported(["rows.csv"], {}, "imported");
    expect(done).toMatchObject({ exit: 1, out: "staff: 5 rows, 2 written, 3 rejected" });
    const rows = await rowsIn("imported");
    expect(rows.get("STAFF#k1")).toMatchObject({ legalName: 'Anna "A", Test\nmann', clinicIds: ["c1", "c2"] });
    expect(rows.get("STAFF#k3")).toMatchObject({ legalName: "", licenceNo: "DE-1" });
    const told = (disk.get("rows.csv.rejected.jsonl") ?? "")
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each) as { line: number; code: string; problems: { problem: string }[] });
    expect(told.map(({ line: at, code, problems: [first] }) => [at, code, first?.problem])).toEqual([
      [4, "RECORD_INVALID", "no record of 4 cells"],
      [7, "ROW_REPEATED", "an earlier line is for the same row"],
      [8, "RECORD_INVALID", "no record of 4 cells"],
    ]);
    disk.set("odd.csv", "user.sub,licenseNo\nk1,x\n");
    expect(await imported(["odd.csv"])).toMatchObject({
      exit: 1,
      err: expect.stringContaining('odd.csv: column 2 is nothing of source "staff"; did you mean licenceNo?') as string,
    });
    disk.set("odd.csv", "a,a\n");
    expect(await imported(["odd.csv"])).toMatchObject({
      exit: 3,
      err: expect.stringContaining("its first line must name the columns, each once") as string,
    });
  });

  test("takes lines that are JSON objects, each name once, and no others", async () => {
    disk.set(
      "rows.jsonl",
      [
        '{"user.sub":"j1","profession":"clerk","profession":"nurse"}',
        "[1]",
        "{",
        "",
        '{"user.sub":"j2","profession":"clerk"}',
        `{"user.sub":"${"x".repeat(1_100_000)}"}`,
      ].join("\n"),
    );
    const done = await imported(["rows.jsonl", "--dry-run"]);
    expect(done).toMatchObject({ exit: 1, out: "staff: 5 rows, 1 would be written, 4 rejected" });
    expect(
      (rejected() as { line: number; problems: { problem: string }[] }[]).map(({ line: at, problems }) => [
        at,
        problems[0]?.problem,
      ]),
    ).toEqual([
      [1, "no JSON, or a name stands in it twice"],
      [2, "no JSON object"],
      [3, "no JSON, or a name stands in it twice"],
      [6, "no UTF-8, or longer than 1048576 bytes"],
    ]);
    expect(disk.has("rows.jsonl.state.jsonl")).toBe(false);
    expect((await rowsIn("imported")).has("STAFF#j2")).toBe(false);
  });
});

describe("attributes export and erase", () => {
  afterEach(() => vi.useRealTimers());

  test("an export is written for the person and for nobody else to read, after the audit line", async () => {
    const done = await clinic(["export", "--sub", ANNA, "--reason", "request 4711", "--out", "anna.json"]);
    expect(done).toMatchObject({ exit: 0, out: "", privately: ["anna.json"] });
    expect(done.err.split("\n")).toEqual([
      expect.stringContaining('"action":"export"'),
      'not read: KEY_UNKNOWN: source "partners": its key needs client.id',
      "held elsewhere, and not in here: Cognito (the user pool)",
    ]);
    const exported = JSON.parse(String(done.written.get("anna.json"))) as { sources: { rows: object[] }[] };
    expect(exported).toMatchObject({
      map: "clinic-eu",
      sources: [
        {
          source: "staff",
          table: "clinic-staff",
          region: "eu-central-1",
          residency: ["eu-central-1", "eu-west-1"],
          isOwn: true,
        },
      ],
      elsewhere: [
        { holder: "Cognito", attributes: { email: { class: "pii", purpose: expect.any(String) as string } } },
      ],
    });
    expect(exported.sources[0]?.rows).toMatchObject([
      { attributes: { licenceNo: { value: SECRET, purpose: expect.any(String) as string } } },
    ]);
  });

  test("an erasure is shown, then done with --yes, with a receipt that has no value", async () => {
    const shown = await clinic(["erase", "--sub", ANNA, "--dry-run"]);
    expect(shown).toMatchObject({ exit: 0, err: "" });
    expect(shown.written.size).toBe(0);
    expect(await stored("clinic-staff", `STAFF#${ANNA}`)).toMatchObject({ licenceNo: SECRET });
    const done = await clinic(["erase", "--sub", ANNA, "--reason", "request 4711", "--yes"]);
    expect(done.exit).toBe(0);
    expect(done.out).toContain(
      "clinic-eu@2026-11-22.1: erased\n  staff  1 row, 1 as a whole: bloodType, clinicIds, legalName, licenceNo, profession",
    );
    expect(await stored("clinic-staff", `STAFF#${ANNA}`)).toBeUndefined();
    const [[path, text] = ["", ""]] = [...done.written];
    expect(path).toMatch(/^claimseal-receipts\/\d{8}T\d{9}Z-[\w-]{22}\.json$/);
    expect(done.err).toBe(`receipt ${path}`);
    expect(JSON.parse(String(text))).toMatchObject({
      event: "claimseal.erase",
      dryRun: false,
      reason: "request 4711",
      map: "clinic-eu",
      sources: [{ source: "staff", rows: 1, deleted: 1 }],
    });
    expect(done.out + String(text)).not.toMatch(new RegExp(`${ANNA}|${SECRET}|Testmann|physician`));
  });

  test("an erasure that fails midway leaves a receipt of what is gone and what is not, and the error", async () => {
    const [rows, sub] = [
      ["--key", "sk=ORG#a", "org=a"],
      ["--sub", "person-erased-midway"],
    ];
    await hospital(["put", "--source", "memberships", ...sub, ...rows]);
    await hospital(["put", "--source", "staff", ...sub, "profession=nurse"]);
    const send = Object.getPrototypeOf(Object.getPrototypeOf(client)) as { send: typeof client.send };
    const sent = send.send;
    const denied = { name: "AccessDeniedException", $fault: "client", $metadata: { httpStatusCode: 400 } };
    let deleted = 0;
    const failing = vi.spyOn(send, "send").mockImplementation(function (this: typeof client, ...asked: unknown[]) {
      const [command] = asked as [object];
      if (command.constructor.name === "DeleteItemCommand") {
        deleted += 1;
        if (deleted > 1) return Promise.reject(Object.assign(new Error(sub[1]), denied));
      }
      return (sent as (...all: unknown[]) => Promise<unknown>).apply(this, asked);
    } as never);
    const erase = ["erase", ...sub, "--source", "memberships", "--source", "staff", "--yes", "--json"];
    const done = await hospital(erase);
    failing.mockRestore();
    expect(done.exit).toBe(4);
    const [[path, text] = ["", ""]] = [...done.written];
    expect(JSON.parse(String(text))).toMatchObject({
      dryRun: false,
      sources: [{ rows: 1 }, { rows: 0 }],
      interrupted: { because: "AWS_REFUSED", rows: [{ rows: 1 }] },
    });
    expect(done.err.split("\n").slice(0, 2)).toEqual([
      expect.stringMatching(
        /^interrupted; not known to be erased: (?:staff|memberships) 1 row; the same command goes on from there$/,
      ),
      `receipt ${path}`,
    ]);
    expect(done.err).toContain("claimseal attributes: AWS_REFUSED: ");
    expect(done.out + done.err + String(text)).not.toContain("person-erased-midway");
    expect((await hospital(erase)).exit).toBe(0);
    expect(await stored("people", "STAFF#person-erased-midway")).toBeUndefined();
  });
});

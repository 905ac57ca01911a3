import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkClaimMap } from "../../claims/check.ts";
import { planDigest } from "../../claims/digest.ts";
import { writeEvidence } from "../../cli/audit/evidence.ts";
import { selfTest } from "../../cli/audit/self-test.ts";
import { readVectors, type VectorFile } from "../../cli/audit/vectors.ts";
import type { Io } from "../../cli/io.ts";
import type { AuditReport } from "../../deploy/audit-report.ts";
import { type KeysInMemory, keysInMemory } from "../../local/keys-in-memory.ts";
import { cleanPool, clinicPlan, type Doc } from "../deploy/doctor/a-clean-pool.ts";
import { FLAWED_MAP, SMALL_MAP } from "./a-small-map.ts";
import { type Ran, ran as ranWhole } from "./recorded-io.ts";

const CLINIC = "mappings/clinic-eu.claims.yaml";
const files = { "m.claims.yaml": SMALL_MAP };

/** Without the frozen envelopes, which take most of an audit's time and are the same for all. */
function ran(...[argv, given = {}, environment = {}, options = {}]: Parameters<typeof ranWhole>): Promise<Ran> {
  const isFrozen = (path: string): boolean => path.startsWith(resolve("vectors/v1"));
  const missing = Promise.reject(Object.assign(new Error("gone"), { code: "ENOENT" }));
  missing.catch(() => {});
  const read = async (path: string): Promise<string> =>
    isFrozen(path) ? missing : (given[path] ?? readFile(path, "utf8"));
  return ranWhole(argv, given, environment, { ...options, world: { readFile: read, ...options.world } });
}

const TEST = `version: 1
map: ./m.claims.yaml
clock: 2026-11-22T10:00:00Z
env: { STAFF_TABLE: staff, WEB_CLIENT: web1, TILLS_KEY_ARN: "arn:aws:kms:eu-central-1:111122223333:key/tills" }
tables: { staff: [{ pk: STAFF#u1, shopId: s1, role: clerk, taxNo: DE-48213377 }] }
cases:
  - name: a clerk
    event: { grant: user, client: web1, sub: u1, scopes: [openid] }
    expect: { access: { shop_id: s1 }, opened: { tills: { tax_no: DE-48213377 } }, nowhere: [DE-48213377] }
  - { name: somebody unknown, event: { like: 0, sub: u2 }, expect: { refused: SOURCE_MISSING } }
`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-22T10:00:00.000Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What was written below a folder, as the files of a later run. */
function written({ written: all }: Ran): Record<string, string> {
  return Object.fromEntries([...all].map(([path, text]) => [path, String(text)]));
}

const audits = new Map<string, Record<string, string>>();

/** An audit of the small map, made a month ago, with its folder; of each map once. */
async function lastMonth(map: string = SMALL_MAP): Promise<Record<string, string>> {
  const known = audits.get(map);
  if (known) return { ...known };
  vi.setSystemTime(Date.parse("2026-10-22T10:00:00.000Z"));
  const done = written(await ran(["audit", "m.claims.yaml", "--out", "old"], { "m.claims.yaml": map }));
  vi.setSystemTime(Date.parse("2026-11-22T10:00:00.000Z"));
  audits.set(map, done);
  return { ...done };
}

describe("an audit", () => {
  test("of the clinic answers what, why, from where, to whom, under which key, in which region, and by whose word", async () => {
    const { exit, out, err } = await ranWhole(["audit", CLINIC]);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(
      /^# Audit of clinic-eu\n\nMade on 2026-11-22 at 10:00:00.000Z by claimseal 1\.2\.3 on Node\.js v\d/,
    );
    expect(out).toContain(
      "### `staff.licenceNo`, pii\n\nWhy: national medical register id. From: source `staff`, the table `${env:STAFF_TABLE}` in `eu-central-1`",
    );
    expect(out).toContain(
      "| **every API** | `staff_ref`, informs, profile clinician | a pseudonym of it | access token, in the clear | `${env:PSEUDONYM_KEY_ARN}`, makes pseudonyms | eu-central-1 | **dpo@clinic.example**: joins in logs without the number (declassify) |",
    );
    expect(out).toMatch(/\| tests \| (\d+) of \1 passed \|/);
    expect(out).toContain("| cryptography | passed |");
    expect(out).toContain("| frozen envelopes | 79 of 79 | 538 of 538 |");
    expect(out).toContain("| deployed keys and policies | not checked: no export of the pool was given |");
  });

  test("is printed as the table, as JSON with digests of what it speaks of, or as the page", async () => {
    const [csv, json, md] = await Promise.all(
      ["csv", "json", "md"].map((format) => ran(["audit", "m.claims.yaml", "--format", format], files)),
    );
    expect(csv?.out).toMatch(/^data,class,purpose,/);
    expect(csv?.out).toContain(
      '\r\nstaff.taxNo,pii,"printed on invoices",table,staff,"${env:STAFF_TABLE}",eu-central-1,',
    );
    const report = JSON.parse(json?.out ?? "") as AuditReport;
    expect(report).toMatchObject({
      v: 1,
      madeAt: "2026-11-22T10:00:00.000Z",
      ok: true,
      tests: null,
      since: null,
      deployment: null,
    });
    expect(report.tool).toEqual({ claimseal: "1.2.3", node: process.version });
    expect(report.digests).toMatchObject({ map: sha256(SMALL_MAP), plan: planDigest(report.plan), export: null });
    expect(report.plan).toEqual(checkClaimMap(SMALL_MAP).plan);
    expect(md?.out).toBe((await ran(["audit", "m.claims.yaml"], files)).out);
  });

  test("takes the map from standard input, where no tests can stand beside it", async () => {
    const { exit, out } = await ran(["audit", "-"], {}, {}, { input: SMALL_MAP });
    expect(exit).toBe(0);
    expect(out).toContain("| tests | none beside the map |");
  });

  test("of a map with errors ends as its check does", async () => {
    const done = await ran(["audit", "m.claims.yaml"], { "m.claims.yaml": FLAWED_MAP });
    expect(done).toMatchObject({ exit: 5, out: "" });
    expect(done.err).toContain("claimseal audit: the map has errors");
  });

  test("tells of warnings, which are no failure", async () => {
    const map = SMALL_MAP.replace("class: open, maxLength: 12", "class: open");
    const { exit, out } = await ran(["audit", "m.claims.yaml"], { "m.claims.yaml": map });
    expect(exit).toBe(0);
    expect(out).toMatch(/\| CS601 \| warning \| `profiles\.clerk\.claims\.shop_id/);
  });
});

describe("tests beside the map", () => {
  test("that cannot be read are not taken for none: exit 3", async () => {
    const readFile = async (path: string): Promise<string> => {
      if (path === "m.claims.yaml") return SMALL_MAP;
      throw Object.assign(new Error("no"), { code: path === "m.claims.test.yaml" ? "EACCES" : "ENOENT" });
    };
    expect(await ran(["audit", "m.claims.yaml"], {}, {}, { world: { readFile } })).toMatchObject({
      exit: 3,
      out: "",
      err: "claimseal audit: m.claims.test.yaml: it cannot be read",
    });
  });

  test("are run, and told by name and outcome, without what they put in", async () => {
    const { exit, out } = await ran(["audit", "m.claims.yaml", "--format", "json"], {
      ...files,
      "m.claims.test.yaml": TEST,
    });
    expect(exit).toBe(0);
    expect((JSON.parse(out) as AuditReport).tests).toEqual({
      file: "m.claims.test.yaml",
      sha256: sha256(TEST),
      ok: true,
      cases: [
        { name: "a clerk", ok: true, refused: null },
        { name: "somebody unknown", ok: true, refused: "SOURCE_MISSING" },
      ],
    });
    expect(out).not.toContain("DE-48213377");
  });

  test("that fail, or cannot be run, or are of another map, fail the audit", async () => {
    const tests = [
      TEST.replace("shop_id: s1", "shop_id: s9"),
      TEST.replace("cases:", "case:"),
      TEST.replace("./m.claims.yaml", "./other.claims.yaml"),
    ];
    const other = SMALL_MAP.replace("name: shop", "name: other");
    const done = await Promise.all(
      tests.map((text) =>
        ran(["audit", "m.claims.yaml"], { ...files, "other.claims.yaml": other, "m.claims.test.yaml": text }),
      ),
    );
    expect(done.map(({ exit }) => exit)).toEqual([1, 1, 1]);
    expect(done[0]?.out).toContain("| tests | 1 of 2 passed |");
    expect(done[0]?.out).toContain("| a clerk | **failed** | a token |");
    for (const { out } of done.slice(1)) expect(out).toContain("| tests | **they cannot be run** |");
  });
});

describe("with an export", () => {
  /** The clinic's map, where its tests do not stand beside it. */
  const map = readFileSync(CLINIC, "utf8");
  const audit = (pool: Doc, ...options: readonly string[]): Promise<Ran> => {
    const given = { "c.claims.yaml": map, "pool.json": JSON.stringify(pool) };
    return ran(["audit", "c.claims.yaml", "--from", "pool.json", ...options], given);
  };

  test("keys and policies are held against the map", async () => {
    const { exit, out } = await audit(cleanPool());
    expect(exit).toBe(0);
    expect(out.match(/\| as the map has it \|/g)).toHaveLength(3);
    expect(out).toMatch(/\| the export of the pool \| `[0-9a-f]{64}` \|/);
  });

  test("what is wrong fails the audit, by the doctor's codes", async () => {
    const pool = JSON.parse(JSON.stringify(cleanPool()).replaceAll("role/care-api", "role/other")) as Doc;
    const { exit, out } = await audit(pool);
    expect(exit).toBe(1);
    expect(out).toContain("| outcome | **errors** |");
    expect(out).toMatch(/\| care-api \| seals data keys \| .* \| `DR704`, `DR707` \|/);
    expect(out).toMatch(/\| DR707 \| error \| `keys\.care-api\.policy` \|/);
  });

  test("readers that are variables are taken from --env", async () => {
    const role = "arn:aws:iam::111122223333:role/care-api";
    const pool = cleanPool(clinicPlan([role, "${env:CARE_READER_ROLE}"]));
    const given = { "c.claims.yaml": map.replace(role, "${env:CARE_READER_ROLE}"), "pool.json": JSON.stringify(pool) };
    const argv = ["audit", "c.claims.yaml", "--from", "pool.json"];
    expect((await ran(argv, given)).out).toContain("not checked: a reader of the map is a variable");
    expect((await ran([...argv, "--env", `CARE_READER_ROLE=${role}`], given)).out).not.toContain("is a variable");
  });
});

describe("evidence", () => {
  test("is a folder with map, plan, report, findings and tests, and a manifest of all their digests", async () => {
    const done = await ran(["audit", "m.claims.yaml", "--out", "new"], { ...files, "m.claims.test.yaml": TEST });
    const all = written(done);
    expect(done).toMatchObject({ exit: 0, out: "" });
    expect(Object.keys(all)).toEqual(
      [
        "map.claims.yaml",
        "plan.json",
        "report.md",
        "inventory.csv",
        "report.json",
        "check.json",
        "tests.json",
        "MANIFEST.json",
      ].map((name) => `new/${name}`),
    );
    expect(all["new/map.claims.yaml"]).toBe(SMALL_MAP);
    const manifest = JSON.parse(all["new/MANIFEST.json"] ?? "") as { files: object; report: string };
    expect(manifest).toMatchObject({ v: 1, madeAt: "2026-11-22T10:00:00.000Z", map: { name: "shop", revision: "1" } });
    expect(manifest.report).toBe((JSON.parse(all["new/report.json"] ?? "") as AuditReport).digests.report);
    const digests = Object.entries(all)
      .filter(([path]) => path !== "new/MANIFEST.json")
      .map(([path, text]) => [path.replace("new/", ""), sha256(text)]);
    expect(manifest.files).toEqual(Object.fromEntries(digests));
    expect(done.err).toContain(`SHA-256 of MANIFEST.json: ${sha256(all["new/MANIFEST.json"] ?? "")}`);
    for (const text of Object.values(all)) expect(text).not.toContain("DE-48213377");
  });

  test("holds what the doctor says and what has changed, where those are there, and is printed as well if asked for", async () => {
    const argv = ["audit", "m.claims.yaml", "--from", "pool.json", "--since", "old", "--out", "new", "--format", "csv"];
    const done = await ran(argv, { ...(await lastMonth()), ...files, "pool.json": JSON.stringify(cleanPool()) });
    // The small map's pool is another: that is found, and the evidence is written all the same.
    expect(done.exit).toBe(1);
    expect(Object.keys(written(done))).toEqual(expect.arrayContaining(["new/doctor.json", "new/since.json"]));
    expect(done.out).toMatch(/^data,class,/);
  });

  test("that cannot be written is exit 3, with the file", async () => {
    const { out } = await ran(["audit", "m.claims.yaml", "--format", "json"], files);
    const io = { writeFile: () => Promise.reject(new Error("read-only")) } as unknown as Io;
    const writing = writeEvidence("new", JSON.parse(out) as AuditReport, new Map([["report.md", ""]]), io);
    await expect(writing).rejects.toMatchObject({ exit: 3, message: "new/report.md: it cannot be written" });
  });
});

describe("--since", () => {
  const wider = SMALL_MAP.replace("sealFor: [tills]", "sealFor: [tills], to: [id]");
  const since = (old: Record<string, string>, path = "old", map = wider): Promise<Ran> =>
    ran(["audit", "m.claims.yaml", "--since", path], { ...old, "m.claims.yaml": map });

  test.for(["old", "old/report.json"])("%s says what has changed, and marks what gives anybody more", async (path) => {
    const { exit, out } = await since(await lastMonth(), path);
    expect(exit).toBe(0);
    expect(out).toContain("| since the last audit | 1 difference since 2026-10-22, **somebody gets more** |");
    expect(out).toMatch(/\| \*\*widens\*\* \| the client \| the client can now read .*tax/);
  });

  test("nothing has changed of a map that is the same", async () => {
    const { out } = await since(await lastMonth(), "old", SMALL_MAP);
    expect(out).toContain("Everybody gets what they got then.");
  });

  test("refuses the audit of another map", async () => {
    const done = await since(await lastMonth(SMALL_MAP.replace("name: shop", "name: stall")));
    expect(done).toMatchObject({ exit: 2, out: "" });
    expect(done.err).toContain("claimseal audit: old: the audit of another map");
  });

  test("refuses a report that is not as it was made", async () => {
    const old = await lastMonth();
    const changed = { ...old, "old/report.json": (old["old/report.json"] ?? "").replace("2026-10-22", "2026-11-22") };
    const inFolder = await since(changed);
    expect(inFolder).toMatchObject({ exit: 1, out: "" });
    expect(inFolder.err).toBe("claimseal audit: old/report.json: not as it was made, by MANIFEST.json beside it");
    const alone = await since(changed, "old/report.json");
    expect(alone.err).toBe("claimseal audit: old/report.json: no report of claimseal audit, or not as it was made");
  });

  test("refuses a folder of which any file has changed or is gone", async () => {
    const old = await lastMonth();
    for (const name of ["map.claims.yaml", "plan.json", "inventory.csv", "report.md"]) {
      const done = await since({ ...old, [`old/${name}`]: `${old[`old/${name}`]} ` });
      expect(done).toMatchObject({ exit: 1, err: expect.stringContaining(`old/${name}: not as it was made`) });
    }
    const { "old/plan.json": _, ...gone } = old;
    expect(await since(gone)).toMatchObject({
      exit: 3,
      err: expect.stringContaining("old/plan.json: there is no such file"),
    });
  });

  test.for([
    "{",
    "[]",
    "null",
    '{"files":{}}',
    '{"files":{"report.json":"x","../../etc/hosts":"x"}}',
    '{"files":{"report.json":"x",".env":"x"}}',
  ])("refuses a manifest such as %s", async (manifest) => {
    const done = await since({ ...(await lastMonth()), "old/MANIFEST.json": manifest });
    expect(done).toMatchObject({ exit: 1, err: "claimseal audit: old/MANIFEST.json: no manifest of claimseal audit" });
  });
});

describe("--max-age", () => {
  const fresh = (old: Record<string, string>, age: string, map = SMALL_MAP, path = "old"): Promise<Ran> =>
    ran(["audit", "m.claims.yaml", path, "--max-age", age], { ...old, "m.claims.yaml": map });

  test("passes what is just as old as it may be, and fails what is older", async () => {
    const old = await lastMonth();
    expect(await fresh(old, "31d")).toMatchObject({
      exit: 0,
      err: "",
      out: "old: of this map, made on 2026-10-22, without errors",
    });
    vi.setSystemTime(Date.parse("2026-11-22T10:00:00.001Z"));
    expect(await fresh(old, "31d", SMALL_MAP, "old/report.json")).toMatchObject({
      exit: 1,
      out: "old/report.json: it was made 31 days ago, on 2026-10-22",
    });
    expect((await fresh(old, "12h")).exit).toBe(1);
  });

  test("fails for a map that has changed, for an audit that found errors, and says all that is wrong", async () => {
    const old = await lastMonth();
    const failed = written(
      await ran(["audit", "m.claims.yaml", "--out", "old"], {
        ...files,
        "m.claims.test.yaml": TEST.replace("s1,", "s9,"),
      }),
    );
    expect(await fresh(old, "1d", SMALL_MAP.replace('revision: "1"', 'revision: "2"'))).toMatchObject({
      exit: 1,
      out: "old: it was made 31 days ago, on 2026-10-22\nold: it is of another map, or the map has changed since",
    });
    expect(await fresh(failed, "1d")).toMatchObject({ exit: 1, out: "old: it found errors" });
  });
});

const misuse: readonly (readonly [argv: readonly string[], exit: number, said: string])[] = [
  [[], 2, "MAP is missing"],
  [["m.claims.yaml", "old"], 2, "REPORT goes with --max-age; for what changed, use --since"],
  [["m.claims.yaml", "--max-age", "31d"], 2, "--max-age needs a REPORT behind the map"],
  [["m.claims.yaml", "old", "--max-age", "month"], 2, "--max-age takes days or hours, such as 31d or 12h"],
  [
    ["m.claims.yaml", "old", "--max-age", "1d", "--from", "p", "--out", "o"],
    2,
    "--max-age audits nothing; leave out --from, --out",
  ],
  [["m.claims.yaml", "old", "--max-age", "1d"], 3, "old: there is no such file"],
  [["m.claims.yaml", "--format", "pdf"], 2, "--format is one of md, csv, json"],
  [["m.claims.yaml", "--from", "-"], 2, "--from takes a file here: its digest stands in the report"],
  [["m.claims.yaml", "--from", "nowhere.json"], 3, "nowhere.json: there is no such file"],
  [["m.claims.yaml", "--from", "m.claims.yaml"], 3, "m.claims.yaml: not valid JSON"],
  [["m.claims.yaml", "--since", "nowhere"], 3, "nowhere: there is no such file"],
  [["nowhere.claims.yaml"], 3, "nowhere.claims.yaml: there is no such file"],
];
test.for(misuse)("%j ends with exit %i and says why", async ([argv, exit, said]) => {
  const done = await ran(["audit", ...argv], files);
  expect(done).toMatchObject({ exit, out: "" });
  expect(done.err).toContain(`claimseal audit: ${said}`);
});

describe("the self-test", () => {
  test("opens what it sealed in every mode, and has everything else refused", async () => {
    const done = await selfTest(null);
    expect(done.ok).toBe(true);
    expect(
      done.modes.map(({ mode, opened, refused, ofRefused }) => [mode, opened, refused === ofRefused && refused > 4]),
    ).toEqual([
      ["envelope", 1, true],
      ["asymmetric", 1, true],
      ["direct", 1, true],
    ]);
  });

  test("says where frozen envelopes are not there, which is no failure", async () => {
    const none = await readVectors({ readFile: () => Promise.reject(new Error("gone")) });
    expect(none).toBeNull();
    expect(await selfTest(none)).toMatchObject({ ok: true, vectors: null });
  });

  test.for<readonly [string, (path: string) => Promise<string>, string]>([
    [
      "one of them is gone",
      (path) => (path.endsWith("direct-open.json") ? Promise.reject(new Error("gone")) : Promise.resolve("{}")),
      "vectors/v1/direct-open.json: there is no such file, and there are others beside it; install claimseal anew",
    ],
    [
      "one of them is damaged",
      async (path) => (path.endsWith("/open.json") ? "" : "{}"),
      "vectors/v1/open.json: not valid JSON; install claimseal anew",
    ],
  ])("does not pass for want of frozen envelopes: %s", async ([, readFrozen, message]) => {
    await expect(readVectors({ readFile: readFrozen })).rejects.toMatchObject({ exit: 3, message });
  });

  const broken: readonly (readonly [how: string, breaks: (keys: KeysInMemory) => KeysInMemory])[] = [
    ["what opens is not what was sealed", (keys) => ({ ...keys, open: async () => new Map([["drawn", "another"]]) })],
    ["nothing opens", (keys) => ({ ...keys, open: () => Promise.reject(new Error("down")) })],
    [
      "another's opens as well",
      (keys) => {
        let first: ReturnType<KeysInMemory["open"]> | undefined;
        return { ...keys, open: (...given) => (first ??= keys.open(...given)) };
      },
    ],
  ];
  test.for(broken)("fails where %s", async ([, breaks]) => {
    expect((await selfTest(null, () => breaks(keysInMemory()))).ok).toBe(false);
  });

  test("fails where a frozen envelope does what it did not do before", async () => {
    const all = await readVectors({ readFile: async (path) => readFileSync(path, "utf8") });
    const few = (all ?? []).map((file) => ({ ...file, vectors: file.vectors.slice(0, 2) }));
    const [open, refuse] = [few[0]!, few[1]!];
    expect(await selfTest([open, refuse])).toMatchObject({ ok: true, vectors: { ofOpened: 2, ofRefused: 2 } });
    const [first, other] = [open.vectors[0], refuse.vectors[0]];
    const spoiled: readonly VectorFile[][] = [
      [{ ...open, vectors: [{ ...first!, claims: { licence_no: "another" } }] }, refuse],
      [open, { ...refuse, vectors: [{ ...other!, code: "SEALED_BINDING" }] }],
      [open, { ...open, vectors: [{ ...first!, code: "SEALED_INTEGRITY" }] }],
      [],
    ];
    for (const files of spoiled) expect((await selfTest(files)).ok).toBe(false);
  });
});

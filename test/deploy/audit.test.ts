import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { Approval, Plan } from "../../claims/plan.ts";
import { type Audit, auditReport, readAuditReport } from "../../deploy/audit.ts";
import { ageMs, whyNotFresh } from "../../deploy/audit-age.ts";
import { inventoryCsv } from "../../deploy/audit-csv.ts";
import type { Deployed } from "../../deploy/audit-keys.ts";
import { auditMarkdown } from "../../deploy/audit-markdown.ts";
import type { AuditReport, SelfTest } from "../../deploy/audit-report.ts";
import { examine } from "../../deploy/doctor/examine.ts";
import { readPoolExport } from "../../deploy/doctor/pool-export.ts";
import { eventLoggingIn } from "../../triggers/event-logging.ts";
import { aClaim, aPlan, aProfile } from "../claims/a-plan.ts";
import { NAUGHTY } from "../claims/naughty/naughty-strings.ts";
import { BILLING_KEY, CARE_KEY, PSEUDONYM_KEY } from "./a-deployment.ts";
import { cleanPool, clinicPlan, type Doc } from "./doctor/a-clean-pool.ts";
import { at, set } from "./doctor/flaws/flaw.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const DAY = 86_400_000;
const MADE = Date.parse("2026-11-22T10:00:00.000Z");

const passed: SelfTest = {
  ok: true,
  modes: ["envelope", "asymmetric", "direct"].map((mode) => ({
    mode,
    opened: 1,
    ofOpened: 1,
    refused: 8,
    ofRefused: 8,
  })),
  vectors: { opened: 79, ofOpened: 79, refused: 538, ofRefused: 538 },
};

function audited(changes: Partial<Audit> = {}): AuditReport {
  const audit: Audit = {
    plan: clinicPlan(),
    madeAt: new Date(MADE).toISOString(),
    tool: { claimseal: "1.2.3", node: "v22.12.0" },
    findings: [],
    deployed: null,
    selfTest: passed,
    tests: null,
    previous: null,
    digests: { map: sha256("map"), bundle: sha256("bundle"), export: null, assurance: null },
    ...changes,
  };
  return auditReport(audit, sha256);
}

function deployed(pool: Doc, plan: Plan = clinicPlan()): Deployed {
  const read = readPoolExport(pool);
  return { pool: read, diagnosis: examine(read, { plan, eventLogging: eventLoggingIn }) };
}

/** As a file would hold it. */
function written(report: AuditReport): { [name: string]: unknown } {
  return JSON.parse(JSON.stringify(report)) as { [name: string]: unknown };
}

/** The cells of every table line, as GitHub Flavored Markdown cuts them: a backslash takes the next sign with it. */
function tableLines(markdown: string): readonly (readonly string[])[] {
  const rows = markdown.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) => [...row.matchAll(/((?:\\[^\w\s]|[^|])*)\|/g)].map(([, cell = ""]) => cell.trim()).slice(1));
}

/** As a spreadsheet reads it (RFC 4180). */
function csvLines(csv: string): readonly (readonly string[])[] {
  return csv
    .split("\r\n")
    .slice(0, -1)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, bare = ""]) =>
        quoted === undefined ? bare : quoted.replaceAll('""', '"'),
      ),
    );
}

test("the audit of the clinic, with its pool, is the page that stands beside this test", async () => {
  const report = audited({
    deployed: deployed(cleanPool()),
    tests: {
      file: "clinic-eu.claims.test.yaml",
      sha256: sha256("tests"),
      ok: true,
      cases: [
        { name: "a physician in the clinic she chose", ok: true, refused: null },
        { name: "a foreign clinic is refused", ok: true, refused: "TENANT_REFUSED" },
      ],
    },
    previous: audited({
      plan: clinicPlan(["sealFor: [care-api, billing-api]", "sealFor: [care-api]"]),
      madeAt: "2026-10-22T10:00:00.000Z",
    }),
  });
  const page = auditMarkdown(report)
    .replaceAll(/[0-9a-f]{64}/g, "(sha256)")
    .replaceAll(/of \d+ checks/g, "of all checks");
  // `npx vitest run test/deploy/audit.test.ts -u` writes it anew.
  await expect(page).toMatchFileSnapshot("./clinic-eu.audit.md");
});

describe("a report", () => {
  test("is the same for the same things at the same time", () => {
    expect(audited()).toEqual(audited());
    expect(audited().digests.report).not.toBe(audited({ madeAt: "2026-11-22T10:00:01.000Z" }).digests.report);
  });

  test("reads as it was written, and is none with anything changed in it", () => {
    const report = audited({ deployed: deployed(cleanPool()), previous: audited() });
    expect(readAuditReport(written(report), sha256)).toEqual(report);
    const places = leaves(written(report));
    expect(places.length).toBeGreaterThan(500);
    // Every fiftieth, and every digest of its own.
    const chosen = places.filter((path, index) => index % 50 === 0 || path[0] === "digests");
    const unnoticed = chosen.filter((path) => {
      const changed = written(report);
      let owner = changed;
      for (const step of path.slice(0, -1)) owner = owner[step] as { [step: string]: unknown };
      const last = path.at(-1) ?? "";
      owner[last] = owner[last] === null ? "x" : null;
      return readAuditReport(changed, sha256) !== null;
    });
    expect(unnoticed).toEqual([]);
  });

  test.for([
    null,
    undefined,
    7,
    "report",
    [],
    {},
    { v: 1 },
    { v: 1, digests: null, plan: {} },
    { v: 2, digests: {}, plan: {} },
  ])("is none in %j", (value) => {
    expect(readAuditReport(value, sha256)).toBeNull();
  });

  test("fails where anything that was looked at does", () => {
    expect(audited().ok).toBe(true);
    const failing: readonly Partial<Audit>[] = [
      { selfTest: { ...passed, ok: false } },
      { tests: { file: "t", sha256: "", ok: false, cases: [] } },
      { deployed: deployed(withRole(cleanPool(), "arn:aws:iam::111122223333:role/other")) },
    ];
    expect(failing.map((changes) => audited(changes).ok)).toEqual([false, false, false]);
    expect(auditMarkdown(audited(failing[0]))).toContain("| cryptography | **failed** |");
    expect(auditMarkdown(audited(failing[1]))).toContain("| tests | **they cannot be run** |");
  });

  test("holds no value of a variable that is not the map's, and names of what is found alone", () => {
    const secret = "c4n4ryS3cr3tV4lu3";
    const pool = cleanPool();
    set(at(pool, "functionConfiguration", "Environment", "Variables"), { HOOK_API_KEY: secret });
    const report = audited({ deployed: deployed(pool) });
    for (const form of [JSON.stringify(report), auditMarkdown(report), inventoryCsv(report.inventory)]) {
      expect(form).not.toContain(secret);
    }
  });
});

/** Paths of everything in JSON that holds nothing itself. */
function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, each]) => leaves(each, [...path, name]));
}

/** With everybody who opens for the care service replaced by somebody else. */
function withRole(pool: Doc, role: string): Doc {
  return JSON.parse(JSON.stringify(pool).replaceAll("arn:aws:iam::111122223333:role/care-api", role)) as Doc;
}

describe("a key", () => {
  const keysOf = (changes: Partial<Audit>) =>
    audited(changes).keys.map(({ name, arn, found, notChecked }) => ({ name, arn, found, notChecked }));

  test("is not checked without an export, and says so", () => {
    const open = { arn: null, found: null, notChecked: ["no export of the pool was given"] };
    expect(keysOf({})).toEqual([
      { name: "care-api", ...open },
      { name: "billing-api", ...open },
      { name: "pseudonyms", ...open },
    ]);
  });

  test("is held against the map where it is deployed, by the doctor's own checks", () => {
    const sound = { found: [], notChecked: [] };
    expect(keysOf({ deployed: deployed(cleanPool()) })).toEqual([
      { name: "care-api", arn: CARE_KEY, ...sound },
      { name: "billing-api", arn: BILLING_KEY, ...sound },
      { name: "pseudonyms", arn: PSEUDONYM_KEY, ...sound },
    ]);
    const [care] = keysOf({ deployed: deployed(withRole(cleanPool(), "arn:aws:iam::111122223333:role/other")) });
    expect(care).toEqual({ name: "care-api", arn: CARE_KEY, found: ["DR704", "DR707"], notChecked: [] });
  });

  test("that the export does not hold was not looked at, one without a policy not all of it", () => {
    const pool = cleanPool();
    const keys = pool["keys"] as Doc[];
    pool["keys"] = keys.slice(1);
    delete (keys[1] as Doc)["policy"];
    const [care, billing] = keysOf({ deployed: deployed(pool) });
    expect(care).toMatchObject({ found: null, notChecked: ["it is not in the export"] });
    expect(billing).toMatchObject({ found: [], notChecked: ["it is not in the export"] });
  });

  test("is not known where the function's variables are not", () => {
    const pool = cleanPool();
    delete pool["functionConfiguration"];
    const [care] = keysOf({ deployed: deployed(pool) });
    expect(care).toEqual({
      name: "care-api",
      arn: null,
      found: null,
      notChecked: ["the map's variables are the function's, which are not in the export"],
    });
  });

  test("says which claims are sealed under it, or made with it, and who opens them", () => {
    const told = audited().keys.map(({ claims, readers }) => [...claims, ...readers]);
    expect(told).toEqual([
      ["legal_name", "licence_no", "blood_type", "duty_phone", "arn:aws:iam::111122223333:role/care-api"],
      ["legal_name", "employer", "arn:aws:iam::444455556666:role/billing-api"],
      ["staff_ref"],
    ]);
  });

  test("that readers hold themselves is nothing KMS could be asked about", () => {
    const key = `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${"A".repeat(85)}A==`;
    const [[name, server] = ["", undefined]] = Object.entries(aPlan().resourceServers);
    const plan = aPlan({ resourceServers: { [name]: { ...server!, seal: { key, mode: "asymmetric" } } } });
    expect(audited({ plan }).keys).toMatchObject([
      {
        key: expect.stringMatching(/^public key, SHA-256 /),
        found: null,
        notChecked: [expect.stringContaining("its readers hold it")],
      },
    ]);
  });
});

describe("what has changed since", () => {
  const before = audited({
    plan: clinicPlan(["sealFor: [care-api, billing-api]", "sealFor: [care-api]"]),
    madeAt: "2026-10-22T10:00:00.000Z",
    deployed: deployed(withRole(cleanPool(), "arn:aws:iam::111122223333:role/other")),
  });

  test("is told by reader, and marked where anybody gets more", () => {
    const { since } = audited({ previous: before });
    expect(since).toMatchObject({
      widens: true,
      previous: {
        madeAt: before.madeAt,
        ok: false,
        reportSha256: before.digests.report,
        planSha256: before.digests.plan,
      },
      differences: [
        { kind: "widen", readers: ["billing-api"], path: ["profiles", "clinician", "claims", "legal_name"] },
      ],
    });
    expect(auditMarkdown(audited({ previous: before }))).toMatch(
      /\| \*\*widens\*\* \| billing-api \| billing-api can now read /,
    );
  });

  test("is told of findings too, by code and place", () => {
    const gone = audited({ previous: before }).since?.findings.gone ?? [];
    expect(gone).toContain("DR707 keys.care-api.policy");
    expect(audited({ previous: before, deployed: deployed(cleanPool()) }).since?.findings.new).toEqual([]);
  });

  test("is nothing where nothing has", () => {
    const { since } = audited({ previous: audited() });
    expect(since).toMatchObject({ widens: false, differences: [], findings: { new: [], gone: [] } });
    expect(auditMarkdown(audited({ previous: audited() }))).toContain("Everybody gets what they got then.");
  });
});

describe("a report's age", () => {
  const limit = ageMs("31d") ?? 0;
  const why = (report: AuditReport, now: number, plan: Plan = clinicPlan()) => whyNotFresh(report, plan, limit, now);

  test("is in days or hours, and nothing else", () => {
    expect([ageMs("31d"), ageMs("12h"), ageMs("1d")]).toEqual([31 * DAY, DAY / 2, DAY]);
    const others = ["", "31", "d", "0d", "-1d", "1.5d", "31 d", "31D", "1w", "999999d", "1d1h"];
    expect(others.filter((text) => ageMs(text) !== null)).toEqual([]);
  });

  test("may be all that is allowed, and not a millisecond more", () => {
    expect(why(audited(), MADE + 31 * DAY)).toEqual([]);
    expect(why(audited(), MADE + 31 * DAY + 1)).toEqual(["it was made 31 days ago, on 2026-11-22"]);
    expect(whyNotFresh(audited(), clinicPlan(), 3_600_000, MADE + 5_400_000)).toEqual([
      "it was made 1 hour ago, on 2026-11-22",
    ]);
  });

  test("lies behind now, but for clocks that differ by minutes", () => {
    expect(why(audited(), MADE - 300_000)).toEqual([]);
    expect(why(audited(), MADE - 300_001)).toEqual(["it was made later than now: a clock is wrong"]);
    expect(why(audited({ madeAt: "some day" }), MADE)).toEqual(["it does not say when it was made"]);
  });

  test("is of no use for another map, or where the audit found errors", () => {
    const other = clinicPlan(["sealFor: [care-api, billing-api]", "sealFor: [care-api]"]);
    expect(why(audited(), MADE, other)).toEqual(["it is of another map, or the map has changed since"]);
    expect(why(audited({ selfTest: { ...passed, ok: false } }), MADE)).toEqual(["it found errors"]);
  });
});

describe("whatever texts a map holds", () => {
  const FORMULAS = [
    "=1+1",
    "+49 30",
    "-2",
    "@SUM(A1)",
    "\t=cmd|' /C calc'!A0",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\r\n=1",
  ];
  const MARKUP = [
    "| a | b |",
    "a\\|b",
    "<img src=x>",
    "[x](javascript:y)",
    "`code`",
    "**bold**",
    "a\n\n# heading",
    '"quoted", and more',
  ];
  const TEXTS = [...FORMULAS, ...MARKUP, ...NAUGHTY];

  function naughty(text: string): AuditReport {
    const approval: Approval = {
      what: "declassify",
      path: ["profiles", "p", "claims", text, "declassify"],
      reason: text,
      approvedBy: text,
    };
    const email = { type: "string", class: "pii", trust: "user", purpose: text } as const;
    const claim = aClaim(text, { op: "ref", ref: ["user", "email"] }, { to: ["access"] });
    const plan = aPlan({
      inputs: { user: { email, [text]: email }, metadata: {} },
      profiles: [aProfile({ name: "p", claims: [claim] })],
      approvals: [approval],
    });
    const tests = { file: text, sha256: "", ok: true, cases: [{ name: text, ok: true, refused: null }] };
    return audited({ plan, tests, previous: audited({ plan: aPlan() }) });
  }

  test("none is a formula in a spreadsheet, or leaves its cell", () => {
    const broken = TEXTS.filter((text) => {
      const [head = [], ...lines] = csvLines(inventoryCsv(naughty(text).inventory));
      const shown = text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\ufffd");
      const isShown = lines[0]?.[head.indexOf("purpose")]?.endsWith(shown) === true;
      const isTable = head.length === 25 && lines.every((cells) => cells.length === head.length);
      return (
        !isShown || !isTable || lines.flat().some((cell) => /^\s*[=+\-@＝＋－＠]|[\p{Cc}\p{Zl}\p{Zp}]/u.test(cell))
      );
    });
    expect(TEXTS.length).toBeGreaterThan(80);
    expect(broken).toEqual([]);
  });

  test("none formats the report, or ends a cell of it", () => {
    const broken = TEXTS.filter((text) => {
      const page = auditMarkdown(naughty(text));
      const isTable = isDeepStrictEqual(widthsOf(page), WIDTHS);
      const isHeaded = page.split("\n").filter((line) => line.startsWith("# ")).length === 1;
      // Outside of code, which shows it as it is, no text is markup.
      const prose = page.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, "");
      const isSeen = !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(page.replaceAll("\n", ""));
      return !isTable || !isHeaded || !isSeen || /(?<!\\)(?:<(?!br>|\/?code>)|\]\(|\*\*bold)/.test(prose);
    });
    expect(broken).toEqual([]);
  });

  const widthsOf = (page: string): readonly number[] =>
    [...new Set(tableLines(page).map((cells) => cells.length))].toSorted((one, other) => one - other);
  /** Columns that the report's tables have. */
  const WIDTHS = widthsOf(auditMarkdown(naughty("plain")));
});

test("lines of the table stand for what the report says, data that reach nobody among them", () => {
  const [head = [], ...lines] = csvLines(inventoryCsv(audited().inventory));
  const column = (name: string) => (cells: readonly string[]) => cells[head.indexOf(name)];
  expect(lines).toHaveLength(audited().inventory.reduce((sum, { flows }) => sum + Math.max(1, flows.length), 0));
  const pseudonym = lines.find((cells) => column("name")(cells) === "staff_ref") ?? [];
  expect(Object.fromEntries(head.map((name) => [name, column(name)(pseudonym)]))).toEqual({
    data: "staff.licenceNo",
    class: "pii",
    purpose: "national medical register id",
    origin: "table",
    source: "staff",
    place: "${env:STAFF_TABLE}",
    place_region: "eu-central-1",
    key_of_row: "pk = STAFF#{user.sub}",
    trust: "operator",
    residency: "eu-central-1 | eu-west-1",
    profile: "clinician",
    as: "claim",
    name: "staff_ref",
    effect: "informs",
    token: "access token, in the clear",
    reader: "every API",
    reader_roles: "",
    how: "a pseudonym of it",
    key: "${env:PSEUDONYM_KEY_ARN}",
    key_use: "pseudonym",
    key_region: "eu-central-1",
    approval: "declassify at profiles.clinician.claims.staff_ref.declassify",
    approved_by: "dpo@clinic.example",
    reason: "joins in logs without the number",
    until: "without end",
  });
  const unread = csvLines(inventoryCsv(audited({ plan: aPlan() }).inventory)).filter((cells) =>
    cells.includes("nobody"),
  );
  expect(unread.map(column("data"))).toContain("staff.phone");
});

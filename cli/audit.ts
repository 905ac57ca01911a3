import { fileURLToPath } from "node:url";
import { manifestOf } from "../claims/manifest.ts";
import type { Plan } from "../claims/plan.ts";
import { auditReport } from "../deploy/audit.ts";
import { ageMs, whyNotFresh } from "../deploy/audit-age.ts";
import type { Deployed } from "../deploy/audit-keys.ts";
import type { AuditReport, OutsideDigests } from "../deploy/audit-report.ts";
import { examine } from "../deploy/doctor/examine.ts";
import { eventLoggingIn } from "../triggers/event-logging.ts";
import { evidenceFiles, FORMATS, MANIFEST, writeEvidence } from "./audit/evidence.ts";
import { readPrevious } from "./audit/previous.ts";
import { selfTest } from "./audit/self-test.ts";
import { sha256 } from "./audit/sha256.ts";
import { testsBeside } from "./audit/tests-beside.ts";
import { readVectors } from "./audit/vectors.ts";
import { readBundle } from "./build.ts";
import { checkFile, compileFile, planOf } from "./claim-map-file.ts";
import type { Command, Given } from "./command.ts";
import { exportIn } from "./doctor.ts";
import { readText } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { assignments } from "./preview.ts";

/** Figures of this program's long runs; the same page from `cli/` and from `dist/cli/`. */
const ASSURANCE = fileURLToPath(
  new URL(`${import.meta.url.endsWith(".ts") ? "" : "../"}../docs/reference/assurance.md`, import.meta.url),
);

/** `claimseal audit MAP`: a dated report for whoever has to answer for a map, and whether one still stands. */
export const audit: Command = {
  name: "audit",
  description:
    "Writes a dated audit: which data go where, why, under which key and by whose word; keys, tests, digests",
  args: {
    map: { type: "positional", description: "the claim map; - is standard input" },
    report: {
      type: "positional",
      required: false,
      description: "with --max-age: an audit in JSON, or the folder of one, that must be of this map",
    },
    from: {
      type: "string",
      valueHint: "FILE",
      description: "an export of claimseal doctor: deployed keys and policies are held against the map",
    },
    env: {
      type: "string",
      valueHint: "NAME=VALUE",
      description: "with --from: a value for the map's ${env:NAME} that the function does not have; may be repeated",
    },
    since: {
      type: "string",
      valueHint: "PREVIOUS",
      description: "an audit in JSON, or the folder of one: says what has changed since, and what gives anybody more",
    },
    "max-age": {
      type: "string",
      valueHint: "AGE",
      description: "audits nothing; ends with 1 where REPORT is older, such as 31d or 12h, or of another map",
    },
    format: { type: "enum", options: Object.keys(FORMATS), description: "what is printed; md without --out" },
    out: {
      type: "string",
      valueHint: "FOLDER",
      description: "writes the report in every form, map, plan, findings, tests, and a manifest with their digests",
    },
  },
  repeatable: ["env"],
  examples: [
    ["claimseal audit map.claims.yaml", "what personal data go where: to read now"],
    [
      "claimseal audit map.claims.yaml --from pool.json --since audits/2026-10 --out audits/2026-11",
      "evidence for a reviewer: with deployed keys and policies, and what has changed since",
    ],
    ["claimseal audit map.claims.yaml --format csv", "the inventory as a table"],
    ["claimseal audit map.claims.yaml audits/2026-11 --max-age 31d", "in CI: exit 1 where the audit is due"],
  ],
  run: async (given, io, { version }) => {
    const now = new Date();
    if (given.text("max-age") !== undefined || given.text("report") !== undefined) return stands(given, now, io);
    const path = given.text("map") ?? "";
    const checked = await checkFile(path, false, io);
    const plan = planOf(checked);
    const deployed = await deployedIn(given, plan, io);
    const report = auditReport(
      {
        plan,
        madeAt: now.toISOString(),
        tool: { claimseal: version, node: process.version },
        findings: checked.findings,
        deployed,
        selfTest: await selfTest(await readVectors(io)),
        tests: await testsBeside(path, plan, io),
        previous: await previousOf(given, plan, io),
        digests: {
          map: sha256(checked.text),
          bundle: await bundleDigest(plan, io),
          export: deployed?.sha256 ?? null,
          assurance: await digestOf(ASSURANCE, io),
        },
      },
      sha256,
    );
    const out = given.text("out");
    const format = given.text("format") ?? (out === undefined ? "md" : undefined);
    if (out !== undefined) {
      const files = evidenceFiles(report, checked);
      const digest = await writeEvidence(out, report, files, io);
      io.say(`${out} holds ${[...files.keys(), MANIFEST].join(", ")}; SHA-256 of ${MANIFEST}: ${digest}`);
    }
    if (format !== undefined) io.print(FORMATS[format as keyof typeof FORMATS](report).trimEnd());
    return report.ok ? EXIT.ok : EXIT.findings;
  },
  next: (given, exit) => {
    const [map = "-", out] = [given.text("map"), given.text("out")];
    const isRead = (given.text("format") ?? "md") === "md" && given.text("max-age") === undefined;
    if (exit !== EXIT.ok || map === "-" || !isRead) return null;
    return ["claimseal", "audit", map, ...(out === undefined ? ["--out", "audits/latest"] : [out, "--max-age", "31d"])];
  },
};

/** Whether a report is of this map as it is now, without errors, and young enough. */
async function stands(given: Given, now: Date, io: Io): Promise<number> {
  const [age, file] = [given.text("max-age"), given.text("report")];
  if (age === undefined) throw new CliError(EXIT.usage, "REPORT goes with --max-age; for what changed, use --since");
  if (file === undefined) throw new CliError(EXIT.usage, "--max-age needs a REPORT behind the map");
  const limit = ageMs(age);
  if (limit === null) throw new CliError(EXIT.usage, "--max-age takes days or hours, such as 31d or 12h");
  const others = ["from", "since", "format", "out"].filter((flag) => given.text(flag) !== undefined);
  if (others.length > 0) throw new CliError(EXIT.usage, `--max-age audits nothing; leave out --${others.join(", --")}`);
  const plan = await compileFile(given.text("map") ?? "", io);
  const report = await readPrevious(file, io);
  const problems = whyNotFresh(report, plan, limit, now.getTime());
  for (const problem of problems) io.print(`${file}: ${problem}`);
  if (problems.length === 0) io.print(`${file}: of this map, made on ${report.madeAt.slice(0, 10)}, without errors`);
  return problems.length === 0 ? EXIT.ok : EXIT.findings;
}

/** The export that was given, and the digest of the very text that was looked at. */
async function deployedIn(given: Given, plan: Plan, io: Io): Promise<(Deployed & { readonly sha256: string }) | null> {
  const file = given.text("from");
  if (file === undefined) return null;
  if (file === "-") throw new CliError(EXIT.usage, "--from takes a file here: its digest stands in the report");
  const text = await readText(file, io);
  const pool = exportIn(text, file);
  const environment = { ...io.environment, ...assignments(given.each("env")) };
  const diagnosis = examine(pool, { plan, environment, eventLogging: eventLoggingIn });
  return { pool, diagnosis, sha256: sha256(text) };
}

async function previousOf(given: Given, plan: Plan, io: Io): Promise<AuditReport | null> {
  const path = given.text("since");
  if (path === undefined) return null;
  const report = await readPrevious(path, io);
  if (report.map.name === plan.name) return report;
  throw new CliError(EXIT.usage, `${path}: the audit of another map`);
}

/** Null where the bundle is not built, and where hooks belong to it: those are the owner's, and not here. */
async function bundleDigest(plan: Plan, io: Io): Promise<OutsideDigests["bundle"]> {
  if (Object.values(plan.sources).some(({ kind }) => kind === "custom")) return null;
  try {
    return manifestOf(plan, ...(await readBundle(plan, null, io)).values()).bundleSha256;
  } catch (error) {
    if (error instanceof CliError) return null;
    throw error;
  }
}

async function digestOf(path: string, io: Io): Promise<string | null> {
  try {
    return sha256(await io.readFile(path));
  } catch {
    return null;
  }
}

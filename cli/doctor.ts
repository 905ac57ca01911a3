import { environmentNames } from "../claims/bind.ts";
import type { Plan } from "../claims/plan.ts";
import { DeployError } from "../deploy/deploy-error.ts";
import { examine } from "../deploy/doctor/examine.ts";
import type { LastRecord } from "../deploy/doctor/examined.ts";
import { type PoolExport, readPoolExport } from "../deploy/doctor/pool-export.ts";
import { withoutValues } from "../deploy/doctor/removed-values.ts";
import { EVENT_LOGGING_VARIABLES, eventLoggingIn } from "../triggers/event-logging.ts";
import type { Command, Given } from "./command.ts";
import { jsonIn, printOrWrite, readText } from "./files.ts";
import { diagnosisText } from "./formats/diagnosis.ts";
import { visibleJson } from "./formats/visible.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { liveExport } from "./live-export.ts";
import { planGiven } from "./plan-file.ts";
import { poolIdFrom } from "./pool-arguments.ts";
import { assignments } from "./preview.ts";

/** `claimseal doctor`: what is wrong with a user pool, its clients, function, keys and tables. */
export const doctor: Command = {
  name: "doctor",
  description: "Holds a user pool, its clients, the function, keys and tables against a claim map; changes nothing",
  args: {
    pool: { type: "string", valueHint: "ID", description: "the user pool, by its id: names are not unique" },
    map: {
      type: "string",
      valueHint: "MAP",
      description: "the claim map; without map and plan, what needs one is not checked",
    },
    plan: { type: "string", valueHint: "FILE", description: "the plan that was deployed, as claimseal build wrote it" },
    live: { type: "boolean", description: "reads all of it from AWS" },
    export: {
      type: "string",
      valueHint: "FILE",
      description: "reads all of it from AWS and writes it here, without secrets",
    },
    from: {
      type: "string",
      valueHint: "FILE",
      description: "what --export wrote, in place of AWS; - is standard input",
    },
    record: {
      type: "string",
      valueHint: "FILE",
      description: "decision records, a line each; the last one says what the function ran with",
    },
    env: {
      type: "string",
      valueHint: "NAME=VALUE",
      description: "a value for the map's ${env:NAME} that the function does not have: of readers; may be repeated",
    },
    json: { type: "boolean", description: "verdict and findings as JSON on standard output" },
  },
  repeatable: ["env"],
  examples: [
    [
      "claimseal doctor --pool eu-central-1_AbC --live --plan .claimseal/plan.json",
      "everything that is wrong, and a verdict; exit 1 where something is an error",
    ],
    [
      "claimseal doctor --pool eu-central-1_AbC --map map.claims.yaml --export pool.json",
      "what there is, as a file for whoever has no access",
    ],
    ["claimseal doctor --from pool.json --map map.claims.yaml --json", "the same offline, without credentials"],
  ],
  run: async (given, io) => {
    const [target, live] = [given.text("export"), given.flag("live")];
    requireOneOrigin(given);
    const plan = await planGiven(given, io);
    const pool = await exportFrom(given, plan, io);
    if (target !== undefined) {
      await write(target, pool, io);
      if (!live) return EXIT.ok;
    }
    const lastRecord = await lastRecordIn(given.text("record"), io);
    const environment = { ...io.environment, ...assignments(given.each("env")) };
    const diagnosis = examine(pool, { plan: plan ?? undefined, lastRecord, environment, eventLogging: eventLoggingIn });
    io.print(given.flag("json") ? visibleJson(diagnosis) : diagnosisText(diagnosis, io.colour));
    return diagnosis.ok ? EXIT.ok : EXIT.findings;
  },
  // Findings say what to do about each.
  next: (given, exit) => {
    const [map, from = given.text("from")] = [given.text("map"), given.text("export")];
    if (exit !== EXIT.ok || map === undefined || from === "-") return null;
    return ["claimseal", "audit", map, ...(from === undefined ? [] : ["--from", from])];
  },
};

function requireOneOrigin(given: Given): void {
  const asksAws = given.flag("live") || given.text("export") !== undefined;
  const isFile = given.text("from") !== undefined;
  if (asksAws && isFile)
    throw new CliError(EXIT.usage, "--from goes with neither --live nor --export: it takes their place");
  if (!asksAws && !isFile) throw new CliError(EXIT.usage, "say where from: --live, --export FILE or --from FILE");
}

async function exportFrom(given: Given, plan: Plan | null, io: Io): Promise<PoolExport> {
  const file = given.text("from");
  const id = file === undefined || given.text("pool") !== undefined ? poolIdFrom(given) : undefined;
  if (file === undefined) {
    const kept = [...(plan ? environmentNames(plan) : []), ...EVENT_LOGGING_VARIABLES];
    return withoutValues(await liveExport(id ?? "", plan), kept);
  }
  const pool = exportIn(await readText(file, io), file);
  if (id === undefined || pool.userPool?.Id === id) return pool;
  throw new CliError(EXIT.usage, `${file}: the export of another pool`);
}

/**
 * The export that a file's text is.
 *
 * @throws {CliError} exit 3 naming the file, and the place in it that is not as AWS has it.
 */
export function exportIn(text: string, file: string): PoolExport {
  const read = jsonIn(text, file);
  try {
    return readPoolExport(read);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    throw new CliError(EXIT.environment, `${file}: ${error.message}`);
  }
}

async function write(path: string, pool: PoolExport, io: Io): Promise<void> {
  await printOrWrite(`${JSON.stringify(pool, null, 2)}\n`, path, io);
  const missing = (pool.notRead ?? []).length;
  io.say(`${path} written${missing > 0 ? `; AWS did not show ${missing} parts, which stand in notRead` : ""}`);
}

/** The last record among lines, which may be a log's with its own words in front. */
async function lastRecordIn(file: string | undefined, io: Io): Promise<LastRecord | undefined> {
  if (file === undefined) return undefined;
  const lines = (await readText(file, io)).split("\n");
  for (const line of lines.toReversed()) {
    const record = recordIn(line);
    if (record !== null) return record;
  }
  throw new CliError(EXIT.environment, `${file}: no decision record in it`);
}

function recordIn(line: string): LastRecord | null {
  const at = line.indexOf("{");
  if (at < 0) return null;
  try {
    const { planSha256, resolvedSha256 } = JSON.parse(line.slice(at)) as { readonly [name: string]: unknown };
    if (typeof planSha256 !== "string") return null;
    return typeof resolvedSha256 === "string" ? { resolvedSha256 } : {};
  } catch {
    return null;
  }
}

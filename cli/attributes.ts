import { erase } from "./attributes/erase.ts";
import { exportSubjectRows } from "./attributes/export.ts";
import { get } from "./attributes/get.ts";
import { importFile } from "./attributes/import.ts";
import { list } from "./attributes/list.ts";
import { type Opened, opened, withTables } from "./attributes/opened.ts";
import { put } from "./attributes/put.ts";
import type { Command, Given } from "./command.ts";
import { CliError, EXIT, type Io } from "./io.ts";

type Action = {
  /** Whether words follow it. */
  readonly isWordy?: boolean;
  /** The flags it takes, beside those every action takes. */
  readonly takes: readonly string[];
  readonly run: (given: Given, io: Io, opened: Opened) => Promise<number>;
};

const OF_A_SUBJECT = ["sub", "client", "tenant", "partition", "given"];
const OF_A_REVEAL = ["reveal", "reason", "audit"];

const ACTIONS: Readonly<Record<string, Action>> = {
  put: {
    isWordy: true,
    takes: [...OF_A_SUBJECT, "source", "key", "from", "remove", "if-absent", "if-present", "expect-version"],
    run: put,
  },
  get: { takes: [...OF_A_SUBJECT, ...OF_A_REVEAL, "source"], run: get },
  list: { takes: [...OF_A_REVEAL, "partition", "source", "limit", "after", "all", "invalid"], run: list },
  import: {
    isWordy: true,
    takes: [...OF_A_SUBJECT, "source", "if-absent", "dry-run", "state", "report"],
    run: importFile,
  },
  export: { takes: [...OF_A_SUBJECT, "reason", "audit", "out"], run: exportSubjectRows },
  erase: {
    takes: [...OF_A_SUBJECT, "source", "key", "leave", "reason", "dry-run", "yes", "receipts"],
    run: erase,
  },
};

const EVERYWHERE = ["action", "what", "map", "plan", "env", "json"];

/** `claimseal attributes`: the rows a map reads. */
export const attributes: Command = {
  name: "attributes",
  description: "Writes, shows, imports, exports and erases the rows a claim map reads, held to its declarations",
  args: {
    action: { type: "positional", description: Object.keys(ACTIONS).join(", ") },
    what: {
      type: "positional",
      required: false,
      description: "for put: values, NAME=VALUE; for import: the file, .jsonl or .csv",
    },
    map: { type: "string", valueHint: "MAP", description: "the claim map" },
    plan: { type: "string", valueHint: "FILE", description: "in its place, the plan that claimseal build wrote" },
    source: {
      type: "string",
      valueHint: "NAME",
      description:
        "whose rows, by the map's name; for get and erase may be repeated, and is all of a subject's without",
    },
    sub: { type: "string", valueHint: "SUB", description: "the person, where keys are built from user.sub" },
    client: { type: "string", valueHint: "ID", description: "the app client, where they are built from client.id" },
    tenant: { type: "string", valueHint: "ID", description: "the tenant, where they are built from tenant.id" },
    partition: { type: "string", valueHint: "VALUE", description: "the map's partition; worked out without it" },
    given: {
      type: "string",
      valueHint: "REF=VALUE",
      description: "whatever else keys are built from, such as user.email=...; may be repeated",
    },
    key: {
      type: "string",
      valueHint: "NAME=VALUE",
      description: "for put and erase: which row, of a source that has several",
    },
    from: {
      type: "string",
      valueHint: "FILE",
      description: "for put: values as a JSON object; - is standard input, so that no shell remembers them",
    },
    remove: { type: "string", valueHint: "NAME", description: "for put: takes an attribute away; may be repeated" },
    "if-absent": { type: "boolean", description: "for put and import: only where there is no row yet" },
    "if-present": { type: "boolean", description: "for put: only where there is a row" },
    "expect-version": {
      type: "string",
      valueHint: "N",
      description: "for put: only where the row is still of the version that get told",
    },
    reveal: { type: "boolean", description: "for get and list: shows private values and keys; audited" },
    reason: {
      type: "string",
      valueHint: "TEXT",
      description: "why; stands in the audit line, or in the receipt of what is erased",
    },
    audit: {
      type: "string",
      valueHint: "FILE",
      description: "the audit line is appended here; standard error without it",
    },
    limit: { type: "string", valueHint: "N", default: "100", description: "for list: rows at most" },
    after: { type: "string", valueHint: "TOKEN", description: "for list: goes on where a list ended" },
    all: { type: "boolean", description: "for list: every row, whatever the limit" },
    invalid: { type: "boolean", description: "for list: only rows that break the map" },
    "dry-run": { type: "boolean", description: "for import and erase: reads, checks, and writes no row" },
    state: {
      type: "string",
      valueHint: "FILE",
      description: "for import: how far it came, to go on from; FILE.state.jsonl without it",
    },
    report: {
      type: "string",
      valueHint: "FILE",
      description: "for import: rows that were rejected, and why; FILE.rejected.jsonl without it",
    },
    out: { type: "string", valueHint: "FILE", description: "for export: where to write; standard output without it" },
    leave: {
      type: "string",
      valueHint: "NAME",
      description: "for erase: a source that stays; may be repeated",
    },
    yes: { type: "boolean", description: "for erase: does it" },
    receipts: {
      type: "string",
      valueHint: "FOLDER",
      default: "claimseal-receipts",
      description: "for erase: where the receipt is kept",
    },
    env: { type: "string", valueHint: "NAME=VALUE", description: "a value for the map's ${env:NAME}; may be repeated" },
    json: { type: "boolean", description: "what came of it, as JSON on standard output" },
  },
  repeatable: ["what", "source", "given", "key", "remove", "leave", "env"],
  offers: { action: Object.keys(ACTIONS) },
  examples: [
    [
      "claimseal attributes put --map map.claims.yaml --source staff --sub SUB profession=nurse suspended=false",
      "writes two attributes of a row, once they are what the map declares; all others stay",
    ],
    [
      "claimseal attributes get --map map.claims.yaml --sub SUB",
      "everything the map can read of a person, what is private masked",
    ],
    [
      "claimseal attributes list --map map.claims.yaml --source staff --all --invalid",
      "rows a sign-in would stumble over",
    ],
    [
      "claimseal attributes import staff.csv --map map.claims.yaml --source staff",
      "the rows of a file; the same command goes on where it was interrupted",
    ],
    [
      'claimseal attributes export --map map.claims.yaml --sub SUB --reason "request 4711" --out subject.json',
      "everything the map can read of a person, for the person",
    ],
    ["claimseal attributes erase --map map.claims.yaml --sub SUB --dry-run", "what would go, and what is left"],
  ],
  run: async (given, io) => {
    const name = given.text("action") ?? "";
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw new CliError(EXIT.usage, `ACTION is one of ${Object.keys(ACTIONS).join(", ")}`);
    refuseStrangers(name, action, given);
    return withTables(await opened(given, io), given, io, (tables) => action.run(given, io, tables));
  },
};

/** A flag of another action would be taken for one that does something. */
function refuseStrangers(name: string, { isWordy = false, takes }: Action, given: Given): void {
  if (!isWordy && given.each("what").length > 0) throw new CliError(EXIT.usage, "there is one argument too many");
  const strange = Object.entries(attributes.args).find(([flag, { type, default: preset }]) => {
    if (type === "positional" || takes.includes(flag) || EVERYWHERE.includes(flag)) return false;
    return given.flag(flag) || given.each(flag).length > 0 || (given.text(flag) ?? preset) !== preset;
  });
  if (strange) throw new CliError(EXIT.usage, `${name} takes no --${strange[0]}`);
}

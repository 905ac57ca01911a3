import { existsSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ClaimsError } from "../claims/claims-error.ts";
import type { Plan } from "../claims/plan.ts";
import { LocalError } from "../local/local-error.ts";
import { type Stack, startStack } from "../local/stack.ts";
import { readSetup, type StackSetup } from "../local/stack-setup.ts";
import { checkFile, planOf } from "./claim-map-file.ts";
import type { Command, Given } from "./command.ts";
import { playgroundFor, portFrom } from "./dev-playground.ts";
import { ready, show } from "./dev-shown.ts";
import { readJson } from "./files.ts";
import { readHooks } from "./hooks-file.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { tableRows } from "./preview.ts";

/** The map that runs when none is named: `mappings/` of this package, seen from `cli/` and from `dist/cli/`. */
const EXAMPLE = ["../mappings/clinic-eu.claims.yaml", "../../mappings/clinic-eu.claims.yaml"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

/** `claimseal dev`: the whole token path on this machine, and a page to see who reads what. */
export const dev: Command = {
  name: "dev",
  description:
    "Runs DynamoDB, KMS, the trigger and a user pool on this machine, signs people in, and serves a playground",
  args: {
    map: {
      type: "positional",
      required: false,
      description: "the claim map; mappings/clinic-eu.claims.yaml without it",
    },
    tables: { type: "string", valueHint: "FILE", description: "rows by table name; NAME.tables.json beside the map" },
    setup: {
      type: "string",
      valueHint: "FILE",
      description: "clients, people, variables; NAME.dev.json beside the map",
    },
    hooks: {
      type: "string",
      valueHint: "FILE",
      description: "the module behind `custom` sources; NAME.hooks.mjs beside the map",
    },
    chain: {
      type: "string",
      valueHint: "FILE",
      description: "the module behind `chain` sources, which exports `handler`; NAME.chain.mjs beside the map",
    },
    port: { type: "string", valueHint: "N", description: "the playground's port; without it, one that is free" },
    "no-playground": { type: "boolean", description: "serves no playground" },
    once: { type: "boolean", description: "ends after showing everybody's tokens; no playground" },
    json: { type: "boolean", description: "prints one line of URLs as JSON once ready, and nothing else" },
  },
  examples: [
    ["claimseal dev", "the clinic, with its people, and the playground's address; stays until Ctrl-C"],
    ["claimseal dev my.claims.yaml --once", "your map with my.tables.json and my.dev.json, then ends"],
    ["claimseal dev --json", "URLs of the parts for your own tests, as one line of JSON"],
  ],
  run: async (given, io, { version }) => {
    const map = given.text("map") ?? EXAMPLE ?? "mappings/clinic-eu.claims.yaml";
    const base = map.replace(/(\.claims)?\.(ya?ml|json)$/, "");
    const port = portFrom(given);
    const checked = await checkFile(map, false, io);
    const plan = planOf(checked);
    const tablesFile = given.text("tables") ?? `${base}.tables.json`;
    const setupFile = given.text("setup") ?? `${base}.dev.json`;
    const tables = tableRows(tablesFile, await needed(tablesFile, TABLES_FILE, io));
    const setup = setupOf(setupFile, await needed(setupFile, SETUP_FILE, io));
    const hooksFile = given.text("hooks") ?? (hasHooks(plan) ? `${base}.hooks.mjs` : undefined);
    const hooks = await readHooks(plan, hooksFile, io);
    const chained = given.text("chain") ?? `${base}.chain.mjs`;
    const isServed = !given.flag("once") && !given.flag("no-playground");
    // Before the stack, which takes a while: a port that is taken shows at once.
    const playground = isServed
      ? await playgroundFor({ base, text: checked.text, tables, setup }, port, version, io)
      : null;
    try {
      io.say(`starting DynamoDB, KMS, the trigger and a user pool for ${relative(process.cwd(), map) || map} ...`);
      const start = () => startStack(plan, tables, setup, hooks, chained);
      const stack = await started(start, tablesFile, setupFile, chained);
      try {
        return await shownStack(stack, playground?.url ?? null, given, io);
      } finally {
        io.say("stopping ...");
        await stack.stop();
      }
    } finally {
      await playground?.stop();
    }
  },
  // Whoever has stopped it has seen it; what ends by itself can also stay.
  next: (given, exit) => {
    const map = given.text("map");
    if (exit !== EXIT.ok || !given.flag("once")) return null;
    return ["claimseal", "dev", ...(map === undefined ? [] : [map])];
  },
};

/** Shows what runs, and waits until it is to end. */
async function shownStack(stack: Stack, playground: string | null, given: Given, io: Io): Promise<number> {
  if (given.flag("json")) {
    io.print(JSON.stringify({ ...stack.urls, issuer: stack.pool.issuer, playground }));
  } else {
    const denied = await show(stack, io);
    if (given.flag("once")) return denied ? EXIT.findings : EXIT.ok;
    io.print(ready(stack, playground));
  }
  if (!given.flag("once")) await io.stopped;
  return EXIT.ok;
}

const TABLES_FILE = 'it holds rows, { "TABLE": [{ "KEY": "..." }] }; another one is named by --tables';
const SETUP_FILE =
  'it says who signs in, { "region", "environment", "keys", "clients", "people" }, as the mappings/*.dev.json of the package do; another one is named by --setup';

/** A file beside the map. Whoever lacks it is told what it is for. */
async function needed(path: string, what: string, io: Io): Promise<unknown> {
  try {
    return await readJson(path, io);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.exit, `${error.message}; ${what}`);
  }
}

function hasHooks({ sources }: Plan): boolean {
  return Object.values(sources).some(({ kind }) => kind === "custom");
}

function setupOf(path: string, read: unknown): StackSetup {
  try {
    return readSetup(read);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CliError(EXIT.environment, `${path}: ${error.message}`);
  }
}

/** What the setup lacks is the user's to mend: by name, exit 3. */
async function started(
  start: () => Promise<Stack>,
  tablesFile: string,
  setupFile: string,
  chained: string,
): Promise<Stack> {
  try {
    return await start();
  } catch (error) {
    if (error instanceof ClaimsError) throw new CliError(EXIT.environment, `${setupFile}: ${error.message}`);
    if (error instanceof LocalError) {
      const isOfTables = /^(TABLE|ROW)_/.test(error.code);
      const where = isOfTables ? `${tablesFile}: ` : error.code === "CHAIN_MISSING" ? `${chained}: ` : "";
      throw new CliError(EXIT.environment, `${where}${error.message}`);
    }
    throw error;
  }
}

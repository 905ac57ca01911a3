import type { ArgDef } from "citty";
import type { TriggerName } from "../deploy/pool-trigger.ts";
import type { Given } from "./command.ts";
import { CliError, EXIT } from "./io.ts";

/** What attach and detach both take. */
export const POOL_ARGUMENTS: Readonly<
  Record<"pool" | "trigger" | "apply" | "backups" | "write-back" | "json", ArgDef>
> = {
  pool: { type: "string", valueHint: "ID", description: "the user pool, by its id: names are not unique" },
  trigger: {
    type: "enum",
    options: ["pre-token", "inbound-federation"],
    description: "which trigger of the pool; without it pre-token, which makes tokens",
  },
  apply: { type: "boolean", description: "does it; without it everything is read and nothing is written" },
  backups: {
    type: "string",
    valueHint: "FOLDER",
    default: "claimseal-backups",
    description: "where the pool and the function's policy are kept before anything is sent",
  },
  "write-back": {
    type: "string",
    valueHint: "SETTING",
    description: "a setting that this version does not know and may send back as it is; may be repeated",
  },
  json: { type: "boolean", description: "what changes, and what came of it, as JSON on standard output" },
};

/** The triggers by what they are called on a command line. */
const TRIGGERS: Readonly<Record<string, TriggerName>> = {
  "pre-token": "PreTokenGeneration",
  "inbound-federation": "InboundFederation",
};

/** The trigger that is meant; the one for tokens where nothing was said. */
export function triggerFrom(given: Given): TriggerName {
  return TRIGGERS[given.text("trigger") ?? "pre-token"] ?? "PreTokenGeneration";
}

/**
 * The id of a pool.
 *
 * @throws {CliError} exit 2 where none was given, or something else: a name, or an ARN.
 */
export function poolIdFrom(given: Given): string {
  const id = given.text("pool");
  if (id === undefined) throw new CliError(EXIT.usage, "--pool is missing");
  if (/^[a-z0-9-]+_[A-Za-z0-9]+$/.test(id)) return id;
  throw new CliError(EXIT.usage, "--pool takes the id of a pool, such as eu-central-1_AbCdEf123");
}

import { type AttachRequest, planAttach } from "../deploy/attach.ts";
import { planUndo } from "../deploy/attach-undo.ts";
import { DeployError } from "../deploy/deploy-error.ts";
import { type PoolBackup, readBackup } from "../deploy/pool-backup.ts";
import type { Command, Given } from "./command.ts";
import { readJson } from "./files.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { POOL_ARGUMENTS, poolIdFrom, triggerFrom } from "./pool-arguments.ts";
import { type PoolRun, runPoolChange } from "./pool-run.ts";

const { pool, trigger, apply, backups, "write-back": writeBack, json } = POOL_ARGUMENTS;

/** Where `build` leaves the plan. */
const BUILT_PLAN = ".claimseal/plan.json";

/** `claimseal attach`: a pool that exists gets the trigger, and keeps everything else. */
export const attach: Command = {
  name: "attach",
  description: "Has an existing user pool invoke the trigger, and changes nothing else about the pool",
  args: {
    pool,
    trigger,
    function: { type: "string", valueHint: "ARN", description: "the function, by the ARN of an alias" },
    apply,
    replace: { type: "boolean", description: "takes the place of another function that the pool invokes there" },
    undo: {
      type: "string",
      valueHint: "FILE",
      description: "gives the trigger and the permission back as a backup has them; everything else stays as it is now",
    },
    events: {
      type: "enum",
      options: ["V1", "V2", "V3"],
      description: "the version of the events; without it as the plan says",
    },
    plan: {
      type: "string",
      valueHint: "FILE",
      description: `the plan of the function; without it ${BUILT_PLAN}, where build left it`,
    },
    backups,
    "write-back": writeBack,
    json,
  },
  repeatable: ["write-back"],
  examples: [
    [
      "claimseal attach --pool eu-central-1_AbC --function arn:aws:lambda:eu-central-1:111122223333:function:claims:live",
      "what would change, field by field; nothing is sent",
    ],
    [
      "claimseal attach --pool eu-central-1_AbC --function arn:aws:lambda:eu-central-1:111122223333:function:claims:live --apply",
      "does it, after a backup",
    ],
    [
      "claimseal attach --trigger inbound-federation --pool eu-central-1_AbC --function arn:aws:lambda:eu-central-1:111122223333:function:enters:live --apply",
      "the function for what identity providers send, of a map with a federation",
    ],
    ["claimseal attach --undo claimseal-backups/FILE --apply", "takes it back"],
  ],
  run: async (given, io) => {
    const options = {
      apply: given.flag("apply"),
      json: given.flag("json"),
      backups: given.text("backups") ?? "",
    };
    const file = given.text("undo");
    return runPoolChange(
      { ...options, ...(await (file === undefined ? attaching(given, io) : undoing(file, given, io))) },
      io,
    );
  },
  // What a dry run shows ends with how to do it, a change with how to take it back.
  next: (given, exit) =>
    exit === EXIT.ok && given.flag("apply") && given.text("undo") === undefined
      ? [
          "claimseal",
          "doctor",
          "--pool",
          given.text("pool") ?? "",
          "--plan",
          given.text("plan") ?? BUILT_PLAN,
          "--live",
        ]
      : null,
};

type Planned = Pick<PoolRun, "poolId" | "plan">;

async function attaching(given: Given, io: Io): Promise<Planned> {
  const poolId = poolIdFrom(given);
  const functionArn = given.text("function");
  if (functionArn === undefined) throw new CliError(EXIT.usage, "--function is missing");
  const trigger = triggerFrom(given);
  const events = trigger === "InboundFederation" ? eventsOfProviders(given) : await eventsFrom(given, io);
  const [replace, accepted] = [given.flag("replace"), given.each("write-back")];
  return { poolId, plan: (ports) => planAttach({ poolId, functionArn, trigger, events, replace, accepted }, ports) };
}

async function undoing(file: string, given: Given, io: Io): Promise<Planned> {
  const superfluous = ["function", "trigger", "events", "plan"].find((flag) => given.text(flag) !== undefined);
  if (superfluous) throw new CliError(EXIT.usage, `--undo takes no --${superfluous}: the backup says it`);
  const backup = await backupFrom(file, io);
  const poolId = String(backup.userPool["Id"]);
  if (given.text("pool") !== undefined && poolIdFrom(given) !== poolId) {
    throw new CliError(EXIT.usage, `${file}: a backup of another pool`);
  }
  const [replace, accepted] = [given.flag("replace"), given.each("write-back")];
  return { poolId, plan: (ports) => planUndo({ backup, replace, accepted }, ports) };
}

async function backupFrom(file: string, io: Io): Promise<PoolBackup> {
  const read = await readJson(file, io);
  try {
    return readBackup(read);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    throw new CliError(EXIT.environment, `${file}: ${error.message}`);
  }
}

/** Cognito has one version of these events. */
function eventsOfProviders(given: Given): AttachRequest["events"] {
  const superfluous = ["events", "plan"].find((flag) => given.text(flag) !== undefined);
  if (superfluous) throw new CliError(EXIT.usage, `--${superfluous} goes with --trigger pre-token alone`);
  return "V1";
}

/** Events of another version than the function was built for refuse every sign-in, so they are not guessed. */
async function eventsFrom(given: Given, io: Io): Promise<AttachRequest["events"]> {
  const said = given.text("events") as AttachRequest["events"] | undefined;
  const file = given.text("plan");
  if (file === undefined && said !== undefined) return said;
  const planned = await eventsOf(file ?? BUILT_PLAN, file === undefined, io);
  if (said === undefined || said === planned) return planned;
  throw new CliError(EXIT.usage, `--events ${said}, and the plan takes ${planned}; leave one of them out`);
}

async function eventsOf(file: string, isPreset: boolean, io: Io): Promise<AttachRequest["events"]> {
  const plan = await readJson(file, io).catch((error: unknown) => {
    if (!isPreset || !(error instanceof CliError)) throw error;
    throw new CliError(
      EXIT.usage,
      `${error.message}; say which events with --events, or where the plan is with --plan`,
    );
  });
  const events = typeof plan === "object" && plan !== null ? (plan as { readonly events?: unknown }).events : undefined;
  if (events === "V1" || events === "V2" || events === "V3") return events;
  throw new CliError(EXIT.environment, `${file}: that is no plan of claimseal build`);
}

import { planDetach } from "../deploy/detach.ts";
import type { Command } from "./command.ts";
import { POOL_ARGUMENTS, poolIdFrom } from "./pool-arguments.ts";
import { runPoolChange } from "./pool-run.ts";

const { pool, apply, backups, "write-back": writeBack, json } = POOL_ARGUMENTS;

/** `claimseal detach`: a pool makes its tokens alone again. */
export const detach: Command = {
  name: "detach",
  description: "Has a user pool make tokens without the trigger, and changes nothing else about the pool",
  args: {
    pool,
    function: {
      type: "string",
      valueHint: "ARN",
      description: "the function that is expected there; without it only one that attach gave its permission",
    },
    apply,
    backups,
    "write-back": writeBack,
    json,
  },
  repeatable: ["write-back"],
  examples: [
    ["claimseal detach --pool eu-central-1_AbC", "what would change, field by field; nothing is sent"],
    ["claimseal detach --pool eu-central-1_AbC --apply", "does it, after a backup that attach --undo takes"],
  ],
  run: async (given, io) => {
    const poolId = poolIdFrom(given);
    const [functionArn, accepted] = [given.text("function") ?? null, given.each("write-back")];
    const options = { apply: given.flag("apply"), json: given.flag("json"), backups: given.text("backups") ?? "" };
    return runPoolChange(
      { ...options, poolId, plan: (ports) => planDetach({ poolId, functionArn, accepted }, ports) },
      io,
    );
  },
};

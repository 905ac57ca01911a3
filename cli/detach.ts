import { planDetach } from "../deploy/detach.ts";
import type { Command } from "./command.ts";
import { POOL_ARGUMENTS, poolIdFrom, triggerFrom } from "./pool-arguments.ts";
import { runPoolChange } from "./pool-run.ts";

const { pool, trigger, apply, backups, "write-back": writeBack, json } = POOL_ARGUMENTS;

/** `claimseal detach`: a pool makes its tokens, or stores what providers send, alone again. */
export const detach: Command = {
  name: "detach",
  description: "Has a user pool do without the trigger, and changes nothing else about the pool",
  args: {
    pool,
    trigger,
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
      {
        ...options,
        poolId,
        plan: (ports) => planDetach({ poolId, trigger: triggerFrom(given), functionArn, accepted }, ports),
      },
      io,
    );
  },
};

import { type Fields, isFields, own } from "../cognito/own-fields.ts";
import { DeployError } from "./deploy-error.ts";
import type { PoolChange, PoolWarning } from "./pool-change.ts";
import { functionAt, isSameFunction, nameOf, refuseUnattachable } from "./pool-function.ts";
import { permissionFor, permits } from "./pool-permission.ts";
import type { PoolPorts } from "./pool-ports.ts";
import { refuseUnknown } from "./pool-settings.ts";
import {
  lambdaConfigOf,
  type PoolTrigger,
  type TriggerName,
  triggerFunctions,
  triggerOf,
  withTrigger,
} from "./pool-trigger.ts";

/** Which function a pool is to invoke, and with which events. */
export type AttachRequest = {
  readonly poolId: string;
  readonly functionArn: string;
  readonly trigger: TriggerName;
  /** As the plan has it; for identity providers there is V1 alone. */
  readonly events: "V1" | "V2" | "V3";
  /** Whether another function may lose its place. */
  readonly replace: boolean;
  /** Settings to write back although this version does not know them. */
  readonly accepted: readonly string[];
};

/**
 * What it takes to have a pool invoke a function at a trigger, and to change nothing else. Reads, and writes
 * nothing. The older member of the trigger for tokens goes: the newer says the same and the version as well.
 *
 * @throws {DeployError} `FUNCTION_ARN`, `PRE_TOKEN_FOREIGN`, `TIER_LITE`, `SETTING_UNKNOWN`, and what the ports reject with.
 */
export async function planAttach(
  { poolId, functionArn, trigger, events, replace, accepted }: AttachRequest,
  ports: Pick<PoolPorts, "readPool" | "readPolicy">,
): Promise<PoolChange> {
  refuseUnattachable(functionArn);
  const pool = await ports.readPool(poolId);
  refuseUnknown(pool, accepted);
  const lambdaConfig = lambdaConfigOf(pool);
  if (!replace) refuseForeign(trigger, triggerFunctions(lambdaConfig, trigger), [functionArn]);
  const warnings = [...tierWarnings(pool, events), ...qualifierWarnings(functionArn)];
  const policy = await ports.readPolicy(functionArn);
  const permission = permissionFor(pool, functionArn, policy);
  const asked: PoolTrigger = { functionArn, version: `${events}_0` };
  const isThere =
    isSameTrigger(triggerOf(lambdaConfig, trigger), asked) && triggerFunctions(lambdaConfig, trigger).length === 1;
  return {
    poolId,
    trigger,
    pool,
    lambdaConfig: isThere ? null : withTrigger(lambdaConfig, trigger, asked),
    grant: permits(policy, permission) ? null : permission,
    revoke: [],
    accepted,
    backup: { v: 1, userPool: pool, trigger, functionArn, functionPolicy: policy, asked },
    warnings,
  };
}

/** Whether two triggers are one: the same function, alias or version, asked with the same events. */
export function isSameTrigger(one: PoolTrigger | null, other: PoolTrigger | null): boolean {
  return one?.functionArn === other?.functionArn && one?.version === other?.version;
}

/**
 * Stops where a function is at the trigger that nobody here knows of. Another alias of a known one is no stranger.
 *
 * @throws {DeployError} `PRE_TOKEN_FOREIGN`, with the function's name.
 */
export function refuseForeign(trigger: TriggerName, there: readonly string[], known: readonly string[]): void {
  const foreign = there.find((arn) => !known.some((each) => isSameFunction(arn, each)));
  if (foreign === undefined) return;
  const { when, besides = "" } = FOREIGN[trigger];
  const message = `the pool invokes another function ${when}, ${nameOf(foreign)}: --replace takes its place${besides}`;
  throw new DeployError("PRE_TOKEN_FOREIGN", message);
}

const FOREIGN: { readonly [name in TriggerName]: { readonly when: string; readonly besides?: string } } = {
  PreTokenGeneration: {
    when: "when it makes tokens",
    besides: "; a map can go on asking it as a source of kind chain",
  },
  InboundFederation: { when: "before it stores what identity providers send" },
};

/** On the plan Lite there are V1 events only; but pools that had threat protection before there were plans kept V2. */
function tierWarnings(pool: Fields, events: AttachRequest["events"]): readonly PoolWarning[] {
  const tier = own(pool, "UserPoolTier");
  const addOns = own(pool, "UserPoolAddOns");
  const protection = isFields(addOns) ? own(addOns, "AdvancedSecurityMode") : undefined;
  if (events === "V1") return [];
  if (tier === "LITE" && !(events === "V2" && (protection === "AUDIT" || protection === "ENFORCED"))) {
    const message = `the pool is on the feature plan Lite, which has no ${events} events; Essentials and Plus have them`;
    throw new DeployError("TIER_LITE", message);
  }
  if (typeof tier === "string") return [];
  return [
    {
      code: "TIER_UNKNOWN",
      message: `the pool does not tell its feature plan; ${events} events need Essentials or Plus`,
    },
  ];
}

function qualifierWarnings(functionArn: string): readonly PoolWarning[] {
  if (functionAt(functionArn).qualifier !== null) return [];
  const gain = "an alias can be moved back, and can have provisioned concurrency";
  const message = `${nameOf(functionArn)} is named without an alias, so a deployment reaches every sign-in at once; ${gain}`;
  return [{ code: "FUNCTION_UNQUALIFIED", message }];
}

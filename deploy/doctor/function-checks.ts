import { bindPlan, environmentNames, refuseAliases, refuseMissingInvoke } from "../../claims/bind.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import { planDigest } from "../../claims/digest.ts";
import { regionOf } from "./arn-pattern.ts";
import type { Code } from "./codes.ts";
import { type Examined, notRead, ofBound, ofPart, ofPlan } from "./examined.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import type { ExportedFunction } from "./pool-export.ts";
import { isRemoved } from "./removed-values.ts";

const PLACE = ["functionConfiguration"];
const VARIABLES = [...PLACE, "Environment", "Variables"];
const OF_VARIABLES: readonly Code[] = ["DR201", "DR202", "DR203", "DR204", "DR205", "DR206"];
const OF_SETTINGS: readonly Code[] = ["DR207", "DR208", "DR209", "DR210"];

/** DR2xx: how the function is set up. */
export function functionChecks(examined: Examined): readonly Outcome[] {
  const codes = [...OF_VARIABLES, ...OF_SETTINGS];
  const configuration = examined.pool.functionConfiguration;
  // DR106 says so.
  if (configuration === null) return [unchecked(codes, PLACE, "they are about a function, and there is none")];
  return ofPart(examined, "functionConfiguration", configuration, codes, (given) => [
    ...variables(examined, given),
    ...timeout(examined, given),
    ...others(given),
    ...log(examined, given),
  ]);
}

function variables(examined: Examined, configuration: ExportedFunction): readonly Outcome[] {
  const { Variables: given = {}, Error: hidden } = configuration.Environment ?? {};
  if (hidden) {
    return [unchecked(OF_VARIABLES, VARIABLES, `Lambda does not show them: ${hidden.ErrorCode ?? "refused"}`)];
  }
  return [
    ...starts(examined, configuration, given),
    ...eventLogging(examined, given),
    ...planOf(examined, given),
    ...mode(given),
    ...pools(examined, given),
    ...lastRecord(examined),
  ];
}

type Variables = { readonly [name: string]: string };

/** What `createTrigger` refuses to start with, as far as variables tell. */
function starts(
  { plan, unbound }: Examined,
  { FunctionArn = "" }: ExportedFunction,
  given: Variables,
): readonly Outcome[] {
  if (plan === null) return [unchecked(["DR201"], ["map"], unbound)];
  const hidden = environmentNames(plan).filter((name) => isRemoved(given[name]));
  if (hidden.length > 0) return [unchecked(["DR201"], VARIABLES, unbound)];
  try {
    const bound = bindPlan(plan, given);
    refuseAliases(bound);
    refuseMissingInvoke(bound, true, { name: FunctionArn.split(":")[6], region: regionOf(FunctionArn) });
    return [];
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    return [found("DR201", VARIABLES, `${error.code}: ${error.message}`)];
  }
}

function eventLogging(examined: Examined, given: Variables): readonly Outcome[] {
  const names = examined.eventLogging(given);
  return names.length === 0 ? [] : [found("DR202", VARIABLES, `switched on: ${names.join(", ")}`)];
}

function planOf(examined: Examined, given: Variables): readonly Outcome[] {
  return ofPlan(examined, ["DR203"], (plan) => {
    const place = [...VARIABLES, "CLAIMSEAL_PLAN_SHA256"];
    const deployed = given["CLAIMSEAL_PLAN_SHA256"];
    if (!deployed)
      return [
        found("DR203", place, "it is not set: every event is refused, or this is not the trigger that was built"),
      ];
    if (deployed === planDigest(plan)) return [];
    // A catalogue of messages is a part of the plan and not of the map.
    const hint = plan.messages === undefined ? "; a plan that was built with --messages is given as --plan" : "";
    return [found("DR203", place, `it is not the digest of ${plan.name}@${plan.revision}${hint}`)];
  });
}

const MODES: readonly string[] = ["enforce", "shadow", "minimal"];

function mode(given: Variables): readonly Outcome[] {
  const set = given["CLAIMSEAL_MODE"] || "enforce";
  const place = [...VARIABLES, "CLAIMSEAL_MODE"];
  if (set === "enforce") return [];
  if (MODES.includes(set)) return [found("DR204", place, `the mode is ${set}`)];
  return [found("DR201", place, `MODE_UNKNOWN: it is none of ${MODES.join(", ")}`)];
}

function pools(examined: Examined, given: Variables): readonly Outcome[] {
  const served = servedPools(given);
  if (served === null) return [];
  return ofPart(examined, "userPool", examined.pool.userPool?.Id, ["DR205"], (id) =>
    served.includes(id)
      ? []
      : [found("DR205", [...VARIABLES, "CLAIMSEAL_POOLS"], "this pool is not among those listed")],
  );
}

/** The pools a function serves; null where it serves every one that may invoke it. */
export function servedPools(given: Variables): readonly string[] | null {
  const names = (given["CLAIMSEAL_POOLS"] ?? "").split(",").map((name) => name.trim());
  const served = names.filter((name) => name !== "");
  return served.length === 0 ? null : served;
}

function lastRecord(examined: Examined): readonly Outcome[] {
  const { lastRecord: record } = examined;
  if (record === null) return [unchecked(["DR206"], ["record"], "no decision record was given")];
  const { resolvedSha256 } = record;
  if (resolvedSha256 === undefined) return [unchecked(["DR206"], ["record"], "the record carries no resolvedSha256")];
  return ofBound(examined, ["DR206"], (bound) =>
    resolvedSha256 === planDigest(bound)
      ? []
      : [
          found(
            "DR206",
            ["record", "resolvedSha256"],
            "it is not the digest of the plan with the function's variables",
          ),
        ],
  );
}

function timeout(examined: Examined, { Timeout }: ExportedFunction): readonly Outcome[] {
  const place = [...PLACE, "Timeout"];
  if (Timeout === undefined) return [unchecked(["DR207"], place, notRead(examined, place.join(".")))];
  return Timeout < 5 ? [found("DR207", place, `it is ${Timeout} s`)] : [];
}

function others({ Layers = [], Environment }: ExportedFunction): readonly Outcome[] {
  const wrapper = "AWS_LAMBDA_EXEC_WRAPPER";
  const count = `${Layers.length} ${Layers.length === 1 ? "layer" : "layers"}`;
  return [
    ...(Layers.length > 0 ? [found("DR208", [...PLACE, "Layers"], `the function has ${count}`)] : []),
    ...(Environment?.Variables?.[wrapper]
      ? [found("DR208", [...VARIABLES, wrapper], "a wrapper starts the function")]
      : []),
  ];
}

/** Levels by which lines of level INFO are left out (Lambda developer guide, "Configuring advanced logging controls"). */
const ABOVE_INFO: readonly string[] = ["WARN", "ERROR", "FATAL"];

function log(examined: Examined, { LoggingConfig = {}, FunctionArn = "" }: ExportedFunction): readonly Outcome[] {
  const { LogFormat, ApplicationLogLevel = "", LogGroup = `/aws/lambda/${FunctionArn.split(":")[6]}` } = LoggingConfig;
  const drops = LogFormat === "JSON" && ABOVE_INFO.includes(ApplicationLogLevel);
  const group = examined.pool.logGroups?.find(({ logGroupName }) => logGroupName === LogGroup);
  const isForEver = group !== undefined && group.retentionInDays === undefined;
  return [
    ...(drops
      ? [
          found(
            "DR210",
            [...PLACE, "LoggingConfig", "ApplicationLogLevel"],
            `it takes ${ApplicationLogLevel} and above`,
          ),
        ]
      : []),
    ...(isForEver ? [found("DR209", ["logGroups", LogGroup], "it has no retention")] : []),
    ...(group === undefined
      ? [
          unchecked(
            ["DR209"],
            ["logGroups"],
            "the function's log group is not among them; the how-to says how to add it",
          ),
        ]
      : []),
  ];
}

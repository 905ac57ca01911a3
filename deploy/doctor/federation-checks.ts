import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { lambdaConfigOf, type PoolTrigger, triggerOf } from "../pool-trigger.ts";
import type { Code } from "./codes.ts";
import { type Examined, ofPart, ofPlan } from "./examined.ts";
import { servedPools } from "./function-checks.ts";
import { permits, stated } from "./invoke-checks.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import { policyStatements } from "./policy-statements.ts";
import type { ExportedFunction, PoolExport } from "./pool-export.ts";

type Pool = NonNullable<PoolExport["userPool"]>;
type Federation = NonNullable<Plan["federation"]>;

const PLACE = ["userPool", "LambdaConfig", "InboundFederation"];
const OF_PLAN: readonly Code[] = ["DR901", "DR902", "DR904", "DR907", "DR908"];
const OF_INVOKING: readonly Code[] = ["DR905", "DR906"];
const CODES: readonly Code[] = [...OF_PLAN, "DR903", ...OF_INVOKING];

/** DR9xx: what identity providers may put into the pool. Most pools and maps have nothing to do with it. */
export function federationChecks(examined: Examined): readonly Outcome[] {
  return ofPart(examined, "userPool", examined.pool.userPool, CODES, (pool) => {
    const trigger = triggerOf(lambdaConfigOf(pool), "InboundFederation");
    return [
      ...ofPlan(examined, OF_PLAN, (plan) => againstPlan(examined, plan, trigger)),
      ...(trigger ? [...isThere(examined), ...invocation(examined, pool, trigger)] : []),
    ];
  });
}

function againstPlan(examined: Examined, plan: Plan, trigger: PoolTrigger | null): readonly Outcome[] {
  const { federation } = plan;
  if (federation === undefined) {
    return trigger === null
      ? []
      : [found("DR902", PLACE, "LambdaConfig names a function, and the map has no federation")];
  }
  if (trigger === null) return [found("DR901", PLACE, "LambdaConfig names no function")];
  return [...refusals(examined, plan), ...providers(examined, federation)];
}

const VARIABLES = ["federationConfiguration", "Environment", "Variables"];

/** What makes the function refuse whoever comes from a provider. */
function refusals(examined: Examined, plan: Plan): readonly Outcome[] {
  const part = "federationConfiguration";
  return ofPart(examined, part, examined.pool.federationConfiguration, ["DR904"], (configuration) => {
    // DR903 says so.
    if (configuration === null) return [];
    const { Variables: given = {}, Error: hidden } = configuration.Environment ?? {};
    if (hidden) {
      return [unchecked(["DR904"], VARIABLES, `Lambda does not show them: ${hidden.ErrorCode ?? "refused"}`)];
    }
    return [...otherPlan(plan, given), ...otherPools(examined, given)];
  });
}

type Variables = NonNullable<NonNullable<ExportedFunction["Environment"]>["Variables"]>;

function otherPlan(plan: Plan, { CLAIMSEAL_PLAN_SHA256: deployed }: Variables): readonly Outcome[] {
  if (deployed === planDigest(plan)) return [];
  const reason = deployed ? `it is not the digest of ${plan.name}@${plan.revision}` : "it is not set";
  return [found("DR904", [...VARIABLES, "CLAIMSEAL_PLAN_SHA256"], reason)];
}

function otherPools({ pool }: Examined, given: Variables): readonly Outcome[] {
  const [served, id] = [servedPools(given), pool.userPool?.Id];
  if (served === null || id === undefined || served.includes(id)) return [];
  return [found("DR904", [...VARIABLES, "CLAIMSEAL_POOLS"], "this pool is not among those listed")];
}

function providers(examined: Examined, federation: Federation): readonly Outcome[] {
  const codes: readonly Code[] = ["DR907", "DR908"];
  return ofPart(examined, "identityProviders", examined.pool.identityProviders, codes, (all) =>
    all.flatMap(({ ProviderName = "", AttributeMapping }): readonly Outcome[] => {
      const place = ["identityProviders", ProviderName];
      const provider = Object.hasOwn(federation.providers, ProviderName)
        ? federation.providers[ProviderName]
        : undefined;
      if (provider === undefined) return [found("DR907", place, "the map's federation has no provider of this name")];
      if (AttributeMapping === undefined)
        return [unchecked(["DR908"], place, "its AttributeMapping is not in the export")];
      const kept = provider.keep.map(({ name }) => name);
      return Object.entries(AttributeMapping)
        .filter(([, source]) => !kept.includes(source))
        .map(([attribute, source]) =>
          found(
            "DR908",
            [...place, "AttributeMapping", attribute],
            `it is read from ${source}, which the map does not keep`,
          ),
        );
    }),
  );
}

function isThere(examined: Examined): readonly Outcome[] {
  const part = "federationConfiguration";
  return ofPart(examined, part, examined.pool.federationConfiguration, ["DR903"], (configuration) =>
    configuration === null ? [found("DR903", [part], "there is no function under the ARN of the trigger")] : [],
  );
}

function invocation(examined: Examined, { Arn }: Pool, { functionArn }: PoolTrigger): readonly Outcome[] {
  const part = "federationPolicy";
  const { federationConfiguration, federationPolicy } = examined.pool;
  if (federationConfiguration === null) return [unchecked(OF_INVOKING, [part], "there is no function")];
  if (Arn === undefined) return [unchecked(OF_INVOKING, [part], "the pool's ARN is not in the export")];
  return ofPart(examined, part, federationPolicy, OF_INVOKING, (policy) => {
    const statements = policyStatements(policy?.Policy ?? '{"Statement":[]}');
    if (statements === null) return [unchecked(OF_INVOKING, [part, "Policy"], "it is not a policy")];
    const permitting = statements.filter((each) => permits(each, { arn: functionArn, poolArn: Arn }));
    if (permitting.length === 0) return [found("DR905", [part], "no statement lets Cognito invoke it for this pool")];
    return permitting
      .filter((each) => stated(each, "aws:sourcearn") === null)
      .map(({ label }) => found("DR906", [part, label], "it has no condition on SourceArn"));
  });
}

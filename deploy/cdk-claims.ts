import type { Plan } from "../claims/plan.ts";
import { type CloudFormationParts, cloudFormationParts, type Origin, SERVERLESS } from "./cloudformation.ts";
import { DeployError } from "./deploy-error.ts";
import type { TemplateValue } from "./policy-document.ts";
import { functionsOf, stackOf, triggersOf, withDeployer } from "./stack-template.ts";
import type { Template } from "./template.ts";
import { withParameters } from "./template-parameters.ts";
import type { TriggerFunction } from "./trigger-function.ts";

/** What the CDK makes of a map, without the CDK: parts of a template with the logical ids of `serverless.yml`. */
export type Claims = {
  readonly functions: readonly TriggerFunction[];
  readonly resources: { readonly [id: string]: Resource };
  readonly outputs: { readonly [name: string]: TemplateValue };
  /** What the pool's `LambdaConfig` is to have. */
  readonly lambdaConfig: { readonly [trigger: string]: TemplateValue };
  readonly lambdaVersion: CloudFormationParts["lambdaVersion"];
};

type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: { readonly [name: string]: TemplateValue };
};

export type ClaimsChoice = {
  readonly tables: Origin;
  readonly resourceServers: Origin;
  readonly alarms: "all" | "none";
  readonly deployer: string | null;
  readonly mode: string;
  /** Whether the pool is the stack's own; its function cannot know its id. */
  readonly pool: Origin;
  readonly environment: { readonly [name: string]: string };
  /** As text for `Fn::Sub`. */
  readonly roleName: string;
};

/**
 * Everything of a map's stack but the pool.
 *
 * @throws {DeployError} `VARIABLE_MISSING`, `VARIABLE_MADE`, and where a map cannot be deployed as it is.
 */
export function claimsOf(plan: Plan, choice: ClaimsChoice): Claims {
  const { roleName, environment: given, deployer, mode, pool } = choice;
  const parts = cloudFormationParts(plan, { ...SERVERLESS, issuerRoleName: roleName });
  const stack = stackOf(plan, parts, { ...choice, pool: "existing" });
  const watch = parts.alarms[choice.alarms][deployer === null ? "anybody" : "others"];
  const whole = {
    Resources: { ...stack.Resources, ...(withDeployer(watch.Resources, deployer) as Template["Resources"]) },
    Outputs: { ...stack.Outputs, ...watch.Outputs },
  };
  const { environment } = parts.tables[choice.tables];
  const made = Object.fromEntries(Object.entries(environment).filter(([, value]) => typeof value !== "string"));
  requireAll([whole, environment], made, given);
  const known = { ...made, ...given };
  // The pool is the app's, which may well have an output of this name.
  const { Resources, Outputs: { UserPoolId: _, ...Outputs } = {} } = withParameters(whole, known);
  const values = Object.entries(environment).map(([name]) => [name, known[name] ?? ""] as const);
  const functions = functionsOf(plan, Object.fromEntries(values), pool).map((each) => withMode(each, mode));
  return {
    functions,
    resources: withRoleName(Resources as unknown as Claims["resources"], roleName),
    outputs: Object.fromEntries(
      Object.entries(Outputs).map(([name, output]) => [name, (output as { readonly Value: TemplateValue }).Value]),
    ),
    lambdaConfig: triggersOf(plan, parts.lambdaVersion),
    lambdaVersion: parts.lambdaVersion,
  };
}

/** Variables stand in policies too, of readers that no function asks for. */
function requireAll(parts: unknown, made: object, given: object): void {
  const wanted = [...JSON.stringify(parts).matchAll(/\$\{env:(\w+)\}/g)].map(([, name = ""]) => name);
  const missing = [...new Set(wanted)].filter((name) => !Object.hasOwn(made, name) && !Object.hasOwn(given, name));
  if (missing.length > 0) {
    throw new DeployError("VARIABLE_MISSING", `environment lacks what the map leaves to it: ${missing.join(", ")}`);
  }
  const idle = Object.keys(given).filter((name) => Object.hasOwn(made, name) || !wanted.includes(name));
  if (idle.length > 0) {
    const message = `environment has what the stack makes itself, or the map has no variable for: ${idle.join(", ")}`;
    throw new DeployError("VARIABLE_MADE", message);
  }
}

function withMode({ environment, ...told }: TriggerFunction, mode: string): TriggerFunction {
  const isModal = Object.hasOwn(environment, "CLAIMSEAL_MODE");
  return { ...told, environment: { ...environment, ...(isModal && { CLAIMSEAL_MODE: mode }) } };
}

function withRoleName({ IssuerRole, ...others }: Claims["resources"], roleName: string): Claims["resources"] {
  if (IssuerRole === undefined) return others;
  const Properties = { ...IssuerRole.Properties, RoleName: { "Fn::Sub": roleName } };
  return { IssuerRole: { ...IssuerRole, Properties }, ...others };
}

/** How a pool that is only known by its id comes to call a function, as an output. */
export function attachCommand(
  id: TriggerFunction["id"],
  functionArn: string,
  { userPoolId, lambdaVersion }: Pick<Claims, "lambdaVersion"> & { readonly userPoolId: string },
): { readonly [output: string]: string } {
  const attach = `npx claimseal attach --pool ${userPoolId} --function ${functionArn}`;
  return id === "PreToken"
    ? { AttachCommand: `${attach} --events ${lambdaVersion.slice(0, 2)} --apply` }
    : { AttachFederationCommand: `${attach} --trigger inbound-federation --apply` };
}

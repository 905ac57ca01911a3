import {
  CfnDeletionPolicy,
  CfnOutput,
  CfnResource,
  Duration,
  IgnoreMode,
  Lazy,
  Reference,
  RemovalPolicy,
  Stack,
  Token,
  Tokenization,
} from "aws-cdk-lib";
import type { IUserPool } from "aws-cdk-lib/aws-cognito";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Alias, Architecture, Code, type IVersion, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, LogGroupClass } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { type Built, NOT_RUN, readBuilt } from "./built-folder.ts";
import { attachCommand, type Claims, claimsOf } from "./cdk-claims.ts";
import type { CdkCode } from "./cdk-codes.ts";
import type { Origin } from "./cloudformation.ts";
import { DeployError } from "./deploy-error.ts";
import { statedRegion } from "./policies-emitted.ts";
import type { TemplateValue } from "./policy-document.ts";
import { type Renamed, withReferences } from "./references.ts";
import { stackName } from "./stack-name.ts";
import { ALIAS, aliasId, MEMORY_MIB, TIMEOUT_S, type TriggerFunction } from "./trigger-function.ts";

export { DeployError, type DeployErrorCode } from "./deploy-error.ts";

/** What `PreTokenClaims` is told. Each has the meaning and the default of the param of `serverless.yml` of its name. */
export type PreTokenClaimsProps = {
  /** The folder that `claimseal build MAP` wrote, such as `.claimseal`. */
  readonly built: string;
  /**
   * A `UserPool` of the same stack gets the trigger, with the map's event version. One that is only known by its id
   * (`UserPool.fromUserPoolId`) stays as it is: the outputs have the command that attaches the function.
   */
  readonly userPool: IUserPool;
  /** Values for the map's variables that the stack makes nothing for, by name: clients, tables that exist, other keys. */
  readonly environment?: { readonly [name: string]: string };
  /** Whether the stack makes the map's tables; `new` without it. */
  readonly tables?: Origin;
  /** Whether the stack makes the map's resource servers; `new` without it. */
  readonly resourceServers?: Origin;
  /** `enforce` without it. */
  readonly mode?: "enforce" | "shadow" | "minimal";
  /** How many run at most, and are kept free for it; as many as the account has left without it. */
  readonly reservedConcurrency?: number;
  /** How many are kept started; none without it. */
  readonly provisionedConcurrency?: number;
  /** Days; 30 without it. */
  readonly logRetention?: number;
  /** Alarms with their topic and a dashboard, or none; `all` without it. */
  readonly alarms?: "all" | "none";
  /** The ARN of the role that deploys: what it changes is then no alarm. */
  readonly deployer?: string;
  /** The trigger's role, which key policies name by its name; made of the map's name and the construct's place without it. */
  readonly roleName?: string;
};

/** By which one construct finds another, of whatever copy of this package. */
const BRAND: unique symbol = Symbol.for("claimseal/cdk") as never;

/**
 * The trigger of a claim map with everything the map implies, as `serverless.yml` deploys it: function and alias, role,
 * keys, tables, resource servers, alarms and dashboard, and the trigger for identity providers where the map has a
 * `federation`. One in a stack. What the map keeps in other regions is in `REGION.template.json` of the built folder.
 *
 * @example
 * const claims = new PreTokenClaims(this, "Claims", {
 *   built: ".claimseal",
 *   userPool: new UserPool(this, "UserPool", { featurePlan: FeaturePlan.ESSENTIALS, signInAliases: { email: true } }),
 *   environment: { CLINIC_WEB_CLIENT: "4mk2clinicweb" },
 * });
 * claims.outputs["CareApiKeyArn"];
 *
 * @throws {DeployError} `BUILT_UNREADABLE`, `BUILT_CHANGED`, `VARIABLE_MISSING`, `VARIABLE_MADE`, `CLIENT_CIRCLE`,
 * `POOL_ELSEWHERE`, `POOL_HAS_TRIGGER`, `TIER_LITE`, `STACK_TAKEN`, `REGION_OTHER`, and where the map cannot be deployed.
 */
export class PreTokenClaims extends Construct {
  /** The trigger for tokens. */
  readonly function: LambdaFunction;
  /** What the pool calls: the function's alias `live`. */
  readonly alias: Alias;
  /** The function's role, with what the map needs and no more. */
  readonly role: Role;
  /** The alias of the trigger for identity providers, where the map has a `federation`. */
  readonly federationAlias: Alias | undefined;
  /** The stack's outputs by name: `CareApiKeyArn`, `AlarmTopicArn`, `TriggerArn`, ... */
  readonly outputs: { readonly [name: string]: string };

  constructor(scope: Construct, id: string, props: PreTokenClaimsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { userPool, mode = "enforce", reservedConcurrency, provisionedConcurrency, alarms = "all", deployer } = props;
    refuseSecond(this, stack);
    Object.defineProperty(this, BRAND, { value: true });
    const built = readBuilt(props.built);
    const pool = ownPool(userPool, stack);
    refuseOtherRegion(built, stack);
    refuseCircle(props.environment ?? {}, pool);
    const claims = claimsOf(built.plan, {
      tables: props.tables ?? "new",
      resourceServers: props.resourceServers ?? "new",
      alarms,
      deployer: deployer ?? null,
      mode,
      pool: pool ? "new" : "existing",
      environment: props.environment ?? {},
      roleName: props.roleName ?? `${stackName(built.plan.name)}-\${AWS::Region}-${this.node.addr.slice(-6)}`,
    });
    if (pool) refusePool(pool, claims);

    const names: { [id: string]: Renamed } = { UserPool: { ref: userPool.userPoolId } };
    const known = (value: TemplateValue): TemplateValue => withReferences(value, names);
    const aliases = claims.functions.map((told) => {
      const role = roleOf(this, told.roleId, claims.resources[told.roleId]?.Properties ?? {}, known);
      names[told.roleId] = { ref: role.roleName };
      const made = functionOf(this, told, { built, role, retention: props.logRetention ?? 30, known });
      const isTuned = told.isTuned && provisionedConcurrency !== undefined && provisionedConcurrency > 0;
      const alias = new Alias(this, aliasId(told.id), {
        aliasName: ALIAS,
        version: made.currentVersion as IVersion,
        ...(isTuned && { provisionedConcurrentExecutions: provisionedConcurrency }),
      });
      const log = made.logGroup.node.defaultChild as CfnResource;
      names[`${told.id}LambdaFunction`] = { ref: made.functionName };
      names[`${told.id}LogGroup`] = namedAs(log);
      names[aliasId(told.id)] = { ref: alias.functionArn };
      return { made, role, alias, told };
    });
    const [preToken, federation] = aliases;
    if (preToken === undefined) throw new TypeError("a map has a trigger for tokens");
    if (reservedConcurrency !== undefined && reservedConcurrency > 0) {
      (preToken.made.node.defaultChild as CfnResource).addPropertyOverride(
        "ReservedConcurrentExecutions",
        reservedConcurrency,
      );
    }

    const roles = new Set(claims.functions.map(({ roleId }) => roleId));
    for (const [each, resource] of Object.entries(claims.resources)) {
      if (roles.has(each)) continue;
      const made = new CfnResource(this, each, {
        type: resource.Type,
        // Resources name each other, whichever is made first.
        properties: Object.fromEntries(
          Object.entries(resource.Properties ?? {}).map(([name, value]) => [
            name,
            Lazy.any({ produce: () => known(value) }),
          ]),
        ),
      });
      if (resource.DeletionPolicy === "Retain") {
        made.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN;
        made.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
      }
      names[each] = namedAs(made);
    }
    for (const { made, told } of aliases) {
      for (const each of told.after) made.node.addDependency(this.node.findChild(each));
    }

    [this.function, this.alias, this.role] = [preToken.made, preToken.alias, preToken.role];
    this.federationAlias = federation?.alias;
    if (pool) setTriggers(this, pool, claims, known);
    const commands = pool
      ? []
      : aliases.map(({ alias, told }) =>
          attachCommand(told.id, alias.functionArn, { ...claims, userPoolId: userPool.userPoolId }),
        );
    const outputs = { ...claims.outputs, ...Object.assign({}, ...commands) } as {
      readonly [name: string]: TemplateValue;
    };
    this.outputs = Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => {
        const text = Token.asString(known(value));
        // A child has another id than every resource.
        new CfnOutput(this, `Out${name}`, { value: text }).overrideLogicalId(name);
        return [name, text];
      }),
    );
  }
}

function refuse(code: CdkCode | "TIER_LITE", message: string): never {
  throw new DeployError(code, message);
}

function refuseSecond(self: Construct, stack: Stack): void {
  const others = stack.node.findAll().filter((each) => each !== self && BRAND in each && Stack.of(each) === stack);
  if (others.length > 0)
    refuse("STACK_TAKEN", "the stack has the claims of another map; each map has a stack of its own");
}

function refuseOtherRegion({ plan }: Built, stack: Stack): void {
  const region = statedRegion(plan);
  if (region === undefined || Token.isUnresolved(stack.region) || stack.region === region) return;
  refuse("REGION_OTHER", `the map's tables and keys are in ${region}, where its stack has to be too`);
}

/** The pool's resource, where the app makes it; undefined for one that it only knows the id of. */
function ownPool(userPool: IUserPool, stack: Stack): CfnResource | undefined {
  const resource = userPool.node.defaultChild;
  if (!CfnResource.isCfnResource(resource) || resource.cfnResourceType !== "AWS::Cognito::UserPool") return undefined;
  if (Stack.of(resource) === stack) return resource;
  return refuse(
    "POOL_ELSEWHERE",
    "the pool is in another stack of the app: make the claims in the stack of the pool, or name the pool by its id, with UserPool.fromUserPoolId",
  );
}

/** The pool needs the function, and a client the pool: so no function can know a client of the pool. */
function refuseCircle(environment: { readonly [name: string]: string }, pool: CfnResource | undefined): void {
  if (!pool) return;
  for (const [name, value] of Object.entries(environment)) {
    const isClient = Tokenization.reverseString(value).tokens.some(
      (token) =>
        Reference.isReference(token) &&
        CfnResource.isCfnResource(token.target) &&
        token.target.cfnResourceType === "AWS::Cognito::UserPoolClient" &&
        Stack.of(token.target) === Stack.of(pool),
    );
    if (!isClient) continue;
    refuse(
      "CLIENT_CIRCLE",
      `${name} is a client of the pool, which needs the function: deploy once with a placeholder, then give the id as text`,
    );
  }
}

/** `LambdaConfig`'s members as the CDK calls them, in which the pool may have something else. */
const TAKEN = {
  PreToken: ["preTokenGeneration", "preTokenGenerationConfig"],
  InboundFederation: ["inboundFederation"],
};

function conflicts(pool: CfnResource, { functions }: Claims): readonly string[] {
  const config = Stack.of(pool).resolve(
    (pool as unknown as { readonly lambdaConfig?: unknown }).lambdaConfig,
  ) as object;
  return functions.flatMap(({ id }) => TAKEN[id]).filter((member) => member in (config ?? {}));
}

const HAS_TRIGGER = "the pool has another function at this trigger; take it off, and let the map chain it:";

function refusePool(pool: CfnResource, claims: Claims): void {
  const taken = conflicts(pool, claims);
  if (taken.length > 0) refuse("POOL_HAS_TRIGGER", `${HAS_TRIGGER} ${taken.join(", ")}`);
  const { userPoolTier } = pool as unknown as { readonly userPoolTier?: string };
  if (userPoolTier === "LITE" && claims.lambdaVersion !== "V1_0") {
    refuse("TIER_LITE", `the pool is on the feature plan Lite, which has no ${claims.lambdaVersion} events`);
  }
}

function setTriggers(
  self: Construct,
  pool: CfnResource,
  claims: Claims,
  known: (value: TemplateValue) => TemplateValue,
): void {
  for (const [trigger, value] of Object.entries(claims.lambdaConfig)) {
    pool.addPropertyOverride(`LambdaConfig.${trigger}`, known(value));
  }
  // What is added to the pool later would take the place without a word.
  self.node.addValidation({
    validate: () => conflicts(pool, claims).map((member) => `POOL_HAS_TRIGGER: ${HAS_TRIGGER} ${member}`),
  });
}

function roleOf(
  self: Construct,
  id: string,
  { RoleName, Policies }: { readonly [property: string]: TemplateValue },
  known: (value: TemplateValue) => TemplateValue,
): Role {
  const role = new Role(self, id, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    ...(RoleName !== undefined && { roleName: Token.asString(RoleName) }),
  });
  if (Policies !== undefined) {
    (role.node.defaultChild as CfnResource).addPropertyOverride(
      "Policies",
      Lazy.any({ produce: () => known(Policies) }),
    );
  }
  return role;
}

/** By references, so that other stacks of the app may ask as well. */
function namedAs(resource: CfnResource): Renamed {
  return { ref: resource.ref, attribute: (name) => Token.asString(resource.getAtt(name)) };
}

type Given = {
  readonly built: Built;
  readonly role: Role;
  readonly retention: number;
  readonly known: (value: TemplateValue) => TemplateValue;
};

function functionOf(self: Construct, told: TriggerFunction, { built, role, retention, known }: Given): LambdaFunction {
  const environment = Object.entries(told.environment).map(
    ([name, value]) => [name, Token.asString(Lazy.any({ produce: () => known(value) }))] as const,
  );
  return new LambdaFunction(self, `${told.id}LambdaFunction`, {
    runtime: Runtime.NODEJS_22_X,
    architecture: Architecture.ARM_64,
    handler: told.handler,
    code: Code.fromAsset(built.folder, { exclude: [...NOT_RUN], ignoreMode: IgnoreMode.GLOB }),
    memorySize: MEMORY_MIB,
    timeout: Duration.seconds(TIMEOUT_S),
    role,
    environment: Object.fromEntries(environment),
    logGroup: new LogGroup(self, `${told.id}LogGroup`, {
      retention,
      // Metrics are made from the records in it, which no other class does.
      logGroupClass: LogGroupClass.STANDARD,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
  });
}

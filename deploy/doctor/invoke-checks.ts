import { lambdaConfigOf, preTokenOf } from "../pool-trigger.ts";
import { accountOf, covers } from "./arn-pattern.ts";
import type { Code } from "./codes.ts";
import { type Examined, notRead, ofPart } from "./examined.ts";
import { servedPools } from "./function-checks.ts";
import { isAbout, named } from "./holders.ts";
import { found, type Outcome, unchecked } from "./outcome.ts";
import { type PolicyStatement, policyStatements } from "./policy-statements.ts";
import { qualifierOf } from "./trigger-checks.ts";

const CODES: readonly Code[] = ["DR301", "DR302", "DR303", "DR304", "DR305"];
const OF_OTHERS: readonly Code[] = ["DR304", "DR305"];
const COGNITO = "service cognito-idp.amazonaws.com";

/** What runs a function, directly or by way of its URL. */
const INVOKING = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:InvokeAsync"];

/** DR3xx: who may invoke the function, by its own policy. */
export function invokeChecks(examined: Examined): readonly Outcome[] {
  const { userPool, functionPolicy, functionConfiguration } = examined.pool;
  // DR106 says so.
  if (functionConfiguration === null) return [unchecked(CODES, ["functionPolicy"], "there is no function")];
  if (userPool?.Arn === undefined) return [unchecked(CODES, ["functionPolicy"], notRead(examined, "userPool.Arn"))];
  const trigger = preTokenOf(lambdaConfigOf(userPool));
  // DR101 says so.
  if (trigger === null) return [unchecked(CODES, ["functionPolicy"], "there is no trigger")];
  const served = servedPools(examined.variables ?? {}) ?? [];
  const target: Target = { arn: trigger.functionArn, poolArn: userPool.Arn, served };
  return [
    ...ofPart(examined, "functionPolicy", functionPolicy, CODES, (policy) =>
      ofStatements("functionPolicy", policy?.Policy, CODES, (statements) => [
        ...permission(statements, target),
        ...strangers("functionPolicy", statements, target),
      ]),
    ),
    ...unqualified(examined, target),
  ];
}

type Target = {
  /** What the pool's trigger names. */
  readonly arn: string;
  readonly poolArn: string;
  /** Other pools that the function is set to serve. */
  readonly served: readonly string[];
};

/** An alias has a policy of its own; who may invoke the function past it stands in the function's. */
function unqualified(examined: Examined, target: Target): readonly Outcome[] {
  if (qualifierOf(target.arn) === null) return [];
  const part = "unqualifiedPolicy";
  return ofPart(examined, part, examined.pool.unqualifiedPolicy, OF_OTHERS, (policy) =>
    ofStatements(part, policy?.Policy, OF_OTHERS, (statements) => strangers(part, statements, target)),
  );
}

function ofStatements(
  part: string,
  text: string | undefined,
  codes: readonly Code[],
  check: (statements: readonly PolicyStatement[]) => readonly Outcome[],
): readonly Outcome[] {
  const statements = policyStatements(text ?? '{"Statement":[]}');
  return statements === null ? [unchecked(codes, [part, "Policy"], "it is not a policy")] : check(statements);
}

/** What Cognito needs, and is to be given no more than. */
function permission(statements: readonly PolicyStatement[], target: Target): readonly Outcome[] {
  const permitting = statements.filter((statement) => permits(statement, target));
  if (permitting.length === 0) {
    return [
      found("DR301", ["functionPolicy"], "no statement lets Cognito invoke what the trigger names for this pool"),
    ];
  }
  return permitting.flatMap((statement): readonly Outcome[] => {
    const place = ["functionPolicy", statement.label];
    if (stated(statement, "aws:sourcearn") === null) return [found("DR302", place, "it has no condition on SourceArn")];
    const isBound = stated(statement, "aws:sourceaccount") !== null;
    return isBound ? [] : [found("DR303", place, "it has no condition on SourceAccount")];
  });
}

/** Whether a statement lets Cognito invoke a function for a pool. */
export function permits(statement: PolicyStatement, { arn, poolArn }: Omit<Target, "served">): boolean {
  const { allows, principals, actions, resources } = statement;
  if (!allows || !isAbout(actions, "lambda:InvokeFunction")) return false;
  if (!principals.values.includes(COGNITO) && !principals.values.includes("*")) return false;
  if (resources.values.length > 0 && !resources.values.some((pattern) => covers(pattern, arn))) return false;
  const [sources, accounts] = [stated(statement, "aws:sourcearn"), stated(statement, "aws:sourceaccount")];
  const isSource = sources === null || sources.some((pattern) => covers(pattern, poolArn));
  return isSource && (accounts === null || accounts.includes(accountOf(poolArn)));
}

/** What a statement's condition on a key asks for; null where it has none that a request must meet. */
export function stated({ conditions }: PolicyStatement, key: string): readonly string[] | null {
  const positive = /^(arn|string)(equals|like)$/;
  const condition = conditions.find((each) => each.key === key && positive.test(each.operator) && !each.isOptional);
  return condition?.values ?? null;
}

function strangers(part: string, statements: readonly PolicyStatement[], target: Target): readonly Outcome[] {
  return statements
    .filter(({ allows, actions }) => allows && INVOKING.some((action) => isAbout(actions, action)))
    .flatMap((statement) => {
      const place = [part, statement.label];
      if (isForEverybody(statement)) return [found("DR305", place, "its principal is everybody")];
      return othersThan(part, target, statement).map((who) => found("DR304", place, `it lets in ${who}`));
    });
}

/** Keys of conditions that keep everybody from being everybody. */
const NARROWING: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
]);

function isForEverybody({ principals, conditions }: PolicyStatement): boolean {
  const isOpen = principals.not || principals.values.includes("*");
  return isOpen && !conditions.some(({ key, isOptional }) => NARROWING.has(key) && !isOptional);
}

/** Whom a statement lets in beside Cognito for this pool, and for others that the function is set to serve. */
function othersThan(part: string, { poolArn, served }: Target, statement: PolicyStatement): readonly string[] {
  return statement.principals.values.flatMap((who): readonly string[] => {
    if (who !== COGNITO) return [who === "*" ? "everybody its conditions let" : named(who)];
    const sources = stated(statement, "aws:sourcearn");
    // Of what the trigger names, DR302 says so.
    if (sources === null) return part === "functionPolicy" ? [] : ["Cognito for any pool"];
    return sources
      .filter((source) => source !== poolArn && !served.includes(source.split("/")[1] ?? ""))
      .map((source) => (/[*?]/.test(source) ? "Cognito for more pools than this one" : "Cognito for another pool"));
  });
}

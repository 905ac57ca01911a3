import { type Fields, isFields, own } from "../cognito/own-fields.ts";
import { DeployError } from "./deploy-error.ts";
import { covers } from "./doctor/arn-pattern.ts";
import type { GrantedStatement, Permission } from "./pool-ports.ts";

const POOL_ARN = /^arn:aws[a-z0-9-]*:cognito-idp:[a-z0-9-]+:(\d{12}):userpool\/[\w-]+$/;

/**
 * What lets a pool invoke a function, as nobody else may: this principal, from this pool, of this account.
 *
 * @param policy The function's policy; the statement gets an id that is free in it.
 * @throws {DeployError} `POOL_UNREADABLE` for a pool that tells no ARN of its own.
 */
export function permissionFor(pool: Fields, functionArn: string, policy: Fields | null): Permission {
  const sourceArn = own(pool, "Arn");
  const [, sourceAccount] = POOL_ARN.exec(typeof sourceArn === "string" ? sourceArn : "") ?? [];
  if (typeof sourceArn !== "string" || sourceAccount === undefined) {
    throw new DeployError("POOL_UNREADABLE", "the description of the pool has no ARN of a pool in it");
  }
  const taken = statementsOf(policy).map((statement) => own(statement, "Sid"));
  const id = statementIdFor(String(own(pool, "Id")));
  let statementId = id;
  for (let next = 2; taken.includes(statementId); next += 1) statementId = `${id}-${next}`;
  return {
    functionArn,
    statementId,
    action: "lambda:InvokeFunction",
    principal: "cognito-idp.amazonaws.com",
    sourceArn,
    sourceAccount,
  };
}

/** Whether a policy lets a pool invoke already, whoever saw to it: a template, the console, or an earlier run. */
export function permits(policy: Fields | null, { functionArn, ...permission }: Permission): boolean {
  return statementsOf(policy).some(
    (statement) =>
      own(statement, "Effect") === "Allow" &&
      textsOf(own(statement, "Resource")).includes(functionArn) &&
      textsOf(own(statement, "Action")).includes(permission.action) &&
      isFor(own(statement, "Principal"), permission.principal) &&
      holds(own(statement, "Condition"), permission),
  );
}

/** The statements that `attach` made for a pool, by what they are called. */
export function ownStatements(policy: Fields | null, poolId: string, functionArn: string): readonly GrantedStatement[] {
  const id = statementIdFor(poolId);
  return statementsOf(policy)
    .map((statement) => own(statement, "Sid"))
    .filter((sid) => typeof sid === "string")
    .filter((sid) => sid === id || (sid.startsWith(`${id}-`) && /^\d+$/.test(sid.slice(id.length + 1))))
    .map((statementId) => ({ functionArn, statementId }));
}

/** A pool's id holds what a statement's id may hold: letters, digits, hyphens and underscores. */
function statementIdFor(poolId: string): string {
  return `claimseal-${poolId}`;
}

function statementsOf(policy: Fields | null): readonly Fields[] {
  const statements = policy === null ? [] : own(policy, "Statement");
  return (Array.isArray(statements) ? statements : [statements]).filter(isFields);
}

function isFor(principal: unknown, service: string): boolean {
  return isFields(principal) && textsOf(own(principal, "Service")).includes(service);
}

/** Whether every condition is one that an invocation by the pool meets. One that is not known here counts as unmet. */
function holds(
  condition: unknown,
  { sourceArn, sourceAccount }: Pick<Permission, "sourceArn" | "sourceAccount">,
): boolean {
  if (!isFields(condition)) return true;
  return Object.entries(condition).every(
    ([operator, comparisons]) =>
      isFields(comparisons) &&
      Object.entries(comparisons).every(([key, expected]) => {
        const patterns = textsOf(expected);
        switch (`${operator} ${key.toLowerCase()}`) {
          case "ArnEquals aws:sourcearn":
          case "ArnLike aws:sourcearn":
          case "StringLike aws:sourcearn":
            return patterns.some((pattern) => covers(pattern, sourceArn));
          case "StringEquals aws:sourcearn":
            return patterns.includes(sourceArn);
          case "StringEquals aws:sourceaccount":
            return patterns.includes(sourceAccount);
          default:
            return false;
        }
      }),
  );
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
}

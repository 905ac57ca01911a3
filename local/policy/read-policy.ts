import { type Condition, isConditionOperator } from "./condition.ts";
import type { Element, Policy, Statement } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Key policies say whom they mean; identity policies belong to whom they mean. */
export type PolicyKind = "key" | "identity";

const members: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/**
 * Checks a policy document and brings it into the one form that is evaluated.
 *
 * Everything that AWS refuses, and everything that is not emulated, is refused here by name: a policy element that were
 * quietly ignored would let a test pass that must not.
 *
 * @throws {PolicyError}
 */
export function readPolicy(document: unknown, kind: PolicyKind): Policy {
  if (!isFields(document)) throw new PolicyError("a policy must be an object");
  for (const member of Object.keys(document)) {
    if (!["Version", "Id", "Statement"].includes(member)) throw new PolicyError(`a policy has no element "${member}"`);
  }
  // Without it AWS takes the language of 2008; nobody means that, and it differs.
  if (document["Version"] !== "2012-10-17") throw new PolicyError('Version must be "2012-10-17"');
  const statements = listOf(document["Statement"]);
  if (statements.length === 0) throw new PolicyError("a policy needs a statement");
  return statements.map((statement, index) => readStatement(statement, kind, `Statement[${index}]`));
}

function readStatement(statement: unknown, kind: PolicyKind, at: string): Statement {
  if (!isFields(statement)) throw new PolicyError(`${at} must be an object`);
  for (const member of Object.keys(statement)) {
    if (!members.has(member)) throw new PolicyError(`${at} has no element "${member}"`);
  }
  const effect = statement["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyError(`${at}.Effect must be "Allow" or "Deny"`);
  const action = readElement(statement, "Action", at);
  if (!action.values.every((name) => name === "*" || /^[a-z0-9-]+:[A-Za-z0-9*?]+$/.test(name))) {
    throw new PolicyError(`${at}.Action must be "*" or SERVICE:NAME`);
  }
  const resource = readElement(statement, "Resource", at);
  if (!resource.values.every((name) => name === "*" || /^arn(:[^:]*){4}:.+$/.test(name))) {
    throw new PolicyError(`${at}.Resource must be "*" or an ARN of six parts`);
  }
  return {
    effect,
    action,
    resource,
    principal: readPrincipal(statement, kind, effect, at),
    conditions: readConditions(statement["Condition"], `${at}.Condition`),
  };
}

/** `name` or `Not<name>`, exactly one of them. */
function readElement(statement: Fields, name: string, at: string): Element {
  const not = statement[name] === undefined;
  if (not === (statement[`Not${name}`] === undefined)) {
    throw new PolicyError(`${at} needs either ${name} or Not${name}`);
  }
  return { not, values: readTexts(statement[not ? `Not${name}` : name], `${at}.${not ? "Not" : ""}${name}`) };
}

function readPrincipal(statement: Fields, kind: PolicyKind, effect: string, at: string): Element | null {
  const { Principal, NotPrincipal } = statement;
  if (kind === "identity") {
    if (Principal === undefined && NotPrincipal === undefined) return null;
    throw new PolicyError(`${at}: an identity policy has no principal`);
  }
  if ((Principal === undefined) === (NotPrincipal === undefined)) {
    throw new PolicyError(`${at} needs either Principal or NotPrincipal`);
  }
  const not = Principal === undefined;
  if (not && effect === "Allow") throw new PolicyError(`${at}: NotPrincipal goes with Deny only`);
  const given = not ? NotPrincipal : Principal;
  if (given === "*") return { not, values: ["*"] };
  if (!isFields(given)) throw new PolicyError(`${at}: a principal must be "*" or an object`);
  const stranger = Object.keys(given).find((type) => type !== "AWS" && type !== "Service");
  if (stranger !== undefined) throw new PolicyError(`${at}: principals of type "${stranger}" are not emulated`);
  const values = given["AWS"] === undefined ? [] : readTexts(given["AWS"], `${at}.Principal.AWS`);
  if (!values.every((value) => /^(\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::\d{12}:[^*?]+)$/.test(value))) {
    // KMS takes a wildcard for everybody and for nothing less.
    throw new PolicyError(`${at}.Principal.AWS must be "*", an account, or an ARN without wildcards`);
  }
  return { not, values };
}

function readConditions(block: unknown, at: string): readonly Condition[] {
  if (block === undefined) return [];
  if (!isFields(block)) throw new PolicyError(`${at} must be an object`);
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isFields(keys)) throw new PolicyError(`${at}.${operator} must be an object`);
    return Object.entries(keys).map(([key, values]) => readCondition(operator, key, values, at));
  });
}

function readCondition(written: string, key: string, given: unknown, at: string): Condition {
  const [, quantifier, name = ""] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/.exec(written) ?? [];
  const ifExists = name.endsWith("IfExists");
  const operator = ifExists ? name.slice(0, -"IfExists".length) : name;
  if (!isConditionOperator(operator)) throw new PolicyError(`${at}: the operator "${written}" is not emulated`);
  if (operator === "Null" && written !== "Null") throw new PolicyError(`${at}: Null stands alone`);
  const values = readTexts(
    listOf(given).map((value) => (typeof value === "boolean" ? String(value) : value)),
    `${at}.${written}`,
  );
  if ((operator === "Null" || operator === "Bool") && !values.every((value) => /^(true|false)$/i.test(value))) {
    throw new PolicyError(`${at}.${written} must be "true" or "false"`);
  }
  return {
    quantifier: quantifier === undefined ? null : quantifier === "ForAllValues" ? "all" : "any",
    operator,
    ifExists,
    key: key.toLowerCase(),
    values: operator === "Null" ? values.map((value) => value.toLowerCase()) : values,
  };
}

function readTexts(value: unknown, at: string): readonly string[] {
  const texts = listOf(value);
  if (texts.length === 0) throw new PolicyError(`${at} must not be empty`);
  return texts.map((text) => {
    if (typeof text !== "string") throw new PolicyError(`${at} must be a string or a list of them`);
    if (/\$\{(?![*?$]\})/.test(text)) throw new PolicyError(`${at}: policy variables are not emulated`);
    return text;
  });
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { matchesArn, matchesWildcard, plain } from "./wildcard.ts";

/** The values of one request by condition key, in lower case: AWS tells keys apart by letters alone, not by their case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** One line of a `Condition` block. */
export type Condition = {
  /** `ForAllValues` or `ForAnyValue`; null where the operator stands alone. */
  readonly quantifier: "all" | "any" | null;
  readonly operator: ConditionOperator;
  readonly ifExists: boolean;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
};

type Comparison = (actual: string, expected: string) => boolean;

const equal: Comparison = (actual, expected) => actual === plain(expected);
const equalIgnoringCase: Comparison = (actual, expected) => actual.toLowerCase() === plain(expected).toLowerCase();
const like: Comparison = (actual, expected) => matchesWildcard(expected, actual);
// AWS treats ArnEquals as it treats ArnLike.
const arnLike: Comparison = (actual, expected) => matchesArn(expected, actual);

/** The condition operators that are emulated; a policy with another one is refused when it is read. */
export type ConditionOperator = Comparing | Negated | "Null";

type Comparing = "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike" | "Bool";
type Negated = "StringNotEquals" | "StringNotEqualsIgnoreCase" | "StringNotLike" | "ArnNotEquals" | "ArnNotLike";

const comparing: Readonly<Record<Comparing, Comparison>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: like,
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: equalIgnoringCase,
};

/** Each holds where its comparison does not. */
const negated: Readonly<Record<Negated, Comparison>> = {
  StringNotEquals: equal,
  StringNotEqualsIgnoreCase: equalIgnoringCase,
  StringNotLike: like,
  ArnNotEquals: arnLike,
  ArnNotLike: arnLike,
};

/** Whether an operator's name, without quantifier and `IfExists`, is one that is emulated. */
export function isConditionOperator(name: string): name is ConditionOperator {
  return name === "Null" || Object.hasOwn(comparing, name) || Object.hasOwn(negated, name);
}

/**
 * Collects the values of a request under their condition keys; what is undefined is absent.
 * Assumed: condition-names-fold.
 */
export function requestContext(
  values: Iterable<readonly [key: string, value: string | readonly string[] | undefined]>,
): RequestContext {
  const context = new Map<string, readonly string[]>();
  for (const [name, value] of values) {
    const key = name.toLowerCase();
    const more = value === undefined ? [] : typeof value === "string" ? [value] : value;
    if (more.length > 0) context.set(key, [...(context.get(key) ?? []), ...more]);
  }
  return context;
}

/**
 * Whether a request meets a condition (IAM User Guide, "Condition operators" and "Multivalued context keys").
 *
 * What an absent key means is the heart of it: a positive operator fails, a negated one holds, `IfExists` and
 * `ForAllValues` hold, `ForAnyValue` fails. A request cannot tell an empty set from none.
 * Assumed: several-values-unquantified.
 */
export function meets(condition: Condition, context: RequestContext): boolean {
  const { quantifier, operator, ifExists, key, values } = condition;
  const actual = context.get(key) ?? [];
  if (operator === "Null") return values.some((wanted) => (wanted === "true") === (actual.length === 0));
  const isNegated = Object.hasOwn(negated, operator);
  if (actual.length === 0) return ifExists || quantifier === "all" || (isNegated && quantifier === null);
  const compare = { ...comparing, ...negated }[operator];
  const holds = (value: string): boolean => values.some((expected) => compare(value, expected)) !== isNegated;
  return quantifier === "any" ? actual.some(holds) : actual.every(holds);
}

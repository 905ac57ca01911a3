import { accountOf, covers } from "./arn-pattern.ts";
import type { PolicyStatement, StatementCondition } from "./policy-statements.ts";

/** Somebody whom a policy lets do something. */
export type Holder = {
  /** An ARN, `account 111122223333` for whomever that account's own policies let, `*` for anybody, `service NAME`. */
  readonly who: string;
  readonly statement: PolicyStatement;
};

/**
 * Who may do something by a policy that is attached to a resource: everybody an Allow names, as far as no Deny takes them
 * out. Of conditions it knows those that say who; others count as met in an Allow and as not met in a Deny, so that too
 * many may be named, never too few.
 *
 * @param action `kms:Decrypt`
 */
export function holdersOf(statements: readonly PolicyStatement[], action: string): readonly Holder[] {
  const about = statements.filter(({ actions }) => isAbout(actions, action));
  const denies = about.filter(({ allows }) => !allows);
  return about
    .filter(({ allows }) => allows)
    .flatMap((statement) =>
      granted(statement)
        .flatMap((who) => left([who], denies))
        .map((who) => ({ who, statement })),
    );
}

/** Of somebody whom something else lets do it, a grant say, what a policy's denials leave. */
export function notDenied(statements: readonly PolicyStatement[], action: string, who: string): boolean {
  const denies = statements.filter(({ allows, actions }) => !allows && isAbout(actions, action));
  return left([who], denies).length > 0;
}

/** Whether a statement's actions hold this one. */
export function isAbout({ not, values }: PolicyStatement["actions"], action: string): boolean {
  return values.some((pattern) => covers(pattern, action.toLowerCase())) !== not;
}

/** Whether a holder is this role, or stands for more than it. */
export function includes(who: string, role: string): boolean {
  return who === "*" || who === `account ${accountOf(role)}` || covers(who, role);
}

/** Whom an Allow names, narrowed by its conditions. */
function granted({ principals, conditions }: PolicyStatement): readonly string[] {
  const named = principals.not ? ["*"] : principals.values;
  return conditions.reduce<readonly string[]>((who, condition) => {
    if (!POSITIVE.has(condition.operator)) return who;
    return who.flatMap((each) => narrowed(each, condition));
  }, named);
}

const POSITIVE: ReadonlySet<string> = new Set(["arnequals", "arnlike", "stringequals", "stringlike"]);
const NEGATIVE: ReadonlySet<string> = new Set(["arnnotequals", "arnnotlike", "stringnotequals", "stringnotlike"]);
const OF_ROLES = "aws:principalarn";
const OF_ACCOUNTS: ReadonlySet<string> = new Set(["aws:principalaccount", "kms:calleraccount"]);

function narrowed(who: string, { key, values }: StatementCondition): readonly string[] {
  if (key === OF_ROLES) return among(who, values);
  if (!OF_ACCOUNTS.has(key)) return [who];
  return among(
    who,
    values.map((account) => `account ${account}`),
  );
}

/** Somebody, as far as they are among these: the narrower of the two where one stands for the other. */
function among(who: string, those: readonly string[]): readonly string[] {
  return those.flatMap((each) => {
    if (isWithin(each, who)) return [each];
    return isWithin(who, each) ? [who] : [];
  });
}

function isWithin(narrow: string, wide: string): boolean {
  if (wide === "*" || wide === narrow) return true;
  if (narrow === "*" || narrow.startsWith("account ")) return false;
  const account = /^account (.*)$/.exec(wide)?.[1];
  // A pattern for accounts may stand for this one.
  if (account !== undefined) return narrow.startsWith("arn:") && covers(accountOf(narrow), account);
  return covers(wide, narrow);
}

/** What denials leave of somebody. */
function left(who: readonly string[], denies: readonly PolicyStatement[]): readonly string[] {
  return denies.reduce((rest, deny) => rest.flatMap((each) => spared(each, deny)), who);
}

function spared(who: string, { principals, conditions }: PolicyStatement): readonly string[] {
  const [only, ...others] = conditions;
  if (principals.not) return only === undefined ? among(who, principals.values) : [who];
  const isMeant = principals.values.some((each) => isWithin(who, each));
  if (!isMeant || others.length > 0) return [who];
  if (only === undefined) return [];
  // Whoever has no ARN at all meets a condition that says what it must not be.
  return only.key === OF_ROLES && NEGATIVE.has(only.operator) ? among(who, only.values) : [who];
}

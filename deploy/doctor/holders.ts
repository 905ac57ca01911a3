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
  return isWithin(role, who);
}

/** A holder, for people. */
export function named(who: string): string {
  if (who === "*") return "everybody";
  return who.startsWith("account ") ? `whoever ${who} lets` : who;
}

/** Whom an Allow names, narrowed by its conditions. */
function granted({ principals, conditions }: PolicyStatement): readonly string[] {
  const all = principals.not ? ["*"] : principals.values.map(roleOf);
  return conditions.reduce<readonly string[]>((who, condition) => {
    if (!POSITIVE.has(condition.operator)) return who;
    return who.flatMap((each) => narrowed(each, condition));
  }, all);
}

/** A role's session as the role: it has what the session has, and others of its sessions are not told apart. */
function roleOf(principal: string): string {
  return principal.replace(/^(arn:[\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/, "$1:iam::$2:role/$3");
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
    if (isWithin(who, each)) return [who];
    return mayMeet(each, who) ? [each] : [];
  });
}

/** Whether two may have roles in common though neither is within the other. */
function mayMeet(one: string, other: string): boolean {
  const [account, arn] = accountIn(one) === null ? [accountIn(other), one] : [accountIn(one), other];
  if (account === null || accountIn(arn) !== null) return isPattern(one) && isPattern(other);
  return isPattern(arn) && (isPattern(account) || covers(accountOf(arn), account));
}

function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

function isWithin(narrow: string, wide: string): boolean {
  if (wide === "*" || wide === narrow) return true;
  const [inner, outer] = [accountIn(narrow), accountIn(wide)];
  if (outer === null) return inner === null && covers(wide, narrow);
  return inner === null ? narrow.startsWith("arn:") && covers(outer, accountOf(narrow)) : covers(outer, inner);
}

/** The account, or the pattern for some, that a holder is the whole of. */
function accountIn(who: string): string | null {
  return /^account (.*)$/.exec(who)?.[1] ?? null;
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

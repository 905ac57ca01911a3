import type { Expr, Plan, PlanProfile, PlanScopeRule } from "../plan.ts";
import {
  anyOfThem,
  byCondition,
  byRestriction,
  code,
  type Difference,
  difference,
  EVERY_API,
  whenText,
} from "./difference.ts";
import { printExpression } from "./print-expression.ts";

type Plans = { readonly old: Plan; readonly now: Plan };

/** Scopes that tokens of a profile can gain, before and now. A profile that is not there adds none. */
export function diffScopes(
  old: PlanProfile | undefined,
  now: PlanProfile | undefined,
  plans: Plans,
  path: readonly string[],
): readonly Difference[] {
  const [before, after] = [rulesOf(old?.scopes, "add"), rulesOf(now?.scopes, "add")];
  const at = [...path, "scopes"];
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((scope) => {
    const reader = [serverOf(scope, plans)];
    const [was, is] = [before.get(scope), after.get(scope)];
    if (is === undefined) {
      return difference("narrow", reader, at, `no token is given ${code(scope)} any more`);
    }
    if (was === undefined) {
      return difference("widen", reader, at, `a token can now be given ${code(scope)}, ${whenText(is.when)}`);
    }
    const sentence = `a token is now given ${code(scope)} ${whenText(is.when)}; it was ${whenText(was.when)}`;
    return difference(byCondition(was.when, is.when), reader, at, sentence);
  });
}

/** Scopes that a profile takes away, before and now. */
export function diffScopesTakenAway(
  old: PlanProfile,
  now: PlanProfile,
  plans: Plans,
  path: readonly string[],
): readonly Difference[] {
  const at = [...path, "scopes"];
  const [before, after] = [rulesOf(old.scopes, "remove"), rulesOf(now.scopes, "remove")];
  const removed = [...new Set([...after.keys(), ...before.keys()])].flatMap((scope) => {
    const [was, is] = [before.get(scope), after.get(scope)];
    const reader = [serverOf(scope, plans)];
    if (was === undefined || is === undefined) {
      return is === undefined
        ? difference("widen", reader, at, `${code(scope)} is no longer taken out of a token`)
        : difference("narrow", reader, at, `${code(scope)} is now taken out of a token, ${whenText(is.when)}`);
    }
    const sentence = `${code(scope)} is now taken out ${whenText(is.when)}; it was ${whenText(was.when)}`;
    return difference(byRestriction(was.when, is.when), reader, at, sentence);
  });
  return [...removed, ...diffOnly(old.scopes, now.scopes, at)];
}

/** Rules that keep to a list. Two lists cannot be compared, so another list is one that is gone and one that is new. */
function diffOnly(
  old: readonly PlanScopeRule[],
  now: readonly PlanScopeRule[],
  path: readonly string[],
): readonly Difference[] {
  const [before, after] = [old, now].map(
    (rules) => new Map(rules.flatMap((rule) => (rule.only ? [[JSON.stringify([rule.only, rule.when]), rule]] : []))),
  ) as [Map<string, PlanScopeRule>, Map<string, PlanScopeRule>];
  const list = ({ only, when }: PlanScopeRule): string =>
    `${only ? code(printExpression(only)) : "no scope"}, ${whenText(when)}`;
  return [
    ...[...after].flatMap(([key, rule]) =>
      before.has(key) ? [] : difference("narrow", [EVERY_API], path, `custom scopes now keep to ${list(rule)}`),
    ),
    ...[...before].flatMap(([key, rule]) =>
      after.has(key) ? [] : difference("widen", [EVERY_API], path, `custom scopes no longer keep to ${list(rule)}`),
    ),
  ];
}

/** Each scope with the condition under which some rule adds it, or removes it. */
function rulesOf(
  rules: readonly PlanScopeRule[] = [],
  what: "add" | "remove",
): ReadonlyMap<string, { readonly when: Expr | undefined }> {
  const scopes = new Set(rules.flatMap((rule) => rule[what]));
  return new Map(
    [...scopes].map((scope) => [
      scope,
      { when: anyOfThem(rules.filter((rule) => rule[what].includes(scope)).map(({ when }) => when)) },
    ]),
  );
}

/** The resource server whose scope it is, by name. */
function serverOf(scope: string, { old, now }: Plans): string {
  for (const { resourceServers } of [now, old]) {
    const found = Object.entries(resourceServers).find(([, { identifier }]) => scope.startsWith(`${identifier}/`));
    if (found) return found[0];
  }
  return EVERY_API;
}

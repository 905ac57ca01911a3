import { printReference } from "../language/reference.ts";
import type { Plan, PlanClaim, PlanProfile, Reference } from "../plan.ts";
import {
  byCondition,
  byRank,
  bySameness,
  code,
  type Difference,
  type Direction,
  difference,
  EVERY_API,
  newAndGone,
  THE_CLIENT,
  whenText,
} from "./difference.ts";
import { isSameExpression } from "./implies.ts";
import { printExpression } from "./print-expression.ts";
import { referencesOf, standingIn } from "./references.ts";

/** What the readers of a profile's claims gain and lose under the new plan. A profile that is not there has no claims. */
export function diffClaims(
  old: PlanProfile | undefined,
  now: PlanProfile | undefined,
  plan: Plan,
  path: readonly string[],
): readonly Difference[] {
  const [before, after] = [old, now].map((profile) => new Map(profile?.claims.map((claim) => [claim.name, claim])));
  const names = new Set([...(after?.keys() ?? []), ...(before?.keys() ?? [])]);
  return [...names].flatMap((name) => diffClaim(before?.get(name), after?.get(name), plan, [...path, "claims", name]));
}

function diffClaim(
  old: PlanClaim | undefined,
  now: PlanClaim | undefined,
  plan: Plan,
  path: readonly string[],
): readonly Difference[] {
  const [before, after] = [readersOf(old), readersOf(now)];
  const { added, gone } = newAndGone(before, after);
  return [
    ...(now ? added.flatMap((reader) => difference("widen", [reader], path, nowReads(reader, old, now))) : []),
    ...(old ? gone.flatMap((reader) => difference("narrow", [reader], path, noLongerReads(reader, old))) : []),
    ...(old && now
      ? diffBoth(
          old,
          now,
          plan,
          before.filter((reader) => after.includes(reader)),
          path,
        )
      : []),
    ...diffRestriction(old, now, path),
  ];
}

/** Whoever gets a claim: a resource server by its name, every API, the client. */
export function readersOf(claim: PlanClaim | undefined): readonly string[] {
  if (claim === undefined) return [];
  const clear = claim.to.map((token) => (token === "access" ? EVERY_API : THE_CLIENT));
  return [...claim.sealFor, ...clear];
}

function nowReads(reader: string, old: PlanClaim | undefined, { name, class: how, value, when }: PlanClaim): string {
  const where = reader === EVERY_API ? " in the clear" : reader === THE_CLIENT ? " in the ID token" : "";
  const condition = when ? `, ${whenText(when)}` : "";
  const wasSealed = old && old.sealFor.length > 0 && old.to.length === 0 && where !== "";
  const before = wasSealed ? `; it was sealed for ${old.sealFor.join(", ")}` : "";
  return `${reader} can now read ${code(name)}${where} (${how}, from ${code(printExpression(value))})${condition}${before}`;
}

function noLongerReads(reader: string, { name, class: how }: PlanClaim): string {
  return `${reader} can no longer read ${code(name)} (${how})`;
}

/** What changes for those who could read the claim and still can. */
function diffBoth(
  old: PlanClaim,
  now: PlanClaim,
  plan: Plan,
  readers: readonly string[],
  path: readonly string[],
): readonly Difference[] {
  const name = code(now.name);
  const at = (step: string): readonly string[] => [...path, step];
  const restricts = old.effect === "restricts" || now.effect === "restricts";
  const condition = byCondition(old.when, now.when);
  // A claim that is there only where something private holds tells its readers whether it does.
  const decides = newReads(old, now, "when").filter(({ reference }) => standingIn(plan, reference).class !== "open");
  return [
    ...difference(
      byRank(["open", "pii", "sensitive"], old.class, now.class),
      readers,
      at("value"),
      `${name} is now ${now.class}; it was ${old.class}`,
    ),
    ...difference(
      byRank(["operator", "idp", "user", "caller"], old.trust, now.trust),
      readers,
      at("value"),
      `${name} is now trusted as ${now.trust}; it was as ${old.trust}`,
    ),
    ...difference(valueDirection(old, now), readers, at("value"), valueSentence(old, now)),
    ...difference(
      // To see a restriction less often is to be restricted less.
      restricts && condition === "narrow" ? "unproven" : condition,
      readers,
      at("when"),
      `${name} is now there ${whenText(now.when)}; it was ${whenText(old.when)}`,
    ),
    ...difference(
      decides.length > 0 ? "widen" : undefined,
      readers,
      at("when"),
      `whether ${name} is there now tells of ${decides.map((each) => code(each.name)).join(", ")}`,
    ),
    ...difference(
      restricts ? undefined : bySameness(old.effect, now.effect),
      readers,
      at("effect"),
      `the effect of ${name} is now ${now.effect ?? "none"}; it was ${old.effect ?? "none"}`,
    ),
    ...difference(
      byRank([true, false], old.required, now.required),
      readers,
      at("required"),
      now.required ? `without ${name} there is no token any more` : `a token is now issued without ${name} as well`,
    ),
  ];
}

/** Other data, or another decision; the same data in another form is a change. */
function valueDirection(old: PlanClaim, now: PlanClaim): Direction {
  if (isSameExpression(old.value, now.value)) return undefined;
  if (newReads(old, now, "value").length > 0) return "widen";
  return now.effect === "grants" || now.effect === "restricts" ? "unproven" : "change";
}

function valueSentence(old: PlanClaim, now: PlanClaim): string {
  const reads = newReads(old, now, "value").map(({ name }) => code(name));
  const tells = reads.length > 0 ? `, and tells of ${reads.join(", ")}` : "";
  return `${code(now.name)} is now ${code(printExpression(now.value))}${tells}; it was ${code(printExpression(old.value))}`;
}

/** What a part of the claim reads that no part of it read before. */
function newReads(
  old: PlanClaim,
  now: PlanClaim,
  part: "value" | "when",
): readonly { readonly reference: Reference; readonly name: string }[] {
  const before = new Set(referencesOf(old.value, part === "when" ? old.when : undefined).map(printReference));
  return referencesOf(now[part])
    .map((reference) => ({ reference, name: printReference(reference) }))
    .filter(({ name }) => !before.has(name));
}

/** A claim that restricts takes something away by being there: as it comes and goes, authority goes the other way. */
function diffRestriction(
  old: PlanClaim | undefined,
  now: PlanClaim | undefined,
  path: readonly string[],
): readonly Difference[] {
  const restricted = readersOf(old?.effect === "restricts" ? old : undefined);
  const restricts = readersOf(now?.effect === "restricts" ? now : undefined);
  const { added, gone } = newAndGone(restricted, restricts);
  const name = code((now ?? old)?.name ?? "");
  const stays = restricted.filter((reader) => restricts.includes(reader));
  return [
    ...difference("narrow", added, [...path, "effect"], `${name} now restricts`),
    ...difference("widen", gone, [...path, "effect"], `${name} no longer restricts`),
    ...difference(
      otherwiseDirection(old, now),
      stays,
      [...path, "otherwise"],
      `where it is unknown, ${name} is now ${otherwiseText(now)}; it was ${otherwiseText(old)}`,
    ),
  ];
}

function otherwiseDirection(old: PlanClaim | undefined, now: PlanClaim | undefined): Direction {
  if (old?.otherwise === undefined) return now?.otherwise === undefined ? undefined : "widen";
  return now?.otherwise === undefined ? "narrow" : bySameness(old.otherwise, now.otherwise, "unproven");
}

function otherwiseText(claim: PlanClaim | undefined): string {
  return claim?.otherwise === undefined ? "a reason to refuse" : JSON.stringify(claim.otherwise);
}

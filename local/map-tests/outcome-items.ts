import { usesPseudonym } from "../../claims/language/expr-parts.ts";
import { printReference } from "../../claims/language/reference.ts";
import type { Declaration, Plan, PlanClaim, PlanProfile, Reference } from "../../claims/plan.ts";
import { referencesOf } from "../../claims/reports/references.ts";
import { code } from "../../claims/shape/place.ts";
import type { CoverageItem } from "./coverage-item.ts";
import { markOf, missedMark } from "./coverage-mark.ts";
import { missedValue, PSEUDONYMS } from "./expression-trace.ts";

type State = "absent" | "invalid" | "failed";

/** A way in which a value can be unknown, and how a test brings it about. */
type Missable = { readonly reference: string; readonly state: State; readonly how: string };

/** For each claim of a profile: that something it reads is absent, is invalid, has failed, where that can be. */
export function outcomeItems(plan: Plan, profile: PlanProfile): readonly CoverageItem[] {
  return profile.claims.flatMap((claim) => {
    const missable = missableIn(plan, claim);
    return (["absent", "invalid", "failed"] as const).flatMap((state): readonly CoverageItem[] => {
      const those = missable.filter((each) => each.state === state);
      const [first] = those;
      if (first === undefined) return [];
      return [
        {
          kind: "outcomes",
          code: "CS905",
          path: ["profiles", profile.name, "claims", claim.name],
          profile: profile.name,
          marks: those.flatMap(({ reference }) =>
            [claim.name, null].map((of) => missedMark(profile.name, of, missedValue(reference, state))),
          ),
          message: `no test sees what becomes of claim ${code(claim.name)} when ${code(first.reference)} ${WORDS[state]}`,
          fix: first.how,
        },
      ];
    });
  });
}

const WORDS: { readonly [state in State]: string } = {
  absent: "is absent",
  invalid: "is invalid",
  failed: "could not be read",
};

/** For each source a profile reads: that there is no row, and that it cannot be read. */
export function sourceItems(plan: Plan, { name, reads }: PlanProfile): readonly CoverageItem[] {
  const sources = reads.flatMap((wave) => Object.keys(wave)).filter((source) => plan.sources[source] !== undefined);
  return sources.flatMap((source) =>
    [["missing", "missing", "has no row"] as const, ["failed", "unavailable", "cannot be read"] as const].map(
      ([outcome, fault, what]): CoverageItem => ({
        kind: "outcomes",
        code: "CS905",
        path: ["sources", source],
        profile: name,
        marks: [markOf(["profiles", name, "sources", source], outcome)],
        message: `no test sees what happens when source ${code(source)} ${what}`,
        fix: `Write a case with ${code(`faults: { ${source}: ${fault} }`)}.`,
      }),
    ),
  );
}

function missableIn(plan: Plan, { value, when }: PlanClaim): readonly Missable[] {
  const makesPseudonyms = usesPseudonym(value) || (when !== undefined && usesPseudonym(when));
  const how = "Write a case with `faults: { pseudonyms: unavailable }`.";
  return [
    ...referencesOf(value, when).flatMap((reference) => missable(plan, reference)),
    ...(makesPseudonyms ? [{ reference: PSEUDONYMS, state: "failed" as const, how }] : []),
  ];
}

function missable(plan: Plan, reference: Reference): readonly Missable[] {
  const [root, name = "", input = ""] = reference;
  const written = printReference(reference);
  const as = (state: State, how: string): Missable => ({ reference: written, state, how });
  switch (root) {
    case "user":
      return ofText(plan.inputs.user[name], as);
    case "client":
      return ofText(plan.inputs.metadata[input], as);
    case "tenant":
      return plan.tenant?.otherwise === "none" ? [as("absent", "Write a case that asks for no tenant.")] : [];
    case "request":
    case "partition":
    case "now":
      return [];
    default:
      return ofSource(plan, root, name, as);
  }
}

/** What Cognito hands over is text, and only a declaration with bounds can refuse a text. Groups are never absent. */
function ofText(declared: Declaration | undefined, as: (state: State, how: string) => Missable): readonly Missable[] {
  if (declared === undefined) return [];
  const { type, default: fallback, class: _, purpose: __, ...bounds } = declared;
  const isBounded =
    (typeof type === "string" && type !== "string") || Object.keys(bounds).some((key) => key !== "trust");
  const isGroups = typeof type === "object";
  return [
    ...(fallback === undefined && !isGroups ? [as("absent", "Write a case with an event without it.")] : []),
    ...(isBounded ? [as("invalid", "Write a case with an event in which it breaks its declaration.")] : []),
  ];
}

function ofSource(
  plan: Plan,
  source: string,
  attribute: string,
  as: (state: State, how: string) => Missable,
): readonly Missable[] {
  const declared = plan.sources[source];
  if (declared === undefined) return [];
  const fault = (part: string, word: string): string => `Write a case with ${code(`faults: { ${part}: ${word} }`)}.`;
  const declaration = attribute === "" ? undefined : declared.attributes[attribute];
  const whole = `${source}.${attribute}`;
  // Of several rows, the list fails and its attributes do not. Under `stale` a row stands in, or the token is refused.
  const canFail = declared.onError === "unknown" && (declared.kind === "query") === (attribute === "");
  return [
    ...(declaration && declaration.default === undefined ? [as("absent", fault(whole, "absent"))] : []),
    ...(declaration ? [as("invalid", fault(whole, "invalid"))] : []),
    ...(canFail ? [as("failed", fault(source, "unavailable"))] : []),
  ];
}

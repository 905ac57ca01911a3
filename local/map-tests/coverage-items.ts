import type { MapPath } from "../../claims/claim-map.ts";
import { evaluate, type Outcome, type World } from "../../claims/evaluate/evaluate.ts";
import type { Expr, Plan, PlanProfile } from "../../claims/plan.ts";
import { anyOf, code } from "../../claims/shape/place.ts";
import { conditionsOf } from "./conditions.ts";
import type { CoverageItem } from "./coverage-item.ts";
import { markOf } from "./coverage-mark.ts";
import type { Definitions } from "./definitions.ts";
import { federationItems, federationSites } from "./federation-coverage.ts";
import type { Site } from "./follow-site.ts";
import { outcomeItems, sourceItems } from "./outcome-items.ts";

/** Everything about a plan that tests can show. What stands in a definition is told once for each of its uses. */
export function coverageItems(plan: Plan, definitions: Definitions): readonly CoverageItem[] {
  return [
    ...planItems(plan),
    ...federationItems(plan),
    ...federationSites(plan).flatMap((site) => conditionItems(null, site, definitions)),
    ...plan.profiles.flatMap((profile) => [
      ...ofProfile(profile),
      ...[...planSites(plan, profile), ...sitesOf(profile)].flatMap((site) =>
        conditionItems(profile.name, site, definitions),
      ),
      ...sourceItems(plan, profile),
      ...outcomeItems(plan, profile),
    ]),
  ];
}

/** Every expression of a profile, in the map's order. */
export function sitesOf(profile: PlanProfile): readonly Site[] {
  const at = ["profiles", profile.name];
  const site = (expr: Expr | undefined, ...steps: string[]): readonly Site[] =>
    expr ? [{ path: [...at, ...steps], expr }] : [];
  const { filter } = profile.groups;
  return [
    ...site(typeof filter === "object" ? filter : undefined, "groups", "filter"),
    ...profile.refuse.flatMap(({ when }, index) => site(when, "refuse", String(index), "when")),
    ...profile.claims.flatMap(({ name, value, when }) => [
      ...site(value, "claims", name, "value"),
      ...site(when, "claims", name, "when"),
    ]),
    ...profile.scopes.flatMap(({ when, only }, index) => [
      ...site(when, "scopes", String(index), "when"),
      ...site(only, "scopes", String(index), "only"),
    ]),
  ];
}

/** The expressions above the profiles that one needs: all of them, or with a world those it came to. */
export function planSites({ tenant, partition }: Plan, { needs }: PlanProfile, world?: World): readonly Site[] {
  const site = (expr: Expr | undefined, ...path: string[]): readonly Site[] => (expr ? [{ path, expr }] : []);
  const isAsked = tenant && world ? isChosen(evaluate(tenant.requested, world)) : false;
  return [
    ...(tenant && needs.tenant
      ? [
          ...site(tenant.requested, "tenant", "requested"),
          ...(isAsked ? [] : site(tenant.default, "tenant", "default")),
          ...site(tenant.allowed, "tenant", "allowed"),
        ]
      : []),
    ...(partition && needs.partition ? site(partition.by, "partition", "by") : []),
  ];
}

/** Whether somebody asked for a tenant, so that the default is not worked out. */
function isChosen(outcome: Outcome): boolean {
  return outcome.known ? outcome.value !== "" : outcome.because !== "absent";
}

function ofProfile(profile: PlanProfile): readonly CoverageItem[] {
  const { name } = profile;
  const at = ["profiles", name];
  return [
    {
      kind: "profiles",
      code: "CS901",
      path: at,
      profile: name,
      marks: [markOf(at)],
      message: `no test gets a token under profile ${code(name)}`,
      fix: "Write a case with an event that it matches.",
    },
    ...profile.claims.flatMap((claim): readonly CoverageItem[] => {
      const path = [...at, "claims", claim.name];
      return [
        {
          kind: "claims",
          code: "CS902",
          path,
          profile: name,
          marks: [markOf(path)],
          message: `no test sees claim ${code(claim.name)} in a token`,
          fix: "Write a case in which it has a value.",
        },
        ...(claim.when ? both([...path, "when"], `\`when\` of claim ${code(claim.name)}`) : []),
      ];
    }),
    ...profile.scopes.flatMap(({ when, add, remove }, index): readonly CoverageItem[] => {
      const path = [...at, "scopes", String(index)];
      const scopes = [...add, ...remove];
      const rule = scopes.length === 0 ? "the rule that keeps scopes" : `the rule for ${anyOf(scopes)}`;
      if (when) return both([...path, "when"], `the condition of ${rule}`);
      return [ruleItem(path, true, `no test sees what ${rule} does`, "Write a case that this profile decides.")];
    }),
    ...profile.refuse.flatMap(({ code: refusal }, index): readonly CoverageItem[] => {
      const path = [...at, "refuse", String(index), "when"];
      const fix = `Write a case with \`refused: MAP_${refusal}\`.`;
      return [
        ruleItem(path, true, `no test is refused with \`MAP_${refusal}\``, fix),
        ruleItem(path, false, `no test passes the rule for \`MAP_${refusal}\``, "Write a case that gets a token."),
      ];
    }),
  ];
}

function planItems({ tenant, partition, unmatched, profiles }: Plan): readonly CoverageItem[] {
  const isServed = profiles.every(({ clients }) => clients.includes("*"));
  return [
    ...(tenant && profiles.some(({ needs }) => needs.tenant)
      ? [
          ruleItem(["tenant"], "granted", "no test gets a tenant", "Write a case that asks for one of those allowed."),
          ruleItem(
            ["tenant"],
            "refused",
            "no test is refused a tenant",
            "Write a case that asks for another one, with `refused: TENANT_REFUSED`.",
          ),
        ]
      : []),
    ...(partition && profiles.some(({ needs }) => needs.partition)
      ? [
          ...Object.keys(partition.values).map((value) =>
            ruleItem(["partition", value], true, `no test is in partition ${code(value)}`, "Write a case that is."),
          ),
          ruleItem(
            ["partition", "by"],
            "unknown",
            "no test is in no partition",
            "Write a case with `refused: PARTITION_UNKNOWN`.",
          ),
        ]
      : []),
    ...(isServed
      ? []
      : [
          ruleItem(
            ["unmatched"],
            unmatched,
            "no test has an event that no profile matches",
            unmatched === "deny"
              ? "Write a case with another client and `refused: PROFILE_NONE`."
              : "Write a case with another client.",
          ),
        ]),
  ];
}

function conditionItems(
  profile: string | null,
  { path, expr }: Site,
  { nameOf, print }: Definitions,
): readonly CoverageItem[] {
  return conditionsOf(expr, nameOf).flatMap(({ path: inner, expr: condition, definition }) =>
    [true, false].map(
      (outcome): CoverageItem => ({
        kind: "branches",
        code: "CS904",
        path: definition === undefined ? path : ["define", definition],
        profile,
        marks: [markOf([...path, inner], outcome)],
        message: `${code(print(condition))} is never ${outcome} in a test`,
        fix: `Write a case in which it is ${outcome}.`,
      }),
    ),
  );
}

function both(path: MapPath, what: string): readonly CoverageItem[] {
  return [true, false].map((outcome) =>
    ruleItem(path, outcome, `${what} is never ${outcome} in a test`, `Write a case in which it is ${outcome}.`),
  );
}

function ruleItem(path: MapPath, outcome: string | boolean, message: string, fix: string): CoverageItem {
  return { kind: "rules", code: "CS903", path, profile: profileIn(path), marks: [markOf(path, outcome)], message, fix };
}

function profileIn([root, name = ""]: MapPath): string | null {
  return root === "profiles" ? name : null;
}

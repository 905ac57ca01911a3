import { matchPatterns } from "../../claims/evaluate/match-patterns.ts";
import { compilePatterns } from "../../claims/evaluate/pattern.ts";
import { compilePattern } from "../../claims/evaluate/re2-pattern.ts";
import type { Plan, PlanKept, PlanProvider } from "../../claims/plan.ts";
import { referencesOf } from "../../claims/reports/references.ts";
import { worldOfProvider } from "../../claims/resolve/resolve-federation.ts";
import { code } from "../../claims/shape/place.ts";
import { readFederation } from "../../cognito/read-federation.ts";
import type { CoverageItem } from "./coverage-item.ts";
import { markOf } from "./coverage-mark.ts";
import type { FederationRun } from "./federation-run.ts";
import { follow, type Site } from "./follow-site.ts";

const AT = ["federation", "providers"];

/** What tests can show of a map's `federation`, its conditions left out. */
export function federationItems({ federation }: Plan): readonly CoverageItem[] {
  if (federation === undefined) return [];
  const item = (rest: Omit<CoverageItem, "profile">): CoverageItem => ({ ...rest, profile: null });
  return [
    item({
      kind: "rules",
      code: "CS903",
      path: AT,
      marks: [markOf(AT, "none")],
      message: "no test comes from an identity provider that the map has not",
      fix: "Write a case under `federation` with `refused: PROVIDER_NONE`.",
    }),
    ...Object.entries(federation.providers).flatMap(([name, provider]) => [
      item({
        kind: "rules",
        code: "CS903",
        path: [...AT, name],
        marks: [markOf([...AT, name])],
        message: `no test lets anybody in from identity provider ${code(name)}`,
        fix: "Write a case under `federation` with `kept: { ... }`.",
      }),
      ...provider.keep.flatMap((kept) => [
        item({
          kind: "rules",
          code: "CS903",
          path: [...AT, name, "keep", kept.name],
          marks: [markOf([...AT, name, "keep", kept.name])],
          message: `no test sees attribute ${code(kept.name)} enter the pool from ${code(name)}`,
          fix: "Write a case under `federation` in which it has a value.",
        }),
        ...(canBeUnknown(provider, kept)
          ? [
              item({
                kind: "outcomes",
                code: "CS905",
                path: [...AT, name, "keep", kept.name],
                marks: [markOf([...AT, name, "keep", kept.name], "unknown")],
                message: `no test sees what becomes of somebody from ${code(name)} when ${code(kept.name)} is unknown`,
                fix: kept.required
                  ? "Write a case without what it is made of, and `refused: ATTRIBUTE_REQUIRED`."
                  : "Write a case without what it is made of, and what is kept then.",
              }),
            ]
          : []),
      ]),
    ]),
  ];
}

/** The expressions of a map's `federation`. */
export function federationSites({ federation }: Plan): readonly Site[] {
  return Object.entries(federation?.providers ?? {}).flatMap(([name, { keep }]) =>
    keep.map((each) => siteOf(name, each)),
  );
}

function siteOf(provider: string, { name, value }: PlanKept): Site {
  return { path: [...AT, provider, "keep", name], expr: value };
}

/** Without a default, what a provider does not send is unknown. */
function canBeUnknown({ attributes }: PlanProvider, { value }: PlanKept): boolean {
  return referencesOf(value).some(([, name = ""]) => {
    const declaration = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return declaration !== undefined && declaration.default === undefined;
  });
}

/** What a run shows of its map's `federation`; a refused one, what refused it. */
export function federationMarks({ plan, event, outcome }: FederationRun): ReadonlySet<string> {
  const marks = new Set<string>();
  if (outcome.refused?.code === "PROVIDER_NONE") return marks.add(markOf(AT, "none"));
  if (outcome.refused && outcome.refused.code !== "ATTRIBUTE_REQUIRED") return marks;
  const { provider: name, attributes } = readFederation(event);
  const provider = plan.federation?.providers[name];
  if (provider === undefined) return marks;
  if (outcome.refused === null) marks.add(markOf([...AT, name]));
  const matching = matchPatterns(compilePatterns(plan.federation?.patterns ?? [], compilePattern));
  const world = worldOfProvider(provider, attributes, matching);
  for (const kept of provider.keep) {
    const site = siteOf(name, kept);
    const { outcome: came } = follow(site, world, (mark) => void marks.add(mark));
    if (!came.known) marks.add(markOf(site.path, "unknown"));
    // What comes behind the one that refused had no part in it.
    if (!came.known && kept.required) break;
    if (outcome.kept !== null && Object.hasOwn(outcome.kept, kept.name)) marks.add(markOf(site.path));
  }
  return marks;
}

import type { FederationExpectation } from "../../claims/shape/federation-test-shape.ts";
import { encodingWithin } from "../leak-search.ts";
import type { Difference } from "./differences.ts";
import { isExpected } from "./expected-value.ts";
import type { FederationRun } from "./federation-run.ts";
import { type Stated, shownActual, shownExpected } from "./shown-value.ts";

/** How what entered the pool differs from what a case expects; nothing where it is as expected. */
export function federationDifferences(
  { refused, kept: expected, dropped = [], nowhere = [] }: FederationExpectation,
  { outcome }: FederationRun,
  stated: Stated,
): readonly Difference[] {
  if (refused !== undefined) {
    return outcome.refused?.code === refused ? [] : [{ at: "refused", expected: refused, actual: ending(outcome) }];
  }
  if (outcome.refused) return [{ at: "federation", expected: "kept", actual: ending(outcome) }];
  const { kept } = outcome;
  return [
    ...(expected ? keptDifferences(expected, kept, stated) : []),
    ...dropped
      .filter((name) => Object.hasOwn(kept, name))
      .map((name) => ({ at: `dropped.${name}`, expected: "dropped", actual: shownActual(kept[name] ?? "", stated) })),
    ...nowhere.flatMap((text) => {
      const where = Object.entries(kept).find(([name, value]) => encodingWithin([name, value], text) !== undefined);
      const sought = `${JSON.stringify(text)} in no encoding`;
      return where ? [{ at: "nowhere", expected: sought, actual: `in attribute \`${where[0]}\`` }] : [];
    }),
  ];
}

function keptDifferences(
  expected: NonNullable<FederationExpectation["kept"]>,
  kept: { readonly [attribute: string]: string },
  stated: Stated,
): readonly Difference[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(kept)])].flatMap((name) => {
    const value = Object.hasOwn(expected, name) ? expected[name] : undefined;
    const actual = Object.hasOwn(kept, name) ? kept[name] : undefined;
    if (value !== undefined && isExpected(value, actual)) return [];
    return [
      {
        at: `kept.${name}`,
        expected: value === undefined ? "nothing" : shownExpected(value),
        actual: actual === undefined ? "nothing" : shownActual(actual, stated),
      },
    ];
  });
}

/** How it ended, in words: codes and names, as the trigger's own log would say. */
function ending({ refused }: FederationRun["outcome"]): string {
  if (refused === null) return "kept";
  return refused.detail === "" ? refused.code : `${refused.code} (${refused.detail})`;
}

import type { Class, Plan, PlanKept, PlanProvider } from "../plan.ts";
import {
  byRank,
  bySameness,
  code,
  type Difference,
  type Direction,
  difference,
  namesOf,
  own,
  SIGN_IN,
  THE_POOL,
} from "./difference.ts";
import { isSameExpression } from "./implies.ts";

/** As what is declared less private, the checks protect it less. */
const CLASSES: readonly Class[] = ["sensitive", "pii", "open"];

/** What changes about what enters the pool from identity providers. */
export function diffFederation({ federation: old }: Plan, { federation: now }: Plan): readonly Difference[] {
  if (old === undefined || now === undefined) {
    const direction = old === now ? undefined : now === undefined ? "widen" : "narrow";
    return difference(
      direction,
      [THE_POOL],
      ["federation"],
      now === undefined
        ? "the pool stores all its attribute mappings name of what identity providers send"
        : "the pool stores only what the map keeps of what identity providers send",
    );
  }
  return namesOf(old.providers, now.providers).flatMap((name) =>
    diffProvider(name, own(old.providers, name), own(now.providers, name)),
  );
}

function diffProvider(
  name: string,
  old: PlanProvider | undefined,
  now: PlanProvider | undefined,
): readonly Difference[] {
  const path = ["federation", "providers", name];
  if (old === undefined || now === undefined) {
    const [direction, what] = now === undefined ? (["narrow", "no longer"] as const) : (["widen", "now"] as const);
    return difference(direction, [SIGN_IN], path, `people of ${code(name)} can ${what} sign in`);
  }
  const [before, after] = [old, now].map(({ keep }) => new Map(keep.map((kept) => [kept.name, kept]))) as [
    Map<string, PlanKept>,
    Map<string, PlanKept>,
  ];
  const found = (direction: Direction, step: string, sentence: string): readonly Difference[] =>
    difference(direction, [THE_POOL], [...path, step], sentence);
  return [
    ...found(bySameness(old.type, now.type), "type", `${code(name)} is now ${now.type}; it was ${old.type}`),
    ...[...after].flatMap(([attribute, kept]) => {
      const earlier = before.get(attribute);
      if (earlier !== undefined) return diffKept(name, earlier, kept);
      return found("widen", "keep", `the pool now stores ${code(attribute)} (${kept.class}) of ${code(name)}`);
    }),
    ...[...before.keys()].flatMap((attribute) =>
      after.has(attribute)
        ? []
        : found("narrow", "keep", `the pool no longer stores ${code(attribute)} of ${code(name)}`),
    ),
    ...namesOf(old.attributes, now.attributes).flatMap((attribute) =>
      diffSent(name, attribute, own(old.attributes, attribute), own(now.attributes, attribute)),
    ),
  ];
}

function diffKept(provider: string, old: PlanKept, now: PlanKept): readonly Difference[] {
  const kept = `${code(now.name)} of ${code(provider)}`;
  const path = ["federation", "providers", provider, "keep", now.name];
  const found = (direction: Direction, sentence: string): readonly Difference[] =>
    difference(direction, [THE_POOL], path, sentence);
  return [
    ...found(
      isSameExpression(old.value, now.value) ? undefined : "unproven",
      `${kept} is made otherwise, as ${now.class}; it was ${old.class}`,
    ),
    ...found(
      byRank([true, false], old.required, now.required),
      now.required ? `without ${kept} nobody can sign in` : `people can now sign in without ${kept}`,
    ),
    ...found(
      bySameness(old.pool, now.pool, "unproven"),
      `${kept} becomes ${now.pool.map(code).join(", ") || "no attribute"}`,
    ),
  ];
}

function diffSent(
  provider: string,
  attribute: string,
  old: PlanProvider["attributes"][string] | undefined,
  now: PlanProvider["attributes"][string] | undefined,
): readonly Difference[] {
  if (old === undefined || now === undefined) return [];
  const path = ["federation", "providers", provider, "attributes", attribute];
  const sent = `${code(attribute)} as ${code(provider)} sends it`;
  const bounds = ({ class: _class, purpose: _purpose, ...rest }: typeof old): object => rest;
  return [
    ...difference(
      byRank(CLASSES, old.class, now.class),
      [THE_POOL],
      [...path, "class"],
      `${sent} is now declared ${now.class}; it was ${old.class}`,
    ),
    ...difference(
      bySameness(bounds(old), bounds(now)),
      [THE_POOL],
      path,
      `${sent} has another type, default or other bounds`,
    ),
    ...difference(
      bySameness(old.purpose, now.purpose),
      [THE_POOL],
      [...path, "purpose"],
      `${sent} has another purpose: ${now.purpose ?? "none"}`,
    ),
  ];
}

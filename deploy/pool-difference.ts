import { type Fields, isFields, isNothing, own } from "../cognito/own-fields.ts";
import { PASSING, SETTINGS, type Shape } from "./pool-model.ts";
import { withoutDoubles } from "./pool-settings.ts";
import { lambdaConfigOf, meaningOf } from "./pool-trigger.ts";

/**
 * Where two descriptions of a pool say different things, by the names of the settings; none where they say the same.
 *
 * Settings are compared by what they mean: order in lists has no meaning here, nothing and empty are the same, and a
 * trigger is one however it is told. What only tells of the moment is left aside.
 */
export function differences(one: Fields, other: Fields): readonly string[] {
  const [first, second] = [comparable(one), comparable(other)];
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names]
    .filter((name) => !PASSING.includes(name))
    .flatMap((name) => differing(own(first, name), own(second, name), (own(SETTINGS, name) ?? "value") as Shape, name));
}

function comparable(pool: Fields): Fields {
  return { ...withoutDoubles(pool), LambdaConfig: meaningOf(lambdaConfigOf(pool)) };
}

function differing(one: unknown, other: unknown, shape: Shape, path: string): readonly string[] {
  if (shape === "value" || Object.hasOwn(shape, "*") || Array.isArray(one) || Array.isArray(other)) {
    return canonical(one) === canonical(other) ? [] : [path];
  }
  const [first, second] = [one, other].map((each) => (isFields(each) ? each : {})) as [Fields, Fields];
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names].flatMap((name) =>
    differing(own(first, name), own(second, name), (own(shape, name) ?? "value") as Shape, `${path}.${name}`),
  );
}

/** One text for everything that means the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const members = value.map(canonical).filter((text) => text !== "");
    return members.length === 0 ? "" : `[${members.toSorted().join()}]`;
  }
  if (isFields(value)) {
    const members = Object.entries(value)
      .map(([name, member]) => [name, canonical(member)] as const)
      .filter(([, text]) => text !== "")
      .map(([name, text]) => `${JSON.stringify(name)}:${text}`);
    return members.length === 0 ? "" : `{${members.toSorted().join()}}`;
  }
  return isNothing(value) ? "" : (JSON.stringify(value) ?? "");
}

import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { KnownValues } from "../language/known-values.ts";
import { inputReference, printReference } from "../language/reference.ts";
import { type CompiledProfile, expressionsOf, type PlacedExpression } from "./compiled-profile.ts";
import { flowFinding, flowsInto } from "./flow.ts";

/**
 * CS801 to CS803: what is declared and never read. Asked of a map whose profiles are all there: what was left out of
 * them for its shape might be what reads all this.
 */
export function checkUnused({ map, at }: ReadMap, profiles: readonly CompiledProfile[]): readonly Finding[] {
  const expressions = profiles.flatMap(expressionsOf);
  const read = new Set(expressions.flatMap(({ reads }) => reads.map(({ reference }) => printReference(reference))));
  const unread = expressions.filter(({ compiled }) => compiled === null).map(({ text }) => text);
  // An expression that could not be read to its end may read anything whose name stands in it.
  const isUsed = (name: string, lastStep: string): boolean =>
    read.has(name) || unread.some((text) => text.includes(lastStep));
  const kept = new Set(profiles.flatMap(({ written }) => written.idToken?.keep ?? []));
  const keepsGroups = profiles.some(({ written }) => written.groups !== undefined && written.groups !== "strip");

  const inputs = Object.keys(map.inputs).flatMap((name) => {
    const reference = inputReference(name);
    if (reference === undefined || isUsed(printReference(reference), reference.at(-1) as string)) return [];
    if (reference[0] === "user" && (kept.has(reference[1] as string) || (name === "user.groups" && keepsGroups))) {
      return [];
    }
    const path = ["inputs", name];
    return [finding("CS802", path, at(path), `nothing reads \`${name}\``, "Delete the input.")];
  });
  const sources = Object.entries(map.sources).flatMap(([source, { attributes }]) => {
    const names = Object.keys(attributes);
    const path = ["sources", source];
    if (!names.some((name) => isUsed(printReference([source, name]), name))) {
      return [finding("CS803", path, at(path), `nothing reads \`${source}\``, "Delete the source.")];
    }
    return names.flatMap((name) => {
      const reference = printReference([source, name]);
      if (attributes[name]?.class === "open" || isUsed(reference, name)) return [];
      const place = [...path, "attributes", name];
      return [
        finding("CS801", place, at(place), `nothing reads the private \`${reference}\``, "Delete the attribute."),
      ];
    });
  });
  return [...inputs, ...sources];
}

/** CS804: a missing row is no statement; under `onMissing: empty` a default would turn it into one that decides. */
export function checkDefaults(
  read: ReadMap,
  known: KnownValues,
  profiles: readonly CompiledProfile[],
): readonly Finding[] {
  const defaulted = (expression: PlacedExpression | null, end: string): readonly Finding[] =>
    (expression ? flowsInto(read, known, expression) : [])
      .filter(({ value }) => {
        const source = read.map.sources[value.reference[0]];
        return source?.onMissing === "empty" && value.declaration.default !== undefined;
      })
      .map((flow) => {
        const fix = "Use `onMissing: deny`, or read an attribute without a default.";
        return flowFinding("CS804", flow, "a missing row would decide by its default", ` ${end}`, fix);
      });
  return profiles.flatMap(({ claims, rules }) => [
    ...claims.flatMap(({ written, value, when }) =>
      written.effect === "restricts" ? [value, when].flatMap((each) => defaulted(each, "(restricts)")) : [],
    ),
    ...rules.flatMap(({ written, when }) =>
      written.remove.length > 0 ? defaulted(when, `(removes ${written.remove.join(", ")})`) : [],
    ),
  ]);
}

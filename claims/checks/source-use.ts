import type { ReadMap } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";
import type { Foundations } from "../language/foundations.ts";
import { readKeyTemplate, templateReferences } from "../language/key-template.ts";
import type { KnownValues } from "../language/known-values.ts";
import { inputReference, printReference } from "../language/reference.ts";
import { type CompiledProfile, expressionsOf, keptInputs } from "./compiled-profile.ts";
import { firstOfEach, flowFinding, flowsInto } from "./flow.ts";

/**
 * CS801 to CS803: what is declared and never read. Asked of a map whose profiles are all there: what was left out of
 * them for its shape might be what reads all this.
 */
export function checkUnused(
  { map, at }: ReadMap,
  profiles: readonly CompiledProfile[],
  { tenant, partition }: Foundations,
): readonly Finding[] {
  const above = [tenant?.requested, tenant?.allowed, tenant?.default, partition].flatMap((each) => each ?? []);
  const expressions = [...profiles.flatMap(expressionsOf), ...above];
  const keys = Object.values(map.sources).flatMap(({ dynamodb }) =>
    [dynamodb?.key, dynamodb?.query?.key, dynamodb?.query?.beginsWith].flatMap((each) => Object.values(each ?? {})),
  );
  const read = new Set([
    ...expressions.flatMap(({ reads }) => reads.map(({ reference }) => printReference(reference))),
    ...keys.flatMap(keyNames),
  ]);
  const unread = expressions.filter(({ compiled }) => compiled === null).map(({ text }) => text);
  // An expression that could not be read to its end may read anything whose name stands in it.
  const isUsed = (name: string, lastStep: string): boolean =>
    read.has(name) || unread.some((text) => text.includes(lastStep));
  const kept = new Set(profiles.flatMap(({ written }) => keptInputs(map, written.idToken)));
  const dropped = new Set(profiles.flatMap(({ written }) => written.idToken?.drop ?? []));
  const keepsGroups = profiles.some(({ written }) => written.groups !== undefined && written.groups !== "strip");

  const inputs = Object.keys(map.inputs).flatMap((name) => {
    const reference = inputReference(name);
    if (reference === undefined || isUsed(printReference(reference), reference.at(-1) as string)) return [];
    const attribute = reference[1] as string;
    const isKept = kept.has(attribute) || dropped.has(attribute) || (name === "user.groups" && keepsGroups);
    if (reference[0] === "user" && isKept) {
      return [];
    }
    const path = ["inputs", name];
    return [finding("CS802", path, at(path), `nothing reads \`${name}\``, "Delete the input.")];
  });
  const sources = Object.entries(map.sources).flatMap(([source, { attributes }]) => {
    const names = Object.keys(attributes);
    const path = ["sources", source];
    if (!read.has(source) && !names.some((name) => isUsed(printReference([source, name]), name))) {
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
  foundations: Foundations,
): readonly Finding[] {
  return decidingExpressions(profiles, foundations).flatMap(({ expression, end }) => {
    const defaulted = flowsInto(read, known, expression).filter(({ value }) => {
      const source = read.map.sources[value.reference[0]];
      return source?.onMissing === "empty" && value.declaration.default !== undefined;
    });
    return firstOfEach(defaulted).map((flow) => {
      const fix = "Use `onMissing: deny`, or read an attribute without a default.";
      return flowFinding("CS804", flow, "a missing row would decide by its default", ` ${end}`, fix);
    });
  });
}

/** What decides against a subject, or for whom: an unknown value must never look like a known one here. */
export function decidingExpressions(
  profiles: readonly CompiledProfile[],
  { tenant }: Foundations,
): readonly { readonly expression: PlacedExpression; readonly end: string }[] {
  const each = (
    end: string,
    ...expressions: readonly (PlacedExpression | null | undefined)[]
  ): readonly { readonly expression: PlacedExpression; readonly end: string }[] =>
    expressions.flatMap((expression) => (expression ? [{ expression, end }] : []));
  return [
    ...each("(tenant)", tenant?.requested, tenant?.allowed, tenant?.default),
    ...profiles.flatMap(({ claims, rules, refusals }) => [
      ...refusals.flatMap(({ when, written }) => each(`(refuses ${written.code})`, when)),
      ...claims.flatMap(({ written, value, when }) =>
        written.effect === "restricts" ? each("(restricts)", value, when) : [],
      ),
      ...rules.flatMap(({ written, when, only }) => [
        ...(written.remove.length > 0 ? each(`(removes ${written.remove.join(", ")})`, when) : []),
        ...(only ? each("(keeps no other scope)", only, when) : []),
      ]),
    ]),
  ];
}

function keyNames(template: string): readonly string[] {
  const parsed = readKeyTemplate(template);
  return "problem" in parsed ? [] : templateReferences(parsed.parts).map(printReference);
}

import { PLAIN_ID_CLAIMS } from "../../cognito/standard-attributes.ts";
import type { MapPath, ReadMap, WrittenClaim, WrittenProfile, WrittenScopeRule } from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import { type Compilation, type CompiledExpression, compileExpression } from "../language/expression.ts";
import type { KnownValues } from "../language/known-values.ts";
import { writePlanType } from "../language/plan-type.ts";
import { printReference } from "../language/reference.ts";
import type { Vocabulary } from "../language/vocabulary.ts";
import type { PlanType } from "../plan.ts";

/** An expression of a profile: where it stands, and what compiling it gave. */
export type PlacedExpression = Compilation & { readonly path: MapPath; readonly text: string };

/** A claim with its expressions compiled. */
export type CompiledClaim = {
  readonly name: string;
  readonly path: MapPath;
  readonly written: WrittenClaim;
  readonly value: PlacedExpression;
  readonly when: PlacedExpression | null;
};

/** A scope rule with its condition compiled. */
export type CompiledRule = {
  readonly path: MapPath;
  readonly written: WrittenScopeRule;
  readonly when: PlacedExpression | null;
};

/** A profile with everything in it compiled, as far as it could be. */
export type CompiledProfile = {
  readonly name: string;
  readonly path: MapPath;
  readonly written: WrittenProfile;
  /** Whether it serves machines, be it beside people. */
  readonly isMachine: boolean;
  readonly claims: readonly CompiledClaim[];
  readonly rules: readonly CompiledRule[];
};

/** Compiles every expression of every profile and holds each against the place it stands in. */
export function compileProfiles(
  read: ReadMap,
  known: KnownValues,
  vocabulary: Vocabulary,
): { readonly profiles: readonly CompiledProfile[]; readonly findings: readonly Finding[] } {
  const profiles = Object.entries(read.map.profiles).map(([name, written]): CompiledProfile => {
    const path = ["profiles", name];
    const isMachine = written.match.grants.includes("client_credentials");
    const compile = (at: MapPath, text: string): PlacedExpression => ({
      ...compileExpression(read, at, text, vocabulary, isMachine),
      path: at,
      text,
    });
    const condition = (at: MapPath, text: string | undefined): PlacedExpression | null =>
      text === undefined ? null : compile([...at, "when"], text);
    return {
      name,
      path,
      written,
      isMachine,
      claims: Object.entries(written.claims).map(([claim, each]) => {
        const at = [...path, "claims", claim];
        return {
          name: claim,
          path: at,
          written: each,
          value: compile([...at, "value"], each.value),
          when: condition(at, each.when),
        };
      }),
      rules: written.scopes.map((rule, index) => {
        const at = [...path, "scopes", String(index)];
        return { path: at, written: rule, when: condition(at, rule.when) };
      }),
    };
  });
  const findings = profiles.flatMap((profile) => [
    ...expressionsOf(profile).flatMap((expression) => [
      ...expression.findings,
      ...(profile.isMachine ? personalRows(read, known, expression) : []),
    ]),
    ...conditionsOf(profile).flatMap((when) => conditionType(read, when)),
    ...profile.claims.flatMap((claim) => valueType(read, claim)),
  ]);
  return { profiles, findings };
}

/** Every expression of a profile, in the map's order. */
export function expressionsOf({ claims, rules }: CompiledProfile): readonly PlacedExpression[] {
  return [
    ...claims.flatMap(({ value, when }) => (when ? [value, when] : [value])),
    ...rules.flatMap(({ when }) => (when ? [when] : [])),
  ];
}

/** What becomes of the groups in each token; machines have none to keep. */
export function keptGroups({ groups = "strip" }: WrittenProfile): { readonly access: Kept; readonly id: Kept } {
  return typeof groups === "string" ? { access: groups, id: groups } : groups;
}

type Kept = "keep" | "strip";

function conditionsOf({ claims, rules }: CompiledProfile): readonly PlacedExpression[] {
  return [...claims, ...rules].flatMap(({ when }) => (when ? [when] : []));
}

/** A machine has no `user.sub`, so a row that is looked up by one is never found for it. */
function personalRows(read: ReadMap, known: KnownValues, { path, reads }: PlacedExpression): readonly Finding[] {
  return reads.flatMap(({ reference, offset }) => {
    const key = known.values.get(printReference(reference))?.key.find((each) => each.reference[0] === "user");
    if (key === undefined) return [];
    const message = `\`${reference[0]}\` is looked up by \`${printReference(key.reference)}\`, which a machine has not`;
    const fix = "Read a source keyed by `client.id`, or give people a profile of their own.";
    return [finding("CS309", path, read.within(path, offset), message, fix)];
  });
}

function conditionType(read: ReadMap, { path, compiled }: PlacedExpression): readonly Finding[] {
  if (compiled === null || compiled.type === "bool") return [];
  const message = `a condition is a \`bool\`; this is a \`${writePlanType(compiled.type)}\``;
  return [finding("CS305", path, read.within(path, 0), message, "Compare it with something, or ask `has(...)`.")];
}

/** What the tokens and the pool's version can carry. An envelope takes any JSON. */
function valueType(read: ReadMap, { name, written, value }: CompiledClaim): readonly Finding[] {
  const { path, compiled } = value;
  if (compiled === null || written.to.length === 0) return [];
  const problem = uncarried(read.map.pool.events, name, written.to, compiled);
  return problem === undefined ? [] : [finding("CS306", path, read.within(path, 0), problem.message, problem.fix)];
}

/**
 * Why Cognito would not take the value as the claim `name`.
 * Source: Amazon Cognito developer guide, "Pre token generation Lambda trigger": V1 takes text; V2 and V3 take arrays
 * of text, numbers and booleans, and objects; some ID token claims take neither.
 */
function uncarried(
  events: ReadMap["map"]["pool"]["events"],
  name: string,
  to: WrittenClaim["to"],
  { type }: CompiledExpression,
): { readonly message: string; readonly fix: string } | undefined {
  const written = writePlanType(type);
  if (events === "V1" && type !== "string" && to.includes("id")) {
    const fix = 'Write it as text: `string(x)`, or `x.join(",")` of a list.';
    return { message: `a V1 pool takes text alone; this is a \`${written}\``, fix };
  }
  if (typeof type === "object" && to.includes("id") && PLAIN_ID_CLAIMS.includes(name)) {
    const message = `Cognito takes no list and no object as \`${name}\` in an ID token; this is a \`${written}\``;
    return { message, fix: "Write it as text, or under another name." };
  }
  if (!hasDeepList(type)) return undefined;
  const message = `a list in a token holds text, numbers or truth values; this is a \`${written}\``;
  return { message, fix: "Seal it, or write its items as text." };
}

function hasDeepList(type: PlanType): boolean {
  if (typeof type === "string") return false;
  return "list" in type ? typeof type.list === "object" : hasDeepList(type.map);
}

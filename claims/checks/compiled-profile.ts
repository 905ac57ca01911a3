import type {
  MapPath,
  ReadMap,
  WrittenClaim,
  WrittenIdToken,
  WrittenProfile,
  WrittenRefusal,
  WrittenScopeRule,
} from "../claim-map.ts";
import { finding } from "../codes.ts";
import type { Finding } from "../finding.ts";
import type { PlacedExpression } from "../language/compilation.ts";
import { compileExpression } from "../language/expression.ts";
import { expectType } from "../language/foundations.ts";
import type { KnownValue, KnownValues } from "../language/known-values.ts";
import { printReference } from "../language/reference.ts";
import type { Vocabulary } from "../language/vocabulary.ts";
import { partsOf } from "./profile-parts.ts";
import { pseudonymsWithoutKey } from "./pseudonym-use.ts";

/** A claim with its expressions compiled. */
export type CompiledClaim = {
  readonly name: string;
  readonly path: MapPath;
  readonly written: WrittenClaim;
  readonly value: PlacedExpression;
  readonly when: PlacedExpression | null;
};

/** A scope rule with its expressions compiled. */
export type CompiledRule = {
  readonly path: MapPath;
  readonly written: WrittenScopeRule;
  readonly when: PlacedExpression | null;
  readonly only: PlacedExpression | null;
};

/** A reason to refuse, compiled. */
export type CompiledRefusal = {
  readonly path: MapPath;
  readonly written: WrittenRefusal;
  readonly when: PlacedExpression;
};

/** A profile with everything in it compiled, as far as it could be; what it takes from claim sets is part of it. */
export type CompiledProfile = {
  readonly name: string;
  readonly path: MapPath;
  readonly written: WrittenProfile;
  /** Whether it serves machines, be it beside people. */
  readonly isMachine: boolean;
  readonly claims: readonly CompiledClaim[];
  readonly rules: readonly CompiledRule[];
  readonly refusals: readonly CompiledRefusal[];
  /** The groups that may stay, where an expression says which. */
  readonly groupFilter: PlacedExpression | null;
};

/** Compiles every expression of every profile and holds each against the place it stands in. */
export function compileProfiles(
  read: ReadMap,
  vocabulary: Vocabulary,
): { readonly profiles: readonly CompiledProfile[]; readonly findings: readonly Finding[] } {
  const profiles = Object.keys(read.map.profiles).map((name) => compileProfile(read, name, vocabulary));
  const findings = profiles.flatMap((profile) => [
    ...expressionsOf(profile).flatMap((expression) => expression.findings),
    ...conditionsOf(profile).flatMap((when) => expectType(read, when, "bool", "a condition is a `bool`")),
    ...listsOf(profile).flatMap((each) => expectType(read, each, { list: "string" }, "this is a `list<string>`")),
    ...pseudonymsWithoutKey(read, expressionsOf(profile)),
  ]);
  return { profiles, findings };
}

function compileProfile(read: ReadMap, name: string, vocabulary: Vocabulary): CompiledProfile {
  const written = read.map.profiles[name] as WrittenProfile;
  const path = ["profiles", name];
  const isMachine = written.match.grants.includes("client_credentials");
  const place = (at: MapPath, text: string): PlacedExpression => ({
    ...compileExpression(read, at, text, vocabulary, isMachine),
    path: at,
    text,
  });
  const optional = (at: MapPath, key: string, text: string | undefined): PlacedExpression | null =>
    text === undefined ? null : place([...at, key], text);
  const parts = partsOf(read.map, name);
  const filter = typeof written.groups === "object" ? written.groups.filter : undefined;
  return {
    name,
    path,
    written,
    isMachine,
    claims: parts.claims.map((claim) => ({
      ...claim,
      value: place([...claim.path, "value"], claim.written.value),
      when: optional(claim.path, "when", claim.written.when),
    })),
    rules: parts.scopes.map((rule) => ({
      ...rule,
      when: optional(rule.path, "when", rule.written.when),
      only: optional(rule.path, "only", rule.written.only),
    })),
    refusals: parts.refuse.map((refusal) => ({
      ...refusal,
      when: place([...refusal.path, "when"], refusal.written.when),
    })),
    groupFilter:
      filter === undefined || filter.trim() === "native" ? null : place([...path, "groups", "filter"], filter),
  };
}

/** Every expression of a profile, in the map's order. */
export function expressionsOf({ claims, rules, refusals, groupFilter }: CompiledProfile): readonly PlacedExpression[] {
  const all = [
    groupFilter,
    ...refusals.map(({ when }) => when),
    ...claims.flatMap(({ value, when }) => [value, when]),
    ...rules.flatMap(({ only, when }) => [only, when]),
  ];
  return all.filter((each) => each !== null);
}

/** What becomes of the groups in each token; machines have none to keep. */
export function keptGroups({ groups = "strip" }: WrittenProfile): { readonly access: Kept; readonly id: Kept } {
  return typeof groups === "string" ? { access: groups, id: groups } : groups;
}

type Kept = "keep" | "strip";

/** The declared attributes that stay in a profile's ID token. */
export function keptInputs({ inputs }: ReadMap["map"], idToken: WrittenIdToken | undefined): readonly string[] {
  if (idToken === undefined) return [];
  const { keep, drop = [] } = idToken;
  if (keep) return keep;
  const names = Object.keys(inputs).flatMap((name) => (name.startsWith("user.") ? [name.slice("user.".length)] : []));
  return names.filter((name) => !["groups", "sub", ...drop].includes(name));
}

/**
 * CS309: a machine has no `user.sub`, so a row that is looked up by one is never found for it, nor is a tenant or a
 * partition that a person's attributes decide.
 */
export function checkMachineReads(
  read: ReadMap,
  known: KnownValues,
  profiles: readonly CompiledProfile[],
): readonly Finding[] {
  const serving = profiles.filter(({ isMachine }) => isMachine);
  return serving.flatMap(expressionsOf).flatMap(({ path, reads }) =>
    reads.flatMap(({ reference, offset }) => {
      const personal = personalKey(known.values.get(printReference(reference)));
      if (personal === undefined) return [];
      const message = `\`${printReference(reference)}\` is looked up by \`${printReference(personal)}\`, which a machine has not`;
      const fix = "Read a source keyed by `client.id`, or give people a profile of their own.";
      return [finding("CS309", path, read.within(path, offset), message, fix)];
    }),
  );
}

/** The person's attribute a value is looked up by, at whatever distance. */
function personalKey(value: KnownValue | undefined): KnownValue["reference"] | undefined {
  for (const each of value?.key ?? []) {
    const found = each.reference[0] === "user" ? each.reference : personalKey(each);
    if (found) return found;
  }
  return undefined;
}

function conditionsOf({ claims, rules, refusals }: CompiledProfile): readonly PlacedExpression[] {
  return [...refusals, ...claims, ...rules].flatMap(({ when }) => (when ? [when] : []));
}

function listsOf({ rules, groupFilter }: CompiledProfile): readonly PlacedExpression[] {
  return [...(groupFilter ? [groupFilter] : []), ...rules.flatMap(({ only }) => (only ? [only] : []))];
}

import { environmentNames } from "../../claims/bind.ts";
import type { MapPath } from "../../claims/claim-map.ts";
import type { Plan } from "../../claims/plan.ts";
import { closeName } from "../../claims/shape/close-name.ts";
import type { MapTest, TestCase } from "../../claims/shape/map-test-shape.ts";
import { anyOf, code } from "../../claims/shape/place.ts";
import { FAULTS_OF, faultyParts } from "./faulty-parts.ts";
import {
  chainNames,
  claimNames,
  hookNames,
  refusalCodes,
  scopeNames,
  sealedNames,
  tableNames,
  variableNames,
} from "./map-names.ts";
import type { TestProblem } from "./written-test-rules.ts";

/**
 * Names that a test has and its map has not. A misspelt claim is absent, a misspelt table is empty: left alone, such a
 * test would pass and show nothing.
 */
export function nameProblems(
  bound: Plan,
  test: MapTest,
  tables: object,
  events: readonly unknown[],
): readonly TestProblem[] {
  const known = { tables: tableNames(bound), hooks: hookNames(bound), chain: chainNames(bound) };
  const given = (tables: object, { hooks, chain }: Pick<MapTest, "hooks" | "chain">, at: MapPath) => [
    ...unknownKeys("table of the map", tables, known.tables, [...at, "tables"]),
    ...unknownKeys("hook of the map", hooks, known.hooks, [...at, "hooks"]),
    ...unknownKeys("source of the map that chains a function", chain, known.chain, [...at, "chain"]),
  ];
  return [
    ...given(tables, test, []),
    ...test.cases.flatMap((each, index) => {
      const at = ["cases", String(index)];
      return [
        ...given(each.tables?.rows ?? {}, each, at),
        ...faultProblems(bound, each, at),
        ...scopeProblems(bound, test, index),
        ...expectationProblems(bound, each, events[index], at),
      ];
    }),
  ];
}

/** Variables that `env` has too many or too few of. */
export function variableProblems(plan: Plan, { env }: MapTest): readonly TestProblem[] {
  const missing = environmentNames(plan).filter((name) => !Object.hasOwn(env, name));
  return [
    ...unknownKeys("variable of the map", env, variableNames(plan), ["env"]),
    ...missing.map((name): TestProblem => {
      const message = `\`env\` has no ${code(name)}, and the map needs it`;
      return { code: "CS104", path: ["env"], message, fix: `Add ${code(`${name}: VALUE`)} to \`env\`.` };
    }),
  ];
}

function faultProblems(plan: Plan, { faults }: TestCase, at: MapPath): readonly TestProblem[] {
  const parts = faultyParts(plan);
  const path = [...at, "faults"];
  const wrong = Object.entries(faults).flatMap(([name, fault]): TestProblem[] => {
    const part = parts.get(name);
    if (part === undefined || FAULTS_OF[part.kind].includes(fault)) return [];
    const message = `${code(name)} cannot be ${code(fault)}`;
    return [{ code: "CS106", path: [...path, name], message, fix: `Write ${anyOf(FAULTS_OF[part.kind])}.` }];
  });
  return [...unknownKeys("part of the map that can fail", faults, [...parts.keys()], path), ...wrong];
}

/** A client may have scopes of resource servers that the map does not know; of those it knows it must know them all. */
function scopeProblems(plan: Plan, { cases }: MapTest, index: number): readonly TestProblem[] {
  const event = cases[index]?.event;
  const sent = typeof event === "object" ? (event.scopes ?? []) : [];
  const known = scopeNames(plan);
  const prefixes = Object.values(plan.resourceServers).map(({ identifier }) => `${identifier}/`);
  return sent.flatMap((scope, at) =>
    prefixes.some((prefix) => scope.startsWith(prefix)) && !known.includes(scope)
      ? [unknownValue("scope of the map", scope, known, ["cases", String(index), "event", "scopes", String(at)])]
      : [],
  );
}

function expectationProblems(plan: Plan, { expect }: TestCase, event: unknown, at: MapPath): readonly TestProblem[] {
  const path = [...at, "expect"];
  const claims = claimNames(plan, attributesOf(event));
  const servers = Object.keys(plan.resourceServers);
  const scopes = new Set([...scopeNames(plan), ...scopesOf(event)]);
  const value = (noun: string, written: string | undefined, known: Iterable<string>, ...steps: string[]) =>
    written === undefined || [...known].includes(written)
      ? []
      : [unknownValue(noun, written, known, [...path, ...steps])];
  return [
    ...value("code of a refusal", expect.refused, refusalCodes(plan), "refused"),
    ...value(
      "profile of the map",
      expect.profile,
      plan.profiles.map(({ name }) => name),
      "profile",
    ),
    ...(["access", "id"] as const).flatMap((token) => [
      ...unknownKeys("claim of this token", expect[token] ?? {}, claims, [...path, token]),
      ...(expect.absent?.[token] ?? []).flatMap((name, index) =>
        value("claim of this token", name, claims, "absent", token, String(index)),
      ),
    ]),
    ...unknownKeys("resource server of the map", expect.opened ?? {}, servers, [...path, "opened"]),
    ...Object.entries(expect.opened ?? {}).flatMap(([server, opened]) =>
      servers.includes(server)
        ? unknownKeys(`claim sealed for ${code(server)}`, opened, sealedNames(plan, server), [
            ...path,
            "opened",
            server,
          ])
        : [],
    ),
    ...(["added", "removed"] as const).flatMap((change) =>
      (expect.scopes?.[change] ?? []).flatMap((scope, index) =>
        value("scope of the map", scope, scopes, "scopes", change, String(index)),
      ),
    ),
  ];
}

/** Keys that are none of those known. */
export function unknownKeys(
  noun: string,
  written: object,
  known: Iterable<string>,
  at: MapPath,
): readonly TestProblem[] {
  const names = [...known];
  return Object.keys(written).flatMap((name): TestProblem[] =>
    names.includes(name) ? [] : [{ ...unknownValue(noun, name, names, [...at, name]), code: "CS103" }],
  );
}

/** A name that is none of those known, with the one that was meant. */
export function unknownValue(noun: string, written: string, known: Iterable<string>, path: MapPath): TestProblem {
  const names = [...new Set(known)];
  const meant = closeName(written, names);
  const others = names.length === 0 ? "There is none; delete it." : `There are: ${anyOf(names.slice(0, 12))}.`;
  const fix = meant === undefined ? others : `Write ${code(meant)}.`;
  return { code: "CS106", path, message: `${code(written)} is no ${noun}`, fix };
}

/** What a person's event says of them, by name. */
function attributesOf(event: unknown): readonly string[] {
  const { request } = (event ?? {}) as { readonly request?: { readonly userAttributes?: object | null } | null };
  return Object.keys(request?.userAttributes ?? {});
}

function scopesOf(event: unknown): readonly string[] {
  const { request } = (event ?? {}) as { readonly request?: { readonly scopes?: unknown } | null };
  return Array.isArray(request?.scopes) ? request.scopes.filter((scope) => typeof scope === "string") : [];
}

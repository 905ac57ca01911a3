import { bindPlan } from "../../claims/bind.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import { finding } from "../../claims/codes.ts";
import type { Finding } from "../../claims/finding.ts";
import type { Plan } from "../../claims/plan.ts";
import type { MapTest } from "../../claims/shape/map-test-shape.ts";
import type { TableRows } from "../dynamodb.ts";
import { cognitoEvent, eventProblems, wholeEvent } from "./case-event.ts";
import { federationEvent, wholeFederation } from "./federation-event.ts";
import { federationProblems } from "./federation-problems.ts";
import { nameProblems, variableProblems } from "./name-problems.ts";
import type { ReadMapTest } from "./read-map-test.ts";
import { rowProblems } from "./row-problems.ts";
import type { TestWorld } from "./run-case.ts";
import type { TestProblem } from "./written-test-rules.ts";

/** What other files hold, parsed, by the paths a test gives them. */
export type OtherFiles = ReadonlyMap<string, unknown>;

/** The files a test reads beside its map, as it writes their paths. */
export function otherFiles({ tables, cases, federation }: MapTest): readonly string[] {
  const events = [...cases, ...federation].flatMap(({ event }) => (typeof event === "string" ? [event] : []));
  return [...new Set([...(typeof tables === "string" ? [tables] : []), ...events])];
}

/**
 * Puts a file of tests and its map together. Whatever the test names and the map has not is a finding with its place in
 * the test, and then there is no world.
 */
export function testWorld({ test, at }: ReadMapTest, plan: Plan, files: OtherFiles): PutTogether {
  const placed = (problems: readonly TestProblem[]): PutTogether => ({
    world: null,
    federated: [],
    findings: problems
      .map(({ code, path, message, fix }) => finding(code, path, at(path), message, fix))
      .toSorted((one, other) => one.line - other.line || one.column - other.column),
  });
  const ofVariables = variableProblems(plan, test);
  if (ofVariables.length > 0) return placed(ofVariables);
  const bound = boundPlan(plan, test);
  if ("problem" in bound) return placed([bound.problem]);
  const tables = typeof test.tables === "string" ? files.get(test.tables) : test.tables.rows;
  if (!isTables(tables)) return placed([NO_TABLES]);

  const ofEvents = test.cases.flatMap((_, index) => eventProblems(test.cases, index, plan.events));
  const events = test.cases.map((_, index) => {
    const { file, short } = wholeEvent(test.cases, index);
    return cognitoEvent(short, plan.events, file === undefined ? undefined : files.get(file));
  });
  const ofNames = nameProblems(bound.plan, test, tables, events);
  // A misspelt table has no rows for its source, and one problem is enough.
  const ofRows = ofNames.length > 0 ? [] : rowProblems(bound.plan, test, tables);
  const federated = test.federation.map((_, index) => {
    const { file, short } = wholeFederation(test.federation, index);
    return file === null ? federationEvent(short, plan) : files.get(file);
  });
  const problems = [...ofEvents, ...ofNames, ...ofRows, ...federationProblems(bound.plan, test, federated)];
  if (problems.length > 0) return placed(problems);
  return { world: { plan: bound.plan, test, tables, events }, federated, findings: [] };
}

/** A test and its map; the world is null where something is wrong. */
export type PutTogether = {
  readonly world: TestWorld | null;
  /** The events of the federation cases, in their order. */
  readonly federated: readonly unknown[];
  readonly findings: readonly Finding[];
};

const NO_TABLES: TestProblem = {
  code: "CS105",
  path: ["tables"],
  message: "the file holds no rows by table",
  fix: 'Write JSON: `{ "TABLE": [{ "pk": "KEY" }] }`.',
};

function boundPlan(plan: Plan, { env }: MapTest): { readonly plan: Plan } | { readonly problem: TestProblem } {
  try {
    return { plan: bindPlan(plan, env) };
  } catch (error) {
    if (!(error instanceof ClaimsError)) throw error;
    const fix = "Give each variable a value of its own.";
    return { problem: { code: "CS111", path: ["env"], message: error.message, fix } };
  }
}

function isTables(value: unknown): value is TableRows {
  const isMap = (one: unknown): one is object => typeof one === "object" && one !== null && !Array.isArray(one);
  return isMap(value) && Object.values(value).every((rows) => Array.isArray(rows) && rows.every(isMap));
}

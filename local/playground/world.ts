import { bindPlan } from "../../claims/bind.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import type { Plan } from "../../claims/plan.ts";
import type { MapTest, TestCase } from "../../claims/shape/map-test-shape.ts";
import type { TableRows } from "../dynamodb.ts";
import { nameProblems, variableProblems } from "../map-tests/name-problems.ts";
import { rowProblems } from "../map-tests/row-problems.ts";
import type { TestWorld } from "../map-tests/run-case.ts";
import { splitFaults } from "./faults.ts";
import { type JsonText, problem } from "./json-text.ts";
import type { Diagnostic, Faults, Run } from "./messages.ts";
import { readSetting, type Setting } from "./setting.ts";

/** What one run takes place in: a map test of one case, which expects nothing. */
export type PlayWorld = TestWorld & {
  readonly setting: Setting;
  /** The plan before its variables were filled in. */
  readonly unbound: Plan;
};

/** The page's texts, read. */
export type ReadTexts = { readonly [name in "event" | "rows" | "setting"]: JsonText };

/**
 * Puts what the page sent together. Whatever keeps it from running is a diagnostic of severity `error`, and then there
 * is no world; what is only odd, such as rows that nothing reads, is a warning.
 */
export function playWorld(
  plan: Plan | null,
  { event, rows, setting: written }: ReadTexts,
  faults: Run["faults"],
): { readonly world: PlayWorld | null; readonly diagnostics: readonly Diagnostic[] } {
  const { setting, diagnostics: ofSetting } = readSetting(written);
  const ofTexts = [event, rows, written].flatMap((text) => text.diagnostics);
  const { tables, diagnostics: ofRows } = readRows(rows);
  const before = [...ofTexts, ...ofRows, ...ofSetting];
  if (plan === null || setting === null || tables === null || event.value === undefined) {
    return { world: null, diagnostics: before };
  }
  const test = testOf(setting, tables, faults);
  const ofVariables = variableProblems(plan, test).map(({ path, message, fix }): Diagnostic => {
    const isMissing = path.length === 1;
    return problem("setting", written.at(path), message, fix, isMissing ? "error" : "warning");
  });
  if (ofVariables.some(({ severity }) => severity === "error")) {
    return { world: null, diagnostics: [...before, ...ofVariables] };
  }
  const bound = boundPlan(plan, setting);
  if (typeof bound === "string") {
    const wrong = problem("setting", written.at(["env"]), bound, "Give each variable a value of its own.");
    return { world: null, diagnostics: [...before, ...ofVariables, wrong] };
  }
  const names = nameProblems(bound, test, tables, [event.value]);
  const odd = [...names, ...(names.length > 0 ? [] : rowProblems(bound, test, tables))].flatMap(
    ({ path: [root = "", ...path], message, fix }): readonly Diagnostic[] => {
      if (root === "tables") return [problem("rows", rows.at(path), message, fix, "warning")];
      if (root === "cases") return [];
      return [problem("setting", written.at([root, ...path]), message, fix, "warning")];
    },
  );
  return {
    world: { plan: bound, test, tables, events: [event.value], setting, unbound: plan },
    diagnostics: [...before, ...ofVariables, ...odd],
  };
}

function readRows(rows: JsonText): { readonly tables: TableRows | null; readonly diagnostics: readonly Diagnostic[] } {
  const { value } = rows;
  if (value === undefined) return { tables: null, diagnostics: [] };
  const wrong = (path: readonly string[], message: string) => ({
    tables: null,
    diagnostics: [problem("rows", rows.at(path), message, 'Write rows by table: `{ "TABLE": [{ "pk": "KEY" }] }`.')],
  });
  if (!isMap(value)) return wrong([], "rows are a map by table");
  for (const [table, list] of Object.entries(value)) {
    if (!Array.isArray(list)) return wrong([table], "a table is a list of rows");
    const odd = list.findIndex((row) => !isMap(row));
    if (odd >= 0) return wrong([table, String(odd)], "a row is a map of attributes");
  }
  return { tables: value as TableRows, diagnostics: [] };
}

function testOf({ clock, env, hooks, chain }: Setting, tables: TableRows, faults: Faults): MapTest {
  const only: TestCase = {
    name: "the playground's",
    event: {},
    hooks: {},
    chain: {},
    faults: splitFaults(faults).atSignIn,
    expect: {},
  };
  return {
    version: 1,
    map: "",
    clock,
    env,
    tables: { rows: tables },
    hooks,
    chain,
    cases: [only],
    federation: [],
  };
}

/** The plan with its variables filled in; else why that cannot be. */
function boundPlan(plan: Plan, { env }: Setting): Plan | string {
  try {
    return bindPlan(plan, env);
  } catch (error) {
    if (error instanceof ClaimsError) return error.message;
    throw error;
  }
}

function isMap(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

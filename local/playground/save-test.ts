import type { Plan } from "../../claims/plan.ts";
import type { Expectation, ShortEvent } from "../../claims/shape/map-test-shape.ts";
import { chainNames, hookNames, tableNames, variableNames } from "../map-tests/map-names.ts";
import { readMapTest } from "../map-tests/read-map-test.ts";
import { rowProblems } from "../map-tests/row-problems.ts";
import { runMapTest } from "../map-tests/run-map-test.ts";
import { testWorld } from "../map-tests/test-world.ts";
import { expectationOf } from "./expectation.ts";
import { knownFaults, splitFaults } from "./faults.ts";
import type { Faults, SavedTest } from "./messages.ts";
import type { PlayedRun } from "./run.ts";
import { shortEvent } from "./short-event.ts";
import type { PlayWorld } from "./world.ts";
import { jsonLine, yamlLine, yamlName } from "./written-json.ts";

/**
 * Writes a map test that expects of the map what this run gave, and runs it. Of a map that the check
 * refuses (`unsafe`) no test can be run.
 */
export async function savedTest(name: string, played: PlayedRun, unsafe: boolean, asked: Faults): Promise<SavedTest> {
  const { world, answer } = played;
  const { diagnostics } = answer;
  const expect = expectationOf(played);
  if (world === null || expect === null) {
    const notes = world === null ? [] : ["Cognito itself refuses this token, which no map test expects."];
    return { files: [], passes: false, notes, diagnostics };
  }
  const faults = knownFaults(world.plan, asked);
  const event = world.events[0];
  const short = shortEvent(event, world.plan.events);
  const base = world.plan.name;
  const test = (written: ShortEvent | string) => testText(name, world, written, faults, expect);
  const notes = notesOn(faults);
  const files = (isShort: boolean): SavedTest["files"] => {
    const path = `${base}.event.json`;
    const first = { name: `${base}.claims.test.yaml`, text: test(isShort && short ? short : `./${path}`) };
    return isShort ? [first] : [first, { name: path, text: `${JSON.stringify(event, null, 2)}\n` }];
  };
  if (unsafe) {
    const note = "The check refuses this map: `claimseal test` runs nothing before its errors are mended.";
    return { files: files(short !== null), passes: false, notes: [...notes, note], diagnostics };
  }
  const passes = async (each: SavedTest["files"]): Promise<boolean> => testPasses(world.unbound, each, event);
  if (short !== null && (await passes(files(true)))) return { files: files(true), passes: true, notes, diagnostics };
  const whole = files(false);
  return { files: whole, passes: await passes(whole), notes, diagnostics };
}

async function testPasses(plan: Plan, [file]: SavedTest["files"], event: unknown): Promise<boolean> {
  const { read } = readMapTest(file?.text ?? "");
  if (read === null) return false;
  const [written] = read.test.cases;
  const others = new Map(typeof written?.event === "string" ? [[written.event, event]] : []);
  const { world } = testWorld(read, plan, others);
  if (world === null) return false;
  for await (const { differences } of runMapTest(world, read)) if (differences.length > 0) return false;
  return true;
}

function testText(
  name: string,
  { plan, unbound, tables, setting, test }: PlayWorld,
  event: ShortEvent | string,
  faults: Faults,
  expect: Expectation,
): string {
  // Rows that no source can ask for change nothing, and a test that has only these is refused as one that shows nothing.
  const idle = new Set(rowProblems(plan, test, tables).map(({ path }) => path[1]));
  const known = only(
    tables,
    tableNames(plan).filter((table) => !idle.has(table)),
  );
  const rows = Object.entries(known).flatMap(([table, each]) => [
    `  ${yamlName(table)}:${each.length === 0 ? " []" : ""}`,
    ...each.map((row) => `    - ${yamlLine(row)}`),
  ]);
  const { atSignIn } = splitFaults(faults);
  return [
    "version: 1",
    `map: ./${plan.name}.claims.yaml`,
    `clock: ${setting.clock}`,
    ...block("env", only(setting.env, variableNames(unbound))),
    ...(rows.length > 0 ? ["tables:", ...rows] : []),
    ...block("hooks", only(setting.hooks, hookNames(plan))),
    ...block("chain", only(setting.chain, chainNames(plan))),
    "cases:",
    `  - name: ${yamlLine(name)}`,
    `    event: ${typeof event === "string" ? jsonLine(event) : yamlLine(event)}`,
    ...(Object.keys(atSignIn).length > 0 ? [`    faults: ${yamlLine(atSignIn)}`] : []),
    "    expect:",
    ...Object.entries(expect).map(([key, value]) => `      ${key}: ${yamlLine(value)}`),
    "",
  ].join("\n");
}

function block(key: string, values: { readonly [name: string]: unknown }): readonly string[] {
  const lines = Object.entries(values).map(([name, value]) => `  ${yamlName(name)}: ${yamlLine(value)}`);
  return lines.length === 0 ? [] : [`${key}:`, ...lines];
}

/** Names that the map does not know would make the test a wrong one. */
function only<T>(record: { readonly [name: string]: T }, names: readonly string[]): { readonly [name: string]: T } {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

/** What the test says otherwise, or not at all. */
function notesOn(faults: Faults): readonly string[] {
  const { kmsSays, readers } = splitFaults(faults);
  const named = (servers: ReadonlyMap<string, unknown>): string => [...servers.keys()].join(", ");
  return [
    ...(kmsSays.size > 0
      ? [`To the function, whyever KMS gives no key is one: the test says \`unavailable\` (${named(kmsSays)}).`]
      : []),
    ...(readers.size > 0
      ? [`What KMS says when a service opens a token is no part of a map test (${named(readers)}).`]
      : []),
  ];
}

import { admit } from "../../claims/admit.ts";
import { ClaimsError } from "../../claims/claims-error.ts";
import type { Plan } from "../../claims/plan.ts";
import type { MapTest, TestCase } from "../../claims/shape/map-test-shape.ts";
import { CognitoError } from "../../cognito/cognito-error.ts";
import { readSubject } from "../../cognito/read-subject.ts";
import { BUDGET_MS } from "../../triggers/deadline.ts";
import { type Hooks, withHooks } from "../../triggers/hooks.ts";
import { RESERVE_MS } from "../../triggers/limited-load.ts";
import type { House } from "../../triggers/pre-token-generation.ts";
import type { TableRow, TableRows } from "../dynamodb.ts";
import { type HouseInMemory, houseInMemory, type Issue, issueTokens } from "../issue-in-memory.ts";
import { type ChainedClaims, rowsInMemory } from "../rows-in-memory.ts";
import { stalls, withFaults } from "./faulty-ports.ts";
import { chainNames, hookNames, tableNames } from "./map-names.ts";

/** The budget of a case that waits for what never comes: it ends as it would after 4.2 s, and sooner. */
const STALLED_BUDGET_MS = RESERVE_MS + 150;

/** What a file of tests gives to each of its cases. */
export type TestWorld = {
  /** Bound to the file's `env`. */
  readonly plan: Plan;
  readonly test: MapTest;
  /** The file's own, read from where it says they are. */
  readonly tables: TableRows;
  /** The events of the cases, in their order. */
  readonly events: readonly unknown[];
};

/** One case as it was run. */
export type CaseRun = {
  readonly event: unknown;
  /** The profile that decides; null where none does. */
  readonly profile: string | null;
  readonly issue: Issue;
  /** What the case ran in, for whoever looks into it again. */
  readonly house: House;
};

/** Runs one case through the corridor of the Lambda. */
export async function runCase(world: TestWorld, index: number): Promise<CaseRun> {
  const event = world.events[index];
  const inMemory = caseHouse(world, index);
  const issue = await issueTokens(inMemory, event);
  return { event, profile: profileOf(world.plan, event), issue, house: inMemory.house };
}

/** What one case runs in: its tables, hooks and chained functions, its clock, and what goes wrong. */
export function caseHouse({ plan, test, tables }: TestWorld, index: number): HouseInMemory {
  const each = test.cases[index] as TestCase;
  const chained = chainedOf(plan, { ...test.chain, ...each.chain });
  const rows = rowsInMemory({ ...emptyTables(plan), ...tables, ...each.tables?.rows }, chained);
  const hooks = hooksOf(plan, { ...test.hooks, ...each.hooks });
  const now = Date.parse(each.clock ?? test.clock);
  const budgetMs = stalls(each.faults) ? STALLED_BUDGET_MS : BUDGET_MS;
  const { house, keys } = houseInMemory(plan, withHooks(rows, hooks), () => now, budgetMs);
  return { house: withFaults(house, each.faults), keys };
}

/** A table that no test fills is there, and empty. */
function emptyTables(plan: Plan): TableRows {
  return Object.fromEntries(tableNames(plan).map((table) => [table, []]));
}

/** Hooks that answer what a test says, as copies: what runs may not change the test. */
function hooksOf(plan: Plan, answers: TestCase["hooks"]): Hooks {
  return Object.fromEntries(
    hookNames(plan).map((name) => [name, async () => structuredClone(plain(answers[name] ?? null)) as object | null]),
  );
}

/** A function of which no test says anything adds nothing. */
function chainedOf(plan: Plan, answers: TestCase["chain"]): ChainedClaims {
  return Object.fromEntries(chainNames(plan).map((name) => [name, plain(answers[name] ?? null) as TableRow | null]));
}

/** Values read from a test have no prototype; JSON has. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The profile that decides; null where none does. */
export function profileOf(plan: Plan, event: unknown): string | null {
  try {
    const admission = admit(plan, readSubject(event));
    return admission.kind === "governed" ? admission.profile.name : null;
  } catch (error) {
    if (error instanceof ClaimsError || error instanceof CognitoError) return null;
    throw error;
  }
}

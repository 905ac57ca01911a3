import { fillPartition } from "../../claims/gather/partition.ts";
import type { KeyTemplates, Plan, TemplatePart } from "../../claims/plan.ts";
import type { MapTest } from "../../claims/shape/map-test-shape.ts";
import { code } from "../../claims/shape/place.ts";
import type { TableRow, TableRows } from "../dynamodb.ts";
import { tableNames } from "./map-names.ts";
import type { TestProblem } from "./written-test-rules.ts";

/**
 * Tables in which nothing can be found, whoever signs in: they have rows, and none with a key that a source asks for.
 * Every case would meet a missing row, and say so of itself alone.
 */
export function rowProblems(plan: Plan, test: MapTest, tables: TableRows): readonly TestProblem[] {
  return tableNames(plan).flatMap((table) => {
    const keys = keysOf(plan, table);
    const rowsIn = (given: TableRows): readonly TableRow[] => (Object.hasOwn(given, table) ? (given[table] ?? []) : []);
    const rows = [tables, ...test.cases.map((each) => each.tables?.rows ?? {})].flatMap(rowsIn);
    if (rows.length === 0 || rows.some((row) => keys.some((key) => isLike(row, key)))) return [];
    const path = typeof test.tables === "string" || !Object.hasOwn(tables, table) ? ["tables"] : ["tables", table];
    const message = `no row of ${code(table)} has a key that a source of the map asks for`;
    return [{ code: "CS111", path, message, fix: `Write rows with ${keys.map(written).join(" or ")}.` }];
  });
}

/** Anything may follow what a sort key begins with. */
const ANYTHING: TemplatePart = { ref: ["..."] };

/** What the sources of a table ask for in it. */
function keysOf({ sources, partition }: Plan, table: string): readonly KeyTemplates[] {
  const partitions = Object.values(partition?.values ?? { "": {} });
  return Object.values(sources).flatMap((source) => {
    if (source.kind !== "row" && source.kind !== "query") return [];
    const names = partitions.map((texts) => fillPartition(source.table, (name) => texts[name] ?? ""));
    if (!names.includes(table)) return [];
    const starts = Object.entries(source.kind === "query" ? (source.beginsWith ?? {}) : {});
    return [{ ...source.key, ...Object.fromEntries(starts.map(([name, parts]) => [name, [...parts, ANYTHING]])) }];
  });
}

function isLike(row: TableRow, key: KeyTemplates): boolean {
  return Object.entries(key).every(([name, parts]) => {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    return typeof value === "string" && fits(value, parts);
  });
}

/** Whether a text has a template's literals in their order, the first and the last at its ends. */
function fits(value: string, parts: readonly TemplatePart[]): boolean {
  const pattern = parts.map((part) => (typeof part === "string" ? part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : ".*"));
  return new RegExp(`^${pattern.join("")}$`, "su").test(value);
}

function written(key: KeyTemplates): string {
  const forms = Object.entries(key).map(([name, parts]) => {
    const texts = parts.map((part) =>
      typeof part === "string" ? part : part === ANYTHING ? "..." : `{${part.ref.join(".")}}`,
    );
    return `${name}: ${texts.join("")}`;
  });
  return code(forms.join(", "));
}

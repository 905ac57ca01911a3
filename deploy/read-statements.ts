import type { KeyTemplates, Plan, TemplatePart } from "../claims/plan.ts";
import { placeOf, type TableSource, tableSources, toldTable } from "../claims/table-sources.ts";
import { logicalId } from "./logical-id.ts";
import type { Conditions, Statement, TemplateValue } from "./policy-document.ts";

/** A source that some profile reads, and every attribute any of them asks it for, keys included. */
type Use = { readonly name: string; readonly source: TableSource; readonly attributes: readonly string[] };

/**
 * What reading a map's tables takes: for every table read by key one statement, since rows of one table are read
 * together, and for every query its own. A source that no profile reads gets none.
 */
export function readStatements(
  plan: Plan,
  tableArn: (name: string, source: TableSource) => TemplateValue,
): readonly Statement[] {
  const tables = new Map<string, [Use, ...Use[]]>();
  const queries: Statement[] = [];
  for (const use of usesOf(plan)) {
    if (use.source.kind === "query") {
      queries.push(queryRows(use, tableArn(use.name, use.source)));
      continue;
    }
    const others = tables.get(placeOf(use.source));
    if (others) others.push(use);
    else tables.set(placeOf(use.source), [use]);
  }
  const rows = [...tables.values()].map((uses) => readRows(uses, tableArn(uses[0].name, uses[0].source)));
  return [...rows, ...queries];
}

function usesOf(plan: Plan): readonly Use[] {
  const waves = plan.profiles.flatMap(({ reads }) => reads);
  const sources = tableSources(plan);
  return sources.flatMap(([name, source]): Use[] => {
    const read = waves.filter((wave) => Object.hasOwn(wave, name)).flatMap((wave) => wave[name] ?? []);
    const isRead = waves.some((wave) => Object.hasOwn(wave, name));
    const there = sources.flatMap(([, other]) => (placeOf(other) === placeOf(source) ? [other] : []));
    return isRead ? [{ name, source, attributes: [...new Set([...keyNames(source, there), ...read])] }] : [];
  });
}

/**
 * The key attributes a request may name: those rows are found by, and of a query all that its table and index are known
 * to have, since that is how a further page says where it begins.
 */
function keyNames(source: TableSource, ofTable: readonly TableSource[]): readonly string[] {
  if (source.kind === "row") return Object.keys(source.key);
  const found = [...Object.keys(source.key), ...Object.keys(source.beginsWith ?? {})];
  const told = toldTable(ofTable);
  const ofIndex = source.index === undefined ? [] : (told?.indexes[source.index]?.names ?? []);
  return [...found, ...ofIndex, ...(told?.key.names ?? [])];
}

function readRows(uses: readonly [Use, ...Use[]], table: TemplateValue): Statement {
  return {
    Sid: `Read${uses.map(({ name }) => logicalId(name)).join("And")}`,
    Effect: "Allow",
    Action: uses.length > 1 ? ["dynamodb:GetItem", "dynamodb:BatchGetItem"] : ["dynamodb:GetItem"],
    Resource: table,
    Condition: conditions(uses),
  };
}

function queryRows(use: Use, table: TemplateValue): Statement {
  const index = use.source.kind === "query" ? use.source.index : undefined;
  return {
    Sid: `Query${logicalId(use.name)}`,
    Effect: "Allow",
    Action: ["dynamodb:Query"],
    Resource: index === undefined ? table : { "Fn::Join": ["/", [table, "index", index]] },
    Condition: conditions([use]),
  };
}

/**
 * Rows and attributes of these sources only, and never whole rows. Two conditions hold the attributes together: one sees
 * only what a request names, and a request that names none gets all, which the other refuses. Not `IfExists`: a read
 * always has a value for `Select`.
 *
 * Source: Amazon DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control": "Ensuring
 * attribute-based restrictions are enforced", and example 2 with its variations.
 */
function conditions(uses: readonly Use[]): Conditions {
  const patterns = [...new Set(uses.map(({ source }) => leadingPattern(source.key)))];
  const rows: Conditions = patterns.includes("*")
    ? {}
    : { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": patterns } };
  return {
    ...rows,
    "ForAllValues:StringEquals": { "dynamodb:Attributes": [...new Set(uses.flatMap(({ attributes }) => attributes))] },
    StringEquals: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
  };
}

/** What the partition key of every row that is asked for looks like. */
function leadingPattern(key: KeyTemplates): string {
  return (Object.values(key)[0] ?? []).map(patternPart).join("");
}

/** One part of a key's template as a pattern: `*`, `?` and `$` of its text by the variables IAM has for them. */
function patternPart(part: TemplatePart): string {
  return typeof part === "string" ? part.replaceAll(/[*?$]/g, (sign) => `\${${sign}}`) : "*";
}

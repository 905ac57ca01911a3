import type { Subject } from "../../cognito/subject.ts";
import type { Look } from "../evaluate/evaluate.ts";
import type { RowRequest } from "../facts.ts";
import type { Plan, PlanSource, TemplatePart } from "../plan.ts";
import { keyTexts } from "./key-text.ts";
import { partitionText } from "./partition.ts";

/**
 * One read of a source for this subject, everything filled in; `undefined` when its key cannot be built.
 *
 * @throws {ClaimsError} `PARTITION_UNKNOWN` when its place depends on a partition that is not known.
 */
export function rowRequest(
  plan: Plan,
  subject: Subject,
  look: Look,
  { source, declared, attributes }: SourceUse,
): RowRequest | undefined {
  if (declared.kind === "custom") {
    const { poolId, clientId, grant, sub } = subject;
    return { kind: "custom", source, hook: declared.hook, subject: { poolId, clientId, grant, sub }, attributes };
  }
  if (declared.kind === "chain") return { kind: "chain", source, function: declared.function, attributes };
  const key = keyTexts(declared.key, look);
  if (key === undefined) return undefined;
  const place = {
    source,
    table: partitionText(plan, look, declared.table),
    region: declared.region === undefined ? undefined : partitionText(plan, look, declared.region),
    key,
    attributes,
    consistent: declared.consistent,
  };
  if (declared.kind === "row") return { kind: "row", ...place };
  const templates = declared.beginsWith ?? {};
  const beginsWith = keyTexts(templates, look);
  if (beginsWith === undefined || !Object.values(templates).every(endsFixed)) return undefined;
  return {
    kind: "query",
    ...place,
    index: declared.index,
    beginsWith,
    order: declared.order,
    limit: declared.limit,
  };
}

/** What begins with `ORG#a` may be of `ab`: only fixed text ends a value. */
function endsFixed(template: readonly TemplatePart[]): boolean {
  return typeof template.at(-1) === "string";
}

/** A source, and what a profile needs of it. */
export type SourceUse = {
  readonly source: string;
  readonly declared: PlanSource;
  readonly attributes: readonly string[];
};

import type { Subject } from "../cognito/subject.ts";
import { ClaimsError } from "./claims-error.ts";
import { readDeclared } from "./declared-value.ts";
import type { Look } from "./evaluate.ts";
import type { Fact, Row, RowRequest, RowResult, Value } from "./facts.ts";
import type { Declaration, Plan, PlanSource, Reference } from "./plan.ts";

const EMPTY: Row = new Map();
const GROUPS: Declaration = { type: { list: "string" }, class: "pii" };

/**
 * Finds every fact an expression may read of one subject, held against its declaration on first sight.
 *
 * @throws {ClaimsError} `SOURCE_MISSING` for a row that is not there under `onMissing: deny`, `SOURCE_UNAVAILABLE` for
 * one that could not be read.
 */
export function lookUp(
  plan: Plan,
  subject: Subject,
  requests: readonly RowRequest[],
  results: readonly RowResult[],
): Look {
  const rows = new Map(requests.map(({ source }, index) => [source, row(plan, source, results[index])]));
  const seen = new Map<string, Fact>();
  return (reference) => {
    const name = JSON.stringify(reference);
    let fact = seen.get(name);
    if (fact === undefined) {
      fact = look(plan, subject, rows, reference);
      seen.set(name, fact);
    }
    return fact;
  };
}

function row(plan: Plan, source: string, result: RowResult | undefined): Row {
  if (result?.state === "found") return result.row;
  if (result?.state === "missing") {
    if ((plan.sources[source] as PlanSource).onMissing === "empty") return EMPTY;
    throw new ClaimsError("SOURCE_MISSING", `source "${source}": no row for this subject`);
  }
  throw new ClaimsError("SOURCE_UNAVAILABLE", `source "${source}": its row could not be read`);
}

function look(plan: Plan, subject: Subject, rows: ReadonlyMap<string, Row>, reference: Reference): Fact {
  const [root, name = "", input = ""] = reference;
  if (root === "user") {
    if (name === "sub") return present(subject.sub);
    const declaration = own(plan.inputs.user, name);
    if (name === "groups") return readDeclared(declaration ?? GROUPS, subject.groups);
    return declared(declaration, subject.attributes.get(name), true);
  }
  if (root === "client") {
    return name === "id"
      ? present(subject.clientId)
      : declared(own(plan.inputs.metadata, input), subject.metadata.get(input), true);
  }
  const source = own(plan.sources, root);
  return declared(source && own(source.attributes, name), rows.get(root)?.get(name), false);
}

function present(value: Value): Fact {
  return { state: "present", value };
}

/** A reference without a declaration cannot pass the check; should one arrive, nothing is known of it. */
function declared(declaration: Declaration | undefined, raw: unknown, asText: boolean): Fact {
  return declaration === undefined ? { state: "failed" } : readDeclared(declaration, raw, asText);
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

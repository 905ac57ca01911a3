import { tokenValue } from "../claims/evaluate/token-value.ts";
import type { RowRequest, RowValue, Value } from "../claims/facts.ts";
import { printReference } from "../claims/language/reference.ts";
import type { Class, Plan, PlanClaim, Reference, Trust } from "../claims/plan.ts";
import { originsOf, referencesOf, standingIn } from "../claims/reports/references.ts";
import type { JsonValue } from "../cognito/json.ts";
import type { Subject } from "../cognito/subject.ts";
import type { ExplainedFact, ExplainedFacts, SourceAnswer } from "./explain-facts.ts";

/** One value that a claim depends on. */
export type ExplainedRead = {
  /** As an expression writes it. */
  readonly reference: string;
  /** What reads it: `value`, `when`, or the reference it is a step towards. */
  readonly usedIn: readonly string[];
  /** How it was come by, step by step. */
  readonly way: readonly string[];
  /** `default`: it is absent, and the map's default stands in. `refused`: looking for it refuses the token. */
  readonly state: "present" | "default" | "absent" | "invalid" | "failed" | "refused";
  readonly class: Class;
  readonly trust: Trust;
  /** What it is, without saying it: `string of 9 characters`, `list of 2`. */
  readonly shape: string | null;
  /** The value itself, where it was asked for and is `open`. */
  readonly value?: JsonValue;
};

/** Everything a claim depends on, nearest first, each once. */
export function explainReads(
  plan: Plan,
  { value, when }: PlanClaim,
  subject: Subject,
  facts: ExplainedFacts,
  reveal: boolean,
): readonly ExplainedRead[] {
  const uses = new Map<string, { readonly reference: Reference; readonly usedIn: string[] }>();
  const use = (reference: Reference, by: string): void => {
    const name = printReference(reference);
    const known = uses.get(name);
    if (known) {
      if (!known.usedIn.includes(by)) known.usedIn.push(by);
      return;
    }
    uses.set(name, { reference, usedIn: [by] });
    for (const origin of originsOf(plan, reference)) use(origin, name);
  };
  for (const reference of referencesOf(value)) use(reference, "value");
  for (const reference of referencesOf(when)) use(reference, "when");
  return [...uses.values()].map(({ reference, usedIn }) => ({
    ...explainRead(plan, reference, subject, facts, reveal),
    usedIn,
  }));
}

/** How one value was come by, and what it came to. */
export function explainRead(
  plan: Plan,
  reference: Reference,
  subject: Subject,
  facts: ExplainedFacts,
  reveal: boolean,
): Omit<ExplainedRead, "usedIn"> {
  const { class: how, trust, declaration } = standingIn(plan, reference);
  const [root, attribute] = reference;
  const source = Object.hasOwn(plan.sources, root) ? plan.sources[root] : undefined;
  const inRows = source?.kind === "query" && attribute !== undefined;
  const fact = facts.look(inRows ? [root] : reference);
  const isDefault = declaration?.default !== undefined && !isThere(reference, subject, facts.answers.get(root));
  const found = inRows ? inAllRows(fact, attribute) : ofOne(fact, isDefault, how);
  const value = found.value === undefined || how !== "open" || !reveal ? undefined : tokenValue(found.value);
  return {
    reference: printReference(reference),
    way: wayTo(plan, reference, facts.answers.get(root)),
    state: found.state,
    class: how,
    trust,
    shape: found.shape,
    ...(value !== undefined && { value }),
  };
}

type Found = {
  readonly state: ExplainedRead["state"];
  readonly shape: string | null;
  readonly value?: Value;
};

function ofOne(fact: ExplainedFact, isDefault: boolean, how: Class): Found {
  if (fact.state === "refused") return { state: "refused", shape: fact.code };
  if (fact.state !== "present") return { state: fact.state, shape: null };
  return { state: isDefault ? "default" : "present", shape: shapeOf(fact.value, how), value: fact.value };
}

/** One attribute of several rows: as well off as in the worst of them. */
function inAllRows(fact: ExplainedFact, attribute: string): Found {
  if (fact.state !== "present") return ofOne(fact, false, "open");
  const rows = fact.value as readonly RowValue[];
  const states = rows.map(({ attributes }) => attributes.get(attribute)?.state ?? "absent");
  const worst = (["failed", "invalid", "absent"] as const).find((state) => states.includes(state)) ?? "present";
  const there = states.filter((state) => state === "present").length;
  return { state: rows.length === 0 ? "absent" : worst, shape: `in ${there} of ${counted(rows.length, "row")}` };
}

/** Whether a value came with the event or the row, and is no default. */
function isThere(
  [root, name = "", input = ""]: Reference,
  subject: Subject,
  answer: SourceAnswer | undefined,
): boolean {
  if (root === "user") return subject.attributes.has(name);
  if (root === "client") return name === "id" || subject.metadata.has(input);
  return answer?.result.state === "found" && answer.result.row.has(name);
}

/** From where it starts to the value itself. */
function wayTo(plan: Plan, reference: Reference, answer: SourceAnswer | undefined): readonly string[] {
  const [root] = reference;
  const name = printReference(reference);
  const origins = originsOf(plan, reference).map(printReference);
  if (Object.hasOwn(plan.sources, root)) {
    const start = origins.length === 0 ? [] : [origins.join(" + ")];
    return [...start, `${root} (${answerText(answer)})`, ...(name === root ? [] : [name])];
  }
  if (root === "tenant" || root === "partition") return [origins.join(" + "), name];
  return ["event", name];
}

/** How a source answered, in words. */
export function answerText(answer: SourceAnswer | undefined): string {
  if (answer === undefined) return "not asked: its key cannot be built";
  const { request, result } = answer;
  const { place, found, missing } = wordsFor(request);
  switch (result.state) {
    case "found":
      return `${place}, ${found}`;
    case "rows":
      return `${place}, ${counted(result.rows.length, "row")}${result.more ? " and more" : ""}`;
    case "missing":
      return `${place}, ${missing}`;
    case "failed":
      return `${place}, cannot be read`;
  }
}

/** A function goes by its source: its ARN names an account. */
function wordsFor(request: RowRequest): Readonly<Record<"place" | "found" | "missing", string>> {
  switch (request.kind) {
    case "custom":
      return { place: `hook ${request.hook}`, found: "it answered", missing: "it knows nobody" };
    case "chain":
      return { place: "chained function", found: "it answered", missing: "it adds no claims" };
    default:
      return { place: `table ${request.table}`, found: "row found", missing: "no row" };
  }
}

/** What a value is, without a word of what it says; of a `sensitive` one not even how long it is. */
export function shapeOf(value: Value, how: Class): string {
  switch (typeof value) {
    case "string":
      return how === "sensitive" ? "string" : `string of ${counted(value.length, "character")}`;
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "double";
    default:
      if (value instanceof Date) return "timestamp";
      if (Array.isArray(value)) return how === "sensitive" ? "list" : `list of ${value.length}`;
      return how === "sensitive" || !(value instanceof Map) ? "map" : `map of ${value.size}`;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

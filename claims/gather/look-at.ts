import type { Subject } from "../../cognito/subject.ts";
import { type Look, type World, worldOf } from "../evaluate/evaluate.ts";
import type { Fact, Row, Value } from "../facts.ts";
import type { Declaration, Plan, PlanSource, Reference } from "../plan.ts";
import type { Covers } from "./bounds.ts";
import { readDeclared } from "./declared-value.ts";
import { choosePartition } from "./partition.ts";
import type { RowOutcome } from "./row-outcome.ts";
import { chooseTenant } from "./tenant.ts";

/** What facts are found with, beside the plan, the event and the tables. */
export type FactTools = {
  readonly now: Date;
  /** Whether a pattern occurs in a text, for expressions. */
  readonly matches: World["matches"];
  /** Whether a pattern matches a text from end to end, for declarations. */
  readonly covers: Covers;
};

/** What was read of a source: the attributes asked for, and what came. */
export type GatheredRows = { readonly attributes: readonly string[]; readonly outcome: RowOutcome };

const GROUPS: Declaration = { type: { list: "string" }, class: "pii" };
const ABSENT: Fact = { state: "absent" };
const FAILED: Fact = { state: "failed" };

/**
 * Looks facts up: in the event, in the rows gathered so far, and in what follows from both. Each is held against its
 * declaration when it is first looked at, and stays what it was then.
 *
 * Looking at `tenant` or `partition` throws what `chooseTenant` and `choosePartition` throw.
 */
export function lookAt(
  plan: Plan,
  subject: Subject,
  gathered: ReadonlyMap<string, GatheredRows>,
  tools: FactTools,
): Look {
  const seen = new Map<string, Fact>();
  const look: Look = (reference) => {
    const name = JSON.stringify(reference);
    const known = seen.get(name);
    if (known !== undefined) return known;
    // What would be worked out from itself is not known.
    seen.set(name, FAILED);
    const fact = find(reference);
    seen.set(name, fact);
    return fact;
  };
  const world = { ...worldOf(look), matches: tools.matches };
  const find = ([root, name, input = ""]: Reference): Fact => {
    switch (root) {
      case "user":
        return ofUser(plan, subject, name ?? "", tools);
      case "client":
        return name === "id"
          ? present(subject.clientId)
          : declared(own(plan.inputs.metadata, input), subject.metadata.get(input), { ...tools, asText: true });
      case "request":
        return ofRequest(subject, name);
      case "now":
        return present(tools.now);
      case "tenant":
        return ofText(plan.tenant && chooseTenant(plan.tenant, world), ABSENT);
      case "partition":
        return ofText(plan.partition && own(choosePartition(plan.partition, world), name ?? ""), FAILED);
      default:
        return ofSource(own(plan.sources, root), gathered.get(root), name, tools);
    }
  };
  return look;
}

/** A machine is no user: it has no sub of a person's, and Cognito sends nothing else. */
function ofUser(plan: Plan, subject: Subject, name: string, tools: FactTools): Fact {
  const declaration = own(plan.inputs.user, name);
  if (name === "sub") return subject.grant === "user" ? present(subject.sub) : ABSENT;
  if (name === "groups") return readDeclared(declaration ?? GROUPS, subject.groups, tools);
  return declared(declaration, subject.attributes.get(name), { ...tools, asText: true });
}

function ofRequest(subject: Subject, name: string | undefined): Fact {
  if (name === "grant") return present(subject.grant);
  return name === "scopes" ? present(subject.scopes) : FAILED;
}

/** A row's attribute, or all rows of a source that has several. What was not asked for is not known to be absent. */
function ofSource(
  source: PlanSource | undefined,
  gathered: GatheredRows | undefined,
  name: string | undefined,
  tools: FactTools,
): Fact {
  if (source === undefined || gathered === undefined) return FAILED;
  const { attributes, outcome } = gathered;
  const read = (row: Row, attribute: string): Fact =>
    declared(own(source.attributes, attribute), row.get(attribute), tools);
  if (outcome.kind === "row" && name !== undefined) return attributes.includes(name) ? read(outcome.row, name) : FAILED;
  if (outcome.kind !== "rows" || name !== undefined) return FAILED;
  return present(
    outcome.rows.map((row) => ({ attributes: new Map(attributes.map((each) => [each, read(row, each)])) })),
  );
}

/** A reference without a declaration cannot pass the check; should one arrive, nothing is known of it. */
function declared(
  declaration: Declaration | undefined,
  raw: unknown,
  reading: Parameters<typeof readDeclared>[2],
): Fact {
  return declaration === undefined ? FAILED : readDeclared(declaration, raw, reading);
}

function present(value: Value): Fact {
  return { state: "present", value };
}

function ofText(text: string | undefined, otherwise: Fact): Fact {
  return text === undefined ? otherwise : present(text);
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

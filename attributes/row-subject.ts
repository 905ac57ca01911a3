import { ClaimsError } from "../claims/claims-error.ts";
import { type Look, worldOf } from "../claims/evaluate/evaluate.ts";
import type { Fact } from "../claims/facts.ts";
import { readDeclared } from "../claims/gather/declared-value.ts";
import type { FactTools } from "../claims/gather/look-at.ts";
import { choosePartition } from "../claims/gather/partition.ts";
import { readReference } from "../claims/language/key-template.ts";
import { printReference } from "../claims/language/reference.ts";
import type { Declaration, Plan, Reference } from "../claims/plan.ts";
import { keyReferences, referencesOf } from "../claims/reports/references.ts";
import { tableSources } from "../claims/table-sources.ts";
import { AttributesError } from "./attributes-error.ts";
import { declaredText } from "./declared-text.ts";
import { shapeOf } from "./value-shape.ts";

/** Whose rows: what their keys are built from. Nothing of it need be there that no key needs. */
export type RowSubject = {
  /** A person's `sub`: `user.sub`. */
  readonly sub?: string;
  /** An app client: `client.id`. */
  readonly clientId?: string;
  /** `tenant.id`. An administrator's word: whether it is among those the subject may choose is not asked. */
  readonly tenant?: string;
  /** A value of the map's `partition`; without it, what the map works out. */
  readonly partition?: string;
  /** Whatever else keys are built from, as the map refers to it: `user.email`, `staff.orgId`. */
  readonly given?: { readonly [reference: string]: string };
};

const ABSENT: Fact = { state: "absent" };

/**
 * Reads what was said of a subject, each value held against its declaration; with what was found in rows it can then be
 * looked at.
 *
 * @throws {AttributesError} `SUBJECT_INVALID` for a value that breaks its declaration, and for one nothing is built from.
 */
export function lookAtSubject(plan: Plan, subject: RowSubject, tools: FactTools): (found: Look) => Look {
  const facts = new Map<string, Fact>();
  const say = (reference: Reference, text: string | undefined): void => {
    if (text !== undefined) facts.set(printReference(reference), { state: "present", value: text });
  };
  say(["user", "sub"], subject.sub);
  say(["client", "id"], subject.clientId);
  say(["tenant", "id"], subject.tenant);
  const told = new Map(toldReferences(plan).map((reference) => [printReference(reference), reference]));
  for (const [written, text] of Object.entries(subject.given ?? {})) {
    const read = readReference(written);
    const name = read && printReference(read);
    const reference = name === undefined ? undefined : told.get(name);
    if (name === undefined || reference === undefined || facts.has(name)) {
      const others = [...told.keys()].filter((each) => !facts.has(each));
      const there = others.length === 0 ? "nothing else is asked for" : `there are: ${others.join(", ")}`;
      // What is no reference may be a value in the wrong place.
      const what = name === undefined ? "something that was given" : `"${name}"`;
      throw new AttributesError("SUBJECT_INVALID", `${what} is in no key; ${there}`);
    }
    facts.set(name, givenFact(plan, reference, text, tools));
  }
  return (found) => {
    const look: Look = (reference) => {
      const [root, name = ""] = reference;
      if (root === "partition") return partitionFact(plan, subject, name, look, tools);
      const said = facts.get(printReference(reference));
      return said ?? (Object.hasOwn(plan.sources, root) ? found(reference) : ABSENT);
    };
    return look;
  };
}

/** Everything that keys of a plan's tables, and the choice of a partition, are built from. */
function toldReferences(plan: Plan): readonly Reference[] {
  return [
    ...tableSources(plan).flatMap(([source]) => keyReferences(plan, source)),
    ...referencesOf(plan.partition?.by),
  ].filter(([root, name]) => root !== "tenant" && root !== "partition" && !(root === "user" && name === "sub"));
}

function givenFact(plan: Plan, reference: Reference, text: string, tools: FactTools): Fact {
  const declaration = declarationOf(plan, reference);
  const fact: Fact = declaration
    ? readDeclared(declaration, text, { ...tools, asText: true })
    : { state: "present", value: text };
  if (fact.state === "present") return fact;
  const expected = declaration ? declaredText(declaration) : "text";
  const problem = `expected ${expected}; got ${shapeOf(text)}`;
  throw new AttributesError("SUBJECT_INVALID", `${printReference(reference)}: ${problem}`);
}

function declarationOf({ inputs, sources }: Plan, [root, name = "", input = ""]: Reference): Declaration | undefined {
  if (root === "user") return own(inputs.user, name);
  if (root === "client") return own(inputs.metadata, input);
  return own(own(sources, root)?.attributes ?? {}, name);
}

function partitionFact(
  { partition }: Plan,
  { partition: chosen }: RowSubject,
  name: string,
  look: Look,
  { matches }: FactTools,
): Fact {
  if (partition === undefined) return ABSENT;
  const texts = chosen === undefined ? chosenBy(partition, look, matches) : own(partition.values, chosen);
  if (texts === undefined && chosen === undefined) return ABSENT;
  if (texts === undefined) {
    const values = Object.keys(partition.values).join(", ");
    throw new AttributesError("SUBJECT_INVALID", `the map has no such partition; there are: ${values}`);
  }
  const text = own(texts, name);
  return text === undefined ? ABSENT : { state: "present", value: text };
}

function chosenBy(
  partition: NonNullable<Plan["partition"]>,
  look: Look,
  matches: FactTools["matches"],
): { readonly [name: string]: string } | undefined {
  try {
    return choosePartition(partition, { ...worldOf(look), matches });
  } catch (error) {
    if (error instanceof ClaimsError) return undefined;
    throw error;
  }
}

function own<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

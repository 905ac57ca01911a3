import { printReference } from "../language/reference.ts";
import type { Class, KeyTemplates, Plan, PlanSource, Reference, Trust } from "../plan.ts";
import { approvalsOf } from "./inventory-approvals.ts";
import { destinationsOf } from "./inventory-destinations.ts";
import type { DataFlow, DataOrigin, InventoryEntry } from "./inventory-entry.ts";
import { sentEntries } from "./inventory-federation.ts";
import { pseudonymKeys, sourcePlaces } from "./inventory-places.ts";
import { OTHER_ATTRIBUTES, type Reached, reachedBy, USERNAME, type Way } from "./inventory-reach.ts";
import { standingIn } from "./references.ts";

/**
 * The data-flow inventory of a plan: everything that it reads and everything of people that Cognito shows, in the plan's
 * order, each with everybody it reaches, as itself or by what it decides. Data that reach nobody are in it too, and so
 * is what identity providers send, which reaches the pool at most.
 */
export function inventoryOf(plan: Plan): readonly InventoryEntry[] {
  const reached = destinationsOf(plan).map((destination) => ({
    destination,
    found: reachedBy(plan, destination.steps),
  }));
  const data = new Map(declaredIn(plan).map((reference) => [printReference(reference), reference]));
  for (const { found } of reached) {
    for (const [name, { reference }] of found)
      if (isData(plan, reference) && !data.has(name)) data.set(name, reference);
  }
  const entries = [...data].map(([name, reference]): InventoryEntry => {
    const standing = standingOf(plan, reference);
    const origin = originOf(plan, reference, standing.trust);
    const flows = reached.flatMap(({ destination, found }) => {
      const reach = found.get(name);
      if (reach === undefined) return [];
      const ways = waysTold(reach);
      return ways.length === 0 ? [] : [flowOf(plan, { ...standing, source: origin.source, ways, destination })];
    });
    return { data: name, class: standing.class, purpose: standing.purpose, origin, flows };
  });
  return [...entries, ...sentEntries(plan)];
}

function flowOf(plan: Plan, passing: Parameters<typeof approvalsOf>[1]): DataFlow {
  const { steps: _, ...destination } = passing.destination;
  const pseudonyms = passing.ways.some(({ how }) => how === "pseudonym") ? pseudonymKeys(plan) : [];
  return {
    ...destination,
    ways: passing.ways,
    keys: [...destination.keys, ...pseudonyms],
    approvals: approvalsOf(plan, passing),
  };
}

function declaredIn({ inputs, sources }: Plan): readonly Reference[] {
  return [
    ...Object.keys(inputs.user).map((name): Reference => ["user", name]),
    ...Object.keys(inputs.metadata).map((name): Reference => ["client", "metadata", name]),
    ...Object.entries(sources).flatMap(([source, { attributes }]) =>
      Object.keys(attributes).map((attribute): Reference => [source, attribute]),
    ),
  ];
}

/** Rows of a source by its name alone count too: how many there are is told. What is worked out from data is none. */
function isData(plan: Plan, [root, name]: Reference): boolean {
  const own = [OTHER_ATTRIBUTES, USERNAME].some(([each]) => each === root);
  return own || root === "user" || (root === "client" && name === "metadata") || Object.hasOwn(plan.sources, root);
}

/** Nearly every row is found by the subject: that is said where the data come from, and told of none of them. */
function waysTold({ reference, ways }: Reached): readonly Way[] {
  return printReference(reference) === "user.sub" ? ways.filter(({ how }) => how !== "key") : ways;
}

function standingOf(
  plan: Plan,
  reference: Reference,
): { readonly class: Class; readonly trust: Trust; readonly purpose: string | null } {
  const [root] = reference;
  if (root === USERNAME[0])
    return { class: plan.usernames === "opaque" ? "open" : "pii", trust: "user", purpose: null };
  if (root === OTHER_ATTRIBUTES[0]) return { class: "pii", trust: "user", purpose: null };
  const { class: how, trust, declaration } = standingIn(plan, reference);
  return { class: how, trust, purpose: declaration?.purpose ?? null };
}

function originOf(plan: Plan, [root]: Reference, trust: Trust): DataOrigin {
  const source = Object.hasOwn(plan.sources, root) ? plan.sources[root] : undefined;
  if (source === undefined) {
    const kind = root === "client" ? "caller" : "cognito";
    return { kind, source: null, places: [], key: [], trust, residency: null };
  }
  const kinds = { row: "table", query: "table", custom: "hook", chain: "function" } as const;
  return {
    kind: kinds[source.kind],
    source: root,
    places: sourcePlaces(plan, source),
    key: keyOf(source),
    trust,
    residency: source.residency ?? null,
  };
}

function keyOf(source: PlanSource): readonly string[] {
  if (source.kind === "custom" || source.kind === "chain") return [];
  const templates: KeyTemplates = source.kind === "row" ? source.key : { ...source.key, ...source.beginsWith };
  return Object.entries(templates).map(([attribute, parts]) => {
    const written = parts.map((part) => (typeof part === "string" ? part : `{${printReference(part.ref)}}`));
    return `${attribute} = ${written.join("")}`;
  });
}

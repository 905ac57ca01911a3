import { PERSONAL_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import type { ReadMap, WrittenSource } from "../claim-map.ts";
import type { Finding } from "../finding.ts";
import type { Class, Declaration, Reference, Trust } from "../plan.ts";
import { isAtLeast } from "./lattice.ts";
import { readDeclaration } from "./read-declaration.ts";
import { inputReference, printReference } from "./reference.ts";

/** A value an expression may read, with what is promised of it. */
export type KnownValue = {
  readonly reference: Reference;
  /** With the class it is held to, which may be higher than the one written. */
  readonly declaration: Declaration;
  /** How far it can be trusted, whoever chose its row considered. */
  readonly trust: Trust;
  /** Where the map declares it; null for what every map has. */
  readonly path: readonly string[] | null;
  /** What its row is looked up by. */
  readonly key: readonly KnownValue[];
};

/** Every value a map can read. */
export type KnownValues = {
  /** By printed reference. A source of several rows is there under its own name too. */
  readonly values: ReadonlyMap<string, KnownValue>;
  /** Printed references that are declared, but not so that anything could be said of them; a finding says why. */
  readonly unusable: ReadonlySet<string>;
  /** Sources of several rows. */
  readonly rows: ReadonlySet<string>;
};

/** Bytes of a `sub`: a UUID. */
export const SUB_BYTES = 36;
/** The longest client id Cognito allows (API reference, `UserPoolClientType`). */
export const CLIENT_ID_BYTES = 128;

/** What can be read whether or not the map lists it; to list `user.groups` is to say how private it is. */
const BUILT_IN: readonly KnownValue[] = [
  builtIn(["user", "sub"], { type: "string", class: "open", maxLength: SUB_BYTES }),
  builtIn(["user", "groups"], { type: { list: "string" }, class: "pii" }),
  builtIn(["client", "id"], { type: "string", class: "open", maxLength: CLIENT_ID_BYTES }),
  builtIn(["request", "grant"], { type: "string", class: "open", values: ["user", "client_credentials"] }),
  // Whoever asks for a token names the scopes.
  builtIn(["request", "scopes"], { type: { list: "string" }, class: "open" }, "caller"),
  builtIn(["now"], { type: "timestamp", class: "open" }),
];

/**
 * Reads what a map declares: types, bounds and literals, each with the class and the trust it states itself.
 * `standing.ts` adds what rows are looked up by.
 */
export function readKnownValues(read: ReadMap): KnownValues & { readonly findings: readonly Finding[] } {
  const { inputs, sources, tenant, partition } = read.map;
  const values = new Map(BUILT_IN.map((value) => [printReference(value.reference), value]));
  const unusable = new Set<string>();
  const findings: Finding[] = [];
  const know = (value: KnownValue): void => void values.set(printReference(value.reference), value);

  for (const [name, input] of Object.entries(inputs)) {
    const reference = inputReference(name);
    if (reference === undefined) continue;
    const path = ["inputs", name];
    const least = reference[0] === "user" && PERSONAL_ATTRIBUTES.has(reference[1] as string) ? "pii" : "open";
    const found = readDeclaration(read, reference, path, input, least);
    findings.push(...found.findings);
    if (found.declaration) {
      know({ reference, declaration: found.declaration, trust: inputTrust(reference, input.trust), path, key: [] });
    } else {
      unusable.add(printReference(reference));
      values.delete(printReference(reference));
    }
  }
  for (const [name, source] of Object.entries(sources)) {
    for (const [attribute, written] of Object.entries(source.attributes)) {
      const path = ["sources", name, "attributes", attribute];
      const reference: Reference = [name, attribute];
      const found = readDeclaration(read, reference, path, written, "open");
      findings.push(...found.findings);
      if (found.declaration) know({ reference, declaration: found.declaration, trust: source.trust, path, key: [] });
      else unusable.add(printReference(reference));
    }
    const limit = source.dynamodb?.query?.limit;
    if (limit !== undefined) know(rowsValue(name, source, limit, values));
  }
  if (tenant)
    know({ reference: ["tenant", "id"], declaration: OPEN_TEXT, trust: "operator", path: ["tenant"], key: [] });
  for (const [name, texts] of partitionTexts(partition?.values ?? {})) {
    const declaration: Declaration = {
      ...OPEN_TEXT,
      ...(texts.every((text) => !text.includes("${")) && { values: texts }),
    };
    know({ reference: ["partition", name], declaration, trust: "operator", path: ["partition"], key: [] });
  }
  return { values, unusable, rows: rowSources(sources), findings };
}

const OPEN_TEXT: Declaration = { type: "string", class: "open" };

function builtIn(reference: Reference, declaration: Declaration, trust: Trust = "operator"): KnownValue {
  return { reference, declaration, trust, path: null, key: [] };
}

/** Groups, `sub` and the client id are Cognito's word; what else it hands over, somebody else chose. */
function inputTrust([root, name]: Reference, declared: Trust | undefined): Trust {
  if (root === "client") return "caller";
  return name === "groups" || name === "sub" ? "operator" : (declared ?? "user");
}

function rowSources(sources: { readonly [name: string]: WrittenSource }): ReadonlySet<string> {
  return new Set(Object.entries(sources).flatMap(([name, { dynamodb }]) => (dynamodb?.query ? [name] : [])));
}

/** How many rows there are is as private as the least private of what stands in them. */
function rowsValue(
  name: string,
  { trust }: WrittenSource,
  limit: number,
  values: ReadonlyMap<string, KnownValue>,
): KnownValue {
  const attributes = [...values.values()].filter(({ reference }) => reference[0] === name);
  const least = attributes.reduce<Class>(
    (low, { declaration }) => (isAtLeast(low, declaration.class) ? declaration.class : low),
    "sensitive",
  );
  return {
    reference: [name],
    declaration: {
      type: { list: { fields: Object.fromEntries(attributes.map((each) => [each.reference[1], each.declaration])) } },
      class: least,
      maxItems: limit,
    },
    trust,
    path: ["sources", name],
    key: [],
  };
}

/** The names a partition gives, with everything each can be. */
function partitionTexts(values: {
  readonly [value: string]: { readonly [name: string]: string };
}): ReadonlyMap<string, readonly string[]> {
  const texts = new Map<string, string[]>();
  for (const each of Object.values(values)) {
    for (const [name, text] of Object.entries(each)) {
      const known = texts.get(name) ?? [];
      if (!known.includes(text)) known.push(text);
      texts.set(name, known);
    }
  }
  return texts;
}

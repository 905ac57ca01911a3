import { PERSONAL_ATTRIBUTES } from "../../cognito/standard-attributes.ts";
import type { MapPath, ReadMap, WrittenDeclaration } from "../claim-map.ts";
import { finding } from "../codes.ts";
import { literalValue, readDeclared } from "../declared-value.ts";
import type { Finding } from "../finding.ts";
import type { Class, Declaration, PlanType, Reference, Trust } from "../plan.ts";
import { readKeyTemplate, templateReferences } from "./key-template.ts";
import { highestClass, isAtLeast, lowestTrust } from "./lattice.ts";
import { readPlanType, scalarOf, writePlanType } from "./plan-type.ts";
import { inputReference, printReference } from "./reference.ts";

/** A value an expression may read, with what is promised of it. */
export type KnownValue = {
  readonly reference: Reference;
  /** With the class it is held to, which may be higher than the one written. */
  readonly declaration: Declaration;
  /** How far it can be trusted, whoever chose its row considered. */
  readonly trust: Trust;
  /** Where the map declares it; null for what every map has. */
  readonly path: MapPath | null;
  /** What its row is looked up by. */
  readonly key: readonly KnownValue[];
};

/** Every value a map can read. */
export type KnownValues = {
  /** By printed reference. */
  readonly values: ReadonlyMap<string, KnownValue>;
  /** Printed references that are declared, but not so that anything could be said of them; a finding says why. */
  readonly unusable: ReadonlySet<string>;
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
];

/**
 * Reads what a map declares: types, bounds, literals, and the class and trust each value is held to. A function never
 * lowers a class, and a look-up is a function: an attribute is at least as private as what its row's key was built
 * from, and no more trustworthy than it.
 */
export function readKnownValues(read: ReadMap): KnownValues & { readonly findings: readonly Finding[] } {
  const values = new Map(BUILT_IN.map((value) => [printReference(value.reference), value]));
  const unusable = new Set<string>();
  const findings: Finding[] = [];

  const declare = (reference: Reference, path: MapPath, written: WrittenDeclaration, rest: Standing): void => {
    const { declaration, findings: found } = readDeclaration(read, reference, path, written, rest.least);
    findings.push(...found);
    if (declaration === undefined) {
      unusable.add(printReference(reference));
      values.delete(printReference(reference));
    } else values.set(printReference(reference), { reference, declaration, trust: rest.trust, path, key: rest.key });
  };

  for (const [name, input] of Object.entries(read.map.inputs)) {
    const reference = inputReference(name);
    if (reference === undefined) continue;
    const least = reference[0] === "user" && PERSONAL_ATTRIBUTES.has(reference[1] as string) ? "pii" : "open";
    declare(reference, ["inputs", name], input, { trust: inputTrust(reference, input.trust), least, key: [] });
  }
  for (const [name, source] of Object.entries(read.map.sources)) {
    const key = Object.values(source.dynamodb.key).flatMap((template) => keyValues(template, values));
    const trust = lowestTrust([source.trust, ...key.map((value) => value.trust)]);
    const least = highestClass(key.map(({ declaration }) => declaration.class));
    for (const [attribute, written] of Object.entries(source.attributes)) {
      declare([name, attribute], ["sources", name, "attributes", attribute], written, { trust, least, key });
    }
  }
  return { values, unusable, findings };
}

/** What a declaration does not say itself. */
type Standing = { readonly trust: Trust; readonly least: Class; readonly key: readonly KnownValue[] };

function builtIn(reference: Reference, declaration: Declaration): KnownValue {
  return { reference, declaration, trust: "operator", path: null, key: [] };
}

/** Groups, `sub` and the client id are Cognito's word; what else it hands over, somebody else chose. */
function inputTrust([root, name]: Reference, declared: Trust | undefined): Trust {
  if (root === "client") return "caller";
  return name === "groups" || name === "sub" ? "operator" : (declared ?? "user");
}

function keyValues(template: string, values: ReadonlyMap<string, KnownValue>): readonly KnownValue[] {
  const read = readKeyTemplate(template);
  if ("problem" in read) return [];
  return templateReferences(read.parts).flatMap((reference) => values.get(printReference(reference)) ?? []);
}

function readDeclaration(
  read: ReadMap,
  reference: Reference,
  path: MapPath,
  written: WrittenDeclaration,
  least: Class,
): { readonly declaration?: Declaration; readonly findings: readonly Finding[] } {
  const at = (code: string, steps: readonly string[], message: string, fix: string): Finding =>
    finding(code, [...path, ...steps], read.at([...path, ...steps]), message, fix);
  const type = readPlanType(written.type);
  if ("problem" in type) {
    const offered = "`string`, `bool`, `int`, `double`, `timestamp`, `list<T>` or `map<string, T>`";
    return {
      findings: [
        type.problem === "later"
          ? at("CS109", ["type"], "a `map` with declared fields is not in this version", "Write `map<string, T>`.")
          : at("CS310", ["type"], `\`${written.type}\` is no type`, `Write ${offered}.`),
      ],
    };
  }
  const declaration: Declaration = {
    type: type.type,
    class: highestClass([written.class, least]),
    ...(written.values && { values: written.values }),
    ...(written.maxLength !== undefined && { maxLength: written.maxLength }),
    ...(written.maxItems !== undefined && { maxItems: written.maxItems }),
  };
  const findings = [
    ...misplacedType(reference, type.type).map(({ message, fix }) => at("CS305", ["type"], message, fix)),
    ...unfitLiterals(declaration, written).map(({ steps, message, fix }) => at("CS308", steps, message, fix)),
    ...(reference[0] === "user" && !isAtLeast(written.class, least)
      ? [
          at(
            "CS407",
            ["class"],
            `${printReference(reference)} is personal: it is at least \`pii\``,
            "Write `class: pii`.",
          ),
        ]
      : []),
  ];
  return {
    declaration: { ...declaration, ...(written.default !== undefined && { default: written.default }) },
    findings,
  };
}

/** Cognito hands over text, which is read as a scalar; groups alone are a list. */
function misplacedType(
  [root, name]: Reference,
  type: PlanType,
): readonly { readonly message: string; readonly fix: string }[] {
  if (root !== "user" && root !== "client") return [];
  const written = writePlanType(type);
  if (root === "user" && (name === "groups" || name === "sub")) {
    const right = name === "groups" ? "list<string>" : "string";
    if (written === right) return [];
    return [{ message: `user.${name} is \`${right}\`, not \`${written}\``, fix: `Write \`type: ${right}\`.` }];
  }
  if (typeof type === "string") return [];
  const message = `Cognito hands this over as text, which is never a \`${written}\``;
  return [{ message, fix: "Declare a scalar, and `split` it where it is read." }];
}

function unfitLiterals(
  declaration: Declaration,
  written: WrittenDeclaration,
): readonly { readonly steps: readonly string[]; readonly message: string; readonly fix: string }[] {
  const scalar = scalarOf(declaration.type);
  const single: Declaration = {
    type: scalar,
    class: declaration.class,
    ...(written.maxLength !== undefined && { maxLength: written.maxLength }),
  };
  const values = (written.values ?? []).flatMap((literal, index) => {
    if (readDeclared(single, literal).state === "present") return [];
    const fits = literalValue(scalar, literal) !== undefined;
    const message = fits
      ? `this value is longer than \`maxLength: ${written.maxLength}\``
      : `this value is not \`${scalar}\``;
    return [{ steps: ["values", String(index)], message, fix: "List only values that can occur." }];
  });
  if (written.default === undefined || readDeclared(declaration, written.default).state === "present") return values;
  const message =
    literalValue(declaration.type, written.default) === undefined
      ? `the default is not \`${writePlanType(declaration.type)}\``
      : "the default breaks the bounds of its own declaration";
  return [...values, { steps: ["default"], message, fix: "Write a default that could be a value." }];
}

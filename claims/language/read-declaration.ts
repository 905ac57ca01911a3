import type { MapPath, ReadMap, WrittenDeclaration, WrittenField } from "../claim-map.ts";
import { finding } from "../codes.ts";
import { compilePattern } from "../evaluate/re2-pattern.ts";
import type { Finding } from "../finding.ts";
import { literalValue, type Reading, readDeclared } from "../gather/declared-value.ts";
import type { Class, Declaration, Field, Literal, PlanType, Reference, Scalar } from "../plan.ts";
import { code } from "../shape/place.ts";
import { checkPattern } from "./check-pattern.ts";
import { PROVIDER_ROOT } from "./language.ts";
import { highestClass, isAtLeast } from "./lattice.ts";
import { readPlanType, scalarOf, writePlanType } from "./plan-type.ts";
import { printReference } from "./reference.ts";

/** A pattern that cannot be used is told once, at its own place. */
const READING: Reading = {
  covers: (pattern, text) => checkPattern(pattern) !== null || compilePattern(pattern).covers(text),
};

type At = (code: string, steps: MapPath, message: string, fix: string) => Finding;

/**
 * Reads one declaration: its type, its bounds and its literals. Without a type that can be read there is none. `least`
 * is the class below which nothing of this kind may be declared.
 */
export function readDeclaration(
  read: ReadMap,
  reference: Reference,
  path: MapPath,
  written: WrittenDeclaration,
  least: Class,
): { readonly declaration?: Declaration; readonly findings: readonly Finding[] } {
  const at: At = (code, steps, message, fix) =>
    finding(code, [...path, ...steps], read.at([...path, ...steps]), message, fix);
  const fields = readFields(written.fields, at);
  const field = readField(written, fields?.fields, [], at);
  if (field.read === undefined) return { findings: [...(fields?.findings ?? []), ...field.findings] };
  const declaration: Declaration = {
    ...field.read,
    class: highestClass([written.class, least]),
    ...(written.purpose !== undefined && { purpose: written.purpose }),
  };
  return {
    declaration: { ...declaration, ...(written.default !== undefined && { default: written.default }) },
    findings: [
      ...(fields?.findings ?? []),
      ...field.findings,
      ...misplacedType(reference, declaration.type).map(({ message, fix }) => at("CS305", ["type"], message, fix)),
      ...unfitDefault(declaration, written.default, at),
      ...(!isAtLeast(written.class, least)
        ? [
            at(
              "CS407",
              ["class"],
              `${printReference(reference)} is personal: it is at least \`pii\``,
              "Write `class: pii`.",
            ),
          ]
        : []),
    ],
  };
}

type ReadField = { readonly read?: Field; readonly findings: readonly Finding[] };

function readFields(
  written: WrittenDeclaration["fields"],
  at: At,
): { readonly fields: { readonly [name: string]: Field }; readonly findings: readonly Finding[] } | undefined {
  if (written === undefined) return undefined;
  const each = Object.entries(written).map(
    ([name, field]) => [name, readField(field, undefined, ["fields", name], at)] as const,
  );
  return {
    fields: Object.fromEntries(each.flatMap(([name, { read }]) => (read ? [[name, read]] : []))),
    findings: each.flatMap(([, { findings }]) => findings),
  };
}

function readField(
  written: WrittenField,
  fields: { readonly [name: string]: Field } | undefined,
  steps: MapPath,
  at: At,
): ReadField {
  const type = readPlanType(written.type, fields);
  if ("problem" in type) return { findings: [typeProblem(type.problem, written.type, [...steps, "type"], at)] };
  const { values, maxLength, maxItems, min, max, pattern } = written;
  const bounded: Field = {
    type: type.type,
    ...(values && { values }),
    ...(maxLength !== undefined && { maxLength }),
    ...(maxItems !== undefined && { maxItems }),
    ...((typeof min === "number" || typeof min === "string") && { min }),
    ...((typeof max === "number" || typeof max === "string") && { max }),
    ...(pattern !== undefined && { pattern }),
  };
  const misfits = [...idleBounds(bounded), ...unfitBounds(written, scalarOf(type.type))];
  const problem = pattern === undefined ? null : checkPattern(pattern);
  return {
    read: bounded,
    findings: [
      ...misfits.map(({ key, message, fix }) => at("CS308", [...steps, key], message, fix)),
      ...unfitValues(bounded, [...steps, "values"], at),
      ...(problem ? [at("CS311", [...steps, "pattern"], problem.problem, "Write a pattern in RE2 syntax.")] : []),
    ],
  };
}

function typeProblem(problem: "unknown" | "fields" | "no map", written: string, steps: MapPath, at: At): Finding {
  switch (problem) {
    case "unknown": {
      const offered = "`string`, `bool`, `int`, `double`, `timestamp`, `list<T>`, `map<string, T>` or `map`";
      return at("CS310", steps, `${code(written)} is no type`, `Write ${offered}.`);
    }
    case "fields":
      return at("CS310", steps, "a `map` says what it holds", "Add `fields`, or write `map<string, T>`.");
    case "no map":
      return at("CS310", steps, `\`fields\` belong to a \`map\`; this is a ${code(written)}`, "Write `type: map`.");
  }
}

type Misfit = { readonly key: string; readonly message: string; readonly fix: string };

/** A bound that binds nothing is a protection that is not there. */
function idleBounds(field: Field): readonly Misfit[] {
  const bound = boundsOf(field.type);
  const idle = (key: keyof Field, isBinding: boolean, what: string): readonly Misfit[] =>
    field[key] === undefined || isBinding
      ? []
      : [
          {
            key,
            message: `\`${key}\` bounds ${what}; there is none in a \`${writePlanType(field.type)}\``,
            fix: `Delete \`${key}\`.`,
          },
        ];
  return [
    ...idle("maxLength", bound.has("text"), "text"),
    ...idle("pattern", bound.has("text"), "text"),
    ...idle("values", scalarOf(field.type) !== undefined, "scalars"),
    ...idle("maxItems", bound.has("items"), "lists and maps"),
    ...idle("min", bound.has("order"), "numbers and timestamps"),
    ...idle("max", bound.has("order"), "numbers and timestamps"),
  ];
}

/** What there is in values of a type that a bound could bind. Fields have bounds of their own. */
function boundsOf(type: PlanType): ReadonlySet<"text" | "items" | "order"> {
  if (type === "string") return new Set(["text"]);
  if (typeof type === "string") return new Set(type === "bool" ? [] : ["order"]);
  if ("fields" in type) return new Set();
  return "list" in type
    ? new Set(["items", ...boundsOf(type.list)])
    : new Set(["items", "text", ...boundsOf(type.map)]);
}

function unfitBounds({ min, max }: WrittenField, scalar: Scalar | undefined): readonly Misfit[] {
  if (scalar !== "int" && scalar !== "double" && scalar !== "timestamp") return [];
  const unfit = Object.entries({ min, max }).flatMap(([key, literal]): readonly Misfit[] =>
    literal === undefined || literalValue(scalar, literal) !== undefined
      ? []
      : [{ key, message: `\`${key}\` is not \`${scalar}\``, fix: `Write a value of type \`${scalar}\`.` }],
  );
  const [low, high] = [min, max].map((literal) => (literal === undefined ? undefined : literalValue(scalar, literal)));
  if (unfit.length > 0 || low === undefined || high === undefined || low <= high) return unfit;
  return [{ key: "max", message: "`max` is below `min`: no value could be both", fix: "Correct one of the two." }];
}

function unfitValues(field: Field, steps: MapPath, at: At): readonly Finding[] {
  const { values = [], ...bounds } = field;
  const scalar = scalarOf(field.type);
  // Fields list the values of their own; `idleBounds` says so.
  if (scalar === undefined) return [];
  const single: Declaration = { ...bounds, type: scalar, class: "open" };
  return values.flatMap((literal, index) => {
    if (readDeclared(single, literal, READING).state === "present") return [];
    const message =
      literalValue(scalar, literal) === undefined
        ? `this value is not \`${scalar}\``
        : "this value breaks the bounds of its own declaration";
    return [at("CS308", [...steps, String(index)], message, "List only values that can occur.")];
  });
}

function unfitDefault(declaration: Declaration, literal: Literal | undefined, at: At): readonly Finding[] {
  if (literal === undefined || readDeclared(declaration, literal, READING).state === "present") return [];
  const message =
    literalValue(declaration.type, literal) === undefined
      ? `the default is not \`${writePlanType(declaration.type)}\``
      : "the default breaks the bounds of its own declaration";
  return [at("CS308", ["default"], message, "Write a default that could be a value.")];
}

/** Cognito hands over text, which is read as a scalar; groups alone are a list. */
function misplacedType(
  [root, name]: Reference,
  type: PlanType,
): readonly { readonly message: string; readonly fix: string }[] {
  if (root !== "user" && root !== "client" && root !== PROVIDER_ROOT) return [];
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

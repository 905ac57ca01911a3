import { isFields } from "../../cognito/own-fields.ts";
import { DeployError } from "../deploy-error.ts";

/** What a value of somebody else's making has to be. Members that a shape does not name are left out when it is read. */
export type Shape =
  | "text"
  | "number"
  | "flag"
  | "texts"
  /** Texts by name. */
  | "dictionary"
  /** A list. */
  | readonly [each: Shape]
  /** `null` says that there is none; a member that is not there, that nobody looked. */
  | { readonly orNull: Shape }
  | { readonly members: { readonly [name: string]: Shape } };

/** What is read of a shape: every member may be missing, because nothing of it is ours. */
export type Shaped<S> = S extends "text"
  ? string
  : S extends "number"
    ? number
    : S extends "flag"
      ? boolean
      : S extends "texts"
        ? readonly string[]
        : S extends "dictionary"
          ? { readonly [name: string]: string }
          : S extends readonly [infer Each]
            ? readonly Shaped<Each>[]
            : S extends { readonly orNull: infer Given }
              ? Shaped<Given> | null
              : S extends { readonly members: infer Members }
                ? { readonly [name in keyof Members]?: Shaped<Members[name]> }
                : never;

/**
 * A value as its shape, and nothing of it that the shape does not name.
 *
 * @param path Where the value stands, for whoever has to mend it.
 * @throws {DeployError} `EXPORT_MALFORMED` naming the place, never what stands there.
 */
export function shaped<const S extends Shape>(shape: S, value: unknown, path: string): Shaped<S> {
  return read(shape, value, path) as Shaped<S>;
}

const WORDS = {
  text: "a text",
  number: "a number",
  flag: "true or false",
  texts: "a list of texts",
  dictionary: "texts by name",
} as const;

const TYPES = { text: "string", number: "number", flag: "boolean" } as const;

function read(shape: Shape, value: unknown, path: string): unknown {
  if (typeof shape === "string") {
    if (!isOf(shape, value)) throw malformed(path, WORDS[shape]);
    return shape === "dictionary" ? Object.fromEntries(Object.entries(value as object)) : value;
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) throw malformed(path, "a list");
    return value.map((each, index) => read(shape[0], each, `${path}[${index}]`));
  }
  if ("orNull" in shape) return value === null ? null : read(shape.orNull, value, path);
  if (!isFields(value)) throw malformed(path, "an object");
  return Object.fromEntries(
    Object.entries(shape.members).flatMap(([name, member]) => {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      const isThere = given !== undefined && (given !== null || (typeof member === "object" && "orNull" in member));
      return isThere ? [[name, read(member, given, path === "" ? name : `${path}.${name}`)]] : [];
    }),
  );
}

function isOf(shape: keyof typeof WORDS, value: unknown): boolean {
  switch (shape) {
    case "texts":
      return Array.isArray(value) && value.every((each) => typeof each === "string");
    case "dictionary":
      return isFields(value) && Object.values(value).every((each) => typeof each === "string");
    default:
      return typeof value === TYPES[shape];
  }
}

function isList(shape: object): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function malformed(path: string, expected: string): DeployError {
  return new DeployError("EXPORT_MALFORMED", `${path || "the export"}: expected ${expected}`);
}

/** A shape as people read it: one member a line. */
export function shapeText(shape: Shape, margin: string = ""): string {
  if (typeof shape === "string") return shape === "dictionary" ? "texts by name" : shape;
  if (isList(shape)) return `[${shapeText(shape[0], margin)}]`;
  if ("orNull" in shape) return `null or ${shapeText(shape.orNull, margin)}`;
  const members = Object.entries(shape.members).map(
    ([name, member]) => `${margin}  ${name}: ${shapeText(member, `${margin}  `)}`,
  );
  return `{\n${members.join("\n")}\n${margin}}`;
}

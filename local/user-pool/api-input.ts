import { type Fields, isFields, own } from "../../cognito/own-fields.ts";
import { UserPoolError } from "./error.ts";

/**
 * Parses a request body.
 *
 * @throws {UserPoolError} `SerializationException` when it is no JSON object.
 */
export function parseInput(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new UserPoolError("SerializationException", "the body is not JSON");
  }
  if (!isFields(value)) throw new UserPoolError("SerializationException", "the body is not a JSON object");
  return value;
}

/**
 * A member that must be there.
 *
 * @throws {UserPoolError} `InvalidParameterException`, or `SerializationException` for another type.
 */
export function requiredText(input: Fields, member: string): string {
  const value = optionalText(input, member);
  if (value !== undefined) return value;
  throw missing(member);
}

/** @throws {UserPoolError} `SerializationException` for another type. */
export function optionalText(input: Fields, member: string): string | undefined {
  return optional(input, member, "a string", (value) => typeof value === "string");
}

/** @throws {UserPoolError} `SerializationException` for another type. */
export function optionalNumber(input: Fields, member: string): number | undefined {
  return optional(input, member, "a number", (value) => typeof value === "number");
}

/** @throws {UserPoolError} `SerializationException` for another type. */
export function optionalFlag(input: Fields, member: string): boolean | undefined {
  return optional(input, member, "a boolean", (value) => typeof value === "boolean");
}

/**
 * A structure that must be there.
 *
 * @throws {UserPoolError} `InvalidParameterException`, or `SerializationException` for another type.
 */
export function requiredFields(input: Fields, member: string): Fields {
  const value = optional(input, member, "a structure", isFields);
  if (value !== undefined) return value;
  throw missing(member);
}

/** A map of text, or undefined. @throws {UserPoolError} `SerializationException` for another type. */
export function optionalTexts(input: Fields, member: string): { readonly [name: string]: string } | undefined {
  return optional(input, member, "a map of strings", isTexts);
}

/** A list of text, or undefined. @throws {UserPoolError} `SerializationException` for another type. */
export function optionalTextList(input: Fields, member: string): readonly string[] | undefined {
  return optional(
    input,
    member,
    "a list of strings",
    (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  );
}

/** A list of `{ Name, Value }` as a map. @throws {UserPoolError} `SerializationException` for another type. */
export function attributeList(input: Fields, member: string): ReadonlyMap<string, string> {
  const list = optional(input, member, "a list of attributes", isAttributes) ?? [];
  return new Map(list.map(({ Name, Value }) => [Name, Value ?? ""]));
}

/** Whether every member is a string. */
export function isTexts(value: unknown): value is { readonly [name: string]: string } {
  return isFields(value) && Object.values(value).every((one) => typeof one === "string");
}

function isAttributes(value: unknown): value is readonly { readonly Name: string; readonly Value?: string }[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) => isFields(one) && typeof own(one, "Name") === "string" && typeof (own(one, "Value") ?? "") === "string",
    )
  );
}

function missing(member: string): UserPoolError {
  const name = member.charAt(0).toLowerCase() + member.slice(1);
  return new UserPoolError(
    "InvalidParameterException",
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

function optional<T>(input: Fields, member: string, what: string, is: (value: unknown) => value is T): T | undefined {
  const value = own(input, member);
  if (value === undefined || value === null) return undefined;
  if (is(value)) return value;
  throw new UserPoolError("SerializationException", `${member} is not ${what}`);
}

import { KmsError } from "./error.ts";

/** A request or an answer as JSON has it, its forms decoded or not yet encoded. */
export type Fields = Readonly<Record<string, unknown>>;

/** An encryption context as it comes in: names and values, compared exactly and in any order. */
export type KmsContext = Readonly<Record<string, string>>;

/** Reads one member; undefined for one that is absent. */
export type Reader<T> = (value: unknown) => T | undefined;

type Shape = Readonly<Record<string, Reader<unknown>>>;

/** What the readers of a shape make of a request. */
export type Members<S extends Shape> = { readonly [N in keyof S]: ReturnType<S[N]> };

/**
 * Reads the members of a request.
 *
 * @throws {KmsError} `SerializationException` for a member of another type; `ValidationException` for one that is not
 * emulated: were it quietly ignored, a test would pass that must not.
 */
export function readMembers<S extends Shape>(fields: Fields, shape: S): Members<S> {
  const stranger = Object.keys(fields).find((name) => !Object.hasOwn(shape, name));
  if (stranger !== undefined) {
    throw new KmsError("ValidationException", `the embedded KMS does not emulate ${stranger} here`);
  }
  const members = Object.entries(shape).map(([name, read]) => [name, read(fields[name])]);
  return Object.fromEntries(members) as Members<S>;
}

export function text(value: unknown): string | undefined {
  return checked(value, (candidate) => typeof candidate === "string");
}

export function integer(value: unknown): number | undefined {
  return checked(value, (candidate): candidate is number => Number.isInteger(candidate));
}

export function boolean(value: unknown): boolean | undefined {
  return checked(value, (candidate) => typeof candidate === "boolean");
}

export function texts(value: unknown): readonly string[] | undefined {
  return checked(
    value,
    (candidate): candidate is readonly string[] =>
      Array.isArray(candidate) && candidate.every((member) => typeof member === "string"),
  );
}

export function fields(value: unknown): Fields | undefined {
  return checked(value, isFields);
}

export function context(value: unknown): KmsContext | undefined {
  return checked(
    value,
    (candidate): candidate is KmsContext =>
      isFields(candidate) && Object.values(candidate).every((member) => typeof member === "string"),
  );
}

/** Bytes in base64, the standard alphabet. */
export function bytes(value: unknown): Uint8Array | undefined {
  const base64 = text(value);
  if (base64 === undefined) return undefined;
  const decoded = Buffer.from(base64, "base64");
  // Node reads what it can of a broken text; AWS refuses all of it.
  if (decoded.toString("base64") !== base64) throw new KmsError("SerializationException");
  return decoded;
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checked<T>(value: unknown, is: (candidate: unknown) => candidate is T): T | undefined {
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw new KmsError("SerializationException");
  return value;
}

import { UserPoolError } from "./error.ts";

/** Parameters by name; each is there once. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * Reads a posted form.
 *
 * @throws {UserPoolError} `invalid_request` for another content type or a parameter that is there twice.
 */
export function readForm({
  contentType,
  body,
}: {
  readonly contentType: string | undefined;
  readonly body: string;
}): Parameters {
  if (contentType?.split(";")[0]?.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw new UserPoolError("invalid_request", "the body must be a form");
  }
  return readParameters(new URLSearchParams(body));
}

/** @throws {UserPoolError} `invalid_request` for a parameter that is there twice (RFC 6749, section 3.1). */
export function readParameters(search: URLSearchParams): Parameters {
  const pairs = [...search];
  const parameters = new Map(pairs);
  if (parameters.size !== pairs.length) throw new UserPoolError("invalid_request", "a parameter is there twice");
  return parameters;
}

/** @throws {UserPoolError} `invalid_request` for a parameter that is missing or empty. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw new UserPoolError("invalid_request", `${name} is missing`);
  return value;
}

/** A space-separated list, or null where the parameter is missing. */
export function listOf(parameters: Parameters, name: string): readonly string[] | null {
  const list = parameters.get(name)?.split(" ");
  return list?.filter((item) => item !== "") ?? null;
}

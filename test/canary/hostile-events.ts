import type { Random } from "./random.ts";

/** An event no Cognito would send: one of its parts is of another kind, and holds `secret`. */
export function malformed(event: object, secret: string, structure: Random): unknown {
  const path = structure.pick(PATHS);
  const strange = structure.pick<() => unknown>([
    () => ({ [secret]: secret }),
    () => [secret, { secret }],
    () => [[secret]],
    () => new Error(secret),
    () => 7,
    () => null,
  ])();
  return replaced(event, path, strange);
}

const PATHS: readonly (readonly string[])[] = [
  [],
  ["request"],
  ["request", "userAttributes"],
  ["request", "userAttributes", "email"],
  ["request", "userAttributes", "sub"],
  ["request", "groupConfiguration"],
  ["request", "groupConfiguration", "groupsToOverride"],
  ["request", "groupConfiguration", "preferredRole"],
  ["request", "scopes"],
  ["request", "clientMetadata"],
  ["callerContext"],
  ["callerContext", "clientId"],
  ["userName"],
  ["userPoolId"],
  ["region"],
  ["triggerSource"],
  ["response"],
];

function replaced(value: unknown, [step, ...rest]: readonly string[], by: unknown): unknown {
  if (step === undefined) return by;
  const holder = (typeof value === "object" && value !== null ? value : {}) as { readonly [name: string]: unknown };
  return { ...holder, [step]: replaced(holder[step], rest, by) };
}

/** Metadata whose keys are names that objects, tokens and this project give a meaning of their own. */
export function withHostileMetadata(
  metadata: { readonly [name: string]: string },
  value: () => string,
): Readonly<Record<string, string>> {
  const hostile: Record<string, string> = { ...metadata };
  for (const name of [
    "constructor",
    "toString",
    "sub",
    "scope",
    "cmv",
    "sealed_care",
    "cognito:groups",
    "user.email",
    "claimsAndScopeOverrideDetails",
    value(),
  ]) {
    hostile[name] = value();
  }
  // As JSON.parse makes it: an own member of this name.
  return Object.defineProperty(hostile, "__proto__", { value: value(), enumerable: true });
}

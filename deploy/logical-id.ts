import { DeployError } from "./deploy-error.ts";

/** A map's name as CloudFormation and IAM can take it, letters and digits only: `care-api` is `CareApi`. */
export function logicalId(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}

/**
 * Lets names pass that stay apart as logical ids.
 *
 * @throws {DeployError} `NAMES_TOO_ALIKE`, for `care-api` beside `careApi`.
 */
export function refuseTwins(kind: string, names: readonly string[]): void {
  const owners = new Map<string, string>();
  for (const name of names) {
    const owner = owners.get(logicalId(name));
    if (owner !== undefined) {
      const message = `${kind}s "${owner}" and "${name}" would have one name in a template; rename one`;
      throw new DeployError("NAMES_TOO_ALIKE", message);
    }
    owners.set(logicalId(name), name);
  }
}

import { STANDARD_ATTRIBUTES, VERIFIED_FLAGS } from "../../cognito/standard-attributes.ts";
import { UserPoolError } from "./error.ts";

/** Attribute name to value; all text, as Cognito keeps them. */
export type UserAttributes = ReadonlyMap<string, string>;

/** `custom:` and a name of at most 20 characters; `dev:custom:` for those only administrators write. */
const custom = /^(dev:)?custom:[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,20}$/u;

/** Bytes of one attribute's value. Source: Amazon Cognito developer guide, "Quotas". */
const longestValue = 2048;

/**
 * Checks attributes as Cognito's schema would. The embedded pool has no schema of its own. Assumed: any-custom-attribute.
 *
 * @throws {UserPoolError} `InvalidParameterException`, naming the attribute.
 */
export function checkAttributes(attributes: UserAttributes): void {
  for (const [name, value] of attributes) {
    if (name === "sub") throw refused("Cannot modify the non-mutable attribute sub");
    if (!STANDARD_ATTRIBUTES.includes(name) && !custom.test(name))
      throw nonconforming(name, "Attribute does not exist in the schema.");
    if (Buffer.byteLength(value) > longestValue)
      throw nonconforming(name, "String must not be longer than 2048 characters");
    if (VERIFIED_FLAGS.includes(name) && value !== "true" && value !== "false")
      throw nonconforming(name, "must be true or false");
  }
}

/**
 * Checks what a person may change of their own profile: not what says that something was verified, nor what is for
 * administrators. Clients may write everything else. Assumed: all-writable.
 *
 * @throws {UserPoolError} `NotAuthorizedException`.
 */
export function checkOwnChanges(changes: UserAttributes): void {
  for (const name of changes.keys()) {
    if (VERIFIED_FLAGS.includes(name) || name.startsWith("dev:"))
      throw new UserPoolError("NotAuthorizedException", "A client attempted to write unauthorized attribute");
  }
}

/**
 * The attributes after some of them were changed: an empty value takes one away, and a new email address or phone
 * number is unverified unless the change says otherwise.
 */
export function changedAttributes(attributes: UserAttributes, changes: UserAttributes): UserAttributes {
  const unverified = ["email", "phone_number"]
    .filter((name) => changes.has(name) && changes.get(name) !== attributes.get(name))
    .map((name) => [`${name}_verified`, "false"] as const);
  const all = new Map([...attributes, ...unverified, ...changes]);
  for (const [name, value] of changes) if (value === "") all.delete(name);
  return all;
}

/**
 * Checks that a username can be an email address, where that is what people sign in with.
 *
 * @throws {UserPoolError} `InvalidParameterException`.
 */
export function checkEmailUsername(username: string): void {
  if (!/^[^\s@]+@[^\s@]+$/.test(username)) throw refused("Username should be an email.");
}

function nonconforming(name: string, why: string): UserPoolError {
  return refused(`Attributes did not conform to the schema: ${name}: ${why}`);
}

function refused(message: string): UserPoolError {
  return new UserPoolError("InvalidParameterException", message);
}

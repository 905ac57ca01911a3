import type { Fields } from "../../cognito/own-fields.ts";
import { describeAttributes, describeUser } from "./api-answers.ts";
import { attributeList, optionalFlag, optionalNumber, optionalText, requiredText } from "./api-input.ts";
import { UserPoolError } from "./error.ts";
import { confirmByAdministrator } from "./sign-up.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";

/** AdminCreateUser. */
export function adminCreateUser({ directory }: UserPool, input: Fields): object {
  const temporaryPassword = optionalText(input, "TemporaryPassword");
  const user = directory.create({
    username: requiredText(input, "Username"),
    attributes: attributeList(input, "UserAttributes"),
    ...(temporaryPassword === undefined ? {} : { temporaryPassword }),
  });
  return { User: { ...describeUser(user), Attributes: describeAttributes(user) } };
}

/** AdminSetUserPassword. */
export function adminSetUserPassword({ directory }: UserPool, input: Fields): object {
  const permanent = optionalFlag(input, "Permanent") ?? false;
  directory.setPassword(requiredText(input, "Username"), requiredText(input, "Password"), permanent);
  return {};
}

/** AdminGetUser. */
export function adminGetUser({ directory }: UserPool, input: Fields): object {
  const user = directory.get(requiredText(input, "Username"));
  return { ...describeUser(user), UserAttributes: describeAttributes(user) };
}

/** AdminAddUserToGroup. */
export function adminAddUserToGroup({ directory }: UserPool, input: Fields): object {
  directory.addToGroup(requiredText(input, "Username"), requiredText(input, "GroupName"));
  return {};
}

/** AdminRemoveUserFromGroup. */
export function adminRemoveUserFromGroup({ directory }: UserPool, input: Fields): object {
  directory.removeFromGroup(requiredText(input, "Username"), requiredText(input, "GroupName"));
  return {};
}

/** AdminUpdateUserAttributes, which may write what people themselves may not. */
export function adminUpdateUserAttributes({ directory }: UserPool, input: Fields): object {
  directory.changeAttributes(requiredText(input, "Username"), attributeList(input, "UserAttributes"));
  return {};
}

/** AdminDisableUser, which revokes the person's tokens as well. */
export function adminDisableUser({ directory, signIns }: UserPool, input: Fields): object {
  signIns.endAll(directory.setEnabled(requiredText(input, "Username"), false).username);
  return {};
}

/** AdminEnableUser. */
export function adminEnableUser({ directory }: UserPool, input: Fields): object {
  directory.setEnabled(requiredText(input, "Username"), true);
  return {};
}

/** AdminUserGlobalSignOut. */
export function adminUserGlobalSignOut({ directory, signIns }: UserPool, input: Fields): object {
  signIns.endAll(directory.get(requiredText(input, "Username")).username);
  return {};
}

/** AdminConfirmSignUp. */
export function adminConfirmSignUp(pool: UserPool, input: Fields): object {
  confirmByAdministrator(pool, requiredText(input, "Username"));
  return {};
}

/**
 * ListUsers: all of them on one page, or those a filter matches, `name = "value"` or `name ^= "start"`.
 *
 * @throws {UserPoolError} `InvalidParameterException` for a filter of another form.
 */
export function listUsers({ directory }: UserPool, input: Fields): object {
  const matches = readFilter(optionalText(input, "Filter") ?? "");
  const users = directory.list().filter(matches);
  return { Users: users.map((user) => ({ ...describeUser(user), Attributes: describeAttributes(user) })) };
}

function readFilter(filter: string): (user: PoolUser) => boolean {
  if (filter === "") return () => true;
  const [, name = "", operator, value = ""] = /^"?([\w:.-]+)"?\s*(\^?=)\s*"([^"]*)"$/.exec(filter) ?? [];
  if (operator === undefined) throw new UserPoolError("InvalidParameterException", "Error while parsing filter.");
  return ({ username, sub, status, enabled, attributes }) => {
    const known = new Map([
      ...attributes,
      ["username", username],
      ["sub", sub],
      ["cognito:user_status", status],
      ["status", enabled ? "Enabled" : "Disabled"],
    ]);
    const found = known.get(name) ?? "";
    return operator === "=" ? found === value : found.startsWith(value);
  };
}

/** CreateGroup. */
export function createGroup({ directory, poolId }: UserPool, input: Fields): object {
  const [name, roleArn, precedence] = [
    requiredText(input, "GroupName"),
    optionalText(input, "RoleArn"),
    optionalNumber(input, "Precedence"),
  ];
  directory.groups.create({
    name,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(precedence === undefined ? {} : { precedence }),
  });
  return { Group: { GroupName: name, UserPoolId: poolId, RoleArn: roleArn, Precedence: precedence } };
}

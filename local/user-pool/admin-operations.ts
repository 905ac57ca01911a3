import type { Fields } from "../../cognito/own-fields.ts";
import { describeAttributes, describeUser } from "./api-answers.ts";
import { attributeList, optionalFlag, optionalNumber, optionalText, requiredText } from "./api-input.ts";
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

import type { Fields } from "../../cognito/own-fields.ts";
import { selfServiceUser } from "./access-token.ts";
import { describeAttributes } from "./api-answers.ts";
import { attributeList, optionalText, optionalTexts, requiredText } from "./api-input.ts";
import { checkClientSecret } from "./app-client.ts";
import { revokeToken } from "./token-revocation.ts";
import { checkOwnChanges } from "./user-attributes.ts";
import { getClient, type UserPool } from "./user-pool.ts";

/** GetUser. */
export async function getUser(pool: UserPool, input: Fields): Promise<object> {
  const user = await selfServiceUser(pool, requiredText(input, "AccessToken"));
  return { Username: user.username, UserAttributes: describeAttributes(user) };
}

/** UpdateUserAttributes. */
export async function updateUserAttributes(pool: UserPool, input: Fields): Promise<object> {
  const user = await selfServiceUser(pool, requiredText(input, "AccessToken"));
  optionalTexts(input, "ClientMetadata");
  const changes = attributeList(input, "UserAttributes");
  checkOwnChanges(changes);
  pool.directory.changeAttributes(user.username, changes);
  return { CodeDeliveryDetailsList: [] };
}

/** GlobalSignOut. */
export async function globalSignOut(pool: UserPool, input: Fields): Promise<object> {
  const { username } = await selfServiceUser(pool, requiredText(input, "AccessToken"));
  pool.signIns.endAll(username);
  return {};
}

/** RevokeToken. */
export function revokeTokenOperation(pool: UserPool, input: Fields): object {
  const [token, clientId] = [requiredText(input, "Token"), requiredText(input, "ClientId")];
  const client = getClient(pool, clientId);
  checkClientSecret(client, optionalText(input, "ClientSecret"), "UnauthorizedException");
  revokeToken(pool, client, token);
  return {};
}

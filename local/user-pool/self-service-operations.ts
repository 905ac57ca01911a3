import type { Fields } from "../../cognito/own-fields.ts";
import { selfServiceUser } from "./access-token.ts";
import { describeAttributes } from "./api-answers.ts";
import { attributeList, optionalText, optionalTexts, requiredText } from "./api-input.ts";
import { checkClientSecret } from "./app-client.ts";
import { UserPoolError } from "./error.ts";
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
  const changed = pool.directory.changeAttributes(user.username, changes);
  const unverified = contacts.filter((name) => changed.attributes.get(name) !== user.attributes.get(name));
  const deliveries = unverified.map((name) => pool.verification.send(changed, `verify ${name}`, name));
  return { CodeDeliveryDetailsList: deliveries.filter((delivery) => delivery !== null) };
}

/** VerifyUserAttribute. */
export async function verifyUserAttribute(pool: UserPool, input: Fields): Promise<object> {
  const user = await selfServiceUser(pool, requiredText(input, "AccessToken"));
  const [attribute, code] = [requiredText(input, "AttributeName"), requiredText(input, "Code")];
  const contact = contacts.find((name) => name === attribute);
  if (contact === undefined) {
    throw new UserPoolError("InvalidParameterException", "Only email and phone_number can be verified");
  }
  pool.verification.redeem(user, `verify ${contact}`, code);
  pool.directory.changeAttributes(user.username, new Map([[`${contact}_verified`, "true"]]));
  return {};
}

/** Attributes that a code can be sent to. */
const contacts = ["email", "phone_number"] as const;

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

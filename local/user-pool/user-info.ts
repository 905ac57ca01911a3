import { visibleProfile } from "../../cognito/visible-profile.ts";
import type { LoopbackAnswer } from "../loopback.ts";
import { type AccessToken, readAccessToken } from "./access-token.ts";
import { UserPoolError } from "./error.ts";
import type { UserPool } from "./user-pool.ts";

/**
 * `GET /oauth2/userInfo`: the attributes that the scopes of the access token open, all of them as text. A token of the
 * user pools API has no `openid` and is refused, and so is one whose `openid` the trigger suppressed.
 * Assumed: userinfo-refusals, userinfo-text.
 * Source: Amazon Cognito developer guide, "The user attributes endpoint".
 */
export async function answerUserInfo(pool: UserPool, authorization: string | undefined): Promise<LoopbackAnswer> {
  const token = /^bearer ([\w.-]+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) return refused(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
  let read: AccessToken;
  try {
    read = await readAccessToken(pool, token);
  } catch (error) {
    if (!(error instanceof UserPoolError)) throw error;
    const why = "Access token is expired, disabled, or deleted, or the user has globally signed out.";
    return refused(401, "invalid_token", why);
  }
  const { user, scopes } = read;
  const profile = new Map([["sub", user.sub], ...user.attributes]);
  const { userInfo } = visibleProfile(scopes, profile);
  if (userInfo === null) return refused(401, "invalid_token", "Access token does not contain openid scope");
  const body = { ...Object.fromEntries(userInfo.map((name) => [name, profile.get(name)])), username: user.username };
  return json(200, body, {});
}

function refused(status: number, error: string, description: string): LoopbackAnswer {
  const challenge = { "www-authenticate": `Bearer error="${error}", error_description="${description}"` };
  return json(status, { error, error_description: description }, challenge);
}

function json(status: number, body: object, headers: Readonly<Record<string, string>>): LoopbackAnswer {
  const common = { "content-type": "application/json;charset=UTF-8", "cache-control": "no-store" };
  return { status, headers: { ...common, ...headers }, body: JSON.stringify(body) };
}

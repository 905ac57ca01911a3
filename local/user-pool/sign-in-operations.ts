import { type Fields, own } from "../../cognito/own-fields.ts";
import { describeSignIn, describeTokens } from "./api-answers.ts";
import { optionalText, optionalTextList, optionalTexts, requiredText } from "./api-input.ts";
import { UserPoolError } from "./error.ts";
import { getClientToken } from "./machine-grant.ts";
import { answerNewPassword, type PasswordFlow, signInByPassword } from "./sign-in.ts";
import { refreshByFlow, refreshByOperation } from "./token-refresh.ts";
import type { UserPool } from "./user-pool.ts";

/** InitiateAuth. Its ClientMetadata is accepted and goes no further: Cognito does not hand it to this trigger. */
export async function initiateAuth(pool: UserPool, input: Fields): Promise<object> {
  return startFlow(pool, input, { USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH" });
}

/** AdminInitiateAuth. Its ClientMetadata goes no further either. */
export async function adminInitiateAuth(pool: UserPool, input: Fields): Promise<object> {
  return startFlow(pool, input, {
    ADMIN_NO_SRP_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    ADMIN_USER_PASSWORD_AUTH: "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    USER_PASSWORD_AUTH: "ALLOW_USER_PASSWORD_AUTH",
  });
}

async function startFlow(
  pool: UserPool,
  input: Fields,
  passwordFlows: { readonly [flow: string]: PasswordFlow },
): Promise<object> {
  const flow = requiredText(input, "AuthFlow");
  const clientId = requiredText(input, "ClientId");
  const parameters = optionalTexts(input, "AuthParameters") ?? {};
  const secretHash = parameters["SECRET_HASH"];
  optionalTexts(input, "ClientMetadata");
  if (flow === "REFRESH_TOKEN" || flow === "REFRESH_TOKEN_AUTH") {
    const refreshToken = parameter(parameters, "REFRESH_TOKEN");
    return describeTokens(await refreshByFlow(pool, { clientId, refreshToken, secretHash }));
  }
  const passwordFlow = Object.hasOwn(passwordFlows, flow) ? passwordFlows[flow] : undefined;
  if (passwordFlow === undefined) {
    throw new UserPoolError("InvalidParameterException", `${flow} flow not enabled for this client`);
  }
  const [username, password] = [parameter(parameters, "USERNAME"), parameter(parameters, "PASSWORD")];
  return describeSignIn(await signInByPassword(pool, { clientId, username, password, secretHash }, passwordFlow));
}

/** RespondToAuthChallenge and AdminRespondToAuthChallenge, for the one challenge there is. Its ClientMetadata reaches the trigger. */
export async function respondToAuthChallenge(pool: UserPool, input: Fields): Promise<object> {
  const name = requiredText(input, "ChallengeName");
  const clientId = requiredText(input, "ClientId");
  const responses = optionalTexts(input, "ChallengeResponses") ?? {};
  if (name !== "NEW_PASSWORD_REQUIRED") {
    throw new UserPoolError("InvalidParameterException", `${name} is not a challenge of this user pool`);
  }
  const tokens = await answerNewPassword(pool, {
    clientId,
    session: requiredText(input, "Session"),
    username: parameter(responses, "USERNAME"),
    newPassword: parameter(responses, "NEW_PASSWORD"),
    secretHash: responses["SECRET_HASH"],
    clientMetadata: optionalTexts(input, "ClientMetadata") ?? null,
  });
  return describeTokens(tokens);
}

/** GetTokensFromRefreshToken. Its ClientMetadata reaches the trigger. */
export async function getTokensFromRefreshToken(pool: UserPool, input: Fields): Promise<object> {
  const tokens = await refreshByOperation(pool, {
    clientId: requiredText(input, "ClientId"),
    refreshToken: requiredText(input, "RefreshToken"),
    clientSecret: optionalText(input, "ClientSecret"),
    clientMetadata: optionalTexts(input, "ClientMetadata") ?? null,
  });
  return describeTokens(tokens);
}

/** GetClientToken. Its ClientMetadata reaches the trigger. */
export async function getClientTokenOperation(pool: UserPool, input: Fields): Promise<object> {
  const { accessToken, expiresInS } = await getClientToken(pool, {
    clientId: requiredText(input, "ClientId"),
    secret: requiredText(input, "Secret"),
    scopes: optionalTextList(input, "Scopes") ?? null,
    clientMetadata: optionalTexts(input, "ClientMetadata") ?? null,
  });
  return { ClientAuthenticationResult: { AccessToken: accessToken, ExpiresIn: expiresInS, TokenType: "Bearer" } };
}

function parameter(parameters: Fields, name: string): string {
  const value = own(parameters, name);
  if (typeof value === "string") return value;
  throw new UserPoolError("InvalidParameterException", `Missing required parameter ${name}`);
}

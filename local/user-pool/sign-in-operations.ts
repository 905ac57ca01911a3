import { type Fields, own } from "../../cognito/own-fields.ts";
import { describeSignIn, describeTokens } from "./api-answers.ts";
import { optionalText, optionalTextList, optionalTexts, requiredText } from "./api-input.ts";
import { answerDeviceVerifier, startDeviceSrp } from "./device-sign-in.ts";
import { UserPoolError } from "./error.ts";
import { getClientToken } from "./machine-grant.ts";
import { answerNewPassword, type PasswordFlow, signInByPassword } from "./sign-in.ts";
import { answerPasswordVerifier, type SrpAnswer, startSrp } from "./srp-sign-in.ts";
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
  const { SECRET_HASH: secretHash, DEVICE_KEY: deviceKey } = parameters;
  optionalTexts(input, "ClientMetadata");
  if (flow === "REFRESH_TOKEN" || flow === "REFRESH_TOKEN_AUTH") {
    const refreshToken = parameter(parameters, "REFRESH_TOKEN");
    return describeTokens(await refreshByFlow(pool, { clientId, refreshToken, deviceKey, secretHash }));
  }
  if (flow === "USER_SRP_AUTH") {
    const [username, clientPublic] = [parameter(parameters, "USERNAME"), parameter(parameters, "SRP_A")];
    return describeSignIn(startSrp(pool, { clientId, username, clientPublic, deviceKey, secretHash }));
  }
  const passwordFlow = Object.hasOwn(passwordFlows, flow) ? passwordFlows[flow] : undefined;
  if (passwordFlow === undefined) {
    throw new UserPoolError("InvalidParameterException", `${flow} flow not enabled for this client`);
  }
  const [username, password] = [parameter(parameters, "USERNAME"), parameter(parameters, "PASSWORD")];
  return describeSignIn(
    await signInByPassword(pool, { clientId, username, password, deviceKey, secretHash }, passwordFlow),
  );
}

/** RespondToAuthChallenge and AdminRespondToAuthChallenge. Their ClientMetadata reaches the trigger. */
export async function respondToAuthChallenge(pool: UserPool, input: Fields): Promise<object> {
  const name = requiredText(input, "ChallengeName");
  const clientId = requiredText(input, "ClientId");
  const responses = optionalTexts(input, "ChallengeResponses") ?? {};
  const { SECRET_HASH: secretHash, DEVICE_KEY: deviceKey } = responses;
  const clientMetadata = optionalTexts(input, "ClientMetadata") ?? null;
  switch (name) {
    case "NEW_PASSWORD_REQUIRED": {
      const [session, username] = [requiredText(input, "Session"), parameter(responses, "USERNAME")];
      const newPassword = parameter(responses, "NEW_PASSWORD");
      return describeTokens(
        await answerNewPassword(pool, { clientId, session, username, newPassword, secretHash, clientMetadata }),
      );
    }
    case "PASSWORD_VERIFIER":
      return describeSignIn(
        await answerPasswordVerifier(pool, {
          clientId,
          ...srpAnswer(responses),
          deviceKey,
          secretHash,
          clientMetadata,
        }),
      );
    case "DEVICE_SRP_AUTH": {
      const [session, username] = [requiredText(input, "Session"), parameter(responses, "USERNAME")];
      const [key, clientPublic] = [parameter(responses, "DEVICE_KEY"), parameter(responses, "SRP_A")];
      return describeSignIn(
        startDeviceSrp(pool, { clientId, session, username, deviceKey: key, clientPublic, secretHash }),
      );
    }
    case "DEVICE_PASSWORD_VERIFIER": {
      const key = parameter(responses, "DEVICE_KEY");
      return describeSignIn(
        await answerDeviceVerifier(pool, {
          clientId,
          ...srpAnswer(responses),
          deviceKey: key,
          secretHash,
          clientMetadata,
        }),
      );
    }
    default:
      throw new UserPoolError("InvalidParameterException", `${name} is not a challenge of this user pool`);
  }
}

function srpAnswer(responses: Fields): Pick<SrpAnswer, "username" | "secretBlock" | "timestamp" | "signature"> {
  return {
    username: parameter(responses, "USERNAME"),
    secretBlock: parameter(responses, "PASSWORD_CLAIM_SECRET_BLOCK"),
    timestamp: parameter(responses, "TIMESTAMP"),
    signature: parameter(responses, "PASSWORD_CLAIM_SIGNATURE"),
  };
}

/** GetTokensFromRefreshToken. Its ClientMetadata reaches the trigger. */
export async function getTokensFromRefreshToken(pool: UserPool, input: Fields): Promise<object> {
  const tokens = await refreshByOperation(pool, {
    clientId: requiredText(input, "ClientId"),
    refreshToken: requiredText(input, "RefreshToken"),
    clientSecret: optionalText(input, "ClientSecret"),
    deviceKey: optionalText(input, "DeviceKey"),
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

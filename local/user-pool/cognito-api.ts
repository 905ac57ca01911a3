import { type Fields, own } from "../../cognito/own-fields.ts";
import { attributeList, optionalFlag, optionalNumber, optionalText, optionalTexts, requiredText } from "./api-input.ts";
import { UserPoolError } from "./error.ts";
import { readOwnProfile } from "./own-profile.ts";
import { answerNewPassword, refreshTokens, type SignInAnswer, signInByPassword } from "./sign-in.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";

/** One operation of the user pools API. */
export type ApiOperation = {
  /** Whether AWS credentials must sign it; sign-in and self-service go unsigned. */
  readonly signed: boolean;
  /** @throws {UserPoolError} by the exception's AWS name. */
  readonly run: (pool: UserPool, input: Fields) => Promise<object> | object;
};

/** The operations the embedded pool knows, by name. Source: Amazon Cognito user pools API reference. */
export const cognitoApi: ReadonlyMap<string, ApiOperation> = new Map<string, ApiOperation>([
  ["AdminCreateUser", { signed: true, run: inThisPool(adminCreateUser) }],
  ["AdminSetUserPassword", { signed: true, run: inThisPool(adminSetUserPassword) }],
  ["AdminGetUser", { signed: true, run: inThisPool(adminGetUser) }],
  ["AdminAddUserToGroup", { signed: true, run: inThisPool(adminAddUserToGroup) }],
  ["CreateGroup", { signed: true, run: inThisPool(createGroup) }],
  ["InitiateAuth", { signed: false, run: initiateAuth }],
  ["RespondToAuthChallenge", { signed: false, run: respondToAuthChallenge }],
  ["GetUser", { signed: false, run: getUser }],
]);

function inThisPool(run: ApiOperation["run"]): ApiOperation["run"] {
  return (pool, input) => {
    const poolId = requiredText(input, "UserPoolId");
    if (poolId === pool.poolId) return run(pool, input);
    throw new UserPoolError("ResourceNotFoundException", `User pool ${poolId} does not exist.`);
  };
}

function adminCreateUser({ directory }: UserPool, input: Fields): object {
  const temporaryPassword = optionalText(input, "TemporaryPassword");
  const user = directory.create({
    username: requiredText(input, "Username"),
    attributes: attributeList(input, "UserAttributes"),
    ...(temporaryPassword === undefined ? {} : { temporaryPassword }),
  });
  return { User: { ...describeUser(user), Attributes: describeAttributes(user) } };
}

function adminSetUserPassword({ directory }: UserPool, input: Fields): object {
  const permanent = optionalFlag(input, "Permanent") ?? false;
  directory.setPassword(requiredText(input, "Username"), requiredText(input, "Password"), permanent);
  return {};
}

function adminGetUser({ directory }: UserPool, input: Fields): object {
  const user = directory.get(requiredText(input, "Username"));
  return { ...describeUser(user), UserAttributes: describeAttributes(user) };
}

function adminAddUserToGroup({ directory }: UserPool, input: Fields): object {
  directory.addToGroup(requiredText(input, "Username"), requiredText(input, "GroupName"));
  return {};
}

function createGroup({ directory, poolId }: UserPool, input: Fields): object {
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

async function initiateAuth(pool: UserPool, input: Fields): Promise<object> {
  const flow = requiredText(input, "AuthFlow");
  const clientId = requiredText(input, "ClientId");
  const parameters = optionalTexts(input, "AuthParameters") ?? {};
  const secretHash = parameters["SECRET_HASH"];
  // ClientMetadata is accepted and goes no further: from here Cognito does not hand it to this trigger.
  optionalTexts(input, "ClientMetadata");
  switch (flow) {
    case "USER_PASSWORD_AUTH": {
      const [username, password] = [parameter(parameters, "USERNAME"), parameter(parameters, "PASSWORD")];
      return describeAnswer(await signInByPassword(pool, { clientId, username, password, secretHash }));
    }
    case "REFRESH_TOKEN":
    case "REFRESH_TOKEN_AUTH": {
      const refreshToken = parameter(parameters, "REFRESH_TOKEN");
      return describeAnswer(await refreshTokens(pool, { clientId, refreshToken, secretHash }));
    }
    default:
      throw new UserPoolError("InvalidParameterException", `${flow} flow not enabled for this client`);
  }
}

async function respondToAuthChallenge(pool: UserPool, input: Fields): Promise<object> {
  const name = requiredText(input, "ChallengeName");
  const clientId = requiredText(input, "ClientId");
  const responses = optionalTexts(input, "ChallengeResponses") ?? {};
  if (name !== "NEW_PASSWORD_REQUIRED") {
    throw new UserPoolError("InvalidParameterException", `${name} is not a challenge of this user pool`);
  }
  const answer = await answerNewPassword(pool, {
    clientId,
    session: requiredText(input, "Session"),
    username: parameter(responses, "USERNAME"),
    newPassword: parameter(responses, "NEW_PASSWORD"),
    secretHash: responses["SECRET_HASH"],
    clientMetadata: optionalTexts(input, "ClientMetadata") ?? null,
  });
  return describeAnswer(answer);
}

async function getUser(pool: UserPool, input: Fields): Promise<object> {
  const user = await readOwnProfile(pool, requiredText(input, "AccessToken"));
  return { Username: user.username, UserAttributes: describeAttributes(user) };
}

function parameter(parameters: Fields, name: string): string {
  const value = own(parameters, name);
  if (typeof value === "string") return value;
  throw new UserPoolError("InvalidParameterException", `Missing required parameter ${name}`);
}

function describeAnswer(answer: SignInAnswer): object {
  if (answer.kind === "new password required") {
    const { session, user } = answer;
    return {
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: session,
      ChallengeParameters: {
        USER_ID_FOR_SRP: user.username,
        requiredAttributes: "[]",
        userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
      },
    };
  }
  const { accessToken, idToken, refreshToken, expiresInS } = answer.tokens;
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresInS,
      TokenType: "Bearer",
      ...(refreshToken === null ? {} : { RefreshToken: refreshToken }),
      ...(idToken === null ? {} : { IdToken: idToken }),
    },
    ChallengeParameters: {},
  };
}

function describeUser(user: PoolUser): object {
  return {
    Username: user.username,
    Enabled: true,
    UserStatus: user.status,
    // AWS JSON writes times as seconds.
    UserCreateDate: user.createdMs / 1000,
    UserLastModifiedDate: user.modifiedMs / 1000,
  };
}

function describeAttributes({
  sub,
  attributes,
}: PoolUser): readonly { readonly Name: string; readonly Value: string }[] {
  return [["sub", sub] as const, ...attributes].map(([Name, Value]) => ({ Name, Value }));
}

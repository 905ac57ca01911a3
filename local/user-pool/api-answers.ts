import type { SrpChallengeParameters } from "./between-requests.ts";
import type { Device } from "./devices.ts";
import type { PersonTokens } from "./person-tokens.ts";
import type { SignInAnswer } from "./sign-in.ts";
import type { PoolUser } from "./user-directory.ts";

/** A UserType without its attributes, which operations name differently. */
export function describeUser(user: PoolUser): object {
  return {
    Username: user.username,
    Enabled: user.enabled,
    UserStatus: user.status,
    // AWS JSON writes times as seconds.
    UserCreateDate: user.createdMs / 1000,
    UserLastModifiedDate: user.modifiedMs / 1000,
  };
}

/** A list of AttributeType, `sub` first. */
export function describeAttributes({
  sub,
  attributes,
}: PoolUser): readonly { readonly Name: string; readonly Value: string }[] {
  return [["sub", sub] as const, ...attributes].map(([Name, Value]) => ({ Name, Value }));
}

/** A DeviceType. */
export function describeDevice({ key, name, createdMs, modifiedMs }: Device): object {
  return {
    DeviceKey: key,
    DeviceAttributes: name === null ? [] : [{ Name: "device_name", Value: name }],
    DeviceCreateDate: createdMs / 1000,
    DeviceLastModifiedDate: modifiedMs / 1000,
  };
}

/** The answer to a sign-in: a challenge, or tokens. */
export function describeSignIn(answer: SignInAnswer): object {
  switch (answer.kind) {
    case "tokens":
      return describeTokens(answer.tokens);
    case "password verifier": {
      const { id, ...numbers } = answer.parameters;
      return {
        ChallengeName: "PASSWORD_VERIFIER",
        ChallengeParameters: { ...describeSrp(numbers), USERNAME: id, USER_ID_FOR_SRP: id },
      };
    }
    case "device srp":
      return { ChallengeName: "DEVICE_SRP_AUTH", Session: answer.session, ChallengeParameters: {} };
    case "device verifier": {
      const { id, ...numbers } = answer.parameters;
      return {
        ChallengeName: "DEVICE_PASSWORD_VERIFIER",
        ChallengeParameters: { ...describeSrp(numbers), USERNAME: answer.username, DEVICE_KEY: id },
      };
    }
    case "new password required": {
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
  }
}

function describeSrp({ salt, serverPublic, secretBlock }: Omit<SrpChallengeParameters, "id">): object {
  return { SALT: salt, SRP_B: serverPublic, SECRET_BLOCK: secretBlock };
}

/** An answer with an AuthenticationResultType. */
export function describeTokens({ accessToken, idToken, refreshToken, expiresInS, newDevice }: PersonTokens): object {
  return {
    AuthenticationResult: {
      AccessToken: accessToken,
      ExpiresIn: expiresInS,
      TokenType: "Bearer",
      ...(refreshToken === null ? {} : { RefreshToken: refreshToken }),
      ...(idToken === null ? {} : { IdToken: idToken }),
      ...(newDevice === undefined
        ? {}
        : { NewDeviceMetadata: { DeviceKey: newDevice.key, DeviceGroupKey: newDevice.groupKey } }),
    },
    ChallengeParameters: {},
  };
}

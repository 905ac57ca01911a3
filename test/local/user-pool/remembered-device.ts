import { randomBytes } from "node:crypto";
import {
  type AuthenticationResultType,
  ConfirmDeviceCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  type RespondToAuthChallengeCommandOutput,
} from "@aws-sdk/client-cognito-identity-provider";
import { type EmbeddedPool, web } from "./embedded-pool.ts";
import { password } from "./people.ts";
import { type Secret, signedBytes, srpClient, verifierOf } from "./srp-client.ts";

/** The first sign-in on a device. */
export async function signInAnew({ cognito }: EmbeddedPool, USERNAME: string): Promise<AuthenticationResultType> {
  const AuthParameters = { USERNAME, PASSWORD: password };
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: web.id, AuthParameters }),
  );
  return result ?? {};
}

/** Has the device of a sign-in remembered, under a secret that only the device knows. */
export async function remember(
  { cognito }: EmbeddedPool,
  { AccessToken, NewDeviceMetadata: { DeviceKey = "", DeviceGroupKey = "" } = {} }: AuthenticationResultType,
  salt: bigint = BigInt(`0x${randomBytes(16).toString("hex")}`),
): Promise<Secret> {
  const secret = { realm: DeviceGroupKey, id: DeviceKey, password: randomBytes(40).toString("base64") };
  await cognito.send(
    new ConfirmDeviceCommand({
      AccessToken,
      DeviceKey,
      DeviceName: "a telephone",
      DeviceSecretVerifierConfig: {
        Salt: signedBytes(salt).toString("base64"),
        PasswordVerifier: signedBytes(verifierOf(secret, salt)).toString("base64"),
      },
    }),
  );
  return secret;
}

export type DeviceSignIn = {
  readonly USERNAME: string;
  readonly device: Secret;
  /** What changes in the answers to the two challenges. */
  readonly first?: Record<string, string>;
  readonly second?: Record<string, string>;
  readonly ClientMetadata?: Record<string, string>;
};

/** A later sign-in on a device: the password, then the device's own secret. */
export async function signInAgain(
  { cognito }: EmbeddedPool,
  { USERNAME, device, first = {}, second = {}, ClientMetadata }: DeviceSignIn,
): Promise<RespondToAuthChallengeCommandOutput> {
  const [ClientId, DEVICE_KEY] = [web.id, device.id];
  const { ChallengeName, Session } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId,
      AuthParameters: { USERNAME, PASSWORD: password, DEVICE_KEY },
    }),
  );
  const client = srpClient();
  const challenge = await cognito.send(
    new RespondToAuthChallengeCommand({
      ChallengeName,
      ClientId,
      Session,
      ChallengeResponses: { USERNAME, DEVICE_KEY, SRP_A: client.SRP_A, ...first },
    }),
  );
  return cognito.send(
    new RespondToAuthChallengeCommand({
      ChallengeName: challenge.ChallengeName,
      ClientId,
      ChallengeResponses: { USERNAME, DEVICE_KEY, ...client.answer(device, challenge.ChallengeParameters), ...second },
      ClientMetadata,
    }),
  );
}

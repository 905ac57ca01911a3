import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type AuthenticationResultType,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type EmbeddedPool, poolId, web } from "./embedded-pool.ts";

export const password = "Correct-Horse-7";

/** Somebody with a password of their own, made the way administrators do. */
export async function createPerson(
  { cognito }: EmbeddedPool,
  Username: string,
  attributes: Record<string, string> = {},
): Promise<void> {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  await cognito.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username, UserAttributes }));
  await cognito.send(
    new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username, Password: password, Permanent: true }),
  );
}

/** The tokens of a sign-in by API. */
export async function signIn(
  { cognito }: EmbeddedPool,
  USERNAME: string,
  ClientId: string = web.id,
): Promise<AuthenticationResultType & { AccessToken: string; RefreshToken: string }> {
  const { AuthenticationResult: result } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId,
      AuthParameters: { USERNAME, PASSWORD: password },
    }),
  );
  return { ...result, AccessToken: result?.AccessToken ?? "", RefreshToken: result?.RefreshToken ?? "" };
}

/** Name and message of the refusal, or what came instead. */
export const refusal = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    (answer) => answer,
    ({ name, message }: { name: string; message: string }) => [name, message],
  );

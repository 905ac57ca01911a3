import type { Fields } from "../../cognito/own-fields.ts";
import {
  adminAddUserToGroup,
  adminCreateUser,
  adminGetUser,
  adminSetUserPassword,
  createGroup,
} from "./admin-operations.ts";
import { requiredText } from "./api-input.ts";
import { UserPoolError } from "./error.ts";
import { getUser, globalSignOut, revokeTokenOperation, updateUserAttributes } from "./self-service-operations.ts";
import { getTokensFromRefreshToken, initiateAuth, respondToAuthChallenge } from "./sign-in-operations.ts";
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
  ["AdminAddUserToGroup", administrative(adminAddUserToGroup)],
  ["AdminCreateUser", administrative(adminCreateUser)],
  ["AdminGetUser", administrative(adminGetUser)],
  ["AdminSetUserPassword", administrative(adminSetUserPassword)],
  ["CreateGroup", administrative(createGroup)],
  ["GetTokensFromRefreshToken", { signed: false, run: getTokensFromRefreshToken }],
  ["GetUser", { signed: false, run: getUser }],
  ["GlobalSignOut", { signed: false, run: globalSignOut }],
  ["InitiateAuth", { signed: false, run: initiateAuth }],
  ["RespondToAuthChallenge", { signed: false, run: respondToAuthChallenge }],
  ["RevokeToken", { signed: false, run: revokeTokenOperation }],
  ["UpdateUserAttributes", { signed: false, run: updateUserAttributes }],
]);

/** Operations with AWS credentials name their pool. */
function administrative(run: ApiOperation["run"]): ApiOperation {
  return {
    signed: true,
    run: (pool, input) => {
      const poolId = requiredText(input, "UserPoolId");
      if (poolId === pool.poolId) return run(pool, input);
      throw new UserPoolError("ResourceNotFoundException", `User pool ${poolId} does not exist.`);
    },
  };
}

import type { Fields } from "../../cognito/own-fields.ts";
import * as admin from "./admin-operations.ts";
import { requiredText } from "./api-input.ts";
import * as device from "./device-operations.ts";
import { UserPoolError } from "./error.ts";
import * as selfService from "./self-service-operations.ts";
import { describeUserPool, updateUserPool } from "./settings-operations.ts";
import * as signIn from "./sign-in-operations.ts";
import * as signUp from "./sign-up-operations.ts";
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
  ["AdminAddUserToGroup", administrative(admin.adminAddUserToGroup)],
  ["AdminConfirmSignUp", administrative(admin.adminConfirmSignUp)],
  ["AdminCreateUser", administrative(admin.adminCreateUser)],
  ["AdminDisableUser", administrative(admin.adminDisableUser)],
  ["AdminEnableUser", administrative(admin.adminEnableUser)],
  ["AdminGetDevice", administrative(device.adminGetDevice)],
  ["AdminGetUser", administrative(admin.adminGetUser)],
  ["AdminInitiateAuth", administrative(signIn.adminInitiateAuth)],
  ["AdminRemoveUserFromGroup", administrative(admin.adminRemoveUserFromGroup)],
  ["AdminRespondToAuthChallenge", administrative(signIn.respondToAuthChallenge)],
  ["AdminSetUserPassword", administrative(admin.adminSetUserPassword)],
  ["AdminUpdateUserAttributes", administrative(admin.adminUpdateUserAttributes)],
  ["AdminUserGlobalSignOut", administrative(admin.adminUserGlobalSignOut)],
  ["CreateGroup", administrative(admin.createGroup)],
  ["DescribeUserPool", administrative(describeUserPool)],
  ["ListUsers", administrative(admin.listUsers)],
  ["UpdateUserPool", administrative(updateUserPool)],
  ["ConfirmDevice", open(device.confirmDevice)],
  ["ConfirmForgotPassword", open(signUp.confirmForgotPasswordOperation)],
  ["ConfirmSignUp", open(signUp.confirmSignUpOperation)],
  ["ForgetDevice", open(device.forgetDevice)],
  ["ForgotPassword", open(signUp.forgotPasswordOperation)],
  ["GetClientToken", open(signIn.getClientTokenOperation)],
  ["GetTokensFromRefreshToken", open(signIn.getTokensFromRefreshToken)],
  ["GetUser", open(selfService.getUser)],
  ["GlobalSignOut", open(selfService.globalSignOut)],
  ["InitiateAuth", open(signIn.initiateAuth)],
  ["ListDevices", open(device.listDevices)],
  ["ResendConfirmationCode", open(signUp.resendConfirmationCode)],
  ["RespondToAuthChallenge", open(signIn.respondToAuthChallenge)],
  ["RevokeToken", open(selfService.revokeTokenOperation)],
  ["SignUp", open(signUp.signUpOperation)],
  ["UpdateUserAttributes", open(selfService.updateUserAttributes)],
  ["VerifyUserAttribute", open(selfService.verifyUserAttribute)],
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

/** Operations that name a client or show an access token, and need no credentials of AWS. */
function open(run: ApiOperation["run"]): ApiOperation {
  return { signed: false, run };
}

import type { Fields } from "../../cognito/own-fields.ts";
import { attributeList, optionalText, optionalTexts, requiredText } from "./api-input.ts";
import { checkSecretHash } from "./app-client.ts";
import { confirmForgotPassword, confirmSignUp, forgotPassword, resendCode, signUp } from "./sign-up.ts";
import { getClient, type UserPool } from "./user-pool.ts";
import type { CodeDelivery } from "./verification-codes.ts";

/** SignUp. */
export function signUpOperation(pool: UserPool, input: Fields): object {
  const { user, delivery } = signUp(pool, {
    username: usernameOf(pool, input),
    password: requiredText(input, "Password"),
    attributes: attributeList(input, "UserAttributes"),
  });
  return { UserConfirmed: false, UserSub: user.sub, ...described(delivery) };
}

/** ConfirmSignUp. */
export function confirmSignUpOperation(pool: UserPool, input: Fields): object {
  confirmSignUp(pool, usernameOf(pool, input), requiredText(input, "ConfirmationCode"));
  return {};
}

/** ResendConfirmationCode. */
export function resendConfirmationCode(pool: UserPool, input: Fields): object {
  return described(resendCode(pool, usernameOf(pool, input)));
}

/** ForgotPassword. */
export function forgotPasswordOperation(pool: UserPool, input: Fields): object {
  return described(forgotPassword(pool, usernameOf(pool, input)));
}

/** ConfirmForgotPassword. */
export function confirmForgotPasswordOperation(pool: UserPool, input: Fields): object {
  const [code, password] = [requiredText(input, "ConfirmationCode"), requiredText(input, "Password")];
  confirmForgotPassword(pool, usernameOf(pool, input), code, password);
  return {};
}

/** The person a client speaks of. None of these operations hands its ClientMetadata to this trigger. */
function usernameOf(pool: UserPool, input: Fields): string {
  const [clientId, username] = [requiredText(input, "ClientId"), requiredText(input, "Username")];
  optionalTexts(input, "ClientMetadata");
  checkSecretHash(getClient(pool, clientId), username, optionalText(input, "SecretHash"));
  return username;
}

function described(delivery: CodeDelivery | null): object {
  return delivery === null ? {} : { CodeDeliveryDetails: delivery };
}

import { UserPoolError } from "./error.ts";
import { checkPassword } from "./password.ts";
import { checkOwnChanges, type UserAttributes } from "./user-attributes.ts";
import type { PoolUser } from "./user-directory.ts";
import type { UserPool } from "./user-pool.ts";
import { type CodeDelivery, deliveryTo, expiredCode } from "./verification-codes.ts";

/** A person who made their own account, and where the code went that confirms it; nowhere without an email address. */
export type SignedUp = { readonly user: PoolUser; readonly delivery: CodeDelivery | null };

/**
 * Makes an account that waits for its code.
 *
 * @throws {UserPoolError} `UsernameExistsException`, `InvalidParameterException`, `InvalidPasswordException`, or
 * `NotAuthorizedException` for attributes that people may not write.
 */
export function signUp(
  pool: UserPool,
  given: { readonly username: string; readonly password: string; readonly attributes: UserAttributes },
): SignedUp {
  checkOwnChanges(given.attributes);
  const user = pool.directory.create({
    username: given.username,
    attributes: given.attributes,
    ownPassword: given.password,
  });
  return { user, delivery: pool.verification.send(user, "confirm sign-up", "email") };
}

/**
 * Confirms an account by its code, and the email address with it. An unknown person is answered like a wrong code, as
 * with PreventUserExistenceErrors.
 *
 * @throws {UserPoolError} `CodeMismatchException`, `ExpiredCodeException`, or `NotAuthorizedException` when there is
 * nothing to confirm.
 */
export function confirmSignUp(pool: UserPool, username: string, code: string): void {
  const user = pool.directory.find(username);
  if (user === undefined) throw expiredCode();
  checkUnconfirmed(user);
  pool.verification.redeem(user, "confirm sign-up", code);
  pool.directory.confirm(user.username);
  pool.directory.changeAttributes(user.username, new Map([["email_verified", "true"]]));
}

/** Confirms an account without a code; the email address stays unverified. @throws {UserPoolError} `NotAuthorizedException`. */
export function confirmByAdministrator(pool: UserPool, username: string): void {
  const user = pool.directory.get(username);
  checkUnconfirmed(user);
  pool.directory.confirm(user.username);
}

/** @throws {UserPoolError} `InvalidParameterException` when there is nothing to confirm. */
export function resendCode(pool: UserPool, username: string): CodeDelivery | null {
  const user = pool.directory.find(username);
  if (user === undefined) return pretendedDelivery(username);
  if (user.status === "UNCONFIRMED") return pool.verification.send(user, "confirm sign-up", "email");
  throw new UserPoolError("InvalidParameterException", "User is already confirmed.");
}

/**
 * Sends a code that lets its bearer set a new password. Assumed: reset-by-verified-email.
 *
 * @throws {UserPoolError} `NotAuthorizedException` or `InvalidParameterException`.
 */
export function forgotPassword(pool: UserPool, username: string): CodeDelivery | null {
  const user = pool.directory.find(username);
  if (user === undefined) return pretendedDelivery(username);
  if (!user.enabled) throw new UserPoolError("NotAuthorizedException", "User is disabled.");
  if (user.status === "FORCE_CHANGE_PASSWORD") {
    throw new UserPoolError("NotAuthorizedException", "User password cannot be reset in the current state.");
  }
  if (user.attributes.get("email_verified") !== "true") {
    const why = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    throw new UserPoolError("InvalidParameterException", why);
  }
  return pool.verification.send(user, "reset password", "email");
}

/**
 * Sets a new password by a code.
 *
 * @throws {UserPoolError} `CodeMismatchException`, `ExpiredCodeException` or `InvalidPasswordException`.
 */
export function confirmForgotPassword(pool: UserPool, username: string, code: string, password: string): void {
  const user = pool.directory.find(username);
  if (user === undefined) throw expiredCode();
  checkPassword(password);
  pool.verification.redeem(user, "reset password", code);
  pool.directory.setPassword(user.username, password, true);
}

function checkUnconfirmed({ status }: PoolUser): void {
  if (status === "UNCONFIRMED") return;
  throw new UserPoolError("NotAuthorizedException", `User cannot be confirmed. Current status is ${status}`);
}

/** Nobody learns from the answer whether there is such a person. */
function pretendedDelivery(username: string): CodeDelivery {
  return deliveryTo("email", username);
}

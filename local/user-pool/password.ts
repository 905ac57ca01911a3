import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { UserPoolError } from "./error.ts";

/** A password as the pool keeps it: a keyed digest, useless once the process has ended. */
export type PasswordDigest = Buffer;

/** Digests and compares passwords. */
export type Passwords = {
  readonly digest: (password: string) => PasswordDigest;
  readonly matches: (password: string, digest: PasswordDigest) => boolean;
};

/** Digests under a key of this process. Nothing is ever stored, so a slow hash would guard nothing. */
export function createPasswords(key: Buffer = randomBytes(32)): Passwords {
  const digest = (password: string): PasswordDigest => createHmac("sha256", key).update(password).digest();
  return { digest, matches: (password, kept) => timingSafeEqual(digest(password), kept) };
}

const rules: readonly (readonly [pattern: RegExp, complaint: string])[] = [
  [/^.{8,}$/su, "Password not long enough"],
  [/[A-Z]/, "Password must have uppercase characters"],
  [/[a-z]/, "Password must have lowercase characters"],
  [/[0-9]/, "Password must have numeric characters"],
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/, "Password must have symbol characters"],
];

/**
 * Cognito's default password policy: eight characters, upper and lower case, a digit, a symbol.
 *
 * @throws {UserPoolError} `InvalidPasswordException`.
 */
export function checkPassword(password: string): void {
  const broken = rules.find(([pattern]) => !pattern.test(password));
  if (broken === undefined) return;
  throw new UserPoolError("InvalidPasswordException", `Password did not conform with policy: ${broken[1]}`);
}

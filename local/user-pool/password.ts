import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { UserPoolError } from "./error.ts";
import { createVerifier, type SrpVerifier, toNumber } from "./srp.ts";

/** A password as the pool keeps it: a keyed digest, useless once the process has ended, and what SRP needs. */
export type KeptPassword = { readonly digest: Buffer; readonly srp: SrpVerifier };

/** Keeps and compares the passwords of a pool. */
export type Passwords = {
  readonly keep: (username: string, password: string) => KeptPassword;
  readonly matches: (password: string, kept: KeptPassword) => boolean;
  /** What stands for someone who does not exist: always the same for a login, and the verifier of no password. */
  readonly pretend: (login: string) => { readonly uuid: string; readonly srp: SrpVerifier };
};

/**
 * Digests under a key of this process. Nothing is ever stored, so a slow hash would guard nothing. `realm` is what SRP
 * calls the pool.
 */
export function createPasswords(realm: string, key: Buffer = randomBytes(32)): Passwords {
  const keyed = (text: string): Buffer => createHmac("sha256", key).update(text).digest();
  const digest = (password: string): Buffer => keyed(`password ${password}`);
  return {
    keep: (username, password) => ({
      digest: digest(password),
      srp: createVerifier({ realm, id: username }, password),
    }),
    matches: (password, kept) => timingSafeEqual(digest(password), kept.digest),
    pretend: (login) => {
      const salt = toNumber(keyed(`salt ${login}`).subarray(0, 16));
      return { uuid: pretendedUuid(keyed(`uuid ${login}`)), srp: { salt, verifier: toNumber(keyed(`srp ${login}`)) } };
    },
  };
}

/** A UUID that looks random (RFC 9562, section 5.4). */
function pretendedUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  const variant = "89ab".charAt((bytes[8] ?? 0) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
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

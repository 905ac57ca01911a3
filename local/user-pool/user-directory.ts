import { randomUUID } from "node:crypto";
import { UserPoolError } from "./error.ts";
import { createGroups, type PoolGroup, type PoolGroups } from "./groups.ts";
import { checkPassword, createPasswords, type KeptPassword } from "./password.ts";
import type { SrpVerifier } from "./srp.ts";
import { changedAttributes, checkAttributes, checkEmailUsername, type UserAttributes } from "./user-attributes.ts";

/** A person of the pool. */
export type PoolUser = {
  /** Equal to `sub` where people sign in by email. */
  readonly username: string;
  readonly sub: string;
  /** Without `sub`. */
  readonly attributes: UserAttributes;
  readonly status: "FORCE_CHANGE_PASSWORD" | "CONFIRMED" | "UNCONFIRMED";
  readonly enabled: boolean;
  readonly createdMs: number;
  readonly modifiedMs: number;
};

/** A person to be made: by an administrator, or by signing up. */
export type NewUser = {
  /** The email address, or the plain username. */
  readonly username: string;
  readonly attributes: UserAttributes;
  /** A temporary one: the first sign-in asks for another. Absent: nobody can sign in until one is set. */
  readonly temporaryPassword?: string;
  /** Of somebody who signs up, and has to confirm it; in place of a temporary one. */
  readonly ownPassword?: string;
  /** Fixed for tests and demonstrations that key data by it; a random UUID otherwise, as in Cognito. */
  readonly sub?: string;
};

/** The people and groups of a pool. A login is an email address, where the pool takes those, or a username. */
export type UserDirectory = {
  /** @throws {UserPoolError} `UsernameExistsException`, `InvalidParameterException` or `InvalidPasswordException`. */
  readonly create: (user: NewUser) => PoolUser;
  /** Everybody, in the order in which they came. */
  readonly list: () => readonly PoolUser[];
  readonly find: (login: string) => PoolUser | undefined;
  /** @throws {UserPoolError} `UserNotFoundException`. */
  readonly get: (login: string) => PoolUser;
  /** @throws {UserPoolError} `UserNotFoundException` or `InvalidPasswordException`. */
  readonly setPassword: (login: string, password: string, permanent: boolean) => PoolUser;
  /** @throws {UserPoolError} `UserNotFoundException`, `InvalidParameterException` or `AliasExistsException`. */
  readonly changeAttributes: (login: string, changes: UserAttributes) => PoolUser;
  /** @throws {UserPoolError} `UserNotFoundException`. */
  readonly confirm: (login: string) => PoolUser;
  /** @throws {UserPoolError} `UserNotFoundException`. */
  readonly setEnabled: (login: string, enabled: boolean) => PoolUser;
  /** The person, when login and password belong together; nothing tells a wrong one from an unknown one. */
  readonly authenticate: (login: string, password: string) => PoolUser | undefined;
  /** What SRP needs of a person. Someone unknown has it too, but no password fits. Assumed: srp-unknown. */
  readonly verifierOf: (login: string) => { readonly id: string; readonly verifier: SrpVerifier };
  readonly groups: PoolGroups;
  /** @throws {UserPoolError} `UserNotFoundException` or `ResourceNotFoundException`. */
  readonly addToGroup: (login: string, group: string) => void;
  /** @throws {UserPoolError} `UserNotFoundException` or `ResourceNotFoundException`. */
  readonly removeFromGroup: (login: string, group: string) => void;
  readonly groupsOf: (user: PoolUser) => readonly PoolGroup[];
};

type Account = { readonly user: PoolUser; readonly password: KeptPassword; readonly groups: readonly string[] };

/**
 * An empty directory. With `signInBy: "email"` usernames are UUIDs, as with Cognito's UsernameAttributes. `realm` is
 * what SRP calls the pool.
 */
export function createDirectory(signInBy: "email" | "username", realm: string, now: () => number): UserDirectory {
  const passwords = createPasswords(realm);
  const groups = createGroups();
  const accounts = new Map<string, Account>();
  const usernames = new Map<string, string>();

  const find = (login: string): Account | undefined => {
    const username = usernames.get(foldLogin(login));
    return username === undefined ? undefined : accounts.get(username);
  };
  const get = (login: string): Account => {
    const account = find(login);
    if (account === undefined) throw new UserPoolError("UserNotFoundException", "User does not exist.");
    return account;
  };

  const change = (account: Account, changes: Partial<PoolUser>): PoolUser => {
    const user: PoolUser = { ...account.user, ...changes, modifiedMs: now() };
    accounts.set(user.username, { ...account, user });
    return user;
  };
  /** Where people sign in by email, a new address is the new login, and the old one is free. */
  const moveLogin = ({ username, attributes }: PoolUser, email: string): void => {
    checkEmailUsername(email);
    const taken = usernames.get(foldLogin(email)) ?? username;
    if (taken !== username) {
      throw new UserPoolError("AliasExistsException", "An account with the given email already exists.");
    }
    usernames.delete(foldLogin(attributes.get("email") ?? ""));
    usernames.set(foldLogin(email), username);
  };

  return {
    create: ({ username: login, attributes, temporaryPassword, ownPassword, sub = randomUUID() }) => {
      if (login === "") throw new UserPoolError("InvalidParameterException", "Username cannot be empty.");
      if (signInBy === "email") checkEmailUsername(login);
      checkAttributes(attributes);
      const password = ownPassword ?? temporaryPassword;
      if (password !== undefined) checkPassword(password);
      const username = signInBy === "email" ? sub : login;
      if (usernames.has(foldLogin(login)) || usernames.has(foldLogin(username))) {
        throw new UserPoolError("UsernameExistsException", "User account already exists");
      }
      const time = now();
      const all = signInBy === "email" ? new Map([...attributes, ["email", login] as const]) : new Map(attributes);
      const user: PoolUser = {
        username,
        sub,
        attributes: all,
        status: ownPassword === undefined ? "FORCE_CHANGE_PASSWORD" : "UNCONFIRMED",
        enabled: true,
        createdMs: time,
        modifiedMs: time,
      };
      accounts.set(username, { user, password: passwords.keep(username, password ?? randomUUID()), groups: [] });
      usernames.set(foldLogin(login), username);
      usernames.set(foldLogin(username), username);
      return user;
    },
    list: () => [...accounts.values()].map(({ user }) => user),
    find: (login) => find(login)?.user,
    get: (login) => get(login).user,
    setPassword: (login, password, permanent) => {
      const account = get(login);
      checkPassword(password);
      const status = permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD";
      return change({ ...account, password: passwords.keep(account.user.username, password) }, { status });
    },
    changeAttributes: (login, changes) => {
      const account = get(login);
      checkAttributes(changes);
      const email = changes.get("email");
      if (signInBy === "email" && email !== undefined) moveLogin(account.user, email);
      return change(account, { attributes: changedAttributes(account.user.attributes, changes) });
    },
    confirm: (login) => change(get(login), { status: "CONFIRMED" }),
    setEnabled: (login, enabled) => change(get(login), { enabled }),
    authenticate: (login, password) => {
      const account = find(login);
      return account !== undefined && passwords.matches(password, account.password) ? account.user : undefined;
    },
    verifierOf: (login) => {
      const account = find(login);
      if (account !== undefined) return { id: account.user.username, verifier: account.password.srp };
      const { uuid, srp } = passwords.pretend(foldLogin(login));
      return { id: signInBy === "email" ? uuid : login, verifier: srp };
    },
    groups,
    addToGroup: (login, name) => {
      const account = get(login);
      const group = groups.get(name);
      const member = new Set([...account.groups, group.name]);
      accounts.set(account.user.username, { ...account, groups: [...member] });
    },
    removeFromGroup: (login, name) => {
      const account = get(login);
      const left = groups.get(name).name;
      accounts.set(account.user.username, { ...account, groups: account.groups.filter((group) => group !== left) });
    },
    groupsOf: ({ username }) => get(username).groups.map(groups.get),
  };
}

/** Logins differ by more than case: new pools are case-insensitive unless they say otherwise. */
function foldLogin(login: string): string {
  return login.toLowerCase();
}

import { assertMembers, wrong } from "./option-error.ts";
import type { OnReveal } from "./reveal-record.ts";
import { readSeal, type SealConfig, type SealOptions } from "./seal-options.ts";

/** What a service says of itself and of the tokens it takes. What weakens a check is spelled `null`, never left out. */
export type OpenerOptions = {
  /** The resource server's name in the claim map; with its identifier in the user pool where the two differ. */
  readonly resourceServer: string | { readonly name: string; readonly identifier: string };
  /** The user pool whose tokens are taken, or several. */
  readonly userPoolId: string | readonly string[];
  /** App clients whose tokens are taken; null takes those of every client of the pool. */
  readonly clientId: string | readonly string[] | null;
  /** Scopes of this resource server, one of which a token must have; null asks for none. */
  readonly scope: string | readonly string[] | null;
  /** The claim map that must have made the token; null also takes tokens no map has touched. */
  readonly map: string | null;
  /** How this resource server's claims are sealed; null where it has none, or wants none. */
  readonly seal: SealOptions | null;
  /** Is told of every reveal, before the value is given; where it throws, the value is not. */
  readonly onReveal?: OnReveal;
  /** Where the pool's signing keys come from, instead of the pool: for tests, and for networks without a way out. */
  readonly jwks?: { readonly fetch: FetchJwks };
  /** What may change with any version, or go: each is named. */
  readonly experimental?: Experiments;
};

/** `selectiveDisclosure`: claims that come in disclosures beside the token (RFC 9901). */
export type Experiments = { readonly selectiveDisclosure?: boolean };

/** Resolves to the key set (RFC 7517) found at `uri`, as parsed JSON. */
export type FetchJwks = (uri: string) => Promise<{ readonly keys: readonly object[] }>;

/** The same, checked and with nothing left to decide. */
export type OpenerConfig = {
  readonly identifier: string;
  readonly userPoolIds: readonly string[];
  readonly clientIds: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  readonly map: string | null;
  readonly seal: SealConfig | null;
  readonly onReveal: OnReveal | null;
  readonly fetchJwks: FetchJwks | null;
  readonly selectiveDisclosure: boolean;
};

const MEMBERS: readonly string[] =
  "resourceServer userPoolId clientId scope map seal onReveal jwks kms experimental".split(" ");

/** What an identifier and a scope may be made of (RFC 6749 section 3.3), so both fit between quotes in a header. */
const SCOPE_TEXT = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Checks what a service was configured with, once, at its start.
 *
 * @throws {TypeError} that names the option and what it must be.
 */
export function readOpenerOptions(options: OpenerOptions): OpenerConfig {
  assertMembers("options", options, MEMBERS);
  const { name, identifier } = readResourceServer(options.resourceServer);
  const { map, onReveal, jwks } = options;
  const userPoolIds = readUserPools(options.userPoolId);
  if (map !== null && !isText(map)) throw wrong("map", "must be the name of a claim map, or null to take any token");
  if (onReveal !== undefined && typeof onReveal !== "function") throw wrong("onReveal", "must be a function");
  if (jwks !== undefined && typeof jwks?.fetch !== "function") throw wrong("jwks.fetch", "must be a function");
  return {
    identifier,
    userPoolIds,
    clientIds: readList("clientId", options.clientId, "the id of an app client"),
    scopes: readScopes(options.scope, identifier),
    map,
    seal: readSeal(options.seal, name),
    onReveal: onReveal ?? null,
    fetchJwks: jwks?.fetch ?? null,
    selectiveDisclosure: readExperiments(options.experimental),
  };
}

function readExperiments(given: Experiments = {}): boolean {
  assertMembers("experimental", given, ["selectiveDisclosure"]);
  const { selectiveDisclosure = false } = given;
  if (typeof selectiveDisclosure !== "boolean") {
    throw wrong("experimental.selectiveDisclosure", "must be true, or false");
  }
  return selectiveDisclosure;
}

/**
 * Scopes of a resource server, or null for none.
 *
 * @throws {TypeError} for another server's, and for what is no scope.
 */
export function readScopes(given: OpenerOptions["scope"], identifier: string): readonly string[] | null {
  const scopes = readList("scope", given, "a scope");
  if (scopes?.some((scope) => !scope.startsWith(`${identifier}/`) || !SCOPE_TEXT.test(scope))) {
    throw wrong("scope", "must be of this resource server: its identifier, a slash, and a name");
  }
  return scopes;
}

function readResourceServer(given: OpenerOptions["resourceServer"]): { name: string; identifier: string } {
  const server = typeof given === "string" ? { name: given, identifier: given } : given;
  assertMembers("resourceServer", server, ["name", "identifier"], " { name, identifier }, or a name that is both");
  if (!isText(server.identifier) || !SCOPE_TEXT.test(server.identifier)) {
    throw wrong("resourceServer.identifier", "must be a resource server's identifier");
  }
  if (!isText(server.name) || !/^[A-Za-z0-9_-]+$/.test(server.name)) {
    throw wrong(
      "resourceServer",
      "must be a name of the claim map; where the identifier differs, { name, identifier }",
    );
  }
  return server;
}

function readUserPools(given: unknown): readonly string[] {
  const pools: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (pools.length === 0 || !pools.every(isUserPoolId) || new Set(pools).size < pools.length) {
    throw wrong("userPoolId", "must be the id of a user pool, such as eu-central-1_AbCdEfGhI, or a list of them");
  }
  return [...pools];
}

function isUserPoolId(value: unknown): value is string {
  return typeof value === "string" && /^(eusc-)?[a-z]{2}-(gov-)?[a-z]+-\d_[A-Za-z0-9]+$/.test(value);
}

function readList(option: string, given: string | readonly string[] | null, what: string): readonly string[] | null {
  if (given === null) return null;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0 || !list.every(isText)) {
    throw wrong(option, `must be ${what}, a list of them, or null to take any`);
  }
  return [...list];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

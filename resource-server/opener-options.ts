import { IAT_WINDOW, type IatWindow } from "../crypto/envelope-binding.ts";

/** What a service says of itself and of the tokens it takes. What weakens a check is spelled `null`, never left out. */
export type OpenerOptions = {
  /** The resource server's name in the claim map; with its identifier in the user pool where the two differ. */
  readonly resourceServer: string | { readonly name: string; readonly identifier: string };
  readonly userPoolId: string;
  /** App clients whose tokens are taken; null takes those of every client of the pool. */
  readonly clientId: string | readonly string[] | null;
  /** Scopes of this resource server, one of which a token must have; null asks for none. */
  readonly scope: string | readonly string[] | null;
  /** The claim map that must have made the token; null also takes tokens no map has touched. */
  readonly map: string | null;
  /** How this resource server's claims are sealed; null where it has none, or wants none. */
  readonly seal: SealOptions | null;
  /** Where the pool's signing keys come from, instead of the pool: for tests, and for networks without a way out. */
  readonly jwks?: { readonly fetch: FetchJwks };
};

export type SealOptions = {
  readonly mode: "envelope";
  /** ARNs of the KMS keys that may have wrapped a data key, in the order in which they are tried. */
  readonly keys: readonly string[];
  /** Takes a token without an envelope too, with nothing in `sealed`. */
  readonly optional?: boolean;
  /** Seconds by which a token's `iat` may lie after its envelope's; -60 to 600 if not given. */
  readonly iatWindow?: IatWindow;
};

/** Resolves to the key set (RFC 7517) found at `uri`, as parsed JSON. */
export type FetchJwks = (uri: string) => Promise<{ readonly keys: readonly object[] }>;

/** The same, checked and with nothing left to decide. */
export type OpenerConfig = {
  readonly identifier: string;
  readonly userPoolId: string;
  readonly clientIds: readonly string[] | null;
  readonly scopes: readonly string[] | null;
  readonly map: string | null;
  readonly seal: {
    readonly claim: string;
    readonly keys: readonly string[];
    readonly optional: boolean;
    readonly iatWindow: IatWindow;
  } | null;
  readonly fetchJwks: FetchJwks | null;
};

const MEMBERS: readonly string[] = ["resourceServer", "userPoolId", "clientId", "scope", "map", "seal", "jwks", "kms"];
const SEAL_MEMBERS: readonly string[] = ["mode", "keys", "optional", "iatWindow"];

/** Modes of the envelope format that this version cannot open. */
const OTHER_MODES: readonly unknown[] = ["asymmetric", "direct"];

/**
 * Checks what a service was configured with, once, at its start.
 *
 * @throws {TypeError} that names the option and what it must be.
 */
export function readOpenerOptions(options: OpenerOptions): OpenerConfig {
  assertMembers("options", options, MEMBERS);
  const { name, identifier } = readResourceServer(options.resourceServer);
  const { userPoolId, map, jwks } = options;
  if (typeof userPoolId !== "string" || !/^(eusc-)?[a-z]{2}-(gov-)?[a-z]+-\d_[A-Za-z0-9]+$/.test(userPoolId)) {
    throw wrong("userPoolId", "must be the id of a user pool, such as eu-central-1_AbCdEfGhI");
  }
  if (map !== null && !isText(map)) throw wrong("map", "must be the name of a claim map, or null to take any token");
  if (jwks !== undefined && typeof jwks?.fetch !== "function") throw wrong("jwks.fetch", "must be a function");
  return {
    identifier,
    userPoolId,
    clientIds: readList("clientId", options.clientId, "the id of an app client"),
    scopes: readScopes(options.scope, identifier),
    map,
    seal: readSeal(options.seal, name),
    fetchJwks: jwks?.fetch ?? null,
  };
}

function readResourceServer(given: OpenerOptions["resourceServer"]): { name: string; identifier: string } {
  const server = typeof given === "string" ? { name: given, identifier: given } : given;
  assertMembers("resourceServer", server, ["name", "identifier"], " { name, identifier }, or a name that is both");
  if (!isText(server.identifier)) throw wrong("resourceServer.identifier", "must be a resource server's identifier");
  if (!isText(server.name) || !/^[A-Za-z0-9_-]+$/.test(server.name)) {
    throw wrong(
      "resourceServer",
      "must be a name of the claim map; where the identifier differs, { name, identifier }",
    );
  }
  return server;
}

function readScopes(given: OpenerOptions["scope"], identifier: string): readonly string[] | null {
  const scopes = readList("scope", given, "a scope");
  if (scopes?.some((scope) => !scope.startsWith(`${identifier}/`))) {
    throw wrong("scope", "must be of this resource server: its identifier, a slash, and a name");
  }
  return scopes;
}

function readSeal(given: SealOptions | null, name: string): OpenerConfig["seal"] {
  if (given === null) return null;
  assertMembers("seal", given, SEAL_MEMBERS, ", or null for a service without sealed claims");
  const {
    mode,
    keys,
    optional = false,
    iatWindow = IAT_WINDOW,
  } = given as { mode: unknown } & Omit<SealOptions, "mode">;
  if (OTHER_MODES.includes(mode)) throw wrong("seal.mode", `"${String(mode)}" is not in this version; use "envelope"`);
  if (mode !== "envelope") throw wrong("seal.mode", 'must be "envelope"');
  if (!Array.isArray(keys) || keys.length === 0) throw wrong("seal.keys", "must be a list of KMS key ARNs");
  for (const [index, key] of keys.entries()) assertKeyArn(`seal.keys[${index}]`, key);
  if (typeof optional !== "boolean") throw wrong("seal.optional", "must be true or false");
  if (!(Number.isFinite(iatWindow?.min) && Number.isFinite(iatWindow.max) && iatWindow.min <= iatWindow.max)) {
    throw wrong("seal.iatWindow", "must be { min, max } in seconds");
  }
  return { claim: `sealed_${name.replaceAll("-", "_")}`, keys: [...keys], optional, iatWindow: { ...iatWindow } };
}

function assertKeyArn(option: string, key: unknown): void {
  if (typeof key === "string" && /^alias\/|^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(key)) {
    throw wrong(option, "is an alias; give the ARN of the key, because an alias can be turned to another key");
  }
  if (typeof key !== "string" || !/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(key)) {
    throw wrong(option, "must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID");
  }
}

function readList(option: string, given: string | readonly string[] | null, what: string): readonly string[] | null {
  if (given === null) return null;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0 || !list.every(isText)) {
    throw wrong(option, `must be ${what}, a list of them, or null to take any`);
  }
  return [...list];
}

function assertMembers(option: string, value: unknown, allowed: readonly string[], otherwise: string = ""): void {
  if (typeof value !== "object" || value === null) throw wrong(option, `must be an object${otherwise}`);
  const stranger = Object.keys(value).find((member) => !allowed.includes(member));
  if (stranger !== undefined) throw wrong(option, `has no member "${stranger}"; it has ${allowed.join(", ")}`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function wrong(option: string, problem: string): TypeError {
  return new TypeError(`createOpener: ${option} ${problem}`);
}

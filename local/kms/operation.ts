import type { VerifiedCaller } from "../identities/identities.ts";
import { authorizeKeyUse, authorizeOwnAccount, type KeyUse } from "./authorize.ts";
import { KmsError } from "./error.ts";
import { findKey, requestedAlias } from "./find-key.ts";
import { invalid } from "./input.ts";
import { materialOf } from "./key-material.ts";
import { type KeyRing, type KmsKey, settledKey, usable } from "./keys.ts";
import { type Material, usageOf } from "./material.ts";
import { type Fields, type KmsContext, type Members, type Reader, readMembers } from "./members.ts";

/** Where a request comes from. */
export type Origin = {
  /** The region whose endpoint was asked. */
  readonly region: string;
  /** Null where nobody is asked who he is: then everybody may do everything. */
  readonly caller: VerifiedCaller | null;
};

/** One request on its way through an operation. */
export type Call = Origin & {
  readonly operation: string;
  /** The account the request is made in. */
  readonly account: string;
  readonly ring: KeyRing;
  /** Told of each key as it is found, before anything is decided about it. Throws where a fault is injected for it. */
  readonly found: (key: KmsKey) => void;
};

/** A request that has been read, and what it will do. */
export type Prepared = { readonly context: KmsContext; readonly run: (call: Call) => Fields };

export type Operation = (input: Fields) => Prepared;

/** An operation of the API: what its requests may hold, and what it does. */
export function operation<S extends Readonly<Record<string, Reader<unknown>>>>(
  shape: S,
  run: (call: Call, input: Members<S>) => Fields,
): Operation {
  return (input) => {
    const members = readMembers(input, shape);
    // Of ReEncrypt's two contexts the log has that under which it reads. Either is a context, or its reader had thrown.
    const context = (input["EncryptionContext"] ?? input["SourceEncryptionContext"] ?? {}) as KmsContext;
    return { context, run: (call) => run(call, members) };
  };
}

/** What a request wants with a key, where it does not go without saying. */
export type Use = Partial<Omit<KeyUse, "alias">>;

/**
 * The key a request names, for a caller who may use it so. As it was last changed: for looking at and changing keys.
 *
 * @throws {KmsError} `NotFoundException`, `AccessDeniedException`.
 */
export function namedKey(call: Call, name: string | undefined, use: Use = {}): KmsKey {
  return allowedKey(call, findKey(call.ring, call.region, name), { ...use, alias: requestedAlias(name) });
}

/**
 * The same for a key that is already found. Assumed: rights-before-state.
 *
 * @throws {KmsError} `AccessDeniedException`.
 */
export function allowedKey(call: Call, key: KmsKey, use: Partial<KeyUse>): KmsKey {
  call.found(key);
  if (call.caller !== null) {
    const seen = settledKey(call.ring, key);
    authorizeKeyUse(call.caller, seen, { action: call.operation, ...use }, aliasesOf(call.ring, key));
  }
  return key;
}

/** Lets a caller pass whose own policies allow an operation that is about no key. Throws `AccessDeniedException`. */
export function allowInAccount({ caller, region, operation: action }: Call, resource: string = "*"): void {
  if (caller !== null) authorizeOwnAccount(caller, region, action, resource);
}

/**
 * The material of a key that can be used for this: enabled as far as its uses know, and of the right kind.
 *
 * @throws {KmsError} `DisabledException`, `KMSInvalidStateException`, `InvalidKeyUsageException`.
 */
export function usableMaterial<S extends Material["spec"]>(
  { ring, operation: action }: Call,
  key: KmsKey,
  spec: S,
): Extract<Material, { readonly spec: S }> {
  usable(settledKey(ring, key));
  const material = materialOf(ring, key);
  if (material !== undefined && isOfSpec(material, spec)) return material;
  throw new KmsError(
    "InvalidKeyUsageException",
    `${key.arn} key usage is ${usageOf[key.spec]} which is not valid for ${action}.`,
  );
}

function isOfSpec<S extends Material["spec"]>(material: Material, spec: S): material is Extract<Material, { spec: S }> {
  return material.spec === spec;
}

/**
 * Gives an answer, unless the request only wanted to know whether there would be one.
 *
 * @throws {KmsError} `DryRunOperationException`.
 */
export function unlessDryRun<T>(dryRun: boolean | undefined, answer: T): T {
  if (dryRun !== true) return answer;
  throw new KmsError("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.");
}

/**
 * A member that a request must have.
 *
 * @throws {KmsError} `ValidationException`.
 */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw invalid(`Value null at '${name}'`, "Member must not be null");
  return value;
}

/** Names of the aliases that lead to a key. */
export function aliasesOf({ aliases }: KeyRing, { arn }: KmsKey): readonly string[] {
  return [...aliases].flatMap(([alias, { target }]) => (target === arn ? [requestedAlias(alias) ?? ""] : []));
}

import { randomUUID } from "node:crypto";
import { localAccount } from "../local-account.ts";
import { type BackingKey, newBackingKey } from "./blob.ts";
import { KmsError } from "./error.ts";
import { invalid } from "./input.ts";

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export type KmsKey = {
  readonly arn: string;
  readonly keyId: string;
  readonly account: string;
  readonly createdAt: Date;
  readonly state: KeyState;
  readonly backing: BackingKey;
};

export type NewKey = {
  readonly region: string;
  /** `alias/...` */
  readonly alias?: string;
  /** A UUID by default. Readable ids make readable examples, though KMS itself would never choose one. */
  readonly keyId?: string;
  /** The embedded account by default. Keys of other accounts are found by their ARN only, as in KMS. */
  readonly account?: string;
};

/** The keys of every account and region, by ARN. */
export type KeyRing = {
  readonly keys: Map<string, KmsKey>;
  /** Alias ARN to key ARN. */
  readonly aliases: Map<string, string>;
};

const generatedId = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Adds an enabled symmetric key with fresh material. Throws a `TypeError` on a name that is malformed or taken. */
export function addKey(ring: KeyRing, { region, alias, keyId = randomUUID(), account = localAccount }: NewKey): KmsKey {
  if (!/^[\w-]{1,256}$/.test(keyId)) throw new TypeError("a key id has letters, digits, - and _ only");
  if (alias !== undefined && !/^alias\/[\w/-]{1,250}$/.test(alias)) throw new TypeError("an alias begins with alias/");
  const home = `arn:aws:kms:${region}:${account}`;
  const arn = `${home}:key/${keyId}`;
  const aliasArn = `${home}:${alias}`;
  if (ring.keys.has(arn)) throw new TypeError("there is a key of this id");
  if (ring.aliases.has(aliasArn)) throw new TypeError("there is a key of this alias");
  const key: KmsKey = { arn, keyId, account, createdAt: new Date(), state: "Enabled", backing: newBackingKey() };
  ring.keys.set(arn, key);
  if (alias !== undefined) ring.aliases.set(aliasArn, arn);
  return key;
}

/**
 * Finds a key by id, key ARN, alias name or alias ARN, as a client of `region` would.
 *
 * @throws {KmsError} `NotFoundException`, also for an ARN of another region; `ValidationException` without a name.
 */
export function findKey(ring: KeyRing, region: string, name: string | undefined): KmsKey {
  if (name === undefined || name === "") {
    throw invalid("Value null at 'keyId'", "Member must not be null");
  }
  const resource = name.startsWith("alias/") ? name : `key/${name}`;
  const arn = name.startsWith("arn:") ? name : `arn:aws:kms:${region}:${localAccount}:${resource}`;
  const [, , , arnRegion = "", , kind = ""] = arn.split(":");
  if (arnRegion !== region) throw new KmsError("NotFoundException", `Invalid arn ${arnRegion}`);
  const key = ring.keys.get(ring.aliases.get(arn) ?? arn);
  if (key !== undefined) return key;
  if (kind.startsWith("alias/")) throw new KmsError("NotFoundException", `Alias ${arn} is not found.`);
  if (arn === name || generatedId.test(name)) throw new KmsError("NotFoundException", `Key '${arn}' does not exist`);
  throw new KmsError("NotFoundException", `Invalid keyId '${name}'`);
}

/** The key of `region` whose blobs carry this fingerprint, if it still exists. */
export function keyOfBlob(ring: KeyRing, region: string, fingerprint: Buffer): KmsKey | undefined {
  return [...ring.keys.values()].find(
    ({ arn, backing }) => arn.startsWith(`arn:aws:kms:${region}:`) && backing.fingerprint.equals(fingerprint),
  );
}

/**
 * Lets an enabled key pass.
 *
 * @throws {KmsError} `DisabledException`, `KMSInvalidStateException`.
 */
export function usable(key: KmsKey): KmsKey {
  if (key.state === "Disabled") throw new KmsError("DisabledException", `${key.arn} is disabled.`);
  if (key.state === "PendingDeletion")
    throw new KmsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
  return key;
}

import { randomBytes, randomUUID } from "node:crypto";
import { localAccount } from "../local-account.ts";
import type { Policy, PolicyDocument } from "../policy/policy.ts";
import { readPolicy } from "../policy/read-policy.ts";
import { KmsError } from "./error.ts";
import type { Grant } from "./grant.ts";
import { type KeySpec, type Material, newMaterial } from "./material.ts";

export type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export type KmsKey = {
  readonly arn: string;
  readonly keyId: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  readonly description: string;
  readonly spec: KeySpec;
  readonly state: KeyState;
  /** Of a key that is pending deletion: when it will be gone. */
  readonly deletionDate?: Date | undefined;
  readonly policy: KeyPolicy;
  readonly grants: readonly Grant[];
  /** Days between automatic rotations, and since when; null where there are none. */
  readonly rotation: { readonly days: number; readonly since: number } | null;
  /** Of multi-Region keys: the region of the one the others were made from. */
  readonly primaryRegion: string | null;
};

/** A key policy as it was put, and as it is evaluated. */
export type KeyPolicy = { readonly text: string; readonly statements: Policy };

export type NewKey = {
  readonly region: string;
  /** `alias/...` */
  readonly alias?: string;
  /**
   * A UUID by default. Readable ids make readable examples, though KMS itself would never choose one. One that begins
   * with `mrk-` is a multi-Region key: keys of this id in several regions share their material.
   */
  readonly keyId?: string;
  /** The embedded account by default. Keys of other accounts are found by their ARN only, as in KMS. */
  readonly account?: string;
  /** AWS's default by default, which leaves everything to the identity policies of the account. */
  readonly policy?: PolicyDocument;
  readonly spec?: KeySpec;
  readonly multiRegion?: boolean;
  readonly description?: string;
};

export type Alias = { readonly target: string; readonly createdAt: Date; readonly updatedAt: Date };

/** The keys of every account and region. */
export type KeyRing = {
  /** What became of each key, by ARN, the newest last. Uses of a key see changes once they have settled. */
  readonly keys: Map<string, readonly { readonly since: number; readonly key: KmsKey }[]>;
  /** By alias ARN. */
  readonly aliases: Map<string, Alias>;
  readonly materials: Map<string, Material>;
  readonly now: () => number;
  /** How long a change takes to reach the uses of a key, in milliseconds. */
  readonly settleMs: number;
};

/** Adds an enabled key. Throws a `TypeError` on a name that is malformed or taken, a `PolicyError` on a policy that is none. */
export function addKey(ring: KeyRing, asked: NewKey): KmsKey {
  const key = plannedKey(ring, asked);
  const { alias } = asked;
  const aliasArn = `${key.arn.replace(/key\/.*$/, "")}${alias}`;
  if (alias !== undefined && !/^alias\/[\w/-]{1,250}$/.test(alias)) throw new TypeError("an alias begins with alias/");
  if (ring.aliases.has(aliasArn)) throw new TypeError("there is a key of this alias");
  storeKey(ring, key);
  if (alias !== undefined) {
    ring.aliases.set(aliasArn, { target: key.arn, createdAt: key.createdAt, updatedAt: key.createdAt });
  }
  return key;
}

/** A key as it would be added, its name and policy checked. Throws as `addKey` does. */
export function plannedKey(ring: KeyRing, asked: Omit<NewKey, "alias">): KmsKey {
  const { region, account = localAccount, multiRegion = false, spec = "SYMMETRIC_DEFAULT", description = "" } = asked;
  const keyId = asked.keyId ?? (multiRegion ? `mrk-${randomBytes(16).toString("hex")}` : randomUUID());
  if (!/^[\w-]{1,256}$/.test(keyId)) throw new TypeError("a key id has letters, digits, - and _ only");
  const arn = `arn:aws:kms:${region}:${account}:key/${keyId}`;
  if (ring.keys.has(arn)) throw new TypeError("there is a key of this id");
  const family = keyId.startsWith("mrk-") ? relatives(ring, account, keyId) : [];
  if (family.some((member) => member.spec !== spec)) {
    throw new TypeError("multi-Region keys of one id are of one spec");
  }
  return {
    arn,
    keyId,
    account,
    region,
    createdAt: new Date(ring.now()),
    description,
    spec,
    state: "Enabled",
    policy: keyPolicy(asked.policy ?? defaultPolicy(account)),
    grants: [],
    rotation: null,
    primaryRegion: keyId.startsWith("mrk-") ? (family[0]?.primaryRegion ?? region) : null,
  };
}

/** Adds a planned key, with fresh material unless it has relatives to share with. */
export function storeKey(ring: KeyRing, key: KmsKey): void {
  const name = materialName(key);
  if (!ring.materials.has(name)) ring.materials.set(name, newMaterial(key.spec));
  ring.keys.set(key.arn, [{ since: ring.now(), key }]);
}

/** Checks a policy that goes to a key. Throws a `PolicyError`. */
export function keyPolicy(document: unknown, text: string = JSON.stringify(document)): KeyPolicy {
  return { text, statements: readPolicy(document, "key") };
}

/** A key as it was last changed; undefined for one that is not there, or not any more. */
export function newestKey(ring: KeyRing, arn: string): KmsKey | undefined {
  const key = ring.keys.get(arn)?.at(-1)?.key;
  const gone = key?.deletionDate !== undefined && key.deletionDate.getTime() <= ring.now();
  return gone ? undefined : key;
}

/** The key as its uses see it: a change takes a while to reach them (KMS Developer Guide, "eventual consistency"). */
export function settledKey(ring: KeyRing, key: KmsKey): KmsKey {
  return ring.keys.get(key.arn)?.findLast(({ since }) => since <= ring.now())?.key ?? key;
}

/** Puts a changed key in the place of what it was. */
export function changeKey(ring: KeyRing, arn: string, change: Partial<KmsKey>): void {
  const versions = ring.keys.get(arn) ?? [];
  const newest = versions.at(-1);
  if (newest === undefined) throw new TypeError("there is no key of this ARN");
  const now = ring.now();
  const settled = versions.findLastIndex(({ since }) => since <= now);
  const next = { since: now + ring.settleMs, key: { ...newest.key, ...change } };
  ring.keys.set(arn, [...versions.slice(Math.max(settled, 0)), next]);
}

/** The keys of one id in every region. */
export function relatives(ring: KeyRing, account: string, keyId: string): readonly KmsKey[] {
  return [...ring.keys.keys()]
    .filter((arn) => arn.endsWith(`:${account}:key/${keyId}`))
    .flatMap((arn) => newestKey(ring, arn) ?? []);
}

/** The key of `region` whose blobs carry this fingerprint, if it still exists. */
export function keyOfBlob(ring: KeyRing, region: string, fingerprint: Buffer): KmsKey | undefined {
  return [...ring.keys.keys()]
    .flatMap((arn) => newestKey(ring, arn) ?? [])
    .find((key) => {
      const material = ring.materials.get(materialName(key));
      return (
        key.region === region &&
        material?.spec === "SYMMETRIC_DEFAULT" &&
        material.generations[0].fingerprint.equals(fingerprint)
      );
    });
}

/**
 * Lets an enabled key pass.
 *
 * @throws {KmsError} `DisabledException`, `KMSInvalidStateException`.
 */
export function usable(key: KmsKey): KmsKey {
  if (key.state === "Disabled") throw new KmsError("DisabledException", `${key.arn} is disabled.`);
  return notPendingDeletion(key);
}

/**
 * Lets a key pass that is not about to be deleted.
 *
 * @throws {KmsError} `KMSInvalidStateException`.
 */
export function notPendingDeletion(key: KmsKey): KmsKey {
  if (key.state !== "PendingDeletion") return key;
  throw new KmsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
}

/** What AWS gives a key that is made without a policy: the account's identity policies decide. */
function defaultPolicy(account: string): PolicyDocument {
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return {
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [{ Sid: "Enable IAM User Permissions", Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }],
  };
}

/** Under which name a key's material is kept: multi-Region keys of one id share theirs. */
export function materialName({ arn, account, keyId, primaryRegion }: KmsKey): string {
  return primaryRegion === null ? arn : `${account}/${keyId}`;
}

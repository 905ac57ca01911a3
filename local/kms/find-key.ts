import { localAccount } from "../local-account.ts";
import { KmsError } from "./error.ts";
import { invalid } from "./input.ts";
import { type KeyRing, type KmsKey, newestKey } from "./keys.ts";

const generatedId = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Finds a key by id, key ARN, alias name or alias ARN, as a client of `region` would. Assumed: names-before-rights.
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
  const key = newestKey(ring, ring.aliases.get(arn)?.target ?? arn);
  if (key !== undefined) return key;
  if (kind.startsWith("alias/")) throw new KmsError("NotFoundException", `Alias ${arn} is not found.`);
  if (arn === name || generatedId.test(name)) throw new KmsError("NotFoundException", `Key '${arn}' does not exist`);
  throw new KmsError("NotFoundException", `Invalid keyId '${name}'`);
}

/** The alias a request names a key by, without the rest of its ARN; undefined where it names none. */
export function requestedAlias(name: string | undefined): string | undefined {
  return /(?:^|:)(alias\/.*)$/.exec(name ?? "")?.[1];
}

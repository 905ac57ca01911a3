import { type KmsSender, kmsClient } from "../aws/kms-client.ts";
import { kmsUnwrap } from "../aws/kms-unwrap.ts";
import type { UnwrapKey } from "../crypto/data-key.ts";
import { unwrapCache } from "../crypto/unwrap-cache.ts";
import { unwrapWithOneOf } from "../crypto/unwrap-with-one-of.ts";
import { type Opener, openerWith } from "./opener.ts";
import { type OpenerOptions, readOpenerOptions } from "./opener-options.ts";
import { accessTokenVerifier } from "./verify-access-token.ts";

export type { Opened, Opener } from "./opener.ts";
export { isOpenerError, type OpenerCode, OpenerError, type PublicCode } from "./opener-error.ts";
export type { OpenerOptions, SealOptions } from "./opener-options.ts";
export type { Secret } from "./secret.ts";

/** Another way to KMS than its own endpoint: the endpoint's URL, or a client (or anything that sends its commands). */
export type KmsOptions = { readonly endpoint?: string } | KmsSender;

/**
 * Makes the opener of one resource server: it verifies access tokens and opens the claims sealed for this server.
 *
 * ```ts
 * const opener = createOpener({
 *   resourceServer: "care-api",
 *   userPoolId: "eu-central-1_AbCdEfGhI",
 *   clientId: ["4mk2clinicweb"],
 *   scope: "care-api/chart.read",
 *   map: "clinic-eu",
 *   seal: { mode: "envelope", keys: ["arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"] },
 * });
 * const auth = await opener.open(accessToken);
 * auth.claims.clinic_id;
 * auth.sealed.licence_no.reveal();
 * ```
 *
 * @throws {TypeError} for options that are missing, unknown, or would leave a check to chance.
 */
export function createOpener(options: OpenerOptions & { readonly kms?: KmsOptions }): Opener {
  const config = readOpenerOptions(options);
  return openerWith(config, {
    verify: accessTokenVerifier(config),
    unwrap: unwrapCache(unwrapWithOneOf(unwrapInKeysRegion(options.kms ?? {}))),
  });
}

/** Asks KMS in the region each key's ARN names, by one client per region, made when first needed. */
function unwrapInKeysRegion(kms: KmsOptions): UnwrapKey {
  if ("send" in kms) return kmsUnwrap(kms);
  const regions = new Map<string | undefined, UnwrapKey>();
  return (keyArn, ...rest) => {
    const region = keyArn.split(":")[3];
    const unwrap = regions.get(region) ?? kmsUnwrap(kmsClient({ region, endpoint: kms.endpoint }));
    regions.set(region, unwrap);
    return unwrap(keyArn, ...rest);
  };
}

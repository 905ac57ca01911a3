import { type KmsSender, kmsClient } from "../aws/kms-client.ts";
import { kmsDecrypt } from "../aws/kms-decrypt.ts";
import { kmsDeriveSharedSecret } from "../aws/kms-derive-shared-secret.ts";
import { kmsUnwrap } from "../aws/kms-unwrap.ts";
import { kmsSending } from "../aws/sending.ts";
import { type DisclosingOpener, disclosingOpener } from "./disclosing-opener.ts";
import { type AnySealed, type Opener, openerWith } from "./opener.ts";
import { type OpenerOptions, readOpenerOptions } from "./opener-options.ts";
import type { SealPorts } from "./unseal.ts";
import { accessTokenVerifier, type VerifiedToken } from "./verify-access-token.ts";

export type { AdapterOptions } from "./authenticate.ts";
export type { DisclosingOpener, DisclosingOptions, WithDisclosed } from "./disclosing-opener.ts";
export { fromRequest } from "./from-request.ts";
export type { AnySealed, Opened, Opener, OpenOptions, Secrets, Verified } from "./opener.ts";
export { isOpenerError, type OpenerCode, OpenerError, type PublicCode } from "./opener-error.ts";
export type { Experiments, OpenerOptions } from "./opener-options.ts";
export type { OnReveal, RevealRecord } from "./reveal-record.ts";
export type { SealOptions } from "./seal-options.ts";
export type { RevealOptions, Secret } from "./secret.ts";
export type { VerifiedToken } from "./verify-access-token.ts";

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
 * With the types that `claimseal types` writes, `createOpener<AccessClaims, SealedClaims>` types both.
 *
 * @throws {TypeError} for options that are missing, unknown, or would leave a check to chance.
 */
export function createOpener<Claims = VerifiedToken, Sealed = AnySealed>(
  options: OpenerOptions & { readonly kms?: KmsOptions; readonly experimental: { readonly selectiveDisclosure: true } },
): DisclosingOpener<Claims, Sealed>;
export function createOpener<Claims = VerifiedToken, Sealed = AnySealed>(
  options: OpenerOptions & { readonly kms?: KmsOptions },
): Opener<Claims, Sealed>;
export function createOpener<Claims = VerifiedToken, Sealed = AnySealed>(
  options: OpenerOptions & { readonly kms?: KmsOptions },
): Opener<Claims, Sealed> {
  const config = readOpenerOptions(options);
  const ports = { ...accessTokenVerifier(config), ...kmsPorts(options.kms ?? {}) };
  const opener = openerWith<Claims, Sealed>(config, ports);
  return config.selectiveDisclosure ? disclosingOpener(opener, config) : opener;
}

/** Asks KMS in the region each key's ARN names, by one client per region, made when first needed. */
function kmsPorts(kms: KmsOptions): SealPorts {
  const sending = kmsSending();
  const clients = new Map<string | undefined, KmsSender>();
  const clientFor = (keyArn: string): KmsSender => {
    if ("send" in kms) return kms;
    const region = keyArn.split(":")[3];
    const client = clients.get(region) ?? kmsClient({ region, endpoint: kms.endpoint });
    clients.set(region, client);
    return client;
  };
  return {
    unwrap: (keyArn, ...rest) => kmsUnwrap(clientFor(keyArn), sending)(keyArn, ...rest),
    agree: (keyArn, ...rest) => kmsDeriveSharedSecret(clientFor(keyArn), sending)(keyArn, ...rest),
    decrypt: (keyArn, ...rest) => kmsDecrypt(clientFor(keyArn), sending)(keyArn, ...rest),
  };
}

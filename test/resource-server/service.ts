import { createSign, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { encodeBase64url } from "../../crypto/base64url.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { DataKey, EncryptionContext } from "../../crypto/data-key.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { importDataKey } from "../../crypto/import-data-key.ts";
import { sealEnvelope } from "../../crypto/seal-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";
import { type Opener, openerWith } from "../../resource-server/opener.ts";
import { type OpenerOptions, readOpenerOptions } from "../../resource-server/opener-options.ts";
import { accessTokenVerifier } from "../../resource-server/verify-access-token.ts";

export const poolId = "eu-central-1_AbCdEfGhI";
export const issuer: string = `https://cognito-idp.eu-central-1.amazonaws.com/${poolId}`;
/** The other spelling of the same pool's issuer. */
export const updatedIssuer: string = `https://issuer-cognito-idp.eu-central-1.amazonaws.com/${poolId}`;
export const clientId = "4mk2clinicweb";
export const sub = "7d8ca528-4931-4254-9273-ea5ee853f271";
export const careKey = "arn:aws:kms:eu-central-1:111122223333:key/care";
export const laterKey = "arn:aws:kms:eu-central-1:111122223333:key/care-2027";

export type Payload = { readonly [claim: string]: unknown };
type SigningKey = { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject };

function signingKey(): SigningKey {
  return { kid: randomBytes(32).toString("base64"), ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

/** The pool's key, and one that is not the pool's. */
export const poolKey: SigningKey = signingKey();
export const strangersKey: SigningKey = signingKey();

const b64 = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");

/** Signs any header and payload text, so that tests can say what no library would. */
export function sign(header: string, payload: string, { privateKey }: SigningKey = poolKey): string {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${createSign("RSA-SHA256").update(input).sign(privateKey, "base64url")}`;
}

export const header = (key: SigningKey = poolKey): string => JSON.stringify({ kid: key.kid, alg: "RS256" });

export const seconds = (): number => Math.floor(Date.now() / 1000);

/** What Cognito puts into a person's access token, under a claim map. */
export function accessClaims(change: Payload = {}): Payload {
  const now = seconds();
  return {
    sub,
    "cognito:groups": ["clinicians"],
    iss: issuer,
    version: 2,
    client_id: clientId,
    origin_jti: randomUUID(),
    token_use: "access",
    scope: "care-api/chart.read care-api/chart.write",
    auth_time: now,
    exp: now + 3600,
    iat: now,
    jti: randomUUID(),
    username: sub,
    clinic_id: "c42",
    cmv: "clinic-eu@2026-11-22.1",
    ...change,
  };
}

/** An access token; a claim that is undefined is left out. */
export function accessToken(change: Payload = {}, key: SigningKey = poolKey): string {
  return sign(header(key), JSON.stringify(accessClaims(change)), key);
}

/** What a service says that takes disclosures from clients. */
export const disclosing: OpenerOptions & { readonly experimental: { readonly selectiveDisclosure: true } } = {
  resourceServer: "care-api",
  userPoolId: poolId,
  clientId,
  scope: "care-api/chart.read",
  map: "clinic-eu",
  seal: null,
  jwks: { fetch: async () => ({ keys: [jwk(poolKey)] }) },
  experimental: { selectiveDisclosure: true },
};

/** A data key that exists in this test's KMS alone, wrapped with `keyId` under `context`. */
type Wrapped = { readonly keyId: string; readonly context: EncryptionContext; readonly dataKey: DataKey };

export type Service = {
  readonly opener: Opener;
  /** The `sealed_care_api` of a token, or another server's. */
  readonly envelope: (
    claims?: { readonly [claim: string]: Json },
    change?: { to?: string; iat?: number; keyId?: string; audience?: string; pool?: string },
  ) => string;
  /** What KMS was asked; once for a data key. */
  readonly asked: readonly { readonly keyId: string; readonly context: EncryptionContext }[];
  readonly kms: { fail: CryptoError | null };
};

/** A KMS in memory, and everything a service needs around it. Cryptography is real; only the wrapping is a list. */
export function service(change: Partial<OpenerOptions> = {}): Service {
  const wrappedKeys: Wrapped[] = [];
  const asked: { keyId: string; context: EncryptionContext }[] = [];
  const kms: Service["kms"] = { fail: null };
  const config = readOpenerOptions({
    resourceServer: "care-api",
    userPoolId: poolId,
    clientId: [clientId],
    scope: "care-api/chart.read",
    map: "clinic-eu",
    seal: { mode: "envelope", keys: [careKey] },
    jwks: { fetch: async () => ({ keys: [jwk(poolKey)] }) },
    ...change,
  });
  const opener: Opener = openerWith(config, {
    ...accessTokenVerifier(config),
    unwrap: async (keyId, context, wrapped) => {
      asked.push({ keyId, context });
      if (kms.fail) throw kms.fail;
      const found = wrappedKeys.find(
        (each) =>
          each.keyId === keyId &&
          JSON.stringify(each.context) === JSON.stringify(context) &&
          Buffer.from(each.dataKey.wrapped).equals(wrapped),
      );
      if (!found) throw new CryptoError("SEALED_INTEGRITY", "not wrapped with this key under this context");
      return found.dataKey.key;
    },
    agree: (keyId) => Promise.reject(new Error(`nobody asks ${keyId} to agree`)),
    decrypt: (keyId) => Promise.reject(new Error(`nobody asks ${keyId} to decrypt`)),
  });
  const envelope: Service["envelope"] = (
    claims = { licence_no: "DE-48213377", blood_type: null },
    { to = sub, iat = seconds(), keyId = careKey, audience = "care-api", pool = poolId } = {},
  ) => {
    const dataKey: DataKey = { key: importDataKey(randomBytes(32))!, wrapped: randomBytes(184) };
    wrappedKeys.push({ keyId, context: encryptionContext(audience, pool), dataKey });
    return sealEnvelope(new Map(Object.entries(claims)), { sub: to, iat }, dataKey, null);
  };
  return { opener, envelope, asked, kms };
}

/** The public half as the pool publishes it. */
export function jwk({ kid, publicKey }: SigningKey): object {
  return { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
}

/** The text with one bit of one of its characters turned, still base64url. */
export function spoiled(text: string): string {
  const bytes = Buffer.from(text, "base64url");
  bytes[bytes.length >> 1]! ^= 1;
  return encodeBase64url(bytes);
}

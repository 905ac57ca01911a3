import type { KeyObject } from "node:crypto";
import type { Plan } from "../../claims/plan.ts";
import type { TokenClaims } from "../../cognito/token-claims.ts";
import { localAgreementKey } from "../../crypto/agreement.ts";
import { directContext } from "../../crypto/direct-context.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { importDataKey } from "../../crypto/import-data-key.ts";
import { openAsymmetric } from "../../crypto/open-asymmetric.ts";
import { openDirect } from "../../crypto/open-direct.ts";
import { openEnvelope } from "../../crypto/open-envelope.ts";
import type { Json } from "../../crypto/strict-json.ts";
import type { Kms } from "../../local/kms/kms.ts";
import { POOL_ID } from "./people.ts";

/** What every envelope of an access token holds, by resource server. Rejects where one is another token's. */
export type OpenEnvelopes = (token: TokenClaims) => Promise<{ readonly [server: string]: Inside }>;

export type Inside = { readonly [claim: string]: Json };

const REGION = "eu-central-1";

/** Opens envelopes as each resource server would; a data key that was unwrapped once stays open. */
export function openerOf({ resourceServers }: Plan, kms: Kms, archive: KeyObject): OpenEnvelopes {
  const held = new Map<string, KeyObject>();
  const decrypt = async (blob: Uint8Array, context: Readonly<Record<string, string>>): Promise<Uint8Array> =>
    (await kms.decrypt(REGION, { CiphertextBlob: blob, EncryptionContext: context })).Plaintext;

  async function unwrap(wrapped: Uint8Array, context: Readonly<Record<string, string>>): Promise<KeyObject> {
    const name = Buffer.from(wrapped).toString("base64");
    const known = held.get(name) ?? importDataKey(await decrypt(wrapped, context));
    if (known === null) throw new TypeError("no data key");
    held.set(name, known);
    return known;
  }

  return async (token) => {
    const { sub, iat, client_id: clientId } = token;
    if (typeof sub !== "string" || typeof iat !== "number" || typeof clientId !== "string")
      throw new TypeError("no token");
    const binding = { sub, iat, clientId };
    const opened: Record<string, Inside> = {};
    for (const [name, { claim, identifier, seal }] of Object.entries(resourceServers)) {
      const value = token[claim];
      if (typeof value !== "string" || seal === undefined) continue;
      const context = encryptionContext(identifier, POOL_ID);
      const place = { audience: identifier, poolId: POOL_ID };
      const inside = await {
        envelope: () => openEnvelope(value, binding, (wrapped) => unwrap(wrapped, context)),
        asymmetric: () => openAsymmetric(value, { ...binding, place }, [localAgreementKey(archive)]),
        direct: () => openDirect(value, binding, (blob) => decrypt(blob, directContext(context, sub))),
      }[seal.mode]();
      opened[name] = Object.fromEntries(inside);
    }
    return opened;
  };
}

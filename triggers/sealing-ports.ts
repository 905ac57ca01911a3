import type { Plan, PlanSeal } from "../claims/plan.ts";
import { isPublicKey } from "../claims/public-key.ts";
import type { LoadPublicKey } from "../crypto/agreement.ts";
import type { GenerateDataKey } from "../crypto/data-key.ts";
import { dataKeyCache } from "../crypto/data-key-cache.ts";
import type { EncryptByKms } from "../crypto/direct-context.ts";
import { readPublicKey } from "../crypto/p256.ts";
import { publicKeyOnce } from "../crypto/public-key-once.ts";
import type { SealingPorts } from "./seal.ts";

/** KMS of one region, as far as sealing goes. */
export type SealingKms = {
  readonly generateDataKey: GenerateDataKey;
  readonly loadPublicKey: LoadPublicKey;
  readonly encrypt: EncryptByKms;
};

/**
 * The ports of every mode over KMS: data keys and public keys held for the life of the process, each within the bounds
 * its seal states; a public key that the map pins is never asked for.
 *
 * @param kms Called once per region.
 * @throws {TypeError} for a pinned public key that is not on P-256, naming its resource server.
 */
export function sealingPorts(
  { resourceServers }: Pick<Plan, "resourceServers">,
  kms: (region: string | undefined) => SealingKms,
): SealingPorts {
  for (const [name, { seal }] of Object.entries(resourceServers)) {
    const text = seal && pinned(seal);
    if (text !== undefined && pinnedKey(text) === null) {
      throw new TypeError(`the public key of resource server "${name}" is not a point of P-256`);
    }
  }
  const inRegion = memo((region: string | undefined) => kms(region));
  const dataKeys = memo((region: string | undefined, bounds: PlanSeal["dataKey"]) =>
    dataKeyCache(inRegion(region).generateDataKey, {
      ...(bounds && { maxAgeMs: bounds.maxAgeSeconds * 1000, maxUses: bounds.maxTokens }),
    }),
  );
  const publicKeys = memo((region: string | undefined) => publicKeyOnce(inRegion(region).loadPublicKey));
  const pinnedKeys = memo(pinnedKey);
  return {
    takeDataKey: ({ key, region, dataKey }, context, signal) => dataKeys(region, dataKey)(key, context, signal),
    takePublicKey: async (seal, _context, signal) => {
      const text = pinned(seal);
      return (text === undefined ? null : pinnedKeys(text)) ?? publicKeys(seal.region)(seal.key, signal);
    },
    encrypt: ({ key, region }, ...asked) => inRegion(region).encrypt(key, ...asked),
  };
}

/** A seal's public key as text, where it need not be asked for. */
function pinned({ key, publicKey }: Pick<PlanSeal, "key" | "publicKey">): string | undefined {
  return publicKey ?? (isPublicKey(key) ? key : undefined);
}

function pinnedKey(text: string): ReturnType<typeof readPublicKey> {
  return readPublicKey(Buffer.from(text, "base64"));
}

/** Calls `make` once for equal arguments, and keeps what it gave. */
function memo<A extends readonly unknown[], T>(make: (...given: A) => T): (...given: A) => T {
  const made = new Map<string, { readonly value: T }>();
  return (...given) => {
    const name = JSON.stringify(given);
    const known = made.get(name) ?? { value: make(...given) };
    made.set(name, known);
    return known.value;
  };
}

import { createSecretKey } from "node:crypto";
import type { Plan, PlanProfile } from "../../claims/plan.ts";
import type { EncryptionContext, GenerateDataKey } from "../../crypto/data-key.ts";
import { dataKeyCache } from "../../crypto/data-key-cache.ts";
import { encryptionContext } from "../../crypto/encryption-context.ts";
import { pseudonymRootOnce } from "../../crypto/pseudonym-root.ts";
import { NEVER, type SimulatedClock } from "./simulated-clock.ts";

/** What KMS was asked so far. Blobs are numbered: the number is all that there is of a data key here. */
export type KmsCounter = { generated: number; macs: number };

/** A resource server whose envelopes a profile seals with a data key. */
export type SealedServer = {
  readonly name: string;
  readonly keyId: string;
  readonly context: EncryptionContext;
  readonly limits: Parameters<typeof dataKeyCache>[1];
};

/** Keys are asked for by profile, before anything is known of the person: whether the envelope comes about or not. */
export function sealedServers({ resourceServers }: Plan, { envelopes }: PlanProfile): readonly SealedServer[] {
  return envelopes.flatMap(({ resourceServer }) => {
    const { identifier = "", seal } = resourceServers[resourceServer] ?? {};
    if (seal?.mode !== "envelope") return [];
    const { key: keyId, dataKey } = seal;
    const limits = dataKey && { maxAgeMs: dataKey.maxAgeSeconds * 1000, maxUses: dataKey.maxTokens };
    return [{ name: resourceServer, keyId, context: encryptionContext(identifier, "eu-central-1_Example01"), limits }];
  });
}

/** One environment of the trigger: gives the number of each server's data key, in their order. */
export type Environment = {
  readonly born: number;
  readonly sealOne: () => Promise<readonly number[]>;
};

/** Here no key does anything. */
const KEY = createSecretKey(Buffer.alloc(32));

/** With the trigger's own caches, under this clock. */
export function newEnvironment(
  servers: readonly SealedServer[],
  hasPseudonyms: boolean,
  { kms, clock, random }: { readonly kms: KmsCounter; readonly clock: SimulatedClock; readonly random: () => number },
): Environment {
  const generate: GenerateDataKey = async () => {
    kms.generated += 1;
    return { key: KEY, wrapped: numbered(kms.generated) };
  };
  const takes = servers.map(({ keyId, context, limits }) => {
    const take = dataKeyCache(generate, limits, clock.now, random);
    return async () => numberOf((await take(keyId, context, NEVER)).wrapped);
  });
  const loadRoot = pseudonymRootOnce(
    async () => {
      kms.macs += 1;
      return KEY;
    },
    undefined,
    clock.now,
  );
  return {
    born: clock.ms,
    sealOne: async () => {
      const [numbers] = await Promise.all([
        Promise.all(takes.map((take) => take())),
        hasPseudonyms ? loadRoot("root", NEVER) : null,
      ]);
      return numbers;
    },
  };
}

export function numbered(number: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

function numberOf(wrapped: Uint8Array): number {
  return Buffer.from(wrapped).readUInt32BE();
}

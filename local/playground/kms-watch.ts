import type { Plan, PlanSeal } from "../../claims/plan.ts";
import { isPublicKey } from "../../claims/public-key.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import type { SealPorts } from "../../resource-server/unseal.ts";
import type { SealingPorts } from "../../triggers/seal.ts";
import type { KmsFault, SplitFaults } from "./faults.ts";
import type { KmsCall } from "./messages.ts";

/** What was asked of KMS, by resource server. */
export type KmsCalls = ReadonlyMap<string, readonly KmsCall[]>;

/** Notes every call that would go to KMS. */
export type KmsWatch = {
  readonly calls: KmsCalls;
  /** The trigger's ports, watched. */
  readonly sealing: (ports: SealingPorts) => SealingPorts;
  /** The ports of one resource server, watched, and failing as its fault says. */
  readonly reading: (server: string, ports: SealPorts) => SealPorts;
};

/** What a reader's client makes of each; a throttled call is repeated in vain. */
const CODES = { throttled: "KEY_UNAVAILABLE", denied: "KEY_ACCESS_DENIED" } as const;

export function watchKms({ resourceServers }: Plan, { kmsSays, readers }: SplitFaults): KmsWatch {
  const calls = new Map<string, KmsCall[]>();
  const serverOf = (audience: string): string =>
    Object.entries(resourceServers).find(([, { identifier }]) => identifier === audience)?.[0] ?? audience;

  async function noted<T>(
    server: string,
    call: Pick<KmsCall, "by" | "operation" | "context">,
    fault: KmsFault | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const list = calls.get(server) ?? [];
    calls.set(server, list);
    const at = list.push({ ...call, result: "under way" }) - 1;
    try {
      const result = await work();
      list[at] = { ...call, result: "ok" };
      return result;
    } catch (error) {
      list[at] = { ...call, result: fault ?? "unavailable" };
      throw error;
    }
  }
  const atSignIn = <T>(operation: string, context: EncryptionContext, shown: object, work: () => Promise<T>) => {
    const server = serverOf(context["claimseal:aud"]);
    const call = { by: "trigger", operation, context: { ...shown } } as const;
    return noted(server, call, kmsSays.get(server), work);
  };

  return {
    calls,
    sealing: ({ takeDataKey, takePublicKey, encrypt }) => ({
      takeDataKey: (seal, context, signal) =>
        atSignIn("GenerateDataKey", context, context, () => takeDataKey(seal, context, signal)),
      takePublicKey: (seal, context, signal) =>
        isInMap(seal)
          ? takePublicKey(seal, context, signal)
          : // A public key knows no context: what is sealed with it is bound by the envelope itself.
            atSignIn("GetPublicKey", context, {}, () => takePublicKey(seal, context, signal)),
      encrypt: (seal, context, plaintext, signal) =>
        atSignIn("Encrypt", context, context, () => encrypt(seal, context, plaintext, signal)),
    }),
    reading: (server, ports) => {
      const fault = readers.get(server);
      const asked = <T>(operation: string, context: object, work: () => Promise<T>): Promise<T> =>
        noted(server, { by: "reader", operation, context: { ...context } }, fault, async () => {
          if (fault) throw new CryptoError(CODES[fault], "KMS did not do it");
          return work();
        });
      return {
        unwrap: (key, context, wrapped, signal) =>
          asked("Decrypt", context, () => ports.unwrap(key, context, wrapped, signal)),
        agree: (key, ephemeral, signal) => asked("DeriveSharedSecret", {}, () => ports.agree(key, ephemeral, signal)),
        decrypt: (key, context, blob, signal) =>
          asked("Decrypt", context, () => ports.decrypt(key, context, blob, signal)),
      };
    },
  };
}

/** Whether the map itself has the public key, so that nobody is asked for it. */
function isInMap({ key, publicKey }: Pick<PlanSeal, "key" | "publicKey">): boolean {
  return publicKey !== undefined || isPublicKey(key);
}

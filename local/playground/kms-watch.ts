import type { Plan, PlanSeal } from "../../claims/plan.ts";
import { isPublicKey } from "../../claims/public-key.ts";
import { CryptoError } from "../../crypto/crypto-error.ts";
import type { EncryptionContext } from "../../crypto/data-key.ts";
import type { SealPorts } from "../../resource-server/unseal.ts";
import type { SealingPorts } from "../../triggers/seal.ts";
import type { SplitFaults } from "./faults.ts";
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
  /** What each envelope's key was made under. */
  const sealedUnder = new Map<string, string>();
  const serverOf = (audience: string): string =>
    Object.entries(resourceServers).find(([, { identifier }]) => identifier === audience)?.[0] ?? audience;

  async function noted<T>(
    server: string,
    call: Omit<KmsCall, "result">,
    failure: () => KmsCall["result"],
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
      list[at] = { ...call, result: failure() };
      throw error;
    }
  }
  const atSignIn = <T>(
    operation: string,
    { key }: Pick<PlanSeal, "key">,
    context: EncryptionContext,
    work: () => Promise<T>,
  ): Promise<T> => {
    const server = serverOf(context["claimseal:aud"]);
    sealedUnder.set(server, key);
    // A public key knows no context: what is sealed with it is bound by the envelope itself.
    const shown = operation === "GetPublicKey" ? {} : { ...context };
    const call = { by: "trigger", operation, key, context: shown } as const;
    return noted(server, call, () => kmsSays.get(server) ?? "unavailable", work);
  };

  return {
    calls,
    sealing: ({ takeDataKey, takePublicKey, encrypt }) => ({
      takeDataKey: (seal, context, signal) =>
        atSignIn("GenerateDataKey", seal, context, () => takeDataKey(seal, context, signal)),
      takePublicKey: (seal, context, signal) =>
        isInMap(seal)
          ? takePublicKey(seal, context, signal)
          : atSignIn("GetPublicKey", seal, context, () => takePublicKey(seal, context, signal)),
      encrypt: (seal, context, plaintext, signal) =>
        atSignIn("Encrypt", seal, context, () => encrypt(seal, context, plaintext, signal)),
    }),
    reading: (server, ports) => {
      const fault = readers.get(server);
      const asked = <T>(operation: string, key: string, context: object, work: () => Promise<T>): Promise<T> =>
        noted(
          server,
          { by: "reader", operation, key, context: { ...context } },
          () => fault ?? "wrong key",
          async () => {
            if (fault) throw new CryptoError(CODES[fault], "KMS did not do it");
            // With a key of another partition KMS decrypts nothing.
            if (operation === "Decrypt" && key !== sealedUnder.get(server)) {
              throw new CryptoError("SEALED_INTEGRITY", "it was sealed under another key");
            }
            return work();
          },
        );
      return {
        unwrap: (key, context, wrapped, signal) =>
          asked("Decrypt", key, context, () => ports.unwrap(key, context, wrapped, signal)),
        agree: (key, ephemeral, signal) =>
          asked("DeriveSharedSecret", key, {}, () => ports.agree(key, ephemeral, signal)),
        decrypt: (key, context, blob, signal) =>
          asked("Decrypt", key, context, () => ports.decrypt(key, context, blob, signal)),
      };
    },
  };
}

/** Whether the map itself has the public key, so that nobody is asked for it. */
function isInMap({ key, publicKey }: Pick<PlanSeal, "key" | "publicKey">): boolean {
  return publicKey !== undefined || isPublicKey(key);
}

import { isPartitioned } from "../claims/gather/partition.ts";
import type { Plan, PlanProfile, PlanSeal } from "../claims/plan.ts";
import type { Subject } from "../cognito/subject.ts";
import { encryptionContext } from "../crypto/encryption-context.ts";
import type { SealingPorts } from "./seal.ts";

/**
 * The same ports, with the keys of a profile's envelopes asked for already, so that they come while rows are read.
 *
 * What is asked depends on profile and pool alone, never on a value; keys that differ by partition wait until the
 * subject's is known. An answer is looked at when an envelope needs it, and only then can it refuse a token.
 */
export function askEarly(
  plan: Plan,
  { envelopes }: PlanProfile,
  { poolId }: Pick<Subject, "poolId">,
  ports: SealingPorts,
  signal: AbortSignal,
): SealingPorts {
  const dataKeys = new Map<string, ReturnType<SealingPorts["takeDataKey"]>>();
  const publicKeys = new Map<string, ReturnType<SealingPorts["takePublicKey"]>>();
  for (const { resourceServer } of envelopes) {
    const { identifier, seal } = plan.resourceServers[resourceServer] ?? {};
    if (identifier === undefined || seal === undefined || isPartitioned(seal.key + (seal.region ?? ""))) continue;
    const context = encryptionContext(identifier, poolId);
    if (seal.mode === "envelope") {
      dataKeys.set(
        nameOf(seal, identifier),
        begun(() => ports.takeDataKey(seal, context, signal)),
      );
    } else if (seal.mode === "asymmetric") {
      publicKeys.set(
        nameOf(seal, identifier),
        begun(() => ports.takePublicKey(seal, context, signal)),
      );
    }
  }
  return {
    ...ports,
    takeDataKey: (seal, context, ...rest) =>
      dataKeys.get(nameOf(seal, context["claimseal:aud"])) ?? ports.takeDataKey(seal, context, ...rest),
    takePublicKey: (seal, context, ...rest) =>
      publicKeys.get(nameOf(seal, context["claimseal:aud"])) ?? ports.takePublicKey(seal, context, ...rest),
  };
}

/** A promise that nobody may ever wait for: its failure is nobody's then. */
function begun<T>(ask: () => Promise<T>): Promise<T> {
  const outcome = (async () => ask())();
  outcome.catch(() => {});
  return outcome;
}

function nameOf({ key, region }: Pick<PlanSeal, "key" | "region">, audience: string): string {
  return JSON.stringify([key, region, audience]);
}

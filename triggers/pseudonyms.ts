import type { PlanProfile } from "../claims/plan.ts";
import type { PseudonymFor } from "../claims/resolve/audience.ts";
import type { Subject } from "../cognito/subject.ts";
import type { Pseudonymize } from "../crypto/pseudonym.ts";

/** Finds what makes pseudonyms for one user pool; null where the plan names no key for them. */
export type LoadPseudonyms = (poolId: string, signal: AbortSignal) => Promise<Pseudonymize | null>;

/**
 * The pseudonyms of one event, if its profile needs any. Whatever keeps them from being made leaves every one of them
 * unknown: each claim, scope and refusal then does what it does with an unknown value.
 */
export async function pseudonymsFor(
  { needs }: PlanProfile,
  { poolId }: Subject,
  load: LoadPseudonyms,
  signal: AbortSignal,
): Promise<PseudonymFor> {
  const pseudonymize = needs.pseudonyms ? await load(poolId, signal).catch(() => null) : null;
  return (audience) => (attribute, value) => pseudonymize?.(audience, attribute, value);
}

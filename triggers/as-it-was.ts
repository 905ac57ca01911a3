import { ClaimsError } from "../claims/claims-error.ts";
import type { Plan } from "../claims/plan.ts";
import type { TriggerEvent } from "../cognito/trigger-event.ts";
import { awaitWithSignal } from "../crypto/await-with-signal.ts";
import type { InvokeFunction } from "./chain.ts";
import { Refusal } from "./refusal.ts";

/**
 * The event as it goes back in mode `shadow`: what it would be without claimseal.
 *
 * @param chained The answer of the function that the map chains, if it was asked on the way.
 * @param leftMs Milliseconds there are for it.
 */
export type AsItWas = (event: unknown, chained: Promise<unknown> | null, leftMs: number) => Promise<TriggerEvent>;

/** Without another function, tokens are as Cognito makes them. */
export const asItCame: AsItWas = async (event) => event as TriggerEvent;

/**
 * Where the map chains a function, the pool had that one: its answer goes back whole, scopes and groups included, and
 * where it fails the sign-in does, as it did before.
 *
 * @throws {ClaimsError} `CHAIN_SEVERAL` where the map chains several: a pool can have had one of them only.
 */
export function asItWas({ sources, profiles }: Plan, invoke: InvokeFunction | null): AsItWas {
  // One that no profile reads is nothing to this map, and its function's permissions do not have it.
  const read = new Set(profiles.flatMap(({ reads }) => reads.flatMap(Object.keys)));
  const functions = [
    ...new Set(
      Object.entries(sources).flatMap(([name, source]) =>
        source.kind === "chain" && read.has(name) ? [source.function] : [],
      ),
    ),
  ];
  if (functions.length > 1) {
    throw new ClaimsError("CHAIN_SEVERAL", "mode shadow leaves tokens as one chained function makes them, not several");
  }
  const [arn] = functions;
  if (arn === undefined || invoke === null) return asItCame;
  return async (event, chained, leftMs) => {
    const signal = AbortSignal.timeout(Math.max(0, Math.floor(leftMs)));
    const ask = async (): Promise<unknown> => invoke(arn, JSON.stringify(event), signal);
    const answer = await awaitWithSignal(chained ?? ask(), signal).catch(() => {
      throw new Refusal("SOURCE_UNAVAILABLE", "mode shadow: the chained function gave no answer");
    });
    return { ...(event as TriggerEvent), ...responseOf(answer) };
  };
}

function responseOf(answer: unknown): Pick<TriggerEvent, "response"> | object {
  const isAnswer = typeof answer === "object" && answer !== null && Object.hasOwn(answer, "response");
  return isAnswer ? { response: (answer as TriggerEvent).response } : {};
}

import type { Random } from "../canary/random.ts";
import { shuffledTurns } from "./shuffled.ts";

/** What becomes of one request, after it has been on its way for as many turns as chance says. */
export type Trip = () => Promise<"well" | "failed" | "refused" | "hangs">;

/** Trips by chance; null for those that take no time and end well. */
export function tripsBy(random: Random | null): Trip {
  if (random === null) return async () => "well";
  const turn = shuffledTurns(random);
  return async () => {
    for (let turns = random.int(4); turns > 0; turns -= 1) await turn();
    if (random.chance(0.05)) return "failed";
    if (random.chance(0.01)) return "refused";
    return random.chance(0.001) ? "hangs" : "well";
  };
}

export function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });
}

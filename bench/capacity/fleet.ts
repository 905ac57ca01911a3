import { type Environment, type KmsCounter, newEnvironment, type SealedServer } from "./environment.ts";
import type { SimulatedClock } from "./simulated-clock.ts";
import { HOUR_MS, type Traffic } from "./traffic.ts";

/** What a day of the trigger came to. */
export type FleetDay = {
  readonly starts: number;
  /** Environments that existed at once, at most. */
  readonly environments: number;
  /** At work at once, at most. */
  readonly concurrency: number;
  readonly generated: number;
  readonly macs: number;
  /** `GenerateDataKey` in the hour in which there were most. */
  readonly generatedInBusiestHour: number;
  /** For each token, the numbers of the data keys it could be sealed with, in the order of `servers`. */
  readonly keysOf: readonly Uint32Array[];
};

type Idle = { readonly environment: Environment; readonly since: number };
type Busy = { readonly environment: Environment; readonly until: number };

/**
 * Lets Lambda answer these events: by the environment that was at work last, by a new one where none is free. AWS does
 * not say which of the free ones it takes. An environment ends after `idleMinutes` without work, and after `lifeMinutes`.
 */
export async function runFleet(
  arrivals: Float64Array,
  servers: readonly SealedServer[],
  hasPseudonyms: boolean,
  traffic: Traffic,
  { clock, random }: { readonly clock: SimulatedClock; readonly random: () => number },
): Promise<FleetDay> {
  const kms: KmsCounter = { generated: 0, macs: 0 };
  const keysOf = servers.map(() => new Uint32Array(arrivals.length));
  const perHour: number[] = [];
  // Idle ones in the order in which they became so: the last is taken first, the first is the one to end.
  let idle: Idle[] = [];
  let busy: Busy[] = [];
  let [starts, environments, concurrency] = [0, 0, 0];

  const free = (): Environment | undefined => {
    const { idleMinutes, lifeMinutes } = traffic;
    idle = idle.filter(
      ({ environment, since }) =>
        clock.ms - since < idleMinutes * 60_000 && clock.ms - environment.born < lifeMinutes * 60_000,
    );
    return idle.pop()?.environment;
  };

  for (const [index, at] of arrivals.entries()) {
    clock.ms = at;
    const done = busy.filter(({ until }) => until <= at).toSorted((a, b) => a.until - b.until);
    idle.push(...done.map(({ environment, until }) => ({ environment, since: until })));
    busy = busy.filter(({ until }) => until > at);
    const known = free();
    const environment = known ?? newEnvironment(servers, hasPseudonyms, { kms, clock, random });
    if (known === undefined) starts += 1;
    busy.push({ environment, until: at + (known === undefined ? traffic.coldMs : traffic.warmMs) });
    concurrency = Math.max(concurrency, busy.length);
    environments = Math.max(environments, busy.length + idle.length);
    const before = kms.generated;
    const numbers = await environment.sealOne();
    for (const [server, number] of numbers.entries()) (keysOf[server] as Uint32Array)[index] = number;
    const hour = Math.floor(at / HOUR_MS);
    perHour[hour] = (perHour[hour] ?? 0) + kms.generated - before;
  }
  const generatedInBusiestHour = perHour.reduce((most, each) => Math.max(most, each ?? 0), 0);
  return { starts, environments, concurrency, ...kms, generatedInBusiestHour, keysOf };
}

import { arrivalsOfADay } from "./arrivals.ts";
import { sealedServers } from "./environment.ts";
import { type FleetDay, runFleet } from "./fleet.ts";
import { type Measured, profileOf } from "./measure.ts";
import { seeded } from "./random.ts";
import { type Openings, type ReaderDay, runReaders } from "./readers.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { HOUR_MS, instancesFor, type Traffic } from "./traffic.ts";

/** One day of so many users, played through event by event with the caches of the code. */
export type Day = {
  readonly users: number;
  readonly tokens: number;
  readonly fleet: Omit<FleetDay, "keysOf">;
  readonly readers: { readonly [resourceServer: string]: ReaderDay & { readonly instances: number } };
};

/** The same for the same seed. Every person of the example is as frequent as the next. */
export async function simulateDay(users: number, measured: Measured, traffic: Traffic, seed = 1): Promise<Day> {
  const random = seeded(seed);
  const clock = simulatedClock();
  const profile = profileOf(measured);
  const people = measured.issued.filter(({ profile: name }) => name === profile.name);
  const servers = sealedServers(measured.plan, profile);
  const arrivals = arrivalsOfADay(users, traffic, random);
  const { keysOf, ...fleet } = await runFleet(arrivals, servers, profile.needs.pseudonyms, traffic, { clock, random });
  const readers: { [resourceServer: string]: ReaderDay & { instances: number } } = {};
  for (const [index, server] of servers.entries()) {
    const isSealed = Uint8Array.from(people, ({ sealedFor }) => Number(sealedFor.includes(server.name)));
    const openings = openingsOf(arrivals, keysOf[index] as Uint32Array, isSealed, traffic, random);
    const instances = instancesFor(busiest(openings) / 3600, traffic);
    readers[server.name] = { ...(await runReaders(openings, instances, server.context, { clock, random })), instances };
  }
  return { users, tokens: arrivals.length, fleet, readers };
}

/** While a token lives it is used evenly. */
function openingsOf(
  arrivals: Float64Array,
  keys: Uint32Array,
  isSealed: Uint8Array,
  { opensPerToken, tokenMinutes }: Traffic,
  random: () => number,
): Openings {
  const at: number[] = [];
  const key: number[] = [];
  for (const [index, issued] of arrivals.entries()) {
    // Whose token it is, by chance.
    if (isSealed[Math.floor(random() * isSealed.length)] === 0) continue;
    for (let opening = 0; opening < opensPerToken; opening += 1) {
      at.push(issued + random() * tokenMinutes * 60_000);
      key.push(keys[index] ?? 0);
    }
  }
  const order = Uint32Array.from(at, (_, index) => index).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  return {
    at: Float64Array.from(order, (index) => at[index] ?? 0),
    key: Uint32Array.from(order, (index) => key[index] ?? 0),
  };
}

function busiest({ at }: Openings): number {
  const perHour: number[] = [];
  for (const ms of at) {
    const hour = Math.floor(ms / HOUR_MS);
    perHour[hour] = (perHour[hour] ?? 0) + 1;
  }
  return perHour.reduce((most, each) => Math.max(most, each ?? 0), 0);
}

import { sealedServers } from "./environment.ts";
import { type Measured, profileOf } from "./measure.ts";
import { fleetLevels, sum } from "./model-fleet.ts";
import { readerRates } from "./model-readers.ts";
import { renewalMs } from "./renewal.ts";
import { hourlyRates, instancesFor, type Traffic } from "./traffic.ts";

/** One service, by the day and in its busiest hour. */
export type ModelledReader = {
  readonly instances: number;
  readonly openings: number;
  readonly decrypts: number;
  readonly decryptsPerSecond: number;
  readonly heldKeys: number;
};

/** A day of so many users, worked out. Per second and at once: in the busiest hour. */
export type ModelledDay = {
  readonly users: number;
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly signInsPerSecond: number;
  readonly starts: number;
  readonly environments: number;
  readonly concurrency: number;
  readonly generated: number;
  readonly generatedPerSecond: number;
  readonly macs: number;
  readonly readers: { readonly [resourceServer: string]: ModelledReader };
};

/** Works out a day as `simulateDay` plays it, by rates: for any number of users. */
export async function modelDay(users: number, measured: Measured, traffic: Traffic): Promise<ModelledDay> {
  const profile = profileOf(measured);
  const people = measured.issued.filter(({ profile: name }) => name === profile.name);
  const servers = sealedServers(measured.plan, profile);
  const renewalS = (await renewalMs(servers[0]?.limits)) / 1000;
  const rates = hourlyRates(users, traffic);
  const busiest = Math.max(...rates);
  const fleets = rates.map((rate) => fleetLevels(rate, renewalS, traffic));
  const atBusiest = fleets[rates.indexOf(busiest)] ?? [];
  const daily = (of: (levels: (typeof fleets)[number]) => number): number => sum(fleets, of) * 3600;
  const starts = daily((levels) => sum(levels, (level) => level.starts));
  const perServer = (levels: (typeof fleets)[number]): number => sum(levels, ({ keys }) => keys);

  const readers = servers.map(({ name }) => {
    const share = people.filter(({ sealedFor }) => sealedFor.includes(name)).length / people.length;
    const opensPerSecond = busiest * share * traffic.opensPerToken;
    const instances = instancesFor(opensPerSecond, traffic);
    const of = (levels: (typeof fleets)[number]) => readerRates(levels, share, instances, traffic);
    const { decryptsPerSecond, heldKeys } = of(atBusiest);
    const openings = sum(rates, (rate) => rate * 3600) * share * traffic.opensPerToken;
    return [
      name,
      { instances, openings, decrypts: daily((levels) => of(levels).decryptsPerSecond), decryptsPerSecond, heldKeys },
    ] as const;
  });
  return {
    users,
    tokens: sum(rates, (rate) => rate * 3600),
    tokensPerSecond: busiest,
    signInsPerSecond: busiest / (sum(rates, (rate) => rate * 3600) / (users * traffic.activeShare)),
    starts,
    environments: sum(atBusiest, (level) => level.starts * level.lifeS),
    concurrency: (busiest * traffic.warmMs) / 1000,
    generated: daily(perServer) * servers.length,
    generatedPerSecond: perServer(atBusiest) * servers.length,
    macs: profile.needs.pseudonyms ? starts : 0,
    readers: Object.fromEntries(readers),
  };
}

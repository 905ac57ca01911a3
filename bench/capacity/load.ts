import { BUDGET_MS } from "../../triggers/deadline.ts";
import { QUOTAS, type QuotaName } from "./aws-figures.ts";
import { type Measured, profileOf } from "./measure.ts";
import type { ModelledDay } from "./model.ts";
import { DEFAULT_BUDGET } from "./readers.ts";
import type { Traffic } from "./traffic.ts";

/** One quota at one size: how much of it is used, 1 being all of it. */
export type Load = { readonly name: LoadName; readonly used: number; readonly share: number };

export type LoadName =
  | "signIns"
  | "federated"
  | "concurrency"
  | "outage"
  | "restart"
  | "reads"
  | "kms"
  | "kmsRestart"
  | "asymmetric"
  | "direct";

type Described = {
  readonly what: string;
  readonly quota: QuotaName;
  /** What happens beyond it, and what to do before that. */
  readonly remedy: string;
};

/** What a busiest hour is held against. */
export const LOADS: { readonly [name in LoadName]: Described } = {
  signIns: {
    what: "sign-ins and refreshes",
    quota: "userAuthentication",
    remedy:
      "Beyond it Cognito throttles sign-ins. Have the quota raised (through Service Quotas where the pool has managed login); let access tokens live longer; have apps keep them as long as they live.",
  },
  federated: {
    what: "sign-ins, if all of them come by an identity provider",
    quota: "userFederation",
    remedy: "Have the quota raised; refreshes do not count against it.",
  },
  concurrency: {
    what: "environments at work at once",
    quota: "lambdaConcurrency",
    remedy: "Have the quota raised; give the function `reservedConcurrency`, so that no other takes its share.",
  },
  outage: {
    what: "the same while every answer takes until the deadline",
    quota: "lambdaConcurrency",
    remedy:
      "Only an outage comes to this: sign-ins beyond it are throttled by Lambda. `reservedConcurrency` keeps it from stopping every other function, and a breaker ends the waiting after a few seconds.",
  },
  restart: {
    what: "environments to be started after a deployment, in ten seconds",
    quota: "lambdaScaling",
    remedy: "Shift the alias in steps, or keep some started with `provisionedConcurrency`.",
  },
  reads: {
    what: "read units of the busiest table",
    quota: "dynamoTable",
    remedy: "Have the quota raised; keep rows under 4 KB; drop `consistent` where staleness does no harm.",
  },
  kms: {
    what: "KMS operations, trigger and services",
    quota: "kmsSymmetric",
    remedy: "Fewer, larger instances of the services; or keys in another account.",
  },
  kmsRestart: {
    what: "KMS operations in the second in which every instance of every service restarts",
    quota: "kmsSymmetric",
    remedy: "Restart services in steps; `kmsCallsPerSecond` bounds what one instance asks.",
  },
  asymmetric: {
    what: "`DeriveSharedSecret`, if the envelopes were `asymmetric`",
    quota: "kmsEcc",
    remedy: "Mode `envelope`; or readers that hold the private key themselves, and ask KMS nothing.",
  },
  direct: {
    what: "KMS operations, if the envelopes were `direct`",
    quota: "kmsSymmetric",
    remedy: "Mode `envelope`: `direct` asks for every token and for every opening.",
  },
};

/** What the map itself brings about; the others tell what another choice would. */
export const OF_THE_MAP: readonly LoadName[] = ["signIns", "concurrency", "restart", "reads", "kms", "kmsRestart"];

/** Every quota in the busiest hour. */
export function loadsOf(day: ModelledDay, measured: Measured, traffic: Traffic): readonly Load[] {
  const rate = day.tokensPerSecond;
  const readers = Object.values(day.readers);
  const total = (of: (reader: (typeof readers)[number]) => number): number =>
    readers.reduce((before, reader) => before + of(reader), 0);
  const people = measured.issued.filter(({ profile }) => profile === profileOf(measured).name);
  const mean = (of: (person: (typeof people)[number]) => number): number =>
    people.reduce((before, person) => before + of(person), 0) / people.length;
  const opensPerSecond = rate * mean(({ sealedFor }) => sealedFor.length) * traffic.opensPerToken;
  const used: { readonly [name in LoadName]: number } = {
    signIns: rate,
    federated: day.signInsPerSecond,
    concurrency: day.concurrency,
    outage: (rate * BUDGET_MS) / 1000,
    // While all of them are new, each event takes as long as a start.
    restart: Math.max(day.environments, (rate * traffic.coldMs) / 1000),
    // All on one table, which is the worst.
    reads: rate * mean(({ dynamo }) => dynamo.units),
    kms: day.generatedPerSecond + total(({ decryptsPerSecond }) => decryptsPerSecond),
    kmsRestart: total(({ instances, heldKeys }) => instances * Math.min(heldKeys, DEFAULT_BUDGET)),
    asymmetric: rate * agreements(measured, day, mean, traffic),
    direct: rate * mean(({ sealedFor }) => sealedFor.length) + opensPerSecond,
  };
  return (Object.keys(LOADS) as LoadName[]).map((name) => ({
    name,
    used: used[name],
    share: used[name] / QUOTAS[LOADS[name].quota].value,
  }));
}

/** How many instances meet each envelope: under `asymmetric`, each of them asks once. */
function agreements(
  { issued }: Measured,
  { readers }: ModelledDay,
  mean: (of: (person: (typeof issued)[number]) => number) => number,
  { opensPerToken }: Traffic,
): number {
  return mean(({ sealedFor }) =>
    sealedFor.reduce((sum, name) => {
      const instances = readers[name]?.instances ?? 1;
      return sum + instances * (1 - (1 - 1 / instances) ** opensPerToken);
    }, 0),
  );
}

/** The quota that is used up first among these; null where all of them have room. */
export function firstToBind(loads: readonly Load[], among: readonly LoadName[]): Load | null {
  const over = loads.filter(({ name, share }) => among.includes(name) && share > 1);
  return over.toSorted((a, b) => b.share - a.share)[0] ?? null;
}

import { METRICS } from "../../triggers/record-metrics.ts";
import { FREE_USERS, PRICES } from "./aws-figures.ts";
import { type Measured, profileOf } from "./measure.ts";
import type { ModelledDay } from "./model.ts";
import type { Traffic } from "./traffic.ts";

/** US dollars a month. */
export type Bill = {
  readonly cognito: number;
  readonly lambda: number;
  readonly dynamodb: number;
  readonly kms: number;
  readonly logs: number;
  /** Keys and metrics, whatever the traffic. */
  readonly fixed: number;
};

/** What a month of such working days costs; nothing is free here but Cognito's first users. */
export function monthlyBill(day: ModelledDay, measured: Measured, traffic: Traffic): Bill {
  const tokens = day.tokens * traffic.workingDays;
  const { plan } = measured;
  const people = measured.issued.filter(({ profile }) => profile === profileOf(measured).name);
  const mean = (of: (person: (typeof people)[number]) => number): number =>
    people.reduce((before, person) => before + of(person), 0) / people.length;
  const decrypts = Object.values(day.readers).reduce((sum, reader) => sum + reader.decrypts, 0);
  const operations = (day.generated + day.macs + decrypts) * traffic.workingDays;
  const seconds = tokens * (traffic.warmMs / 1000) + (day.starts * traffic.workingDays * traffic.coldMs) / 1000;
  const keys =
    Object.values(plan.resourceServers).filter(({ seal }) => seal !== undefined).length +
    Number(plan.pseudonyms !== undefined);
  return {
    cognito: Math.max(0, day.users - FREE_USERS.value) * PRICES.cognitoUser.value,
    lambda:
      (tokens / 1e6) * PRICES.lambdaRequests.value + seconds * (traffic.memoryMb / 1024) * PRICES.lambdaGbSecond.value,
    dynamodb: ((tokens * mean(({ dynamo }) => dynamo.units)) / 1e6) * PRICES.dynamoReads.value,
    kms: (operations / 1e4) * PRICES.kmsRequests.value,
    logs: ((tokens * (mean(({ recordBytes }) => recordBytes) + traffic.platformLogBytes)) / 1e9) * PRICES.logs.value,
    fixed: keys * PRICES.kmsKey.value + Object.keys(METRICS).length * PRICES.metric.value,
  };
}

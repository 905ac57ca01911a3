import { readFileSync } from "node:fs";

/** What people and machines do in a day, and what the parts take. Everything here is assumed, and can be set. */
export type Traffic = {
  /** Share of the users who are there on a working day. */
  readonly activeShare: number;
  /** Minutes such a user uses the app for, in one piece: a sign-in, then a refresh whenever the token has expired. */
  readonly useMinutes: number;
  /** Life of an access token, in minutes. */
  readonly tokenMinutes: number;
  /** Requests that open an envelope, for each token and each envelope in it. */
  readonly opensPerToken: number;
  /** Openings a second for which a service adds an instance; it has two at least. */
  readonly opensPerInstance: number;
  /** Working days in a month. */
  readonly workingDays: number;
  /** Milliseconds that an answer takes, and one that starts an environment as well. */
  readonly warmMs: number;
  readonly coldMs: number;
  readonly memoryMb: number;
  /** Minutes after which Lambda ends an environment: without work, and whatever it does. AWS promises neither. */
  readonly idleMinutes: number;
  readonly lifeMinutes: number;
  /** Bytes that Lambda itself logs of an invocation. */
  readonly platformLogBytes: number;
};

const TEMPLATE = readFileSync("serverless.yml", "utf8");

/** What the template of this project sets. */
function templateNumber(name: string): number {
  const [, digits] = new RegExp(`^ +${name}: (\\d+)`, "m").exec(TEMPLATE) ?? [];
  if (digits === undefined) throw new TypeError(`serverless.yml sets no ${name}`);
  return Number(digits);
}

export const TRAFFIC: Traffic = {
  activeShare: 0.5,
  useMinutes: 60,
  tokenMinutes: templateNumber("AccessTokenValidity"),
  opensPerToken: 10,
  opensPerInstance: 100,
  workingDays: 22,
  warmMs: 40,
  coldMs: 700,
  memoryMb: templateNumber("memorySize"),
  idleMinutes: 10,
  lifeMinutes: 120,
  platformLogBytes: 350,
};

/** What each number means, for whoever sets it. */
export const MEANINGS: { readonly [name in keyof Traffic]: string } = {
  activeShare: "share of the users who are there on a working day",
  useMinutes: "minutes of use by each of them, in one piece",
  tokenMinutes: "life of an access token in minutes (as `serverless.yml` sets it)",
  opensPerToken: "requests that open an envelope, for each envelope of a token",
  opensPerInstance: "openings a second for which a service adds an instance to its two",
  workingDays: "working days in a month",
  warmMs: "milliseconds an answer takes",
  coldMs: "milliseconds an answer takes that starts an environment",
  memoryMb: "memory of the function in MB (as `serverless.yml` sets it)",
  idleMinutes: "minutes without work after which Lambda ends an environment",
  lifeMinutes: "minutes after which Lambda ends an environment whatever it does",
  platformLogBytes: "bytes that Lambda logs of an invocation by itself",
};

/** How the sign-ins of a day lie over its hours: an office day, three times its mean at the busiest. */
export const HOURS: readonly number[] = [
  1, 1, 1, 1, 1, 3, 8, 20, 44, 48, 42, 34, 26, 34, 38, 30, 20, 12, 8, 5, 3, 2, 1, 1,
];

export const HOUR_MS = 3_600_000;
export const DAY_MS: number = 24 * HOUR_MS;

/** Tokens of one active user in a day: the sign-in and its refreshes. */
export function tokensPerDay({ useMinutes, tokenMinutes }: Traffic): number {
  return Math.max(1, Math.ceil(useMinutes / tokenMinutes));
}

/** Tokens a second in each hour of the day. */
export function hourlyRates(users: number, traffic: Traffic): readonly number[] {
  const tokens = users * traffic.activeShare * tokensPerDay(traffic);
  const sum = HOURS.reduce((before, each) => before + each, 0);
  return HOURS.map((weight) => (tokens * weight) / sum / 3600);
}

/** Instances of a service, by what it opens in its busiest hour. */
export function instancesFor(opensPerSecond: number, { opensPerInstance }: Traffic): number {
  return Math.max(2, Math.ceil(opensPerSecond / opensPerInstance));
}

import { type Figure, FREE_USERS, PRICES, QUOTAS } from "./aws-figures.ts";
import { firstToBind, LOADS, type Load, loadsOf, OF_THE_MAP } from "./load.ts";
import type { Measured } from "./measure.ts";
import type { ModelledDay } from "./model.ts";
import { type Bill, monthlyBill } from "./money.ts";
import { counted, dollars, grouped, percent, table } from "./numbers.ts";
import type { Day } from "./simulate-day.ts";
import { MEANINGS, type Traffic } from "./traffic.ts";

/** Everything a page is made of. */
export type Worked = {
  readonly traffic: Traffic;
  /** The map that the sizes are worked out for, and others for comparison. */
  readonly measured: Measured;
  readonly others: readonly Measured[];
  readonly days: readonly ModelledDay[];
  readonly simulated: readonly Day[];
};

/** The generated part of `docs/reference/capacity.md`. */
export function capacityPage(worked: Worked): string {
  return [
    section("What one token takes", perToken([worked.measured, ...worked.others])),
    section("Traffic and the busiest hour", busiestHour(worked)),
    section("Which quota binds first", binding(worked)),
    section("For a million tokens", perMillion(worked)),
    section("Money", money(worked)),
    section("What the model is worth", comparison(worked)),
    section("What is assumed", assumed(worked.traffic)),
    section("AWS's figures", figures()),
  ].join("\n\n");
}

function section(title: string, text: string): string {
  return `## ${title}\n\n${text}`;
}

function perToken(all: readonly Measured[]): string {
  const rows = all.flatMap(({ name, issued }) =>
    issued.map(({ profile, accessBytes, clearBytes, idBytes, sealedFor, dynamo, recordBytes }) => [
      `\`${name}\`, ${profile}`,
      grouped(accessBytes),
      grouped(clearBytes),
      idBytes === null ? "none" : grouped(idBytes),
      sealedFor.length === 0 ? "none" : sealedFor.map((server) => `\`${server}\``).join(" "),
      `${dynamo.requests}`,
      `${dynamo.units}`,
      grouped(recordBytes),
    ]),
  );
  const head = [
    "map and profile",
    "access token, bytes",
    "without envelopes",
    "ID token, bytes",
    "envelopes for",
    "requests to DynamoDB",
    "read units",
    "record in the log, bytes",
  ];
  return `Issued in memory, once for everybody in the examples, by the trigger's own corridor and with real envelopes. A row
over 4 KB takes a unit, or half of one, for every 4 KB of it, whatever of it is asked for.

${table(head, rows)}`;
}

const sizes = (days: readonly ModelledDay[]): readonly string[] => days.map(({ users }) => grouped(users));

function busiestHour({ days, measured }: Worked): string {
  const servers = Object.keys(days[0]?.readers ?? {});
  const row = (what: string, of: (day: ModelledDay) => number): readonly string[] => [
    what,
    ...days.map((day) => counted(of(day))),
  ];
  const rows = [
    row("tokens in a working day", ({ tokens }) => tokens),
    row("tokens a second", ({ tokensPerSecond }) => tokensPerSecond),
    row("environments of the trigger", ({ environments }) => Math.max(1, environments)),
    row("`GenerateDataKey` an hour", ({ generatedPerSecond }) => generatedPerSecond * 3600),
    ...servers.flatMap((name) => [
      row(`instances of \`${name}\``, ({ readers }) => readers[name]?.instances ?? 0),
      row(`\`Decrypt\` an hour, \`${name}\``, ({ readers }) => (readers[name]?.decryptsPerSecond ?? 0) * 3600),
    ]),
  ];
  return `For \`${measured.name}\`, by the number of its users. The busiest hour has three times the mean of the day.

${table(["users", ...sizes(days)], rows)}`;
}

function binding({ days, measured, traffic }: Worked): string {
  const loads = days.map((day) => loadsOf(day, measured, traffic));
  const names = Object.keys(LOADS) as (keyof typeof LOADS)[];
  const cell = (of: readonly Load[], name: string): string => {
    const share = of.find((load) => load.name === name)?.share ?? 0;
    return share > 1 ? `**${percent(share)}**` : percent(share);
  };
  const rows = names.map((name) => {
    const quota = QUOTAS[LOADS[name].quota];
    return [LOADS[name].what, `${grouped(quota.value)} ${quota.unit}`, ...loads.map((of) => cell(of, name))];
  });
  const first = loads.map((of) => {
    const load = firstToBind(of, OF_THE_MAP);
    return load === null ? "none" : LOADS[load.name].what;
  });
  const remedies = names.map((name) => [LOADS[name].what, LOADS[name].remedy]);
  return `Shares of the default quotas in the busiest hour's mean second; above all of it in bold. Seconds scatter: ask for more
before two thirds are used. For KMS everything counts as if it were in one Region and account.

${table(["quota for", "default", ...sizes(days)], [...rows, ["**binds first**, of what the map brings about as it is", "", ...first]])}

Machines: Cognito gives ${grouped(QUOTAS.clientAuthentication.value)} tokens a second to all of an account's, and no more for money.

What to do about each:

${table(["what", "to do"], remedies)}`;
}

function perMillion({ days, measured, traffic }: Worked): string {
  const row = (what: string, of: (day: ModelledDay) => number): readonly string[] => [
    what,
    ...days.map((day) => counted((of(day) / day.tokens) * 1e6)),
  ];
  const decrypts = (day: ModelledDay): number =>
    Object.values(day.readers).reduce((sum, each) => sum + each.decrypts, 0);
  const openings = (day: ModelledDay): number =>
    Object.values(day.readers).reduce((sum, each) => sum + each.openings, 0);
  const cost = (day: ModelledDay): number => {
    const { lambda, dynamodb, kms, logs } = monthlyBill(day, measured, traffic);
    return (lambda + dynamodb + kms + logs) / ((day.tokens * traffic.workingDays) / 1e6);
  };
  const rows = [
    row("environments started", ({ starts }) => starts),
    row("`GenerateDataKey`", ({ generated }) => generated),
    row("`GenerateMac`", ({ macs }) => macs),
    row("openings by services", openings),
    row("`Decrypt`, all services", decrypts),
    ["dollars, without Cognito", ...days.map((day) => dollars(cost(day)))],
  ];
  return `Sign-ins and refreshes alike. The fewer tokens an environment and an instance see of one data key, the more each of them
costs; with many instances on both sides they meet every key of the other's, and \`Decrypt\` grows with the product.

${table(["users", ...sizes(days)], rows)}`;
}

const BILLED: readonly (readonly [keyof Bill, string])[] = [
  ["cognito", "Cognito Essentials"],
  ["lambda", "Lambda"],
  ["dynamodb", "DynamoDB, reads"],
  ["kms", "KMS, operations"],
  ["logs", "CloudWatch Logs"],
  ["fixed", "keys and metrics"],
];

function money({ days, measured, traffic }: Worked): string {
  const bills = days.map((day) => monthlyBill(day, measured, traffic));
  const rows = BILLED.map(([name, what]) => [what, ...bills.map((bill) => dollars(bill[name]))]);
  const ours = bills.map(({ cognito, ...others }) =>
    dollars(Object.values(others).reduce((sum, each) => sum + each, 0)),
  );
  return `A month of ${traffic.workingDays} working days in US dollars, at list prices, most of which were not checked on AWS's pages (below). **Prices
vary** by Region, by agreement and by the day: put in your own in \`bench/capacity/aws-figures.ts\`. Not in it: the services
themselves, but for what they ask of KMS; storage and writes of tables; alarms; what Cognito charges for a raised quota; and
machines, which Cognito bills by the token, some $${grouped(PRICES.cognitoMachineTokens.value * 1000)} a million.

${table(["users", ...sizes(days)], [...rows, ["**all but Cognito**", ...ours]])}`;
}

function comparison({ days, simulated }: Worked): string {
  const rows = simulated.flatMap((day) => {
    const model = days.find(({ users }) => users === day.users);
    if (model === undefined) return [];
    const pairs = [
      ["environments started", day.fleet.starts, model.starts],
      ["`GenerateDataKey`", day.fleet.generated, model.generated],
      ...Object.entries(day.readers).map(
        ([name, { decrypts }]) => [`\`Decrypt\`, \`${name}\``, decrypts, model.readers[name]?.decrypts ?? 0] as const,
      ),
    ] as const;
    return pairs.map(([what, played, worked]) => [grouped(day.users), what, grouped(played), counted(worked)]);
  });
  return `Days of fewer users are also played through, event by event: Lambda's environments, and in each of them the trigger's own
cache of data keys, then every opening, at instances with the reader's own cache and budget, under a simulated clock and
with a fixed seed. The tables above come from the model, for all sizes alike; a test holds the two to each other.

${table(["users", "in a day", "played", "model"], rows)}`;
}

function assumed(traffic: Traffic): string {
  const rows = (Object.keys(MEANINGS) as (keyof Traffic)[]).map((name) => [
    `\`${name}\``,
    grouped(traffic[name]),
    MEANINGS[name],
  ]);
  return `None of these was measured on AWS. \`node bench/capacity/run.mjs --users 250000 --set tokenMinutes=60\` works everything out
for others.

${table(["number", "here", "what it is"], rows)}`;
}

function figures(): string {
  const row = (figure: Figure, shown: string): readonly string[] => [
    figure.what,
    `${shown} ${figure.unit}`,
    `[page](${figure.source})`,
    figure.seen,
    figure.checked === "page" ? "read there" : "reported by others, not read there",
    figure.note ?? "",
  ];
  const rows = [
    ...Object.values(QUOTAS).map((quota) => row(quota, grouped(quota.value))),
    row(FREE_USERS, grouped(FREE_USERS.value)),
    // The smallest price has ten decimals that count.
    ...Object.values(PRICES).map((price) =>
      row(price, `$${price.value < 0.001 ? price.value.toFixed(10) : price.value}`),
    ),
  ];
  return `Quotas are those of one account in one Region, prices those of US East (N. Virginia). Both change: look before you decide.

${table(["what", "how much", "where to look", "looked up", "how", ""], rows)}`;
}

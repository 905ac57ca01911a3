// The generated part of `docs/reference/performance.md`.
import { standing } from "./goals.mjs";

/** Between these lines everything is generated. */
export const BEGIN = "<!-- generated: `npm run bench` writes it anew -->";
export const END = "<!-- generated until here -->";

/** A page with its generated part put in anew; what people wrote around it stays. */
export function withGenerated(page, generated) {
  const [before = "", rest = ""] = page.split(BEGIN);
  const [, after = "\n"] = rest.split(END);
  return `${before}${BEGIN}\n\n${generated}\n\n${END}${after}`;
}

/** The tables of all parts there are results of; `kept` has, by part, what `run.mjs` keeps. */
export function pageOf(kept) {
  const results = Object.fromEntries(Object.entries(kept).map(([part, { figures }]) => [part, figures]));
  const tables = Object.entries(SECTIONS).flatMap(([part, section]) =>
    results[part] ? [`${section(results[part], results)}\n\n${told(kept[part])}`] : [],
  );
  return [goalsTable(results), ...tables].join("\n\n");
}

/** A table's figures, as many digits as mean something. */
export function number(value) {
  if (value === null || value === undefined) return "";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(3)).toString();
}

function withSpread({ median, q1, q3 }) {
  return q1 === undefined ? number(median) : `${number(median)} (${number(q1)} to ${number(q3)})`;
}

function table(head, rows) {
  return [
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---|").join("")}`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}

function told({ date, node, commit, changed, cores }) {
  return `Measured ${date} at \`${commit}\`${changed ? " and changes" : ""}, Node ${node}, ${cores} processors.`;
}

function goalsTable(results) {
  const rows = standing(results).map(({ goal, figure, state }) => [
    goal.what,
    `at most ${goal.atMost}`,
    figure === null ? "" : withSpread(figure),
    state === "missed" ? "**missed**" : state,
  ]);
  return `## Goals\n\n${table(["what", "goal", "figure", ""], rows)}`;
}

const SECTIONS = {
  issue: issueSection,
  growth: growthSection,
  start: startSection,
  open: openSection,
  fleet: fleetSection,
  check: checkSection,
  tail: tailSection,
  throttle: throttleSection,
  keystroke: keystrokeSection,
  profile: profileSection,
};

function issueSection({ tableMs, kmsMs, signIns, rounds, contenders }) {
  const rows = contenders.map(
    ({ name, p50Ms, p99Ms, cpuMs, ofBare, ofFloor, kmsPer1000, tablePer1000, tokenBytes, bundleBytes }) => [
      name,
      number(p50Ms),
      number(p99Ms),
      number(cpuMs),
      withSpread(ofBare.p50),
      withSpread(ofBare.cpu),
      number(ofFloor.p50.median),
      number(ofFloor.cpu.median),
      number(kmsPer1000),
      number(tablePer1000),
      tokenBytes === null ? "" : number(tokenBytes),
      number(bundleBytes / 1024),
    ],
  );
  const head = ["", "p50 ms", "p99 ms", "CPU ms", "p50 / bare", "CPU / bare", "p50 / floor", "CPU / floor"];
  return `## Issuing

Three personal claims for one resource server; a table that takes ${tableMs} ms and a KMS that takes ${kmsMs} ms; ${number(signIns)} sign-ins
each, ${rounds} rounds in turn. Calls are per 1,000 sign-ins, the first included.

${table([...head, "KMS calls", "table reads", "bytes added", "bundle KiB"], rows)}`;
}

function growthSection({ curves }) {
  const rows = curves.map(({ what, name, points, exponents }) => [
    what,
    name,
    points.map(({ size, p50Ms }) => `${size}: ${number(p50Ms)}`).join(", "),
    points.map(({ size, cpuMs }) => `${size}: ${number(cpuMs)}`).join(", "),
    `${number(exponents.p50)}, ${number(exponents.cpu)}`,
    points.map(({ size, tokenBytes }) => `${size}: ${number(tokenBytes)}`).join(", "),
  ]);
  const waits = curves.find(({ what }) => what === "sources").points;
  return `## Growth

Milliseconds by number of claims, resource servers, sources or rows of a query, and the exponents that fit best, of p50 and
processor time: 1 would be in proportion. ${waits.at(-1).size} tables are read in ${number(waits.at(-1).roundTrips)} wait${waits.at(-1).roundTrips === 1 ? "" : "s"}, ${waits.at(-1).size} rows of one table in 1 request.

${table(["with", "", "p50 ms", "CPU ms", "exponents", "bytes added"], rows)}`;
}

function startSection({ runs, bytes, measured }) {
  const names = Object.keys(bytes);
  const rows = names.map((name) => [
    name,
    ...measured.flatMap(({ ms, ratios }) => [
      number(ms[name].answer.median),
      name === "claimseal" ? "" : withSpread(ratios[name].answer),
    ]),
    number(bytes[name] / 1024),
  ]);
  const head = ["", ...measured.flatMap(({ node }) => [`Node ${node}, ms`, "claimseal / it"]), "bundle KiB"];
  return `## Cold start

From starting the process until its first event is answered, ${runs} rounds in turn, with a table and a KMS that take no time of
their own. "Required" is a function that AWS's runtime client would \`require\`, as its version 3 did.

${table(head, rows)}`;
}

function openSection({ kmsMs, rounds, readers }) {
  const rows = readers.map(({ name, warmMs, cpuMs, coldMs, perSecondPerCore, kmsPer1000, ofVerify }) => [
    name,
    number(warmMs),
    number(cpuMs),
    withSpread(ofVerify),
    number(perSecondPerCore),
    number(coldMs),
    number(kmsPer1000),
  ]);
  return `## Opening

Verifying the token and opening three claims, one after the other, ${rounds} rounds in turn; KMS takes ${kmsMs} ms. "Cold" is the first
opening of a service that has the pool's keys and nothing else.

${table(["", "warm ms", "CPU ms", "CPU / verifying alone", "a second and core", "cold ms", "KMS calls per 1,000, warm"], rows)}`;
}

function fleetSection({ rows }) {
  const traffic = [...new Set(rows.map(({ perSecond }) => perSecond))];
  const fleets = [...new Set(rows.map(({ readers }) => readers))];
  const cell = (readers, perSecond) => rows.find((row) => row.readers === readers && row.perSecond === perSecond);
  return `## KMS calls of a fleet

\`Decrypt\` per 1,000 openings in mode \`envelope\`, by processes that open (a quarter as many issue) and openings a second of
them all, by the package's own caches under a simulated clock. Without a cache it is 1,000, and 3,000 for three claims by hand.

${table(
  ["processes", ...traffic.map((perSecond) => `${perSecond} a second`)],
  fleets.map((readers) => [readers, ...traffic.map((perSecond) => number(cell(readers, perSecond)?.decryptPer1000))]),
)}`;
}

function checkSection({ points, exponents }) {
  return `## Checking a map

${table(
  ["claims", "map KiB", "ms", "memory of the process, MiB"],
  points.map(({ size, mapBytes, ms, peakMiB }) => [number(size), number(mapBytes / 1024), number(ms), number(peakMiB)]),
)}

Exponents: time ${number(exponents.time)}, memory ${number(exponents.memory)}.`;
}

function tailSection({ decisions, slowShare, slowMs, hedged, plain, ratio }) {
  const row = (name, { p50, p95, p99, p999, failed, sends }) => [
    name,
    ...[p50, p95, p99, p999, failed, sends].map(number),
  ];
  return `## Slow reads

${number(decisions)} sign-ins of either kind; ${slowShare * 100} % of what the table is sent take ${slowMs} ms. The ratio of the two p99 is ${number(ratio)}.

${table(["", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms", "refused", "sent"], [row("with second copies", hedged), row("without", plain)])}`;
}

function throttleSection({ kmsPerSecond, processes, seconds, contenders }) {
  return `## A throttled KMS

KMS lets ${kmsPerSecond} requests a second pass; ${processes} processes of each sign people in as fast as they can for ${seconds} s, warm.

${table(
  ["", "issued a second", "refused", "p50 ms", "p99 ms", "KMS calls a sign-in", "of them throttled"],
  contenders.map(({ name, issuedPerSecond, refusedShare, p50Ms, p99Ms, kmsPerSignIn, throttledShare }) => [
    name,
    number(issuedPerSecond),
    `${number(refusedShare * 100)} %`,
    number(p50Ms),
    number(p99Ms),
    number(kmsPerSignIn),
    `${number(throttledShare * 100)} %`,
  ]),
)}`;
}

function keystrokeSection({ skipped, keys, medianMs, p95Ms, browser }) {
  if (skipped) return `## Keystroke to tokens\n\nNot measured: ${skipped}.`;
  return `## Keystroke to tokens

${number(keys)} keys in the playground's editor, each from its press to the tokens it makes, in ${browser}: median ${number(medianMs)} ms, p95
${number(p95Ms)} ms.`;
}

function profileSection({ signIns, shares: { rooms, ours } }) {
  const percent = (share) => `${number(share * 100)} %`;
  return `## Where the processor's time goes

V8's profile of ${number(signIns)} sign-ins, mode \`envelope\`: shares of the time in which the main thread had work.

${table(
  ["who", "share"],
  rooms.map(({ name, share }) => [name, percent(share)]),
)}

Of claimseal's own files: ${ours.map(({ name, share }) => `\`${name}\` ${percent(share)}`).join(", ")}.`;
}

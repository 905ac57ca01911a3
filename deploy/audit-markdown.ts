import { approvals } from "../claims/reports/catalogue-sources.ts";
import { code, codes, type Markdown, table, words } from "../claims/reports/markdown.ts";
import { openEntries, personalEntries } from "./audit-flows.ts";
import { type AuditedKey, NO_EXPORT } from "./audit-keys.ts";
import {
  checkFindings,
  count,
  countLevels,
  deployment,
  selfTest,
  since,
  sinceText,
  tests,
  testsText,
} from "./audit-outcomes.ts";
import type { AuditReport } from "./audit-report.ts";
import { regionText, USES } from "./audit-wording.ts";

/** An audit for people, in Markdown. */
export function auditMarkdown(report: AuditReport): Markdown {
  const { madeAt, tool, map, inventory, plan } = report;
  return [
    `# Audit of ${words(map.name)}`,
    `Made on ${madeAt.slice(0, 10)} at ${madeAt.slice(11)} by claimseal ${words(tool.claimseal)} on Node.js ${words(tool.node)}, from the compiled plan of revision ${code(map.revision)} for ${map.events} events. Every line follows from the plan; none is written by hand.`,
    "## In short",
    inShort(report),
    "## Personal data",
    "What the map declares not to be open, and what Cognito shows of a person: everybody it reaches, as itself or by what it decides. Nobody has to approve what goes into an envelope or, unless it is sensitive, into the ID token.",
    personalEntries(inventory),
    "## Data that are open",
    openEntries(inventory),
    "## Keys",
    keys(report.keys),
    "## What somebody signed for",
    approvals(plan),
    "## What the check says of the map",
    checkFindings(report),
    "## What is deployed, against the map",
    deployment(report.deployment),
    "## Self-test of the cryptography",
    selfTest(report.selfTest),
    "## Tests of the map",
    tests(report.tests),
    "## Since the last audit",
    since(report.since),
    "## Digests",
    digests(report),
  ]
    .join("\n\n")
    .concat("\n");
}

function inShort({ ok, inventory, keys: all, approvals: signed, ...report }: AuditReport): Markdown {
  const personal = inventory.filter((entry) => entry.class !== "open");
  const flows = personal.flatMap((entry) => entry.flows);
  const clear = personal.filter((entry) =>
    entry.flows.some(({ token, form }) => token === "access" && form === "clear"),
  );
  const places = inventory.flatMap(({ origin }) => (origin.kind === "hook" ? [] : origin.places));
  const regions = new Set([...places, ...all].map(regionText));
  const rows: readonly (readonly [string, Markdown])[] = [
    ["outcome", ok ? "no errors" : "**errors**"],
    [
      "personal data",
      `${count(personal.length, "kind")}, ${personal.filter((entry) => entry.class === "sensitive").length} of them sensitive`,
    ],
    ["to whom", [...new Set(flows.map(({ reader }) => words(reader)))].join(", ") || "nobody"],
    ["seen in access tokens", clear.length === 0 ? "none of it" : codes(clear.map(({ data }) => data))],
    ["regions", [...regions].map(words).join(", ") || "none"],
    ["signed for", count(signed.length, "time")],
    ["check", countLevels(report.check.findings)],
    ["deployed keys and policies", report.deployment ? words(report.deployment.verdict) : `not checked: ${NO_EXPORT}`],
    ["cryptography", report.selfTest.ok ? "passed" : "**failed**"],
    ["tests", report.tests ? testsText(report.tests) : "none beside the map"],
    ["since the last audit", report.since ? sinceText(report.since) : "nothing to compare with"],
  ];
  return table(["", ""], rows);
}

function keys(all: readonly AuditedKey[]): Markdown {
  const rows = all.map(({ name, use, key, arn, region, readers, claims, found, notChecked }) => [
    words(name),
    USES[use],
    [code(key), ...(arn === null || arn === key ? [] : [code(arn)])].join("<br>"),
    region === null ? regionText({ region }) : code(region),
    codes(claims),
    readers.map(code).join("<br>"),
    [
      ...(found === null ? [] : [found.length === 0 ? "as the map has it" : codes(found)]),
      ...notChecked.map((reason) => `not checked: ${words(reason)}`),
    ].join("<br>"),
  ]);
  return table(["for", "what it does", "key", "region", "claims", "opened by", "deployed"], rows);
}

function digests({ digests: all }: AuditReport): Markdown {
  const { parts, map, plan, bundle, export: pool, assurance, report } = all;
  const rows: readonly (readonly [string, string | null])[] = [
    ["the map's text", map],
    ["the compiled plan", plan],
    ["the bundle that runs it", bundle],
    ["the export of the pool", pool],
    ["the program's own assurance page", assurance],
    ...Object.entries(parts).map(([part, digest]) => [`this report, ${part}`, digest] as const),
    ["this report", report],
  ];
  return [
    "SHA-256, in hex; of parts and of the report as JSON in canonical form.",
    table(
      ["of", "digest"],
      rows.map(([of, digest]) => [of, digest === null ? "not there" : code(digest)]),
    ),
  ].join("\n\n");
}

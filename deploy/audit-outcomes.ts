import { code, codes, type Markdown, table, words } from "../claims/reports/markdown.ts";
import { NO_EXPORT } from "./audit-keys.ts";
import type { AuditReport, Counts, SelfTest, Since, TestSummary } from "./audit-report.ts";
import type { Diagnosis } from "./doctor/examine.ts";

export function checkFindings({ check: { findings } }: AuditReport): Markdown {
  const rows = findings.map(({ code: found, level, path, message }) => [
    found,
    level,
    code(path.join(".")),
    words(message),
  ]);
  return table(["code", "level", "place", "what"], rows, "Nothing.");
}

export function deployment(diagnosis: Diagnosis | null): Markdown {
  if (diagnosis === null) return `Not checked: ${NO_EXPORT}.`;
  const { verdict, findings, notChecked } = diagnosis;
  const found = findings.map(({ code: each, level, place, reason, remedy }) => [
    each,
    level,
    code(place.join(".")),
    words(reason),
    words(remedy),
  ]);
  const open = notChecked.map(({ codes: each, place, reason }) => [
    code(place.join(".")),
    words(reason),
    each.join(" "),
  ]);
  return [
    `The doctor's verdict: ${words(verdict)}.`,
    table(["code", "level", "place", "what", "remedy"], found, "Nothing was found."),
    ...(open.length > 0 ? [table(["not checked", "because", "codes"], open)] : []),
  ].join("\n\n");
}

export function selfTest({ modes, vectors }: SelfTest): Markdown {
  const row = (name: string, { opened, ofOpened, refused, ofRefused }: Counts): readonly Markdown[] => [
    name,
    `${opened} of ${ofOpened}`,
    `${refused} of ${ofRefused}`,
  ];
  const rows = [
    ...modes.map(({ mode, ...counts }) => row(`mode ${code(mode)}, keys made for this`, counts)),
    ...(vectors ? [row("frozen envelopes", vectors)] : []),
  ];
  return [
    table(["envelopes", "opened as they should", "refused as they should"], rows),
    ...(vectors ? [] : ["Frozen envelopes: not checked, they are not beside this program."]),
  ].join("\n\n");
}

export function tests(summary: TestSummary | null): Markdown {
  if (summary === null) return "There are none beside the map.";
  const rows = summary.cases.map(({ name, ok, refused }) => [
    words(name),
    ok ? "passed" : "**failed**",
    refused === null ? "a token" : code(refused),
  ]);
  return [`${code(summary.file)}: ${testsText(summary)}.`, table(["case", "", "came to"], rows)].join("\n\n");
}

export function testsText({ ok, cases }: TestSummary): Markdown {
  const passed = cases.filter((each) => each.ok).length;
  return ok || passed < cases.length ? `${passed} of ${cases.length} passed` : "**they cannot be run**";
}

export function since(changes: Since | null): Markdown {
  if (changes === null) return "There is nothing to compare with.";
  const { previous, differences, findings } = changes;
  const rows = differences.map(({ kind, readers, path, sentence }) => [
    kind === "widen" ? "**widens**" : kind === "narrow" ? "narrows" : "changes",
    readers.map(words).join(", "),
    words(sentence),
    code(path.join(".")),
  ]);
  const listed = (what: string, all: readonly string[]): readonly Markdown[] =>
    all.length === 0 ? [] : [`${what}: ${codes(all)}.`];
  return [
    `The last one is of ${previous.madeAt.slice(0, 10)}, of revision ${code(previous.map.revision)}, by claimseal ${words(previous.tool.claimseal)}: its plan ${code(previous.planSha256)}, itself ${code(previous.reportSha256)}.`,
    table(["", "reader", "what", "place"], rows, "Everybody gets what they got then."),
    ...listed("Found now and not then", findings.new),
    ...listed("Found then and not now", findings.gone),
  ].join("\n\n");
}

export function sinceText({ widens, differences, previous }: Since): Markdown {
  const changes = `${count(differences.length, "difference")} since ${previous.madeAt.slice(0, 10)}`;
  return widens ? `${changes}, **somebody gets more**` : changes;
}

export function countLevels(findings: readonly { readonly level: string }[]): Markdown {
  const levels = ["error", "warning", "info"].flatMap((level) => {
    const found = findings.filter((each) => each.level === level).length;
    return found === 0 ? [] : [count(found, level)];
  });
  return levels.join(", ") || "nothing";
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

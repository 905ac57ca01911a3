import { styleText } from "node:util";
import type { Plan } from "../claims/plan.ts";
import { type Difference, type DifferenceKind, diffPlans, widens } from "../claims/reports/diff-plans.ts";
import { compileFile } from "./claim-map-file.ts";
import type { Command } from "./command.ts";
import { visible, visibleJson } from "./formats/visible.ts";
import { CliError, EXIT } from "./io.ts";
import { testsOf } from "./next.ts";

/** `claimseal diff OLD NEW`: who can read what now. */
export const diff: Command = {
  name: "diff",
  description: "Says who can read what under a new claim map that could not under the old one",
  args: {
    old: { type: "positional", description: "the claim map as it was; - is standard input" },
    new: { type: "positional", description: "the claim map as it will be" },
    "fail-on": {
      type: "enum",
      options: ["nothing", "widen"],
      default: "nothing",
      description: "ends with exit 5 where anybody gets more, or may",
    },
    json: { type: "boolean", description: "every difference as JSON on standard output" },
  },
  examples: [
    ["claimseal diff old.claims.yaml new.claims.yaml", "by reader: what widens, what narrows, what else changes"],
    [
      "git show main:map.claims.yaml | claimseal diff - map.claims.yaml --fail-on widen",
      "in CI: exit 5 where a change gives anybody more",
    ],
  ],
  run: async (given, io) => {
    const [before, after] = [given.text("old") ?? "", given.text("new") ?? ""];
    if (before === "-" && after === "-") throw new CliError(EXIT.usage, "only one of the two can be standard input");
    const [old, now] = [await compileFile(before, io), await compileFile(after, io)];
    const differences = diffPlans(old, now);
    const wider = widens(differences);
    io.print(
      given.flag("json")
        ? visibleJson({ widens: wider, old: revisionOf(old), new: revisionOf(now), differences })
        : differenceReport(old, now, differences, io.colour),
    );
    return wider && given.text("fail-on") === "widen" ? EXIT.unsafe : EXIT.ok;
  },
  next: (given, exit) => {
    const now = given.text("new") ?? "-";
    if (now === "-") return null;
    return exit === EXIT.ok ? ["claimseal", "test", testsOf(now), "--coverage"] : ["claimseal", "audit", now];
  },
};

function revisionOf({ name, revision }: Plan): { readonly name: string; readonly revision: string } {
  return { name, revision };
}

const KINDS: Readonly<Record<DifferenceKind, { readonly rank: number; readonly verb: string; readonly style: Style }>> =
  {
    widen: { rank: 0, verb: "widens", style: "red" },
    narrow: { rank: 1, verb: "narrows", style: "green" },
    change: { rank: 2, verb: "changes", style: "cyan" },
  };

type Style = Parameters<typeof styleText>[0];

/** For people: a line that counts, then each group of readers with what they gain first. */
function differenceReport(old: Plan, now: Plan, differences: readonly Difference[], colour: boolean): string {
  const revisions = [old, now].map(({ name, revision }) => `${name}@${revision}`).join(" -> ");
  if (differences.length === 0) return visible(`${revisions}: everybody gets what they got before`);
  const groups = new Map<string, Difference[]>();
  for (const each of differences.toSorted((one, other) => KINDS[one.kind].rank - KINDS[other.kind].rank)) {
    const readers = each.readers.join(", ");
    groups.set(readers, [...(groups.get(readers) ?? []), each]);
  }
  const blocks = [...groups].map(([readers, found]) =>
    [visible(readers), ...found.map((each) => differenceLines(each, colour))].join("\n"),
  );
  return [`${visible(revisions)}: ${countsOf(differences)}`, ...blocks].join("\n\n");
}

function differenceLines({ kind, sentence, path }: Difference, colour: boolean): string {
  const { verb, style } = KINDS[kind];
  const mark = verb.padEnd(7);
  const painted = colour ? styleText(["bold", style] as Style, mark, { validateStream: false }) : mark;
  return `  ${painted}  ${visible(sentence)}\n           ${visible(path.join("."))}`;
}

/** `2 widen, 1 narrows, 3 change` */
function countsOf(differences: readonly Difference[]): string {
  return (Object.keys(KINDS) as DifferenceKind[])
    .map((kind) => ({ kind, count: differences.filter((each) => each.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${count === 1 ? KINDS[kind].verb : kind}`)
    .join(", ");
}

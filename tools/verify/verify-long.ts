import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Chunk } from "./chunks.ts";
import { codeOf } from "./code.ts";
import { pageOf, withGenerated } from "./page.ts";
import { PARTS, type Part, piecesOf } from "./parts.ts";
import { duration, percent, progressLine, type Standing, whole } from "./progress.ts";
import { type Code, type Results, resultsIn, stateOf } from "./results.ts";
import { runPiece } from "./run-piece.ts";

const HELP = `Holds the code to the promises that take too long for the tests, with at most two processes at work, for about an hour.
What is done is kept in .verify/, so that an interrupted run goes on where it was.

  npm run verify:long                              everything that is not measured yet, then docs/reference/assurance.md
  npm run verify:long -- --part canary --part maps  these parts alone

  --part NAME    ${PARTS.map(({ name }) => name).join(", ")}; any number of times
  --again        measures parts anew that are done
  --status       says what is done, and runs nothing
  --share N      only this share of each part, between 0 and 1, to try it out: kept apart, and in no page
  --slots N      processes at work at once (2)
  --state DIR    where results are kept (.verify)
  --page FILE    the page (docs/reference/assurance.md)
  --help         this

Ends with 1 where something is not as it is promised or not done, and with 130 when it is interrupted.`;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHOW_MS = 3_000;

const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true, default: [] },
    again: { type: "boolean", default: false },
    status: { type: "boolean", default: false },
    share: { type: "string", default: "1" },
    slots: { type: "string", default: "2" },
    state: { type: "string", default: join(ROOT, ".verify") },
    page: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** A part while it is measured. */
type Job = {
  readonly part: Part;
  readonly code: Code;
  readonly pieces: readonly Chunk[];
  readonly results: Results;
  /** What of the pieces at work is done. */
  readonly shares: Map<number, number>;
  readonly problems: string[];
};

process.exitCode = values.help ? help() : await main();

function help(): number {
  console.log(HELP);
  return 0;
}

async function main(): Promise<number> {
  const unknown = values.part.filter((name) => !PARTS.some((part) => part.name === name));
  const share = Number(values.share);
  if (unknown.length > 0 || !(share > 0 && share <= 1)) {
    console.error(
      `${unknown.length > 0 ? `no such part: ${unknown.join(", ")}` : "--share is above 0, and 1 at most"}\n\n${HELP}`,
    );
    return 2;
  }
  const folder = resolve(values.state, share === 1 ? "results" : `share-${share}`);
  const jobs = PARTS.map((part): Job => {
    const results = resultsIn(folder, part.name);
    const code = codeOf(ROOT, part.code);
    return { part, code, results, pieces: piecesOf(part, share), shares: new Map(), problems: [] };
  });
  const chosen = jobs.filter(({ part }) => values.part.length === 0 || values.part.includes(part.name));
  if (values.again && !values.status) for (const { results } of chosen) results.drop();
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  if (!values.status) await measure(chosen, Number(values.slots), stopping.signal);
  if (!values.status) writePage(jobs, share);
  return told(chosen, stopping.signal.aborted);
}

/** Runs what is to do, so many pieces at once, in the order of the parts. */
async function measure(jobs: readonly Job[], slots: number, signal: AbortSignal): Promise<void> {
  const toDo = jobs.flatMap((job) => stateIn(job).toDo.map((piece) => ({ job, piece })));
  const spent = new Map<Job, { seconds: number; size: number }>();
  const showing = setInterval(() => {
    show(
      progressLine(
        jobs.map((job) => standingOf(job, spent)),
        slots,
      ),
    );
  }, SHOW_MS);
  const work = async (): Promise<void> => {
    for (let next = toDo.shift(); next && !signal.aborted; next = toDo.shift()) await one(next.job, next.piece);
  };

  async function one(job: Job, chunk: Chunk): Promise<void> {
    const { part, code, results, shares, problems } = job;
    const begun = performance.now();
    const { figures, problems: found } = await runPiece(
      ROOT,
      part.command(chunk),
      (share) => shares.set(chunk.index, share),
      signal,
    );
    shares.delete(chunk.index);
    if (signal.aborted) return;
    const seconds = (performance.now() - begun) / 1000;
    const before = spent.get(job) ?? { seconds: 0, size: 0 };
    spent.set(job, { seconds: before.seconds + seconds, size: before.size + chunk.size });
    if (found.length > 0) {
      problems.push(...found.map((problem) => `${part.name}, seed ${chunk.seed}: ${problem}`));
      console.log(problems.slice(-found.length).join("\n"));
      return;
    }
    const date = new Date().toISOString().slice(0, 10);
    results.keep({ chunk, figures, seconds, code, date, node: process.versions.node });
  }

  await Promise.all(Array.from({ length: slots }, work));
  clearInterval(showing);
  if (process.stdout.isTTY) show("");
}

/** Over the line before where somebody looks on, in a line of its own where it is kept. */
function show(line: string): void {
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

function stateIn({ pieces, results, code }: Job): ReturnType<typeof stateOf> {
  return stateOf(pieces, results.all(), code.digest);
}

function standingOf(job: Job, spent: ReadonlyMap<Job, { readonly seconds: number; readonly size: number }>): Standing {
  const { part, pieces, shares, results } = job;
  const { done, toDo } = stateIn(job);
  const sum = (chunks: readonly Chunk[]): number => chunks.reduce((size, chunk) => size + chunk.size, 0);
  const underWay = toDo.reduce((size, chunk) => size + chunk.size * (shares.get(chunk.index) ?? 0), 0);
  const measured =
    spent.get(job) ?? together(results.all().map(({ seconds, chunk }) => ({ seconds, size: chunk.size })));
  const each = measured.size > 0 ? measured.seconds / measured.size : part.guessS;
  const left = sum(toDo) - underWay;
  return {
    name: part.name,
    share: (sum(done.map(({ chunk }) => chunk)) + underWay) / sum(pieces),
    leftS: left * each,
    isOnePiece: pieces.length === 1,
    rate: part.unit === "seconds" || measured.size === 0 ? null : [1 / each, part.unit],
  };
}

function together(all: readonly { readonly seconds: number; readonly size: number }[]) {
  return all.reduce((sum, { seconds, size }) => ({ seconds: sum.seconds + seconds, size: sum.size + size }), {
    seconds: 0,
    size: 0,
  });
}

/** Only of whole parts; and of a share of them only where a page of its own is asked for. */
function writePage(jobs: readonly Job[], share: number): void {
  if (share < 1 && values.page === undefined) return;
  const page = resolve(values.page ?? join(ROOT, "docs/reference/assurance.md"));
  const complete = jobs.flatMap((job) => {
    const { done, toDo } = stateIn(job);
    const isOld = done.some(({ code }) => code.digest !== job.code.digest);
    return toDo.length === 0 ? [{ part: job.part, pieces: done, isOld }] : [];
  });
  const written = existsSync(page) ? readFileSync(page, "utf8") : "";
  writeFileSync(page, withGenerated(written, pageOf(PARTS, complete)));
}

function told(jobs: readonly Job[], isInterrupted: boolean): number {
  let isAsPromised = true;
  for (const job of jobs) {
    const { part, problems, pieces } = job;
    const { done, toDo } = stateIn(job);
    const seconds = done.reduce((sum, each) => sum + each.seconds, 0);
    const size = done.reduce((sum, { chunk }) => sum + chunk.size, 0);
    const state = problems.length > 0 ? "NOT AS PROMISED" : toDo.length > 0 ? "not done" : "as promised";
    if (state !== "as promised") isAsPromised = false;
    console.log(
      [
        part.name.padEnd(10),
        state.padEnd(16),
        percent(done.length / pieces.length).padStart(7),
        `${whole(size)} ${part.unit}`.padStart(18),
        duration(seconds).padStart(10),
      ].join(" "),
    );
    for (const problem of problems) console.log(`  ${problem}`);
  }
  if (isInterrupted) return 130;
  return isAsPromised ? 0 : 1;
}

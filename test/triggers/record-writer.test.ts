import { expect, test } from "vitest";
import { recordWriter, type WriterOptions } from "../../triggers/record-writer.ts";
import { aRecord, noCounts } from "./a-record.ts";

const LINES = ["a", "b", "c", "d", "e", "f"].map((revision) => aRecord({ revision }));
const record = (index: number) => LINES[index] as (typeof LINES)[number];

/** A log whose writes end when the test says so, and a clock that goes off when it says so. */
function aLog(options: WriterOptions = {}) {
  const lines: { readonly revision: string; readonly lost: number }[] = [];
  const ends: { readonly done: () => void; readonly fail: (error: Error) => void }[] = [];
  const timers = new Set<() => void>();
  const waits: number[] = [];
  const write = recordWriter(
    (line) => {
      lines.push(JSON.parse(line) as (typeof lines)[number]);
      return new Promise((done, fail) => ends.push({ done, fail }));
    },
    {
      timer: (call, ms) => {
        waits.push(ms);
        timers.add(call);
        return () => timers.delete(call);
      },
      ...options,
    },
  );
  const settled: number[] = [];
  return {
    waits,
    settled,
    timers,
    written: () => lines.map(({ revision, lost }) => [revision, lost]),
    send: (index: number) => write(record(index), noCounts).then(() => settled.push(index)),
    end: (error?: Error) => {
      const next = ends.shift();
      if (error) next?.fail(error);
      else next?.done();
      return turn();
    },
    timeUp: () => {
      for (const call of timers) call();
      return turn();
    },
  };
}

/** Once around the event loop: whatever can go on has gone on. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("a sign-in goes on as soon as its record is written, and no timer is left behind", async () => {
  const log = aLog();
  const sent = log.send(0);
  await turn();
  expect(log.settled).toEqual([]);
  await log.end();
  await sent;
  expect([log.settled, log.waits, log.timers.size]).toEqual([[0], [50], 0]);
});

test("a sign-in does not wait longer than it is told to for a log that does not answer", async () => {
  const log = aLog({ waitMs: 20 });
  const sent = [log.send(0), log.send(1)];
  await log.timeUp();
  await Promise.all(sent);
  expect([log.waits, log.written()]).toEqual([[20, 20], [["a", 0]]]);
});

test("lines are written one after the other, in the order of their records", async () => {
  const log = aLog();
  const sent = [log.send(0), log.send(1), log.send(2)];
  await turn();
  expect(log.written()).toEqual([["a", 0]]);
  await log.end();
  await log.end();
  expect([log.settled, log.written().length]).toEqual([[0, 1], 3]);
  await log.end();
  await Promise.all(sent);
  expect(log.written()).toEqual([
    ["a", 0],
    ["b", 0],
    ["c", 0],
  ]);
});

test("records beyond those that may wait are dropped at once, and the next one counts them", async () => {
  const log = aLog({ queue: 2 });
  // One is on its way, two wait, two are lost.
  const sent = [0, 1, 2, 3, 4].map(log.send);
  await turn();
  expect([log.settled, log.timers.size]).toEqual([[3, 4], 3]);
  await log.end();
  sent.push(log.send(5));
  for (let index = 0; index < 3; index++) await log.end();
  await Promise.all(sent);
  expect(log.written()).toEqual([
    ["a", 0],
    ["b", 0],
    ["c", 0],
    ["f", 2],
  ]);
});

test("where none may wait, one is written as long as none is on its way", async () => {
  const log = aLog({ queue: 0 });
  const sent = [log.send(0), log.send(1)];
  await turn();
  await log.end();
  sent.push(log.send(2));
  await log.end();
  await Promise.all(sent);
  expect(log.written()).toEqual([
    ["a", 0],
    ["c", 1],
  ]);
});

test("a line that cannot be written is lost, those it counted with it, and the next ones go out", async () => {
  const log = aLog({ queue: 1 });
  const sent = [0, 1, 2].map(log.send);
  await turn();
  await log.end(new Error("EPIPE"));
  await log.end();
  sent.push(log.send(3));
  await log.end(new Error("EPIPE"));
  sent.push(log.send(4));
  await log.end();
  await Promise.all(sent);
  // c found no place; a was lost while b, already made, waited: d counted both and was lost itself.
  expect(log.written()).toEqual([
    ["a", 0],
    ["b", 0],
    ["d", 2],
    ["e", 3],
  ]);
});

test("nothing a log or a record does rejects or throws at a sign-in", async () => {
  const broken = recordWriter(() => {
    throw new Error("a log that throws");
  });
  await expect(broken(record(0), noCounts)).resolves.toBeUndefined();
  const lines: string[] = [];
  const write = recordWriter(async (line) => {
    lines.push(line);
  });
  await expect(write({} as (typeof LINES)[number], noCounts)).resolves.toBeUndefined();
  await write(record(1), noCounts);
  expect(lines.map((line) => (JSON.parse(line) as { lost: number }).lost)).toEqual([1]);
});

test("by a clock of its own, too, a log that never answers is not waited for", async () => {
  const write = recordWriter(() => new Promise(() => {}));
  await expect(write(record(0), noCounts)).resolves.toBeUndefined();
});

import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, read, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, expect, test } from "vitest";
import { linesTo } from "../../triggers/record-stdout.ts";
import { recordWriter } from "../../triggers/record-writer.ts";
import { aRecord, noCounts } from "./a-record.ts";

/** A descriptor that takes so many bytes a time, or fails, in this order. */
function aDescriptor(...answers: (number | string)[]) {
  const written: string[] = [];
  const waited: number[] = [];
  const line = linesTo(1, {
    writeSome: async (_fd, bytes) => {
      const answer = answers.shift() ?? bytes.length;
      if (typeof answer === "string") throw Object.assign(new Error(answer), { code: answer });
      written.push(Buffer.from(bytes.subarray(0, answer)).toString());
      return Math.min(answer, bytes.length);
    },
    wait: async (ms) => {
      waited.push(ms);
    },
  });
  return { line, waited, text: () => written.join("") };
}

test("a line that is taken in parts is written whole, and ends", async () => {
  const { line, text } = aDescriptor(1, 2, 3);
  await line("one line");
  await line("\u00e9 and another");
  expect(text()).toBe("one line\n\u00e9 and another\n");
});

test("a pipe that is full is tried again after a while", async () => {
  const { line, text, waited } = aDescriptor("EAGAIN", 3, "EAGAIN", 0);
  await line("one line");
  expect([text(), waited]).toEqual(["one line\n", [20, 20, 20]]);
});

test("what failed half-way does not run into the next line", async () => {
  const { line, text } = aDescriptor(3, "EPIPE");
  await expect(line("broken")).rejects.toThrow("EPIPE");
  await line("whole");
  await line("next");
  expect(text()).toBe("bro\nwhole\nnext\n");
});

test("what failed before it began leaves nothing behind", async () => {
  const { line, text } = aDescriptor("EPIPE");
  await expect(line("gone")).rejects.toThrow("EPIPE");
  await line("whole");
  expect(text()).toBe("whole\n");
});

const folder = mkdtempSync(join(tmpdir(), "claimseal-record-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: number[] = [];
afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
});

function opened(path: string, flags: number | string): number {
  const fd = openSync(path, flags);
  open.push(fd);
  return fd;
}

test("a file has the lines, written by Node's own means", async () => {
  const path = join(folder, "log");
  const line = linesTo(opened(path, "w"));
  await line("one");
  await line("two");
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
});

const { O_RDWR, O_RDONLY, O_NONBLOCK } = constants;

test.for([
  ["blocks whoever writes", O_RDWR],
  ["turns away whoever writes", O_RDWR | O_NONBLOCK],
] as const)(
  "a pipe that nobody reads and that %s holds up no sign-in; once it is read, every record is there or counted",
  async ([, flags]) => {
    const path = join(folder, `pipe-${flags}`);
    execFileSync("mkfifo", [path]);
    // Open for both, so that there is a pipe without a reader.
    const write = recordWriter(linesTo(opened(path, flags), { wait: () => promisify(setImmediate)() }), {
      queue: 10,
      timer: (call) => {
        const due = setImmediate(call);
        return () => clearImmediate(due);
      },
    });
    // A pipe holds 64 KiB, three of these lines: ten others wait, and the rest finds no place.
    const emitted = Array.from({ length: 600 }, (_, index) => `a_claim_with_a_long_name_${index}`);
    const send = (index: number): Promise<void> => write(aRecord({ emitted, suppressedOther: index }), noCounts);
    for (let index = 0; index < 60; index++) await send(index);

    const reader = opened(path, O_RDONLY);
    let text = "";
    const readOn = async (): Promise<void> => {
      const { bytesRead, buffer } = await promisify(read)(reader, Buffer.alloc(1 << 16), 0, 1 << 16, null);
      text += buffer.toString("utf8", 0, bytesRead);
    };
    while (text.split("\n").length <= 10) await readOn();
    await send(60);
    while (!/"suppressedOther":60,[^\n]*\n$/.test(text)) await readOn();

    const records = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { readonly suppressedOther: number; readonly lost: number });
    const written = records.map(({ suppressedOther }) => suppressedOther);
    expect(written).toEqual([...new Set(written)].toSorted((a, b) => a - b));
    expect(records.length + records.reduce((sum, { lost }) => sum + lost, 0)).toBe(61);
    expect(records.at(-1)?.lost).toBeGreaterThan(20);
  },
);

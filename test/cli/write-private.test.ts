import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePrivate } from "../../cli/write-private.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "claimseal-private-"));
});
afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test("a file is this user's alone, in a folder that was not there", async () => {
  const path = join(folder, "requests", "subject.json");
  await writePrivate(path, "{}\n");
  expect([await readFile(path, "utf8"), await modeOf(path)]).toEqual(["{}\n", 0o600]);
});

test("one that everybody could read is this user's alone from then on, and nothing of it is left", async () => {
  const path = join(folder, "subject.json");
  await writeFile(path, "what was there before", { mode: 0o644 });
  await writePrivate(path, "{}\n");
  expect([await readFile(path, "utf8"), await modeOf(path)]).toEqual(["{}\n", 0o600]);
});

test("what is no file is written to as it is", async () => {
  await writePrivate("/dev/null", "{}\n");
  expect(await modeOf("/dev/null")).not.toBe(0o600);
});

test("a place that cannot be written to is told by Node's code", async () => {
  await expect(writePrivate(folder, "{}\n")).rejects.toMatchObject({ code: "EISDIR" });
});

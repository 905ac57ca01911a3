import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Holder, holdFile, thisProcess } from "../../cli/hold-file.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "claimseal-hold-"));
  path = join(folder, "rows.lock");
});
afterEach(() => rm(folder, { recursive: true }));

/** What a process left behind that ended without letting go. */
const left = (by: Partial<Holder> & { readonly id?: string }): Promise<void> =>
  writeFile(path, JSON.stringify({ ...thisProcess(), id: "5f0c1e9a-1111-4222-8333-0a1b2c3d4e5f", ...by }));

/** The number of a process that is no more. */
const gone = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

test("a file is held by one at a time, says by whom, and is gone when it is let go", async () => {
  const letGo = await holdFile(path);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject(thisProcess());
  expect(await holdFile(path)).toBeNull();
  await letGo?.();
  expect(await readdir(folder)).toEqual([]);
  expect(await holdFile(path)).not.toBeNull();
});

test("one that a process left behind is taken over by one of however many", async () => {
  await left({ pid: gone() });
  const held = await Promise.all(Array.from({ length: 20 }, () => holdFile(path)));
  const [letGo, ...others] = held.filter((each) => each !== null);
  expect([typeof letGo, others]).toEqual(["function", []]);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject(thisProcess());
  expect(await holdFile(path)).toBeNull();
  await letGo?.();
  expect(await readdir(folder)).toEqual([]);
});

test("one of the same number, as a container's processes have, is told by when it began", async () => {
  await left({ since: "2026-01-01T00:00:00.000Z" });
  expect(await holdFile(path)).not.toBeNull();
});

test.for([
  ["is running", () => left({ pid: process.ppid })],
  ["is on another machine", () => left({ pid: gone(), host: "elsewhere" })],
  ["is not told", () => writeFile(path, "")],
  ["is told by something else", () => writeFile(path, '{"pid":1}')],
  ["has an id that is no name", () => left({ pid: gone(), id: "../../x" })],
] as const)("one whose process %s stays, and so does what is in it", async ([, leave]) => {
  await leave();
  const before = await readFile(path, "utf8");
  expect(await holdFile(path)).toBeNull();
  expect([await readFile(path, "utf8"), await readdir(folder)]).toEqual([before, ["rows.lock"]]);
});

test("who lets go of a file that is another's by now leaves it", async () => {
  const letGo = await holdFile(path);
  await left({ host: "elsewhere" });
  await letGo?.();
  expect(await readdir(folder)).toEqual(["rows.lock"]);
});

test("a file that cannot be made is no file that another one has", async () => {
  await expect(holdFile(join(folder, "nowhere", "rows.lock"))).rejects.toMatchObject({ code: "ENOENT" });
});

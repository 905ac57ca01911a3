import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

type Watching = { readonly failed: Promise<never>; readonly end: () => Promise<void> };

const { watchMap } = (await import(`${import.meta.dirname}/../../examples/react-dashboard/server/watch-map.js`)) as {
  watchMap: (
    folder: string,
    files: readonly string[],
    restart: (file: string) => Promise<void>,
    quietMs: number,
  ) => Watching;
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "watched-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const save = (file: string): void => writeFileSync(join(folder, file), "saved");

test("a file that is saved begins a restart, and the end waits for it and lets no other begin", async () => {
  const begun: string[] = [];
  let tellStarted = (): void => {};
  let open = (): void => {};
  const started = new Promise<void>((resolve) => {
    tellStarted = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const watching = watchMap(
    folder,
    ["map", "rows"],
    async (file) => {
      begun.push(file);
      tellStarted();
      await gate;
      begun.push("done");
    },
    1,
  );
  save("map");
  await started;
  save("rows");
  const ended = watching.end().then(() => begun.push("ended"));
  open();
  await ended;
  expect(begun).toEqual(["map", "done", "ended"]);
});

test("a restart that fails is told to whoever waits for that, and the end comes all the same", async () => {
  const failure = new Error("the port is gone");
  const watching = watchMap(folder, ["map"], () => Promise.reject(failure), 1);
  save("map");
  await expect(watching.failed).rejects.toBe(failure);
  await watching.end();
});

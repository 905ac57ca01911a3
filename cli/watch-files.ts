import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname } from "node:path";

/** Editors write a file in several steps; what comes within this time is one change. */
const SETTLED_MS = 100;

/**
 * Resolves after one of `files` has changed since `since`, in milliseconds since the epoch, or when `stopped` does: true
 * for a change. Their folders are watched, since many editors put a new file in the place of the old one.
 */
export async function changeOf(files: readonly string[], since: number, stopped: Promise<void>): Promise<boolean> {
  const names = new Map<string, Set<string>>();
  for (const file of files) names.set(dirname(file), (names.get(dirname(file)) ?? new Set()).add(basename(file)));
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const changed = new Promise<true>((resolve) => {
    for (const [folder, wanted] of names) {
      watchers.push(
        watch(folder, (_, name) => {
          if (name !== null && !wanted.has(name)) return;
          clearTimeout(timer);
          timer = setTimeout(() => resolve(true), SETTLED_MS);
        }),
      );
    }
  });
  try {
    // What was saved while the last run was under way.
    if ((await newest(files)) > since) return true;
    return await Promise.race([changed, stopped.then(() => false)]);
  } finally {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
}

async function newest(files: readonly string[]): Promise<number> {
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...times);
}

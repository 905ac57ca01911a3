import { watch } from "node:fs";

/**
 * Calls `restart` with a file's name when one of a folder's files is saved, one at a time; editors save in several steps,
 * so a little later.
 *
 * @param quietMs How long a file has to be left alone before it counts as saved.
 * @returns `failed`, which rejects with what `restart` does; and `end`, after which none begins, and which waits for the
 * one that has begun.
 */
export function watchMap(folder, files, restart, quietMs = 200) {
  let running = Promise.resolve();
  let hasEnded = false;
  let timer;
  let fail;
  const failed = new Promise((_resolve, reject) => {
    fail = reject;
  });
  const begin = async (file) => {
    if (!hasEnded) await restart(file);
  };
  const watcher = watch(folder, (_event, file) => {
    if (!files.includes(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => begin(file)).catch(fail);
    }, quietMs);
  });
  const end = async () => {
    hasEnded = true;
    clearTimeout(timer);
    watcher.close();
    await running;
  };
  return { failed, end };
}

import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A standard output that nobody reads. */
export type BlockedLog = {
  /** Runs Node with it, in place of Node. */
  readonly node: string;
  /** Everything that waits in it, whatever filled it up left out; from then on there is room for as much again. */
  readonly read: () => string;
  readonly remove: () => Promise<void>;
};

/** Fills a pipe to the last byte before anything else is written to it. */
export async function blockedLog(): Promise<BlockedLog> {
  const directory = await mkdtemp(join(tmpdir(), "claimseal-blocked-"));
  const [pipe, node] = [join(directory, "stdout"), join(directory, "node")];
  execFileSync("mkfifo", [pipe]);
  await writeFile(node, `#!/bin/sh\nexec '${process.execPath}' "$@" >'${pipe}'\n`, { mode: 0o755 });
  // Both ends, so that neither side ever waits for somebody to open the other.
  const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const untilEmpty = (step: () => number): void => {
    try {
      while (step() > 0);
    } catch (error) {
      if ((error as { readonly code?: string }).code !== "EAGAIN") throw error;
    }
  };
  const newlines = Buffer.alloc(4_096, "\n");
  untilEmpty(() => writeSync(fd, newlines));
  untilEmpty(() => writeSync(fd, newlines, 0, 1));
  return {
    node,
    read: () => {
      const pieces: Buffer[] = [];
      untilEmpty(() => {
        const piece = Buffer.alloc(65_536);
        const length = readSync(fd, piece);
        pieces.push(piece.subarray(0, length));
        return length;
      });
      return Buffer.concat(pieces).toString().replace(/^\n+/, "");
    },
    remove: async () => {
      closeSync(fd);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

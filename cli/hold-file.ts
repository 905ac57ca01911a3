import { randomUUID } from "node:crypto";
import { readFile, rename, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

/** Lets a file go that was held. */
export type LetGo = () => Promise<void>;

/** A process, told from every other that ever was on a machine. */
export type Holder = { readonly host: string; readonly pid: number; readonly since: string };

/** This process. */
export function thisProcess(): Holder {
  return { host: hostname(), pid: process.pid, since: new Date(performance.timeOrigin).toISOString() };
}

/**
 * Holds a file that only one process has at a time, by making it; null where another one has it. One that was left by a
 * process of this machine that is no more is taken over. What is on other machines cannot be seen, and counts as there.
 *
 * Rejects with Node's own coded errors where the file cannot be made.
 */
export async function holdFile(path: string, holder: Holder = thisProcess()): Promise<LetGo | null> {
  const text = `${JSON.stringify({ ...holder, id: randomUUID() })}\n`;
  if (!(await isMade(path, text)) && !(await isTakenOver(path, text, holder))) return null;
  return async () => {
    if ((await textOf(path)) === text) await unlink(path).catch(() => {});
  };
}

/** Of several that find the same file left behind, the one that makes a mark for it takes it: its id is in no other. */
async function isTakenOver(path: string, text: string, holder: Holder): Promise<boolean> {
  const left = await textOf(path);
  const { id, ...other } = left === null ? {} : read(left);
  if (left === null || id === undefined || !isGone(other, holder)) return false;
  const mark = `${path}.${id}`;
  if (!(await isMade(mark, text))) return false;
  // Whoever made the mark before may have taken it over, and be done with the mark.
  if ((await textOf(path)) !== left) {
    await unlink(mark);
    return false;
  }
  await rename(mark, path);
  return true;
}

async function isMade(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}

type Read = Partial<Holder> & { readonly id?: string };

/** Nothing where it is no holder's: an id becomes part of a file's name. */
function read(text: string): Read {
  try {
    const { host, pid, since, id } = JSON.parse(text) as Record<string, unknown>;
    const isWhole = typeof host === "string" && Number.isSafeInteger(pid) && typeof since === "string";
    if (!isWhole || typeof id !== "string" || !/^[0-9a-f-]{36}$/.test(id)) return {};
    return { host, pid: pid as number, since, id };
  } catch {
    return {};
  }
}

function isGone({ host, pid, since }: Partial<Holder>, self: Holder): boolean {
  if (host !== self.host || pid === undefined || pid < 1) return false;
  // A container's processes have the same few numbers each time it is started.
  if (pid === self.pid) return since !== self.since;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

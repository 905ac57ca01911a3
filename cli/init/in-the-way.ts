import { accessSync, constants, lstatSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";

/** Whether a path is a link, wherever that leads: what is written to it comes to stand somewhere else. */
export function isLink(path: string): boolean {
  return found(lstatSync, path)?.isSymbolicLink() ?? false;
}

/**
 * Why a file cannot be written, in words that begin with a path; null where nothing is known to be in the way. It is
 * asked before the first file is written, so that a project is written whole or not at all.
 */
export function inTheWay(path: string): string | null {
  const there = found(statSync, path);
  if (there?.isDirectory()) return `${path}: that is a folder`;
  if (there) return mayBe(constants.W_OK, path) ? null : `${path}: it cannot be written`;
  let folder = dirname(path);
  let nearest = found(statSync, folder);
  while (nearest === undefined && dirname(folder) !== folder) {
    folder = dirname(folder);
    nearest = found(statSync, folder);
  }
  if (nearest?.isDirectory() === false) return `${folder}: that is no folder`;
  return mayBe(constants.W_OK | constants.X_OK, folder) ? null : `${folder}: nothing can be written there`;
}

/** What stands at a path; undefined for nothing, and behind what is no folder. */
function found(look: typeof statSync, path: string): Stats | undefined {
  try {
    return look(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function mayBe(used: number, path: string): boolean {
  try {
    accessSync(path, used);
    return true;
  } catch {
    return false;
  }
}

import { accessSync, constants, lstatSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The first link on the way from a folder to a file in it: what is written behind one comes to stand somewhere else. */
export function linkOn(folder: string, path: string): string | null {
  const steps = path.split("/");
  const ways = steps.map((_, index) => steps.slice(0, index + 1).join("/"));
  return ways.find((way) => found(lstatSync, join(folder, way))?.isSymbolicLink()) ?? null;
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

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Code } from "./results.ts";

/** Which code there is in these files and folders now. */
export function codeOf(root: string, paths: readonly string[]): Code {
  return {
    digest: digestOf(root, paths),
    commit: git(root, ["rev-parse", "--short=10", "HEAD"]) || "unknown",
    isChanged: git(root, ["status", "--porcelain", "--", ...paths]) !== "",
  };
}

/** A digest of the contents of files and of everything in folders. */
export function digestOf(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((each) => filesIn(root, each)).toSorted()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function filesIn(root: string, path: string): readonly string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .map((file) => join(path, file))
    .filter((file) => statSync(join(root, file)).isFile());
}

function git(root: string, args: readonly string[]): string {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Everything by which a process changes what is in files and folders. */
const CHANGES = [
  "appendFile",
  "chmod",
  "chown",
  "copyFile",
  "cp",
  "createWriteStream",
  "ftruncate",
  "link",
  "mkdir",
  "mkdtemp",
  "rename",
  "rm",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "write",
  "writeFile",
  "writev",
] as const;

type Functions = Record<string, (...given: unknown[]) => unknown>;

/** What is called of `node:fs` from now on that changes anything, by name; files opened for more than reading, too. */
export function watchWrites(): { readonly seen: readonly string[]; readonly stop: () => void } {
  const seen: string[] = [];
  const undo: (() => void)[] = [];
  const watch = (of: Functions, name: string, isChange: (given: readonly unknown[]) => boolean): void => {
    const real = of[name];
    if (typeof real !== "function") return;
    of[name] = (...given) => {
      if (isChange(given)) seen.push(name);
      return Reflect.apply(real, of, given);
    };
    undo.push(() => {
      of[name] = real;
    });
  };
  for (const of of [fs, fs.promises] as unknown as readonly Functions[]) {
    for (const name of CHANGES) for (const each of [name, `${name}Sync`]) watch(of, each, () => true);
    for (const each of ["open", "openSync"])
      watch(of, each, ([, flags = "r"]) => typeof flags !== "string" || flags !== "r");
  }
  syncBuiltinESMExports();
  return {
    seen,
    stop: () => {
      for (const back of undo) back();
      syncBuiltinESMExports();
    },
  };
}

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** This repository. */
export const root: string = resolve(import.meta.dirname, "..");

/** A project of a user's: the packed tarball unpacked in `node_modules`, beside its declared dependencies alone. */
export type Project = {
  readonly path: string;
  /** Installs another package, the repository's own copy of it. */
  readonly link: (name: string) => Promise<void>;
  /** Writes and runs a module, and gives what it printed. */
  readonly node: (file: string, source: string) => Promise<string>;
  /** Runs the installed command. */
  readonly claimseal: (...argv: string[]) => Promise<Ended>;
  readonly remove: () => Promise<void>;
};

export type Ended = { readonly exit: number; readonly out: string; readonly err: string };

/** Packs what is built and installs it in an empty folder. Runs nothing of the package's own. */
export async function installPackage(): Promise<Project> {
  const path = await mkdtemp(join(tmpdir(), "claimseal-package-"));
  const link = async (name: string): Promise<void> => {
    const at = join(path, "node_modules", name);
    await mkdir(dirname(at), { recursive: true });
    await symlink(join(root, "node_modules", name), at);
  };
  await unpackInto(path);
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { dependencies: object };
  await Promise.all(Object.keys(dependencies).map(link));
  await writeFile(join(path, "package.json"), '{ "type": "module" }');
  return {
    path,
    link,
    node: async (file, source) => {
      await writeFile(join(path, file), source);
      const { stdout } = await run(process.execPath, [file], { cwd: path, env: { NO_COLOR: "1" } });
      return stdout.trim();
    },
    claimseal: (...argv) => {
      const bin = join(path, "node_modules/claimseal/dist/cli/main.js");
      return run(process.execPath, [bin, ...argv], { cwd: path, env: { NO_COLOR: "1" } }).then(
        ({ stdout, stderr }) => ({ exit: 0, out: stdout.trim(), err: stderr.trim() }),
        ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
          exit: code,
          out: stdout.trim(),
          err: stderr.trim(),
        }),
      );
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

async function unpackInto(path: string): Promise<void> {
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", path];
  const { stdout } = await run("npm", pack, { cwd: root });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const at = join(path, "node_modules/claimseal");
  await mkdir(at, { recursive: true });
  await run("tar", ["-xzf", join(path, packed?.filename ?? ""), "--strip-components=1", "-C", at]);
}

// Bundles a TypeScript file of this project to where plain Node can run it, two folders below the root as its sources
// expect, and gives its path: Node 20 runs no TypeScript by itself.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const programs = `${root}.verify/programs/`;

export async function bundled(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    write: false,
  });
  const file = programs + basename(entry).replace(/\.ts$/, ".mjs");
  await mkdir(programs, { recursive: true });
  // Whole or not at all: another run may be about to start it.
  await writeFile(`${file}.${process.pid}`, outputFiles[0].contents);
  await rename(`${file}.${process.pid}`, file);
  return file;
}

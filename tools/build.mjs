// Builds everything a user runs: `dist/` from the TypeScript sources, then the Lambda bundle and the playground's page
// beside it. Built apart and put in its place when it is whole: a build that fails leaves the last one, and whoever runs
// meanwhile finds all its files.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { bundleChain, bundleFederation, bundleLambda, bundleRe2 } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const made = `${root}.building-${process.pid}`;
const former = `${made}-former`;
process.once("exit", () => {
  rmSync(made, { recursive: true, force: true });
  rmSync(former, { recursive: true, force: true });
});
for (const project of ["tsconfig.build.json", "tsconfig.cjs.json"]) {
  const outDir = project === "tsconfig.cjs.json" ? `${made}/cjs` : made;
  const tsc = [`${root}node_modules/typescript/lib/tsc.js`, "-p", `${root}${project}`, "--outDir", outDir];
  const { status } = spawnSync(process.execPath, tsc, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
// What services import is there for `require` too; Node takes a folder's word for what its `.js` files are.
writeFileSync(`${made}/cjs/package.json`, '{ "type": "commonjs" }\n');
chmodSync(`${made}/cli/main.js`, 0o755);
const bundles = {
  "index.mjs": bundleLambda,
  "re2.mjs": bundleRe2,
  "chain.mjs": bundleChain,
  "federation.mjs": bundleFederation,
};
const sizes = [];
for (const [file, bundle] of Object.entries(bundles)) {
  await bundle(`${made}/lambda/${file}`);
  sizes.push(`dist/lambda/${file} (${Math.round(statSync(`${made}/lambda/${file}`).size / 1024)} KiB)`);
}
await build({
  configFile: `${root}playground/vite.config.ts`,
  logLevel: "warn",
  build: { outDir: `${made}/playground` },
});
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, former);
renameSync(made, `${root}dist`);
console.error(`built dist/, ${sizes.join(", ")}`);

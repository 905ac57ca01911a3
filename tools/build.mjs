// Builds everything a user runs: `dist/` from the TypeScript sources, then the Lambda bundle beside it.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleChain, bundleFederation, bundleLambda, bundleRe2 } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.cjs.json"]) {
  const tsc = [`${root}node_modules/typescript/lib/tsc.js`, "-p", `${root}${project}`];
  const { status } = spawnSync(process.execPath, tsc, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
// What services import is there for `require` too; Node takes a folder's word for what its `.js` files are.
writeFileSync(`${root}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
chmodSync(`${root}dist/cli/main.js`, 0o755);
const bundles = {
  "index.mjs": bundleLambda,
  "re2.mjs": bundleRe2,
  "chain.mjs": bundleChain,
  "federation.mjs": bundleFederation,
};
const sizes = [];
for (const [file, bundle] of Object.entries(bundles)) {
  await bundle(`${root}dist/lambda/${file}`);
  sizes.push(`dist/lambda/${file} (${Math.round(statSync(`${root}dist/lambda/${file}`).size / 1024)} KiB)`);
}
console.error(`built dist/, ${sizes.join(", ")}`);

// Builds everything a user runs: `dist/` from the TypeScript sources, then the one Lambda bundle beside it.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleLambda } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
const tsc = [`${root}node_modules/typescript/lib/tsc.js`, "-p", `${root}tsconfig.build.json`];
const { status } = spawnSync(process.execPath, tsc, { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
chmodSync(`${root}dist/cli/main.js`, 0o755);
await bundleLambda(`${root}dist/lambda/index.mjs`);
console.error(
  `built dist/ and dist/lambda/index.mjs (${Math.round(statSync(`${root}dist/lambda/index.mjs`).size / 1024)} KiB)`,
);

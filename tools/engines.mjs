// Installs what the contract tests compare claimseal with into `.engines/` (or where CLAIMSEAL_ENGINES says), all at
// once. None of it is required: what does not install is named and left out, and its tests are skipped.
//
//   node tools/engines.mjs [--ric]    --ric: also AWS's own runtime client, which is compiled for a minute
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineFile, engines, enginesFolder } from "./engine-list.mjs";

const minutes = 60_000;

/** Runs npm and resolves to null, or to the line that says best why it failed. */
function npmInstall(folder, spec) {
  const child = spawn("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error", spec], {
    env: { ...process.env, ...nodeHeaders() },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 4 * minutes,
  });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    printed += text;
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(null);
      const lines = printed.split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
      return resolve(lines.find((line) => / /.test(line)) ?? `npm ended with ${signal ?? code}`);
    });
  });
}

/** Node's own headers where they came with it, because not every machine may download them. */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include/node/node.h")) ? { npm_config_nodedir: prefix } : {};
}

function installedVersion(name) {
  if (engineFile(name) === null) return null;
  const manifest = join(enginesFolder, name, "node_modules", engines[name].package, "package.json");
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

async function install(name) {
  const { package: packageName, version } = engines[name];
  const held = installedVersion(name);
  if (held !== null && `${held}.`.startsWith(`${version}.`)) return `${name}: ${packageName} ${held}, already there`;
  const folder = join(enginesFolder, name);
  mkdirSync(folder, { recursive: true });
  const problem = await npmInstall(folder, `${packageName}@${version}`);
  if (problem !== null) return `${name}: not available (${problem})`;
  const installed = installedVersion(name);
  return installed === null
    ? `${name}: not available (${packageName}@${version} installed without ${engines[name].file})`
    : `${name}: ${packageName} ${installed}`;
}

const wanted = Object.keys(engines).filter((name) => name !== "ric" || process.argv.includes("--ric"));
await Promise.all(wanted.map(async (name) => console.log(await install(name))));

// Measures claimseal beside every alternative: `npm run bench -- --help`.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { standing } from "./goals.mjs";
import { number, pageOf, withGenerated } from "./page.mjs";

/** In the order in which they run, with what they measure and for about how many seconds. */
const PARTS = {
  issue: ["issuing, beside six other handlers", 100],
  growth: ["issuing, as claims, resource servers, sources and rows grow", 75],
  start: ["cold starts under each Node of Lambda", 100],
  open: ["verifying and opening, beside five other readers", 40],
  fleet: ["KMS calls of a fleet that opens, simulated", 5],
  check: ["checks of maps of up to 2,000 claims", 50],
  tail: ["slow reads, with and without second copies", 45],
  throttle: ["a KMS that lets too few requests pass", 40],
  keystroke: ["keystroke to tokens in the playground", 15],
  profile: ["where the processor's time goes", 25],
};

const HELP = `Measures claimseal beside every alternative, for about eight minutes, writes docs/reference/performance.md, and keeps the
figures in bench/results. Run it on a machine that does nothing else. What is measured is kept in .bench/ until all of it
is, so that an interrupted run goes on where it was, as long as the code is the same.

  npm run bench                            everything
  npm run bench -- --part issue --part open  these parts alone, anew

${Object.entries(PARTS)
  .map(([name, [what, seconds]]) => `  ${name.padEnd(10)} ${what} (${seconds} s)`)
  .join("\n")}

  --part NAME   one part; any number of times
  --quick       a few rounds of each, to see that it works: nothing is judged, kept or written
  --write       measures nothing, and writes the page of the figures that are kept
  --again       forgets what an interrupted run has measured
  --results DIR where figures are kept (bench/results)
  --page FILE   the page (docs/reference/performance.md)
  --help        this

Ends with 1 where a goal is missed, and says which; with 2 for what it does not understand, with 3 where a part cannot be
measured, and with 130 when it is interrupted.`;

const root = fileURLToPath(new URL("..", import.meta.url));
const OPTIONS = {
  part: { type: "string", multiple: true, default: [] },
  quick: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  again: { type: "boolean", default: false },
  results: { type: "string", default: join(root, "bench/results") },
  page: { type: "string", default: join(root, "docs/reference/performance.md") },
  help: { type: "boolean", default: false },
};

// Children find what they are to make in one folder, which goes when this process does, and end with it.
const temporary = mkdtempSync(join(tmpdir(), "claimseal-bench-"));
process.once("exit", () => rmSync(temporary, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
Object.assign(process.env, {
  TMPDIR: temporary,
  AWS_ACCESS_KEY_ID: "someone",
  AWS_SECRET_ACCESS_KEY: "something",
  AWS_REGION: "eu-west-1",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
});

process.exit(await main());

async function main() {
  const values = options();
  if (values === null) return 2;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.write) {
    writePage(values);
    return 0;
  }
  if (!existsSync(join(root, "dist/lambda/index.mjs"))) {
    console.error("dist/ is not built: npm run build");
    return 3;
  }
  const chosen =
    values.part.length > 0 ? Object.keys(PARTS).filter((name) => values.part.includes(name)) : Object.keys(PARTS);
  const underWay = values.quick || values.part.length > 0 ? null : underWayIn(join(root, ".bench"), values.again);
  const measured = { ...underWay?.kept };
  for (const name of chosen) {
    if (measured[name]) {
      console.log(`${name.padEnd(10)} measured before the interruption`);
      continue;
    }
    try {
      measured[name] = await measure(name, values.quick);
    } catch (error) {
      console.error(`${name} cannot be measured: ${error.stack}`);
      return 3;
    }
    underWay?.keep(name, measured[name]);
  }
  if (values.quick) return 0;
  mkdirSync(values.results, { recursive: true });
  for (const name of chosen)
    writeFileSync(join(values.results, `${name}.json`), `${JSON.stringify(measured[name], null, 1)}\n`);
  underWay?.end();
  writePage(values);
  return judged(Object.fromEntries(chosen.map((name) => [name, measured[name].figures])));
}

function options() {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    const unknown = values.part.filter((name) => !Object.hasOwn(PARTS, name));
    if (unknown.length === 0) return values;
    console.error(`no such part: ${unknown.join(", ")}\n\n${HELP}`);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
  }
  return null;
}

async function measure(name, quick) {
  const start = performance.now();
  const { run } = await import(`./parts/${name}.mjs`);
  const figures = await run({ quick, say: progress(name) });
  const seconds = Math.round((performance.now() - start) / 1000);
  if (process.stdout.isTTY) process.stdout.write("\r\u001b[K");
  console.log(`${name.padEnd(10)} ${seconds} s`);
  return {
    part: name,
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    ...commit(),
    cores: availableParallelism(),
    figures,
  };
}

/** Over the line before where somebody looks on; otherwise a line every few seconds. */
function progress(name) {
  let shown = 0;
  return (text) => {
    const now = performance.now();
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${name.padEnd(10)} ${text}`);
    else if (now - shown > 5_000) console.log(`${name.padEnd(10)} ${text}`);
    else return;
    shown = now;
  };
}

function commit() {
  const git = (...args) => spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
  return { commit: git("rev-parse", "--short=10", "HEAD") || "unknown", changed: git("status", "--porcelain") !== "" };
}

/** What an interrupted run has measured of this very code. */
function underWayIn(folder, again) {
  const file = join(folder, "under-way.json");
  const code = codeDigest();
  const held = again || !existsSync(file) ? null : JSON.parse(readFileSync(file, "utf8"));
  const kept = held?.code === code ? held.kept : {};
  return {
    kept,
    keep: (name, result) => {
      kept[name] = result;
      mkdirSync(folder, { recursive: true });
      // Whole or not at all, whenever the process is killed.
      writeFileSync(`${file}.new`, JSON.stringify({ code, kept }));
      renameSync(`${file}.new`, file);
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Of all that runs: what was built, and what measures it. */
function codeDigest() {
  const hash = createHash("sha256");
  const files = ["dist", "bench"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file)),
  );
  for (const file of files.filter((name) => /\.m?js$/.test(name)).toSorted()) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function writePage({ page, results }) {
  const kept = Object.fromEntries(
    Object.keys(PARTS).flatMap((name) => {
      const file = join(results, `${name}.json`);
      return existsSync(file) ? [[name, JSON.parse(readFileSync(file, "utf8"))]] : [];
    }),
  );
  const file = resolve(page);
  writeFileSync(file, withGenerated(existsSync(file) ? readFileSync(file, "utf8") : "", pageOf(kept)));
}

/** Says how the goals of what was measured stand. */
function judged(results) {
  const all = standing(results).filter(({ goal }) => results[goal.part]);
  for (const { goal, figure, state } of all) {
    console.log(
      `${state.padEnd(12)} ${goal.what}: ${figure === null ? "" : `${number(figure.median)}, `}at most ${goal.atMost}`,
    );
  }
  return all.some(({ state }) => state === "missed") ? 1 : 0;
}

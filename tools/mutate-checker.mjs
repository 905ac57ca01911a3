// Proves that the tests of the checker notice whatever is wrong with it: runs them with one mutation of the checker
// after the other, in memory, and names those that no test noticed. Takes parts of names to run those mutants alone.
// What was found is kept until a file of the checker or of its tests changes, so that an interrupted run can go on.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { createVitest } from "vitest/node";
import { mutants } from "./mutants.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const kept = `${root}node_modules/.cache/claimseal/mutants.json`;

/** The table of broken rules first, then the other tests of the checker; random maps are for what both let pass. */
const STAGES = [
  ["test/claims/rules"],
  [
    "test/claims/checks",
    "test/claims/check-codes",
    "test/claims/check.test",
    "test/claims/compile.test",
    "test/claims/language",
    "test/claims/shape/written-rules",
  ],
  ["test/claims/soundness"],
];

/** A mutation that does not apply, or makes no program, would be noticed by every test, and say nothing. */
async function refuseIdle() {
  for (const { id, file, from, to } of mutants) {
    const source = readFileSync(root + file, "utf8");
    if (source.split(from).length !== 2) throw new Error(`${id}: its text does not stand exactly once in ${file}`);
    await transform(
      source.replace(from, () => to),
      { loader: "ts" },
    );
  }
  if (new Set(mutants.map(({ id }) => id)).size < mutants.length) throw new Error("two mutants have one name");
}

function digestOfTree() {
  const hash = createHash("sha256");
  const add = (path) => hash.update(path).update(readFileSync(root + path));
  for (const room of ["claims", "cognito", "test/claims"]) {
    const files = readdirSync(root + room, { recursive: true, withFileTypes: true });
    const paths = files.filter((each) => each.isFile()).map(({ parentPath, name }) => `${parentPath}/${name}`);
    for (const path of paths.sort()) add(path.slice(root.length));
  }
  return hash.digest("hex");
}

/** What was found before about these files; nothing where one of them changed. */
function foundBefore(tree) {
  try {
    const { tree: before, found } = JSON.parse(readFileSync(kept, "utf8"));
    return before === tree ? new Map(found) : new Map();
  } catch {
    return new Map();
  }
}

/** One run of vitest for all mutants: only what a mutation touches is loaded anew. */
async function startVitest() {
  let mutant = null;
  const plugin = {
    name: "mutate-checker",
    enforce: "pre",
    transform: (code, id) =>
      mutant && id === root + mutant.file ? code.replace(mutant.from, () => mutant.to) : undefined,
  };
  const vitest = await createVitest(
    "test",
    {
      root,
      config: false,
      // What is tested is pure, so that files may share a worker and what it has loaded.
      pool: "threads",
      isolate: false,
      watch: false,
      bail: 1,
      reporters: [{}],
      include: ["test/claims/**/*.test.ts"],
      testTimeout: 120_000,
    },
    { plugins: [plugin] },
  );
  const change = (next) => {
    for (const file of [mutant?.file, next?.file]) if (file) vitest.invalidateFile(root + file);
    mutant = next;
  };
  /** The first test that fails in a stage, if any; a file that cannot be loaded is a mistake in the mutation. */
  const firstFailure = async (stage) => {
    const all = await vitest.globTestSpecifications(STAGES[stage]);
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(all);
    const failed = testModules.flatMap((module) => [...module.children.allTests("failed")]);
    const broken = testModules.find((module) => module.errors().length > 0);
    if (failed.length === 0 && (broken || unhandledErrors.length > 0)) {
      throw new Error(
        `${broken?.relativeModuleId ?? "a test"} cannot be loaded: ${broken?.errors()[0]?.message ?? unhandledErrors[0]}`,
      );
    }
    return failed[0] && `${failed[0].module.relativeModuleId}: ${failed[0].fullName}`;
  };
  return { change, firstFailure, close: () => vitest.close() };
}

await refuseIdle();
const wanted = process.argv.slice(2).filter((each) => !each.startsWith("--"));
const stages = process.argv.includes("--random-maps-only") ? [2] : [0, 1, 2];
const tree = digestOfTree() + stages.join("");
const found = foundBefore(tree);
const { change, firstFailure, close } = await startVitest();

/** Stages that are known to pass without a mutation. */
const sound = new Set();

async function killerOf(mutant) {
  for (const stage of stages) {
    if (!sound.has(stage)) {
      const failure = await firstFailure(stage);
      if (failure) throw new Error(`without any mutation, this fails already: ${failure}`);
      sound.add(stage);
    }
    change(mutant);
    const killer = await firstFailure(stage);
    change(null);
    if (killer) return killer;
  }
  return null;
}

const chosen = mutants.filter(({ id }) => wanted.length === 0 || wanted.some((part) => id.includes(part)));
const survivors = [];
for (const mutant of chosen) {
  if (!found.has(mutant.id)) {
    found.set(mutant.id, await killerOf(mutant));
    mkdirSync(new URL(".", `file://${kept}`), { recursive: true });
    writeFileSync(kept, JSON.stringify({ tree, found: [...found] }));
  }
  const killer = found.get(mutant.id);
  console.log(killer ? `noticed   ${mutant.id}\n            by ${killer}` : `UNNOTICED ${mutant.id}`);
  if (!killer) survivors.push(mutant);
}
await close();

for (const { file, from, what } of survivors) {
  const line = readFileSync(root + file, "utf8")
    .split(from)[0]
    .split("\n").length;
  console.log(`${file}:${line} nobody notices what is wrong with ${what}`);
}
console.log(`${chosen.length - survivors.length} noticed, ${survivors.length} unnoticed`);
process.exitCode = survivors.length > 0 ? 1 : 0;

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bundleLambda } from "../tools/bundle.mjs";

/** What each room may import: packages, Node's own modules, other rooms (`../room/`), and itself (`./`). */
const DOORS: Readonly<Record<string, RegExp>> = {
  claims: /^(\.\/|\.\.\/cognito\/|node:crypto$|@marcbachmann\/cel-js$|yaml$)/,
  cognito: /^\.\//,
  crypto: /^(\.\/|node:crypto$|node:perf_hooks$)/,
  aws: /^(\.\/|\.\.\/(claims|crypto)\/|@aws-sdk\/|@smithy\/)/,
  triggers: /^(\.\/|\.\.\/(claims|cognito|crypto)\/)/,
  "resource-server": /^(\.\/|\.\.\/(crypto|cognito)\/|aws-jwt-verify|node:(crypto|util)$)/,
  local: /^(\.\/|\.\.\/(claims|cognito|crypto|aws|triggers|resource-server)\/|node:|@aws-sdk\/|dynalite$|jose$)/,
  cli: /^(\.\/|\.\.\/[a-z-]+\/|node:|citty$)/,
};

/** Composition roots: they read the environment and put rooms together, so more doors are open to them. */
const ROOTS: Readonly<Record<string, RegExp>> = {
  "triggers/handler.ts": /^(\.\/|\.\.\/(claims|cognito|crypto|aws)\/|node:(fs|perf_hooks)$)/,
  "resource-server/open.ts": /^(\.\/|\.\.\/(crypto|cognito|aws)\/)/,
};

/** CEL and YAML belong to the build half alone. */
const BUILD_HALF = /^(@marcbachmann\/cel-js|yaml)$/;

const sources = (room: string): string[] =>
  readdirSync(room, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${room}/${file}`)
    .toSorted();

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier as string);
}

for (const [room, allowed] of Object.entries(DOORS)) {
  test(`${room}/ imports only through its doors`, () => {
    const files = sources(room);
    expect(files.length).toBeGreaterThan(0);
    const strangers = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !(ROOTS[file] ?? allowed).test(specifier))
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(strangers).toEqual([]);
  });
}

/** Everything a file reaches through relative imports, itself included. */
function reach(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const specifier of importsOf(file).filter((each) => each.startsWith("."))) {
    reach(new URL(specifier, `file:///${file}`).pathname.slice(1), seen);
  }
  return seen;
}

test("nothing the trigger runs reaches CEL, YAML, the embedded stack or the command line", () => {
  const strangers = [...reach("triggers/handler.ts")].flatMap((file) => [
    ...(/^(local|cli|resource-server)\//.test(file) ? [file] : []),
    ...importsOf(file).filter((specifier) => BUILD_HALF.test(specifier)),
  ]);
  expect(strangers).toEqual([]);
});

test("what a downstream service imports reaches neither DynamoDB, the claim map nor the trigger", () => {
  const strangers = [...reach("resource-server/open.ts")].flatMap((file) => [
    ...(/^(local|cli|claims|triggers)\//.test(file) ? [file] : []),
    ...importsOf(file).filter((specifier) => specifier.includes("dynamodb")),
  ]);
  expect(strangers).toEqual([]);
});

test("only protectClaims makes safe claims", () => {
  const makers = Object.keys(DOORS)
    .flatMap(sources)
    .filter((file) => / as SafeClaims\b/.test(readFileSync(file, "utf8")));
  expect(makers).toEqual(["triggers/protect.ts"]);
});

test("no room but the command line prints, and only composition roots read the environment", () => {
  const offenders = Object.keys(DOORS)
    .flatMap(sources)
    .filter((file) => !["cli/main.ts", "triggers/handler.ts", "local/runtime-client.ts"].includes(file))
    .filter((file) => /\bconsole\.|\bprocess\.env\b/.test(readFileSync(file, "utf8")));
  expect(offenders).toEqual([]);
});

test("there are no barrels and no rooms without a subject", () => {
  const names = Object.keys(DOORS).flatMap(sources);
  expect(names.filter((file) => /\/(index|utils?|common|helpers?|shared|types)\.ts$/.test(file))).toEqual([]);
});

test("the public subpaths are the ones this list names", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, unknown> };
  expect(Object.keys(exports)).toEqual(["./open", "./package.json"]);
});

test("at most eight packages are installed with this one", () => {
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(8);
});

test("the Lambda bundle holds the token path and nothing else, in at most 450 KiB", async () => {
  const metafile = await bundleLambda(undefined);
  const inputs = Object.keys(metafile.inputs);
  expect(
    inputs.filter((file) => /cel-js|node_modules\/yaml|dynalite|jose|citty|^(local|cli|resource-server)\//.test(file)),
  ).toEqual([]);
  expect(inputs).toContain("triggers/handler.ts");
  const [output] = Object.entries(metafile.outputs).filter(([file]) => !file.endsWith(".txt"));
  expect(output?.[1].bytes).toBeLessThan(450 * 1024);
});

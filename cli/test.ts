import { existsSync } from "node:fs";
import { percentOf } from "../local/map-tests/coverage.ts";
import { type FederationResult, runFederationTest } from "../local/map-tests/run-federation.ts";
import { type CaseResult, runMapTest } from "../local/map-tests/run-map-test.ts";
import type { Command, Given } from "./command.ts";
import { exitCode } from "./findings.ts";
import { coverageText } from "./formats/coverage-text.ts";
import { testJson } from "./formats/test-json.ts";
import { caseText, totalText } from "./formats/test-text.ts";
import { textReport } from "./formats/text.ts";
import { visible } from "./formats/visible.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { coverageOfMaps, type MapCoverage } from "./map-coverage.ts";
import { type MapTestFile, readMapTestFile } from "./map-test-file.ts";
import type { Typed } from "./next.ts";
import { testFiles } from "./test-files.ts";
import type { TestedFile } from "./tested-file.ts";
import { changeOf } from "./watch-files.ts";

/** `claimseal test [FILE...]`: runs the tests that stand beside claim maps. */
export const test: Command = {
  name: "test",
  description: "Runs the tests beside claim maps, in the Lambda's own code, without AWS",
  args: {
    file: {
      type: "positional",
      required: false,
      description: "files of tests, NAME.claims.test.yaml, or folders; this folder without any",
    },
    run: { type: "string", valueHint: "PATTERN", description: "only cases whose name holds this text, or /regex/" },
    watch: { type: "boolean", description: "runs again when a test, its map or its tables change; ends on Ctrl-C" },
    coverage: { type: "boolean", description: "says what of each map no test shows" },
    threshold: { type: "string", valueHint: "PERCENT", description: "fails below this coverage, 0 to 100" },
    json: { type: "boolean", description: "everything as JSON on standard output" },
  },
  repeatable: ["file"],
  examples: [
    ["claimseal test", "every NAME.claims.test.yaml below this folder"],
    ["claimseal test mappings/clinic-eu.claims.test.yaml --run refused", "the cases with refused in their name"],
    ["claimseal test --coverage --threshold 100", "fails where a claim, rule, branch or outcome has no test: for CI"],
    ["claimseal test --watch", "again after every change, until Ctrl-C"],
  ],
  run: async (given, io) => {
    const options = readOptions(given);
    if (!given.flag("watch")) return (await testOnce(options, io)).exit;
    if (options.isJson) throw new CliError(EXIT.usage, "--watch is for people; --json is for one run");
    let files: readonly string[] = [];
    let since = 0;
    do {
      since = Date.now();
      files = await testAgain(options, files, io);
      io.say("waiting for a change; stop with Ctrl-C");
    } while (await changeOf(files, since, io.stopped));
    return EXIT.ok;
  },
  next: (given, exit) => {
    if (given.flag("watch")) return null;
    const files = given.each("file");
    if (exit !== EXIT.ok) return ["claimseal", "test", ...files, "--watch"];
    const { isCovered } = readOptions(given);
    if (!isCovered) return ["claimseal", "test", ...files, "--coverage"];
    return buildOf(files);
  },
};

/** The build of the map whose tests these are, by the names they have beside it; of one to be filled in, where there are several. */
async function buildOf(paths: readonly string[]): Promise<Typed> {
  const [file = "", ...others] = await testFiles(paths);
  const base = others.length === 0 ? /^(.*)\.claims\.test\.yaml$/.exec(file)?.[1] : undefined;
  const hooks = `${base}.hooks.mjs`;
  return ["claimseal", "build", `${base ?? "NAME"}.claims.yaml`, ...(existsSync(hooks) ? ["--hooks", hooks] : [])];
}

type Options = {
  readonly paths: readonly string[];
  readonly wanted: ((name: string) => boolean) | undefined;
  readonly isCovered: boolean;
  readonly threshold: number;
  readonly isJson: boolean;
};

/** How one run ended, and every file it was made from. */
type Tested = { readonly exit: number; readonly files: readonly string[] };

function readOptions(given: Given): Options {
  const threshold = given.text("threshold");
  if (threshold !== undefined && !/^(?:100|\d{1,2})$/.test(threshold)) {
    throw new CliError(EXIT.usage, "--threshold takes a whole number from 0 to 100");
  }
  return {
    paths: given.each("file"),
    wanted: wantedNames(given.text("run")),
    isCovered: given.flag("coverage") || threshold !== undefined,
    threshold: Number(threshold ?? 0),
    isJson: given.flag("json"),
  };
}

async function testOnce(options: Options, io: Io): Promise<Tested> {
  const print = (text: string): void => (options.isJson ? undefined : io.print(text));
  const tested: TestedFile[] = [];
  for (const path of await testFiles(options.paths)) {
    tested.push(await testFile(await readMapTestFile(path, io), options.wanted, io.colour, print));
    print("");
  }
  const results = tested.flatMap((each) => [...each.results, ...each.federation]);
  if (options.wanted && results.length === 0 && tested.every(({ ready }) => ready)) {
    throw new CliError(EXIT.usage, "--run: no case has such a name");
  }
  const coverage = options.isCovered ? await coverageOfMaps(tested) : null;
  for (const map of coverage ?? []) print(`${coverageText(map, io.colour)}\n`);
  print(totalText(results, tested.filter(({ ready }) => !ready).length));
  if (options.isJson) io.print(testJson(tested, coverage));
  const low = (coverage ?? []).filter(({ total }) => percentOf(total) < options.threshold);
  for (const { path, total } of low) {
    io.say(`${visible(path)}: ${percentOf(total)} % are covered, and ${options.threshold} % are asked for`);
  }
  return { exit: exitOf(tested, low), files: tested.flatMap(({ files }) => files) };
}

/** While somebody writes, a file may be gone or half there: that is said, and waited out. */
async function testAgain(options: Options, before: readonly string[], io: Io): Promise<readonly string[]> {
  try {
    return (await testOnce(options, io)).files;
  } catch (error) {
    if (!(error instanceof CliError) || before.length === 0) throw error;
    io.say(visible(error.message));
    return before;
  }
}

async function testFile(
  file: MapTestFile,
  wanted: Options["wanted"],
  colour: boolean,
  print: (text: string) => void,
): Promise<TestedFile> {
  const [results, federation]: [CaseResult[], FederationResult[]] = [[], []];
  if (file.ready === null) {
    print(textReport(faultyText(file), colour));
    return { ...file, results, federation };
  }
  print(visible(file.path));
  const { world, read, federated } = file.ready;
  for await (const result of runMapTest(world, read, wanted)) {
    results.push(result);
    print(caseText(result, colour));
  }
  for await (const result of runFederationTest(world.plan, federated, read, wanted)) {
    federation.push(result);
    print(caseText(result, colour));
  }
  return { ...file, results, federation };
}

/** What keeps a file from being run: its map, or the test itself; errors alone. */
function faultyText({ path, text, findings, map }: MapTestFile): Parameters<typeof textReport>[0] {
  const faulty = map && map.plan === null ? map : { path, text, findings };
  return { ...faulty, findings: faulty.findings.filter(({ level }) => level === "error") };
}

/** As `check` says of a map with errors; 1 for a test that is wrong or fails, and for too little coverage. */
function exitOf(tested: readonly TestedFile[], low: readonly MapCoverage[]): number {
  const codes = tested.map(({ ready, results, federation, ...file }) => {
    if (ready === null) return exitCode(faultyText({ ready, ...file }).findings) || EXIT.findings;
    return [...results, ...federation].some(({ differences }) => differences.length > 0) ? EXIT.findings : EXIT.ok;
  });
  return Math.max(low.length > 0 ? EXIT.findings : EXIT.ok, ...codes);
}

function wantedNames(pattern: string | undefined): Options["wanted"] {
  if (pattern === undefined) return undefined;
  const [, source, flags] = /^\/(.+)\/([iu]*)$/.exec(pattern) ?? [];
  if (source === undefined) return (name) => name.includes(pattern);
  try {
    const regex = new RegExp(source, flags);
    return (name) => regex.test(name);
  } catch {
    throw new CliError(EXIT.usage, "--run: this is no regular expression");
  }
}

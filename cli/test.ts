import { type CaseResult, runMapTest } from "../local/map-tests/run-map-test.ts";
import type { Command, Given } from "./command.ts";
import { exitCode } from "./findings.ts";
import { type TestedFile, testJson } from "./formats/test-json.ts";
import { caseText, totalText } from "./formats/test-text.ts";
import { textReport } from "./formats/text.ts";
import { visible } from "./formats/visible.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { readMapTestFile } from "./map-test-file.ts";
import { testFiles } from "./test-files.ts";
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
    json: { type: "boolean", description: "everything as JSON on standard output" },
  },
  repeatable: ["file"],
  examples: [
    ["claimseal test", "every NAME.claims.test.yaml below this folder"],
    ["claimseal test mappings/clinic-eu.claims.test.yaml --run refused", "the cases with refused in their name"],
    ["claimseal test --watch", "again after every change, until Ctrl-C"],
  ],
  run: async (given, io) => {
    if (!given.flag("watch")) return (await testOnce(given, io)).exit;
    if (given.flag("json")) throw new CliError(EXIT.usage, "--watch is for people; --json is for one run");
    let isChanged = true;
    while (isChanged) {
      const { files } = await testOnce(given, io);
      io.say("waiting for a change; stop with Ctrl-C");
      isChanged = await changeOf(files, io.stopped);
    }
    return EXIT.ok;
  },
};

type Tested = { readonly exit: number; readonly files: readonly string[] };

async function testOnce(given: Given, io: Io): Promise<Tested> {
  const paths = await testFiles(given.each("file"));
  const wanted = wantedNames(given.text("run"));
  const tested: TestedFile[] = [];
  const files: string[] = [];
  for (const path of paths) {
    const file = await readMapTestFile(path, io);
    files.push(...file.files);
    const results: CaseResult[] = [];
    const print = (text: string): void => (given.flag("json") ? undefined : io.print(text));
    if (file.ready) {
      print(visible(path));
      for await (const result of runMapTest(file.ready.world, file.ready.read, wanted)) {
        results.push(result);
        print(caseText(result, io.colour));
      }
    } else {
      const faulty = file.map && file.map.plan === null ? file.map : file;
      const errors = faulty.findings.filter(({ level }) => level === "error");
      print(textReport({ ...faulty, findings: errors }, io.colour));
    }
    print("");
    tested.push({ ...file, results });
  }
  const results = tested.flatMap((each) => each.results);
  if (given.text("run") !== undefined && results.length === 0 && tested.every(({ ready }) => ready)) {
    throw new CliError(EXIT.usage, "--run: no case has such a name");
  }
  io.print(given.flag("json") ? testJson(tested) : totalText(results));
  return { exit: exitOf(tested), files };
}

/** As `check` says of a map with errors; 1 for a test that is wrong or fails. */
function exitOf(tested: readonly TestedFile[]): number {
  const codes = tested.map(({ ready, map, findings, results }) => {
    if (!ready) return exitCode(map && map.plan === null ? map.findings : findings) || EXIT.findings;
    return results.some(({ differences }) => differences.length > 0) ? EXIT.findings : EXIT.ok;
  });
  return Math.max(EXIT.ok, ...codes);
}

function wantedNames(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const regex = /^\/(.+)\/([iu]*)$/.exec(pattern);
  if (regex === null) return (name) => name.includes(pattern);
  try {
    const compiled = new RegExp(regex[1] ?? "", regex[2]);
    return (name) => compiled.test(name);
  } catch {
    throw new CliError(EXIT.usage, "--run: this is no regular expression");
  }
}

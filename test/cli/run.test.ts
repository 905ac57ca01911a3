import { describe, expect, test } from "vitest";
import { CODES } from "../../claims/codes.ts";
import { COMMANDS } from "../../cli/commands.ts";
import { ran } from "./recorded-io.ts";

describe("claimseal", () => {
  test("prints its version, and an overview with every command and the exit codes", async () => {
    expect(await ran(["--version"])).toMatchObject({ exit: 0, out: "1.2.3" });
    for (const argv of [["--help"], ["help"], ["-h"]]) {
      const { exit, out } = await ran(argv);
      expect(exit).toBe(0);
      expect(out).toMatch(/ check .*\n[\s\S]* preview .*\n[\s\S]* build .*\n[\s\S]* dev /);
      expect(out).toContain("Exit codes: 0 ok, 1 findings, 2 usage, 3 environment, 4 refused by AWS, 5 unsafe");
    }
    expect((await ran([])).exit).toBe(2);
  });

  test.for(["check", "preview", "dev"])("%s --help shows usage, options and examples", async (command) => {
    const { exit, out } = await ran([command, "--help"]);
    expect(exit).toBe(0);
    expect(out).toContain(`USAGE claimseal ${command}`);
    expect(out).toMatch(new RegExp(`EXAMPLES\n\n {2}claimseal ${command}`));
    expect((await ran(["help", command])).out).toBe(out);
  });

  const codesOf = (family: string): string =>
    Object.keys(CODES)
      .filter((code) => code.startsWith(family))
      .join(", ");
  const misuse: readonly [argv: readonly string[], said: string][] = [
    [["chekc"], 'claimseal: unknown command "chekc"; did you mean check?'],
    [["frobnicate"], `claimseal: unknown command "frobnicate"; there are: ${Object.keys(COMMANDS).join(", ")}`],
    [["__proto__"], `claimseal: unknown command "__proto__"; there are: ${Object.keys(COMMANDS).join(", ")}`],
    [["check"], "claimseal check: MAP is missing"],
    [["build", "a", "b"], "claimseal build: there is one argument too many"],
    [["check", "a", "--strickt"], "claimseal check: Unknown option '--strickt'"],
    [["check", "a", "--format", "xml"], "claimseal check: --format is one of text, json, github, sarif, junit"],
    [["check", "a", "--format"], "claimseal check: Option '--format <value>' argument missing"],
    [
      ["check", "a", "b", "--format", "json"],
      "claimseal check: --format json takes one MAP; sarif and junit take several",
    ],
    [["check", "a", "--explain", "CS401"], "claimseal check: --explain takes no MAP"],
    [["check", "--explain", "C401"], "claimseal check: there is no code C401; did you mean CS401?"],
    [["check", "--explain", "CS599"], `claimseal check: there is no code CS599; there are ${codesOf("CS5")}`],
    [["check", "--explain", "toString"], "claimseal check: there is no code TOSTRING; codes look like CS401"],
    [["completion"], "claimseal completion: SHELL is missing"],
    [["completion", "tcsh"], "claimseal completion: SHELL is one of bash, zsh, fish"],
    [["preview", "a"], "claimseal preview: --event FILE is missing"],
  ];
  test.for(misuse)("refuses %j with exit 2 and says why", async ([argv, said]) => {
    const { exit, err, out } = await ran(argv);
    expect(exit).toBe(2);
    expect(err.split("\n")[0]).toBe(said);
    expect(out).toBe("");
  });

  test("a file that is not there, a folder and a file that is no JSON are the environment's fault, by name", async () => {
    expect(await ran(["check", "nowhere.yaml"])).toMatchObject({
      exit: 3,
      err: "claimseal check: nowhere.yaml: there is no such file",
    });
    expect(await ran(["build", "\u001b[2J\u009b31m"])).toMatchObject({
      exit: 3,
      err: "claimseal build: \u241b[2J\ufffd31m: there is no such file",
    });
    expect(await ran(["check", "mappings"])).toMatchObject({
      exit: 3,
      err: "claimseal check: mappings: that is a folder",
    });
    const map = "mappings/b2b-saas.claims.yaml";
    const broken = await ran(["preview", map, "--event", "event.json"], {
      "event.json": '{"email": "nora@example.com',
    });
    expect(broken).toMatchObject({ exit: 3, err: "claimseal preview: event.json: not valid JSON" });
    const piped = await ran(["doctor", "--from", "-"], {}, {}, { input: '{"email": "nora@example.com' });
    expect(piped).toMatchObject({ exit: 3, err: "claimseal doctor: standard input: not valid JSON" });
  });
});

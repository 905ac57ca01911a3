import { expect, test } from "vitest";
import { FLAWED_MAP, MISSPELT_MAP, SMALL_MAP } from "../a-small-map.ts";
import { ran } from "../recorded-io.ts";

const lines = async (text: string, path = "m.yaml"): Promise<string[]> =>
  (await ran(["check", path, "--format", "github"], { [path]: text })).out.split("\n");

test("a finding is one workflow command with file, line, column and title; the last line counts", async () => {
  expect(await lines(FLAWED_MAP)).toEqual([
    expect.stringMatching(/^::notice file=m\.yaml,line=6,col=3,title=claimseal CS712::.+%0Afix: .+$/),
    expect.stringMatching(/^::warning file=m\.yaml,line=\d+,col=25,title=claimseal CS601::.+%0Afix: .+$/),
    expect.stringMatching(
      /^::error file=m\.yaml,line=\d+,col=25,title=claimseal CS401::a pii value in the clear: .+%0Afix: .+$/,
    ),
    "claimseal check m.yaml: 1 error, 1 warning, 1 info",
  ]);
});

test("an expression's own caret is left to GitHub, which shows the line", async () => {
  const [command = ""] = await lines(MISSPELT_MAP);
  expect(command).toMatch(/::`staff` has no declared `rol`%0Afix: [^%]+$/);
});

test("percent signs, commas, colons and line ends of a map or a path end neither a property nor a command", async () => {
  const hostile = SMALL_MAP.replace("version: 1", 'version: 1\n"%0A::error::x ::stop-commands::y": 1');
  const [command = ""] = await lines(hostile, "a,b::c%.yaml");
  expect(command).toMatch(/^::error file=a%2Cb%3A%3Ac%25\.yaml,line=2,col=1,title=claimseal CS103::/);
  expect(command).toContain("%250A::error::x");
  expect(command).toMatch(/^[^\n\r]*$/);
  const broken = SMALL_MAP.replace("version: 1", 'version: 1\n"%0A::error::x\\n::stop-commands::y": 1');
  const commands = await lines(broken, "a,b::c%.yaml");
  expect(commands[0]).toMatch(/^::error file=a%2Cb%3A%3Ac%25\.yaml,line=2,col=\d+,title=claimseal CS102::/);
  expect(commands.filter((each) => each.startsWith("::stop-commands"))).toEqual([]);
});

test("a map without findings gives no command", async () => {
  expect(await lines(SMALL_MAP)).toEqual(["claimseal check m.yaml: no findings"]);
});

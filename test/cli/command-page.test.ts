import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandPage } from "../../cli/command-page.ts";
import { allCommands } from "../../cli/commands.ts";
import { EXIT } from "../../cli/io.ts";

const page = readFileSync("docs/reference/command-line.md", "utf8");

test("the page on the command line lists what the commands take, as `node tools/write-pages.mjs` writes it", async () => {
  const [, generated = ""] = page.split(/<!-- generated[^\n]*-->\n/);
  expect(generated.trim()).toBe(commandPage(await allCommands()));
});

test("it names every exit code and every format", async () => {
  const rows = [...page.matchAll(/^\| (\d) \| /gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(EXIT));
  const check = (await allCommands()).find(({ name }) => name === "check");
  const formats = [...page.matchAll(/^\| `([a-z]+)` \| /gm)].map(([, format]) => format);
  const format = check?.args["format"];
  expect(formats).toEqual(format?.type === "enum" ? format.options : []);
});

test("every command has an example that begins with the program or uses it", async () => {
  for (const { name, examples } of await allCommands()) {
    expect(examples.length).toBeGreaterThan(0);
    for (const [typed] of examples) expect(typed).toContain(`claimseal ${name}`);
  }
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { given } from "../../cli/command.ts";
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

/** What a command says one would type next, as it is typed. */
const nextOf = async (argv: readonly string[], exit: number) => {
  const [name = "", ...rest] = argv;
  const command = (await allCommands()).find((each) => each.name === name)!;
  return (await command.next?.(given(command, rest), exit))?.join(" ") ?? null;
};

test.for([
  ["check map.claims.yaml", 0, "claimseal test map.claims.test.yaml --coverage"],
  ["check a.claims.yaml b.claims.yaml --strict", 0, "claimseal test --coverage"],
  ["check -", 0, "claimseal test --coverage"],
  ["check map.claims.yaml", 5, null],
  ["check map.claims.yaml --format sarif", 0, null],
  ["check --explain CS401", 0, null],
  ["test", 0, "claimseal test --coverage"],
  ["test map.claims.test.yaml", 0, "claimseal test map.claims.test.yaml --coverage"],
  ["test map.claims.test.yaml", 1, "claimseal test map.claims.test.yaml --watch"],
  ["test map.claims.test.yaml --threshold 90", 0, "claimseal build map.claims.yaml"],
  ["test mappings --coverage", 0, "claimseal build NAME.claims.yaml"],
  [
    "test mappings/platform-m2m.claims.test.yaml --coverage",
    0,
    "claimseal build mappings/platform-m2m.claims.yaml --hooks mappings/platform-m2m.hooks.mjs",
  ],
  ["test --watch", 0, null],
  ["preview m.yaml --event e.json --env A=b", 0, "claimseal explain m.yaml CLAIM --event e.json --env A=b"],
  ["diff old.claims.yaml new.claims.yaml", 0, "claimseal test new.claims.test.yaml --coverage"],
  ["diff - new.claims.yaml --fail-on widen", 5, "claimseal audit new.claims.yaml"],
  ["diff new.claims.yaml -", 0, null],
  ["build map.claims.yaml", 0, "claimseal iam map.claims.yaml --emit serverless"],
  ["build map.claims.yaml --template sam", 0, "claimseal iam map.claims.yaml --emit cloudformation"],
  ["build map.claims.yaml", 1, null],
  ["iam map.claims.yaml --emit serverless", 0, "npx osls package"],
  ["iam map.claims.yaml --emit serverless --check f.json", 0, null],
  ["iam map.claims.yaml", 0, null],
  ["attach --pool P --apply", 0, "claimseal doctor --pool P --plan .claimseal/plan.json --live"],
  ["attach --pool P --apply --plan p.json", 0, "claimseal doctor --pool P --plan p.json --live"],
  ["attach --pool P", 0, null],
  ["attach --pool P --apply", 4, null],
  ["attach --undo backup.json --apply", 0, null],
  ["doctor --pool P --map m.claims.yaml --export pool.json", 0, "claimseal audit m.claims.yaml --from pool.json"],
  ["doctor --from pool.json --map m.claims.yaml", 0, "claimseal audit m.claims.yaml --from pool.json"],
  ["doctor --pool P --map m.claims.yaml --live", 0, "claimseal audit m.claims.yaml"],
  ["doctor --pool P --map m.claims.yaml --live", 1, null],
  ["audit m.claims.yaml", 0, "claimseal audit m.claims.yaml --out audits/latest"],
  ["audit m.claims.yaml --out audits/a", 0, "claimseal audit m.claims.yaml audits/a --max-age 31d"],
  ["audit m.claims.yaml audits/a --max-age 31d", 0, null],
  ["audit m.claims.yaml --format csv", 0, null],
  ["dev m.claims.yaml --once", 0, "claimseal dev m.claims.yaml"],
  ["dev", 0, null],
] as const)("after `claimseal %s` with exit %i one would type %s", async ([typed, exit, next]) => {
  expect(await nextOf(typed.split(" "), exit)).toBe(next);
});

test("what is said next is a command there is, with arguments it takes", async () => {
  const said = await Promise.all([
    nextOf(["check", "map.claims.yaml"], 0),
    nextOf(["test", "map.claims.test.yaml"], 0),
    nextOf(["test", "map.claims.test.yaml", "--coverage"], 0),
    nextOf(["preview", "map.claims.yaml", "--event", "e.json"], 0),
    nextOf(["diff", "map.claims.yaml", "map.claims.yaml"], 5),
    nextOf(["build", "map.claims.yaml"], 0),
    nextOf(["attach", "--pool", "eu-central-1_AbC", "--apply"], 0),
    nextOf(["doctor", "--pool", "eu-central-1_AbC", "--map", "map.claims.yaml", "--live"], 0),
    nextOf(["audit", "map.claims.yaml", "--out", "audits/latest"], 0),
    nextOf(["dev", "map.claims.yaml", "--once"], 0),
  ]);
  for (const line of said) {
    const [program, name, ...rest] = line?.split(" ") ?? [];
    const command = (await allCommands()).find((each) => each.name === name)!;
    expect(program).toBe("claimseal");
    expect(() => given(command, rest)).not.toThrow();
  }
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { TEMPLATE_NAMES, TEMPLATES } from "../../cli/init/templates.ts";
import { type Ran, type RanWith, ran } from "./recorded-io.ts";

/** A folder that is not there, so that nothing exists but what a test puts there. */
const FOLDER = "nowhere/project";
const at = (path: string): string => `${FOLDER}/${path}`;
const init = (argv: readonly string[], files: Readonly<Record<string, string>> = {}, others?: RanWith) =>
  ran(["init", FOLDER, ...argv], files, {}, others);
const written = ({ written: all }: Ran): Record<string, string> =>
  Object.fromEntries([...all].map(([path, text]) => [path.slice(FOLDER.length + 1), String(text)]));

const COMMON = [
  "serverless.yml",
  "package.json",
  ".github/workflows/claims.yml",
  ".vscode/settings.json",
  ".vscode/extensions.json",
  ".gitignore",
  "README.md",
];

describe.for(TEMPLATE_NAMES)("the template %s", (name) => {
  const { mapping, hasHooks } = TEMPLATES[name]!;
  const map = `${name}.claims.yaml`;

  test("writes a map, its tests, its world, and what checks and deploys them", async () => {
    const result = await init(["--template", name]);
    const files = written(result);
    const own = [".claims.yaml", ".claims.test.yaml", ...(hasHooks ? [".hooks.mjs"] : []), ".tables.json", ".dev.json"];
    expect(result.exit).toBe(0);
    expect(Object.keys(files)).toEqual([...own.map((suffix) => name + suffix), ...COMMON]);
    // What it lists is what it wrote.
    expect(result.out.split("\n").map((line) => line.split(/ +/).slice(0, 2))).toEqual(
      Object.keys(files).map((path) => ["written", path]),
    );
    for (const text of Object.values(files)) expect(text).not.toMatch(/@[a-z]\w*@/);
    for (const path of Object.keys(files).filter((each) => each.endsWith(".json"))) {
      expect(() => JSON.parse(files[path]!) as unknown).not.toThrow();
    }
  });

  test("is the map of mappings/ under its own name, so that its tests show as much", async () => {
    const files = written(await init(["--template", name]));
    for (const suffix of [".claims.yaml", ".claims.test.yaml", ".tables.json", ".dev.json"]) {
      const was = readFileSync(`mappings/${mapping}${suffix}`, "utf8").split("\n");
      const now = files[name + suffix]!.split("\n");
      const changed = was.filter((line, index) => line !== now[index]);
      expect(now).toHaveLength(was.length);
      expect(changed.filter((line) => !line.includes(mapping) && !line.includes("$schema=../schema/"))).toEqual([]);
    }
    expect(parse(files[map]!)).toMatchObject({ name });
    expect(parse(files[`${name}.claims.test.yaml`]!)).toMatchObject({ map: `./${map}` });
  });

  test("has a map that passes a strict check, and says where its schemas are", async () => {
    const files = written(await init(["--template", name]));
    const { exit, out } = await ran(["check", map, "--strict"], files);
    expect([exit, out]).toEqual([0, `${map}: no findings`]);
    expect(files[map]).toMatch(
      /^# yaml-language-server: \$schema=node_modules\/claimseal\/schema\/claim-map\.v1\.json\n/,
    );
    expect(files[`${name}.claims.test.yaml`]).toMatch(/=node_modules\/claimseal\/schema\/claim-map-test\.v1\.json\n/);
  });

  test("has scripts, a CI job, a page and a stack that agree", async () => {
    const files = written(await init(["--template", name]));
    const { scripts, devDependencies } = JSON.parse(files["package.json"]!) as Record<string, Record<string, string>>;
    const workflow = parse(files[".github/workflows/claims.yml"]!) as Workflow;
    const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const commands = runs.flatMap((run) => /npx claimseal (\w+)/.exec(run)?.[1] ?? []);
    expect(commands).toEqual(["check", "test", "diff", "audit"]);
    expect(Object.keys(scripts!)).toEqual(["check", "test", "dev", "build"]);
    for (const script of Object.values(scripts!))
      expect(`npx ${script}\n`).toMatch(/^npx claimseal (check|test|dev|build) /);
    const build = scripts!["build"]!;
    expect(build).toBe(`claimseal build ${map}${hasHooks ? ` --hooks ${name}.hooks.mjs` : ""}`);
    expect(files["README.md"]).toContain(`npx ${build}\n`);
    expect(files["serverless.yml"]).toMatch(new RegExp(`^# {3}npx ${build} {4,}writes `, "m"));
    expect(Object.keys(devDependencies!)).toEqual(["claimseal", "dynalite", "jose", "osls"]);
    for (const version of Object.values(devDependencies!)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

type Workflow = {
  readonly on: Record<string, unknown>;
  readonly permissions: unknown;
  readonly jobs: Record<string, { readonly steps: readonly { readonly run?: string; readonly uses?: string }[] }>;
};

test("the CI job runs for pull requests, may read and no more, and takes actions by their digests", async () => {
  const files = written(await init(["--template", "clinic"]));
  const { on, permissions, jobs } = parse(files[".github/workflows/claims.yml"]!) as Workflow;
  expect(Object.keys(on)).toEqual(["pull_request", "push", "schedule"]);
  expect(permissions).toEqual({ contents: "read" });
  const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(used).toHaveLength(2);
  for (const action of used) expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
});

test.for(["cloudformation", "sam"])(
  "by %s, what is built is the stack: no serverless.yml, and no packager",
  async (iac) => {
    const files = written(await init(["--template", "m2m", "--iac", iac]));
    expect(Object.keys(files)).not.toContain("serverless.yml");
    expect(files["package.json"]).toContain(
      `"claimseal build m2m.claims.yaml --hooks m2m.hooks.mjs --template ${iac}"`,
    );
    expect(files["README.md"]).toContain(
      `npx claimseal build m2m.claims.yaml --hooks m2m.hooks.mjs --template ${iac}\n`,
    );
    expect(files["README.md"]).toContain(`.claimseal/${iac}.template.json`);
    for (const text of Object.values(files)) expect(text).not.toMatch(/osls|@[a-z]\w*@/);
  },
);

describe("what exists", () => {
  const THERE = {
    [at("clinic.claims.yaml")]: "mine",
    [at("README.md")]: "mine",
    [at("package.json")]: '{ "scripts": { "test": "mine" }, "dependencies": { "claimseal": "0.1.0" } }',
    [at(".gitignore")]: "/node_modules\n.serverless\n",
    [at(".vscode/settings.json")]: "{ // mine\n}",
  };

  test("is left, each file by its name, and the rest is written", async () => {
    const result = await init(["--template", "clinic"], THERE);
    const left = result.out.split("\n").flatMap((line) => (line.startsWith("left ") ? line.split(/ +/)[1] : []));
    expect(result.exit).toBe(0);
    expect(left).toEqual(["clinic.claims.yaml", "package.json", ".vscode/settings.json", ".gitignore", "README.md"]);
    expect(Object.keys(written(result)).filter((path) => left.includes(path))).toEqual([]);
    expect(Object.keys(written(result))).toContain("clinic.claims.test.yaml");
    expect(result.err).toContain("files that exist were left as they are; --force replaces them");
  });

  test("is replaced with --force, but what a project shares with others is not", async () => {
    const result = await init(["--template", "clinic", "--force"], THERE);
    expect(result.out).toMatch(/^replaced {2}clinic\.claims\.yaml /);
    expect(Object.keys(written(result))).toEqual(expect.arrayContaining(["clinic.claims.yaml", "README.md"]));
    for (const shared of ["package.json", ".gitignore", ".vscode/settings.json"]) {
      expect(Object.keys(written(result))).not.toContain(shared);
    }
    expect(result.err).not.toContain("--force");
  });

  test("is told what it lacks, and nothing that it has", async () => {
    const { err, next } = await init(["--template", "clinic"], THERE);
    const [install, set, ...others] = err.split("\n").flatMap((line) => /^to add: (.*)$/.exec(line)?.[1] ?? []);
    expect(install).toMatch(/^npm install --save-dev --save-exact dynalite@4\.0\.0 jose@[\d.]+ osls@[\d.]+$/);
    expect(set).toBe(
      'npm pkg set scripts.check="claimseal check clinic.claims.yaml --strict" scripts.dev="claimseal dev clinic.claims.yaml" scripts.build="claimseal build clinic.claims.yaml"',
    );
    expect(others).toEqual([
      expect.stringMatching(/^\.vscode\/settings\.json lacks: "yaml\.schemas": \{.*claim-map-test\.v1\.json/),
      ".gitignore lacks: .claimseal/ test-issuer.json",
    ]);
    expect(next).toBe(`cd ${FOLDER}`);
  });

  test("lacks nothing the second time", async () => {
    const first = await init(["--template", "m2m"]);
    const again = await init(
      ["--template", "m2m"],
      Object.fromEntries([...first.written].map(([path, text]) => [path, String(text)])),
    );
    expect([again.exit, again.written.size]).toEqual([0, 0]);
    expect(again.err).not.toContain("to add");
  });

  test("a package.json that is none has everything added", async () => {
    const { err } = await init(["--template", "m2m"], { [at("package.json")]: "{" });
    expect(err).toContain("claimseal@0.1.0 dynalite@");
  });
});

test("a dry run says the same and writes nothing", async () => {
  const dry = await init(["--template", "b2b-saas", "--dry-run"]);
  const done = await init(["--template", "b2b-saas"]);
  expect([dry.exit, dry.written.size, dry.out]).toEqual([0, 0, done.out]);
  expect(dry.err).toBe("nothing was written; without --dry-run it is");
});

test("the next commands are said, npm's where there is no package.json yet", async () => {
  const said: string[] = [];
  await init(["--template", "clinic"], {}, { world: { say: (text) => said.push(text) } });
  expect(said.filter((line) => line.startsWith("next: "))).toEqual([
    `next: cd ${FOLDER}`,
    "next: npm install",
    "next: npx claimseal test",
    "next: npx claimseal dev clinic.claims.yaml --once",
  ]);
});

test("JSON says what became of each file, what to add and what to type, and nothing else is said", async () => {
  const { out, err, next } = await init(["--template", "m2m", "--json"], { [at("m2m.dev.json")]: "{}" });
  expect([err, next]).toEqual(["", undefined]);
  const told = JSON.parse(out) as { files: { path: string; outcome: string }[] };
  expect(told).toMatchObject({
    ok: true,
    template: "m2m",
    folder: FOLDER,
    dryRun: false,
    add: [],
    next: [`cd ${FOLDER}`, "npm install", "npx claimseal test", "npx claimseal dev m2m.claims.yaml --once"],
  });
  expect(told.files).toContainEqual({ path: "m2m.dev.json", outcome: "left" });
  expect(told.files).toContainEqual({ path: "m2m.hooks.mjs", outcome: "written" });
});

test("the templates are listed, for people and as JSON", async () => {
  const { out, written: none } = await ran(["init", "--list"]);
  expect(out.split("\n").map((line) => line.split("  ")[0]?.trim())).toEqual([...TEMPLATE_NAMES]);
  expect(none.size).toBe(0);
  expect(JSON.parse((await ran(["init", "--list", "--json"])).out)).toHaveLength(TEMPLATE_NAMES.length);
});

test.for([
  [
    [],
    "claimseal init: --template is missing; there are: b2b-saas, clinic, m2m; claimseal init --list says what each is",
  ],
  [["--template", "shop"], "claimseal init: --template is one of b2b-saas, clinic, m2m"],
  [["--template", "clinic", "--iac", "cobol"], "claimseal init: --iac is one of serverless, cloudformation, sam"],
] as const)("%j is a usage error that names what there is", async ([argv, message]) => {
  const { exit, err, written: none } = await init(argv);
  expect([exit, err.split("\n")[0], none.size]).toEqual([2, message, 0]);
});

test("a file that cannot be written ends with exit 3 and its name, and with those that were written before it", async () => {
  let left = 0;
  const writeFile = async (): Promise<void> => {
    if (left === 0) throw Object.assign(new Error("no"), { code: "ENOSPC" });
    left -= 1;
  };
  const first = await init(["--template", "clinic"], {}, { world: { writeFile } });
  expect([first.exit, first.err]).toEqual([3, `claimseal init: ${at("clinic.claims.yaml")}: it cannot be written`]);
  left = 2;
  expect((await init(["--template", "clinic"], {}, { world: { writeFile } })).err).toBe(
    `claimseal init: ${at("clinic.tables.json")}: it cannot be written; before it were: clinic.claims.yaml, clinic.claims.test.yaml`,
  );
});

describe("a folder with something in the way", () => {
  const root = mkdtempSync(join(tmpdir(), "claimseal-init-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const inFolder = (name: string, ...argv: string[]) =>
    ran(["init", join(root, name), "--template", "clinic", ...argv]);

  test("has nothing written to it: a file where a folder should be, and the other way round", async () => {
    writeFileSync(join(root, "file"), "");
    mkdirSync(join(root, "github"));
    writeFileSync(join(root, "github", ".github"), "");
    mkdirSync(join(root, "readme", "README.md"), { recursive: true });
    for (const [name, path, what, ...argv] of [
      ["file", "file", "that is no folder"],
      ["github", "github/.github", "that is no folder"],
      ["readme", "readme/README.md", "that is a folder", "--force"],
    ] as const) {
      const { exit, err, written: none } = await inFolder(name, ...argv);
      expect([exit, err, none.size]).toEqual([3, `claimseal init: ${join(root, path)}: ${what}`, 0]);
    }
  });

  test.skipIf(process.getuid?.() === 0)("has nothing written to it where that is not allowed", async () => {
    mkdirSync(join(root, "locked"), { mode: 0o500 });
    const { exit, err, written: none } = await inFolder("locked");
    expect([exit, err, none.size]).toEqual([
      3,
      `claimseal init: ${join(root, "locked")}: nothing can be written there`,
      0,
    ]);
  });

  test.for([[], ["--force"]])(
    "keeps its links, and what they lead to, also where that is nothing: %j",
    async (argv) => {
      const folder = mkdtempSync(join(root, "links-"));
      symlinkSync("../nothing", join(folder, "README.md"));
      symlinkSync("..", join(folder, ".github"));
      const { exit, out, err, written: all } = await inFolder(basename(folder), ...argv);
      expect([exit, [...all.keys()].filter((path) => /README|workflows/.test(path))]).toEqual([0, []]);
      expect(out).toMatch(/^left +README\.md /m);
      expect(out).toMatch(/^left +\.github\/workflows\/claims\.yml /m);
      expect(err).toContain("README.md is a link, and what it leads to was left as it is");
      expect(err).toContain(".github is a link, and what it leads to was left as it is");
      expect(err).not.toContain("--force");
    },
  );
});

test("line ends of Windows in a .gitignore are line ends", async () => {
  const { err } = await init(["--template", "clinic"], { [at(".gitignore")]: "node_modules/\r\n.claimseal/\r\n" });
  expect(err).toContain("to add: .gitignore lacks: .serverless/ test-issuer.json\n");
});

test("a folder inside a repository is told where GitHub looks for workflows", async () => {
  const root = mkdtempSync(join(tmpdir(), "claimseal-init-"));
  mkdirSync(join(root, ".git"));
  const inside = await ran(["init", join(root, "claims"), "--template", "clinic", "--dry-run"]);
  const above = await ran(["init", join(root, "claims"), "--template", "clinic"]);
  const itself = await ran(["init", root, "--template", "clinic"]);
  rmSync(root, { recursive: true });
  expect(inside.err).not.toContain("GitHub");
  expect(above.err).toContain(`GitHub reads workflows in ${root} alone: move .github/workflows/claims.yml there`);
  expect(itself.err).not.toContain("GitHub");
});

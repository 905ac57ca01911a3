import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command, Given } from "./command.ts";
import { visible, visibleJson } from "./formats/visible.ts";
import { inTheWay, linkOn } from "./init/in-the-way.ts";
import { IACS, type Iac, type ProjectFile, projectFiles, WORKFLOW } from "./init/project-files.ts";
import { TEMPLATE_NAMES, TEMPLATES, type Template } from "./init/templates.ts";
import { CliError, EXIT, type Io } from "./io.ts";
import { commandLine, sayNext, type Typed } from "./next.ts";

/** What becomes of a file: one that exists is left as it is, or replaced where that was asked for and it is no other's too. */
type Outcome = "written" | "replaced" | "left";
type Placed = ProjectFile & {
  readonly outcome: Outcome;
  /** What of its path is a link. */
  readonly link: string | null;
  readonly add: readonly string[];
};

/** `claimseal init [FOLDER] --template NAME`: a project that checks, tests and packages. */
export const init: Command = {
  name: "init",
  description: "Writes a project to begin with: a claim map, its tests, what deploys it, a CI job, editor settings",
  args: {
    folder: { type: "positional", required: false, description: "where to write; this folder without it" },
    template: { type: "enum", options: [...TEMPLATE_NAMES], description: "what to begin with" },
    iac: { type: "enum", options: [...IACS], default: "serverless", description: "what it is to be deployed by" },
    force: { type: "boolean", description: "replaces files that exist; what a project shares with others stays" },
    "dry-run": { type: "boolean", description: "says what would be written, and writes nothing" },
    list: { type: "boolean", description: "says what each template is, and writes nothing" },
    json: { type: "boolean", description: "what was written, and what to type next, as JSON on standard output" },
  },
  examples: [
    ["claimseal init --template b2b-saas", "a project in this folder; nothing that exists is overwritten"],
    ["claimseal init claims --template clinic --dry-run", "what would be written to claims/"],
    ["claimseal init --list", "the templates there are"],
  ],
  run: async (given, io) => {
    if (given.flag("list")) return list(given, io);
    const [folder, name] = [given.text("folder") ?? ".", given.text("template")];
    if (name === undefined) {
      const there = TEMPLATE_NAMES.join(", ");
      throw new CliError(
        EXIT.usage,
        `--template is missing; there are: ${there}; claimseal init --list says what each is`,
      );
    }
    const files = await projectFiles(name, TEMPLATES[name] as Template, given.text("iac") as Iac, io);
    const placed: Placed[] = [];
    for (const file of files) placed.push(await placeOf(file, folder, given.flag("force"), io));
    if (!given.flag("dry-run")) await writeAll(placed, folder, io);
    report(given, name, folder, placed, io);
    return EXIT.ok;
  },
};

function list(given: Given, io: Io): number {
  const told = Object.entries(TEMPLATES).map(([name, { about }]) => ({ name, about }));
  if (given.flag("json")) io.print(visibleJson(told));
  else io.print(told.map(({ name, about }) => `${name.padEnd(8)}  ${about}`).join("\n"));
  return EXIT.ok;
}

async function placeOf(file: ProjectFile, folder: string, force: boolean, io: Io): Promise<Placed> {
  const at = join(folder, file.path);
  const existing = await textThere(at, io);
  // What a link leads to is no part of the project.
  const link = linkOn(folder, file.path);
  const add = (existing !== null && file.missing?.(existing)) || [];
  if (link !== null || (existing !== null && (file.missing || !force))) return { ...file, outcome: "left", link, add };
  const reason = inTheWay(at);
  if (reason !== null) throw new CliError(EXIT.environment, reason);
  return { ...file, outcome: existing === null ? "written" : "replaced", link, add };
}

/** The text of a file; null where there is none. What is there and cannot be read is there. */
async function textThere(path: string, io: Io): Promise<string | null> {
  try {
    return await io.readFile(path);
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "") ? null : "";
  }
}

async function writeAll(placed: readonly Placed[], folder: string, io: Io): Promise<void> {
  const written: string[] = [];
  for (const { path, contents, outcome } of placed) {
    if (outcome === "left") continue;
    const at = join(folder, path);
    try {
      await io.writeFile(at, contents);
    } catch {
      const before = written.length === 0 ? "" : `; before it were: ${written.join(", ")}`;
      throw new CliError(EXIT.environment, `${at}: it cannot be written${before}`);
    }
    written.push(path);
  }
}

function report(given: Given, name: string, folder: string, placed: readonly Placed[], io: Io): void {
  const add = placed.flatMap((file) => file.add);
  const next = nextOf(name, folder, placed);
  if (given.flag("json")) {
    const files = placed.map(({ path, outcome }) => ({ path, outcome }));
    const typed = next.map(commandLine);
    io.print(visibleJson({ ok: true, template: name, folder, dryRun: given.flag("dry-run"), files, add, next: typed }));
    return;
  }
  const width = Math.max(...placed.map(({ path }) => path.length));
  io.print(
    visible(
      placed.map(({ path, outcome, about }) => `${outcome.padEnd(8)}  ${path.padEnd(width)}  ${about}`).join("\n"),
    ),
  );
  if (given.flag("dry-run")) {
    io.say("nothing was written; without --dry-run it is");
    return;
  }
  for (const link of new Set(placed.flatMap((each) => each.link ?? []))) {
    io.say(`${link} is a link, and what it leads to was left as it is`);
  }
  if (placed.some(({ outcome, missing, link }) => outcome === "left" && !missing && link === null)) {
    io.say("files that exist were left as they are; --force replaces them, but none that a project shares with others");
  }
  for (const line of add) io.say(`to add: ${line}`);
  const root = repositoryAbove(folder);
  if (root !== null && placed.some(({ path, outcome }) => path === WORKFLOW && outcome !== "left")) {
    io.say(
      `GitHub reads workflows in ${visible(root)} alone: move ${WORKFLOW} there, and give its job a working-directory`,
    );
  }
  for (const words of next) sayNext(words, io);
}

/** The commands that follow. What npm is to install is already said where there is a package.json. */
function nextOf(name: string, folder: string, placed: readonly Placed[]): readonly Typed[] {
  const isNew = placed.some(({ path, outcome }) => path === "package.json" && outcome !== "left");
  return [
    ...(folder === "." ? [] : [["cd", folder]]),
    ...(isNew ? [["npm", "install"]] : []),
    ["npx", "claimseal", "test"],
    ["npx", "claimseal", "dev", `${name}.claims.yaml`, "--once"],
  ];
}

/** The root of the repository a folder is in; null where it is the root itself, or in none. */
function repositoryAbove(folder: string): string | null {
  const here = resolve(folder);
  for (let at = here; at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at === here ? null : at;
  }
  return null;
}

import type { Io } from "../io.ts";
import { packageText, triedVersions } from "./package-source.ts";
import { EDITOR_FILES, IGNORE_FILE, packageFile, type SharedFile } from "./shared-files.ts";
import type { Template } from "./templates.ts";

/** A file of a new project, by its path in the project's folder. */
export type ProjectFile = Omit<SharedFile, "missing"> & Partial<Pick<SharedFile, "missing">>;

/** The CI job, in the one place where GitHub looks for it. */
export const WORKFLOW = ".github/workflows/claims.yml";

/** What infrastructure a project is written for. */
export const IACS = ["serverless", "cloudformation", "sam"] as const;
export type Iac = (typeof IACS)[number];

/**
 * Everything that a template writes, in the order in which one would read it. Maps, tests and `serverless.yml` are this
 * package's own, under the project's names.
 *
 * @throws {CliError} exit 3 where the installation lacks one of them.
 */
export async function projectFiles(
  name: string,
  { mapping, about, variables, hasHooks }: Template,
  iac: Iac,
  io: Io,
): Promise<readonly ProjectFile[]> {
  const map = `${name}.claims.yaml`;
  const hooks = `${name}.hooks.mjs`;
  const flags = [...(hasHooks ? [" --hooks ", hooks] : []), ...(iac === "serverless" ? [] : [" --template ", iac])];
  const build = `npx claimseal build ${map}${flags.join("")}`;
  const own = async (suffix: string, told: string): Promise<ProjectFile> => ({
    path: `${name}${suffix}`,
    about: told,
    contents: renamed(await packageText(`mappings/${mapping}${suffix}`, io), mapping, name),
  });
  const { osls, ...tools } = await triedVersions(io);
  const packages = iac === "serverless" ? { ...tools, osls } : tools;
  const files: readonly ProjectFile[] = [
    await own(".claims.yaml", "the claim map: which data go into which token, and who can read them"),
    await own(".claims.test.yaml", "its tests: people, machines and everything that can go wrong"),
    ...(hasHooks ? [await own(".hooks.mjs", "the source in code: what it answers is held to the map")] : []),
    await own(".tables.json", "rows for `claimseal dev`"),
    await own(".dev.json", "who signs in there, and with which client"),
    ...(iac === "serverless" ? [await serverlessFile(build, io)] : []),
    packageFile(name, packages, {
      check: `claimseal check ${map} --strict`,
      test: "claimseal test --coverage --threshold 100",
      dev: `claimseal dev ${map}`,
      build: build.replace("npx ", ""),
    }),
    await workflowFile(map, io),
    ...EDITOR_FILES,
    IGNORE_FILE,
  ];
  const listed = files.map(({ path, about: told }) => `| \`${path}\` | ${told} |`).join("\n");
  const values = { name, map, about, files: listed, build, variables, iac };
  const how = iac === "serverless" ? "serverless" : "template";
  const deploy = filled(await packageText(`templates/deploy-${how}.md`, io), values).trimEnd();
  const readme = filled(await packageText("templates/project.md", io), { ...values, deploy });
  return [...files, { path: "README.md", about: "this project, and how it goes on", contents: readme }];
}

async function serverlessFile(build: string, io: Io): Promise<ProjectFile> {
  const contents = await packageText("serverless.yml", io);
  return {
    path: "serverless.yml",
    about: "pool, function, tables and keys as one stack, for osls and the Serverless Framework",
    contents: contents.replace(/npx claimseal build NAME\.claims\.yaml */, `${build.padEnd(36)}    `),
  };
}

async function workflowFile(map: string, io: Io): Promise<ProjectFile> {
  return {
    path: WORKFLOW,
    about: "the CI job: check, tests, who gets more, the age of the audit",
    contents: filled(await packageText("templates/claims.yml", io), { map }),
  };
}

/** A text of `mappings/` where it is no longer: under the project's name, beside `node_modules`. */
function renamed(text: string, mapping: string, name: string): string {
  return text
    .replaceAll(`mappings/${mapping}`, name)
    .replaceAll(mapping, name)
    .replaceAll("=../schema/", "=node_modules/claimseal/schema/");
}

/** A template's text, `@name@` being the value of that name. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/@(\w+)@/g, (written, name: string) => values[name] ?? written);
}

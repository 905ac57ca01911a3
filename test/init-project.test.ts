import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RegoEngine } from "@aws/cloudformation-validate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { TEMPLATE_NAMES } from "../cli/init/templates.ts";
import { blocksIn, notPrinted, shellIn } from "./a-page.ts";
import { installPackage, type Project } from "./a-project.ts";
import { isEveryVariant } from "./deploy/a-variant.ts";

/*
 * What `claimseal init` writes, with the packed package: the commands of each project's own page are typed as they stand
 * there, the stack is held to AWS's validator, and the CI job's steps run in a repository. CLAIMSEAL_DEPLOY=all.
 */

let project: Project;
let errorsOf: (file: string) => readonly string[];
let engine: InstanceType<typeof RegoEngine>;

beforeAll(async () => {
  if (!isEveryVariant) return;
  project = await installPackage();
  await Promise.all(["dynalite", "jose"].map(project.link));
  const validator = await import("@aws/cloudformation-validate");
  engine = new validator.RegoEngine();
  errorsOf = (file) =>
    engine
      .validateStandard(new validator.TemplateFile(file))
      .diagnostics.filter(({ severity }) => /^(fatal|error)$/i.test(severity))
      .map(({ ruleId, message }) => `${ruleId} ${message}`);
}, 120_000);
afterAll(async () => {
  engine?.free();
  await project?.remove();
});

/** How-tos that show what a template's people or machines get. */
const PAGES: Readonly<Record<string, string>> = { m2m: readFileSync("docs/how-to/give-machines-tokens.md", "utf8") };

const SLOW = { timeout: 120_000 };

describe.skipIf(!isEveryVariant)("projects by claimseal init", () => {
  test.for(TEMPLATE_NAMES)(
    "%s: its page leads to a stack that AWS's own validator has nothing against",
    SLOW,
    (name) => {
      const shell = shellIn(project.path);
      expect(shell(`npx claimseal init ${name} --template ${name} && cd ${name}`).exit).toBe(0);
      const readme = readFileSync(join(project.path, name, "README.md"), "utf8");
      const commands = blocksIn(readme).filter(({ language }) => language === "sh");
      const ran = commands.map(({ code }) => shell(`set -e\n${code}set +e`));
      const said = ran.map(({ out }) => out).join("\n");
      expect({ exits: ran.map(({ exit }) => exit), said }).toMatchObject({ exits: [0, 0, 0] });
      expect(said).toContain(`${name}.claims.yaml: no findings`);
      expect(said).toContain("in all        100 %");
      expect(said).toMatch(/access token, for the APIs \(\d+ bytes\)/);
      const shown = blocksIn(PAGES[name] ?? "").find(({ language }) => language === "text")?.code;
      expect(shown === undefined ? [] : notPrinted(shown, said)).toEqual([]);
      const template = join(project.path, name, ".serverless/cloudformation-template-update-stack.json");
      expect(errorsOf(template)).toEqual([]);
    },
  );

  test("by CloudFormation, the built template is valid as well", SLOW, () => {
    const shell = shellIn(project.path);
    const { out, exit } = shell(`set -e
      npx claimseal init stack --template m2m --iac cloudformation
      cd stack
      $(node -p 'JSON.parse(fs.readFileSync("package.json")).scripts.build')
      set +e`);
    expect({ exit, out }).toMatchObject({ exit: 0 });
    expect(errorsOf(join(project.path, "stack/.claimseal/cloudformation.template.json"))).toEqual([]);
  });

  test("the steps of the CI job pass, and end with 5 where a change gives anybody more", SLOW, () => {
    const shell = shellIn(project.path, { BASE: "main", GIT_CONFIG_NOSYSTEM: "1" });
    const at = (file: string): string => join(project.path, "repository", file);
    const commit = `git add -A && git -c user.name=a -c user.email=a@example.com commit -q -m a`;
    expect(shell(`npx claimseal init repository --template clinic && cd repository && git init -q -b main`).exit).toBe(
      0,
    );
    const { jobs } = parse(readFileSync(at(".github/workflows/claims.yml"), "utf8")) as Workflow;
    const runs = jobs.claims.steps.flatMap(({ run }) => run ?? []);
    // As GitHub runs them.
    const steps = (): readonly { readonly exit: number | null; readonly out: string }[] =>
      runs.map((run) => {
        writeFileSync(at(".step"), run);
        return shell("bash -e .step");
      });

    const first = steps();
    expect(first.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 3]);
    expect(first[3]?.out).toContain("clinic.claims.yaml is new");

    expect(shell(`${commit} && git update-ref refs/remotes/origin/main HEAD`).exit).toBe(0);
    expect(shell("npx claimseal audit clinic.claims.yaml --out audits/latest").exit).toBe(0);
    const second = steps();
    expect(second.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 0]);
    expect(second[3]?.out).toContain("everybody gets what they got before");

    const map = readFileSync(at("clinic.claims.yaml"), "utf8");
    writeFileSync(
      at("clinic.claims.yaml"),
      map.replace("licenceNo, sealFor: [care-api]", "licenceNo, sealFor: [care-api, billing-api]"),
    );
    const third = steps();
    expect(third[3]).toMatchObject({ exit: 5, out: expect.stringContaining("billing-api can now read `licence_no`") });
    expect(third[4]).toMatchObject({ exit: 1, out: expect.stringContaining("audits/latest") });
  });
});

type Workflow = { readonly jobs: { readonly claims: { readonly steps: readonly { readonly run?: string }[] } } };

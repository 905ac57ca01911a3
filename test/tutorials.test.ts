import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environmentNames } from "../claims/bind.ts";
import { blocksIn, notPrinted, type Shown, shellIn } from "./a-page.ts";
import { installPackage, type Project } from "./a-project.ts";
import { examplePlan } from "./deploy/a-deployment.ts";
import { isEveryVariant } from "./deploy/a-variant.ts";

/*
 * The tutorials, typed as they stand there into an empty folder beside the packed package: every command runs, every
 * excerpt is what it printed, every change is made where the page says. CLAIMSEAL_DEPLOY=all.
 */

const FIRST_TOKEN = readFileSync("docs/tutorials/first-token.md", "utf8");
const NEW_POOL = readFileSync("docs/tutorials/deploy-to-a-new-pool.md", "utf8");

let project: Project;

beforeAll(async () => {
  if (!isEveryVariant) return;
  project = await installPackage();
  await Promise.all(["dynalite", "jose"].map(project.link));
}, 120_000);
afterAll(() => project?.remove());

/** What a reader does with a block that is no command and no excerpt. */
type Edit = (code: string) => void;

/** How each block of commands of a page ended, and the lines of its excerpts that the commands before did not print. */
type Followed = { readonly exits: readonly (number | null)[]; readonly notPrinted: readonly string[] };

/** Follows a page, up to a heading where one is given; its edits are made in the order in which it has them. */
function follow(page: string, shell: (code: string) => Shown, edits: readonly Edit[], end?: string): Followed {
  const ran: Shown[] = [];
  const missing: string[] = [];
  const rest = [...edits];
  const [text = ""] = end === undefined ? [page] : page.split(`\n## ${end}\n`);
  for (const { language, code } of blocksIn(text)) {
    if (language === "sh") ran.push(shell(code));
    else if (language === "text") missing.push(...notPrinted(code, ran.at(-1)?.out ?? ""));
    else rest.shift()?.(code);
  }
  if (rest.length > 0) throw new Error(`${rest.length} edits for which the page has no block`);
  return { exits: ran.map(({ exit }) => exit), notPrinted: missing };
}

describe.skipIf(!isEveryVariant)("the tutorials", () => {
  test("the first token: from nothing to a service that opens a claim of one's own", () => {
    const at = (file: string): string => join(project.path, "my-claims", file);
    const change = (file: string, from: RegExp, to: (found: string) => string): void => {
      const text = readFileSync(at(file), "utf8");
      expect(text).toMatch(from);
      writeFileSync(at(file), text.replace(from, to));
    };
    const map = "clinic.claims.yaml";
    const followed = follow(FIRST_TOKEN, shellIn(project.path), [
      (code) => change(map, /\n {6}suspended: [^\n]*\n/, (found) => found + code),
      (code) => change(map, /\n {6}profession: \{ value[^\n]*\n/, (found) => found + code),
      (code) => change(map, / {6}phone: +\{ value[^\n]*\n/, () => code),
      (code) => {
        appendFileSync(at("clinic.claims.test.yaml"), code);
        change(
          "clinic.tables.json",
          /"legalName": "Dr\. Anna Testmann",/,
          (found) => `${found} "phone": "+49 30 5550123",`,
        );
      },
      (code) => writeFileSync(at("service.mjs"), code),
    ]);
    expect(followed).toEqual({ exits: [0, 0, 0, 5, 1, 0, 0, 0, 0], notPrinted: [] });
  }, 120_000);

  test("a new pool: from nothing to a packaged stack, and not a step further", () => {
    const at = (file: string): string => join(project.path, "tenants", file);
    const reader: Edit = (code) => {
      const [, was = "", is = ""] = /^-(.*)\n\+(.*)\n$/.exec(code) ?? [];
      const text = readFileSync(at("b2b-saas.claims.yaml"), "utf8");
      expect(text).toContain(`${was}\n`);
      writeFileSync(at("b2b-saas.claims.yaml"), text.replace(was, is));
    };
    const followed = follow(NEW_POOL, shellIn(project.path), [reader], "5. Deploy");
    expect(followed).toEqual({ exits: [0, 0, 0, 0, 0, 0], notPrinted: [] });
    const template = readFileSync(at(".serverless/cloudformation-template-update-stack.json"), "utf8");
    expect(template).toContain("arn:aws:iam::123456789012:role/invoicing");
    const { Resources } = JSON.parse(template) as { Resources: object };
    expect(Object.keys(Resources).length).toBeGreaterThan(30);
  }, 120_000);
});

test("the tutorial on a new pool names the map's variables, tables and outputs, and says what was not run", () => {
  const asked = environmentNames(examplePlan("b2b-saas"));
  const exported = [...NEW_POOL.matchAll(/(?:^export | )([A-Z_]+)=\S/gm)].map(([, name = ""]) => name);
  expect(exported.filter((name) => name !== "AWS_REGION" && !asked.includes(name))).toEqual([]);
  expect(NEW_POOL).toContain("**nothing in this\nrepository has run it against AWS**");
  const template = readFileSync("serverless.yml", "utf8");
  for (const [, output = ""] of NEW_POOL.matchAll(/`(\w+Id)`/g)) expect(template).toContain(`${output}:`);
});

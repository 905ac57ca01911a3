import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { environmentNames } from "../../claims/bind.ts";
import { cloudFormationParts } from "../../deploy/cloudformation.ts";
import { ran } from "../cli/recorded-io.ts";
import { examplePlan } from "./a-deployment.ts";

/* Terraform cannot be run here, so its files say `untested`; this is what can be held against them all the same. */

const FOLDER = "examples/terraform";
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".tf"));
const textOf = (file: string): string => readFileSync(`${FOLDER}/${file}`, "utf8");
const ALL = FILES.map(textOf).join("\n");
const README = textOf("README.md");

const found = (pattern: RegExp, text = ALL): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map((match) => match.slice(1).join(".")))].toSorted();

/** A line without what brackets in it do not count: texts and remarks. */
const bare = (line: string): string => line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replace(/#.*/, "");

/** Lines that `terraform fmt` would write otherwise, as far as it is simple: indent, ends, one blank line, aligned `=`. */
function misformed(text: string): readonly string[] {
  const lines = text.split("\n");
  const wrong: string[] = [];
  let depth = 0;
  let group: { readonly indent: number; readonly column: number; readonly name: number }[] = [];
  const endGroup = (): void => {
    const longest = Math.max(...group.map(({ name }) => name));
    if (group.some(({ indent, column }) => column !== indent + longest + 1)) wrong.push(`= ${group.length}`);
    group = [];
  };
  for (const [index, line] of lines.entries()) {
    const code = bare(line);
    const [opens, closes] = [code.match(/[[{(]/g)?.length ?? 0, code.match(/[\]})]/g)?.length ?? 0];
    const leading = /^\s*([\]})]*)/.exec(code)?.[1]?.length ?? 0;
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const isContinued = /^\s*(\?|:|if |merge\(|"\$)/.test(line);
    if (line !== "" && !isContinued && indent !== 2 * (depth - Math.min(leading, 1))) wrong.push(`indent: ${line}`);
    if (/\s$|\t/.test(line) || (line === "" && lines[index + 1] === "" && index + 2 < lines.length))
      wrong.push(`blank: ${line}`);
    depth += Math.sign(opens - closes);
    const [, name = ""] = /^ *([\w-]+) +=(?= )/.exec(line) ?? [];
    if (name === "" || opens !== closes) endGroup();
    else group.push({ indent, column: line.indexOf("= "), name: name.length });
  }
  return wrong;
}

test.for(FILES)("%s says in its first line that it is untested, and is formatted", (file) => {
  const text = textOf(file);
  expect(text.split("\n", 1)[0]).toMatch(/^# untested: /);
  expect(misformed(text)).toEqual([]);
  expect(text.endsWith("}\n")).toBe(true);
});

test("lines that are not formatted show", () => {
  expect(misformed("a {\n  b   = 1\n  cdef = 2\n}\n")).toEqual(["= 2"]);
  expect(misformed("a {\n   b = 1\n}\n")).toEqual(["indent:    b = 1"]);
});

test("every variable, local, resource and datum that is referred to is there, and every variable is used", () => {
  const variables = found(/^variable "(\w+)"/gm);
  expect(found(/\bvar\.(\w+)/g)).toEqual(variables);
  const locals = found(/^ {2}(\w+) += /gm);
  expect(found(/\blocal\.(\w+)/g).filter((name) => !locals.includes(name))).toEqual([]);
  const resources = found(/^resource "(\w+)" "(\w+)"/gm);
  expect(found(/(?<![."\w])(aws_\w+)\.(\w+)/g).filter((name) => !resources.includes(name))).toEqual([]);
  const data = found(/^data "(\w+)" "(\w+)"/gm);
  expect(found(/\bdata\.(\w+)\.(\w+)/g)).toEqual(data);
});

test("no policy is written down in it, but for who may take the role on", () => {
  expect(found(/"((?:kms|dynamodb|logs|lambda|sts|cognito-idp):\w+)"/g)).toEqual([
    "lambda:InvokeFunction",
    "sts:AssumeRole",
  ]);
  expect(ALL.match(/"Sid"|Effect|Deny/g)).toEqual(["Effect"]);
});

test("nothing that the function waits for asks for the pool, which may wait for the function", () => {
  const block = (head: string): string =>
    new RegExp(`^${head} \\{\\n[\\s\\S]*?^\\}`, "m").exec(textOf("main.tf"))?.[0] ?? "";
  const awaited = ['resource "aws_lambda_function" "pre_token"', 'resource "aws_iam_role_policy" "map"', "locals"];
  for (const head of awaited) {
    expect(block(head)).not.toBe("");
    expect(block(head)).not.toContain("var.pool.");
  }
});

describe("what the README has people write and the module reads", () => {
  const plan = examplePlan("clinic-eu");
  const [, command = ""] = /^npx claimseal (iam .+)$/m.exec(README) ?? [];
  const written = async (): Promise<Record<string, { readonly Statement: readonly Record<string, unknown>[] }>> => {
    const argv = command.replace("clinic-eu.claims.yaml", "mappings/clinic-eu.claims.yaml").split(" ");
    const { exit, written: files } = await ran(argv);
    expect(exit).toBe(0);
    return JSON.parse(String(files.get("policies.json"))) as never;
  };

  test("the policies have a place for every key that it makes, and for no other", async () => {
    const { trigger, triggerPool, keys, pseudonymKey } = await written();
    const made = ["key/CARE_KEY_ARN", "key/PSEUDONYM_KEY_ARN"];
    const places = [trigger, triggerPool].flatMap((each) => each?.Statement ?? []).flatMap(({ Resource }) => Resource);
    const later = [...new Set(places)].map(String).filter((place) => !place.startsWith("arn:"));
    expect(later.toSorted()).toEqual(made);
    expect([Object.keys(keys ?? {}), pseudonymKey?.Statement.length]).toEqual([["care-api", "billing-api"], 4]);
    // Key policies name the role that the module makes.
    expect(JSON.stringify(keys)).toContain("role/claimseal-clinic-eu-dev-eu-central-1-issuer");
    expect(JSON.stringify(trigger)).toContain("log-group:/aws/lambda/claimseal-clinic-eu-dev:*");
  });

  test("every variable of the map has a value, or a key", () => {
    const block = /environment = \{\n([\s\S]*?)\n {2}\}/.exec(README)?.[1] ?? "";
    const given = found(/^ +(\w+) +=/gm, block);
    expect([...given, "CARE_KEY_ARN", "PSEUDONYM_KEY_ARN"].toSorted()).toEqual([...environmentNames(plan)].toSorted());
  });

  test("the alarms refer to nothing but each other and what the module tells their stack", () => {
    const { anybody } = cloudFormationParts(plan).alarms.all;
    const text = JSON.stringify(anybody).replaceAll(
      /\{"Fn::GetAtt":\["(\w+Key|PseudonymRoot)","Arn"\]\}/g,
      '{"Ref":"$1"}',
    );
    const told = ["PreTokenLambdaFunction", "PreTokenLogGroup", "UserPool", "CareApiKey", "PseudonymRoot"];
    const there = [...told, ...Object.keys(anybody.Resources)];
    const asked = found(/"Ref":"([\w:]+)"|"Fn::GetAtt":\["(\w+)"/g, text).map((name) => name.replaceAll(".", ""));
    expect(asked.filter((name) => !name.startsWith("AWS::") && !there.includes(name))).toEqual([]);
    expect(asked).toEqual(expect.arrayContaining(told));
    for (const name of told.slice(0, 3)) expect(ALL).toContain(`    ${name} `);
  });

  test("the how-to has the same command", () => {
    expect(readFileSync("docs/how-to/deploy-with-terraform.md", "utf8")).toContain(command);
  });
});

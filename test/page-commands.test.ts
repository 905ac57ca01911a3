import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { allCommands } from "../cli/commands.ts";

/** Every command that a page shows, in a block of its own or in a sentence. */
const commands = ["docs/how-to", "docs/runbooks", "docs/tutorials", "templates"].flatMap((folder) =>
  readdirSync(folder).flatMap((file) => {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    const blocks = [...text.matchAll(/^( *)```sh\n([\s\S]*?)^\1```$/gm)].flatMap(([, , block = ""]) =>
      block.split("\n"),
    );
    const inline = [...text.matchAll(/`((?:aws|npx|claimseal) [^`]+)`/g)].map(([, command = ""]) => command);
    return [...blocks, ...inline]
      .flatMap((line) => line.split(/ \| | && |; /))
      .map((line) => ({ file, line: line.trim() }));
  }),
);

/** Options of a command line, without their values. */
const optionsOf = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => (/^--[a-z]/.test(word) ? [word.slice(2).replace(/[=,.)].*$/, "")] : []));

test("commands of this package are ones that it has, with options that they take", async () => {
  const known = await allCommands();
  const ours = commands.flatMap(({ file, line }) => {
    const [, typed] = /^(?:npx )?claimseal (\S.*)$/.exec(line) ?? [];
    return typed === undefined ? [] : [{ file, words: typed.split(/\s+/) }];
  });
  const strangers = ours.flatMap(({ file, words: [name = "", ...given] }) => {
    const command = known.find((each) => each.name === name);
    if (command === undefined) return [`${file}: ${name}`];
    const taken = Object.keys(command.args);
    return optionsOf(given)
      .filter((option) => !taken.includes(option) && option !== "help")
      .map((option) => `${file}: ${name} --${option}`);
  });
  expect(ours.length).toBeGreaterThan(50);
  expect(strangers).toEqual([]);
});

test("parameters of a deployment are ones that serverless.yml has", () => {
  const [, params = ""] = /^params:\n {2}default:\n((?: {4}.*\n)+)/m.exec(readFileSync("serverless.yml", "utf8")) ?? [];
  const known = [...params.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);
  const given = commands.flatMap(({ line }) =>
    line.startsWith("npx osls ") ? [...line.matchAll(/--param (\w+)=/g)].map(([, name]) => name) : [],
  );
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
});

/** Services of AWS whose SDK is installed here. */
const CLIENTS: Readonly<Record<string, string>> = {
  "cognito-idp": "client-cognito-identity-provider",
  dynamodb: "client-dynamodb",
  kms: "client-kms",
  lambda: "client-lambda",
};

/** Of every command of AWS, whatever it asks for. */
const GLOBAL = ["query", "output", "region", "profile"];

test("commands of AWS are operations that its SDK has, with members that they take", () => {
  const asked = commands.flatMap(({ file, line }) => {
    const [program, service = "", operation = "", ...words] = line.split(/\s+/);
    const client = program === "aws" ? CLIENTS[service] : undefined;
    return client === undefined ? [] : [{ file, client, operation, options: optionsOf(words) }];
  });
  const strangers = asked.flatMap(({ file, client, operation, options }) => {
    const types = `node_modules/@aws-sdk/${client}/dist-types/commands/${pascal(operation)}Command.d.ts`;
    if (!existsSync(types)) return [`${file}: ${operation}`];
    const members = readFileSync(types, "utf8");
    return options
      .filter((option) => !GLOBAL.includes(option) && !new RegExp(`\\b${camel(option)}:`, "i").test(members))
      .map((option) => `${file}: ${operation} --${option}`);
  });
  expect(asked.length).toBeGreaterThan(20);
  expect(strangers).toEqual([]);
});

function pascal(words: string): string {
  return words.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `--allowed-o-auth-flows` is `AllowedOAuthFlows`: letters are compared without their size. */
function camel(words: string): string {
  return words.replaceAll("-", "");
}

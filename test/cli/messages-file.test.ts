import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planDigest } from "../../claims/digest.ts";
import type { Plan } from "../../claims/plan.ts";
import { ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const MESSAGES = {
  version: 1,
  fallback: "en",
  languageFrom: ["client.metadata.lang", "user.locale"],
  texts: {
    en: { "*": "Please call the help desk", MAP_SUSPENDED: "This account is suspended" },
    de: { MAP_SUSPENDED: "Dieses Konto ist gesperrt" },
  },
};

const build = (messages: unknown) =>
  ran(["build", MAP, "--messages", "messages.json"], { "messages.json": JSON.stringify(messages) });

test("the owner's texts are part of the plan, and of its digest", async () => {
  const { exit, err, written } = await build(MESSAGES);
  expect([exit, err]).toEqual([0, ""]);
  const plan = JSON.parse(written.get(".claimseal/plan.json") as string) as Plan;
  const { fallback, languageFrom, texts } = MESSAGES;
  expect(plan.messages).toEqual({ fallback, languageFrom, texts });
  const without = JSON.parse((await ran(["build", MAP])).written.get(".claimseal/plan.json") as string) as Plan;
  expect(without).not.toHaveProperty("messages");
  expect(JSON.parse(written.get(".claimseal/manifest.json") as string)).toMatchObject({ planSha256: planDigest(plan) });
  expect(planDigest(plan)).not.toBe(planDigest(without));
});

test("where the language is read may be left out", async () => {
  const { written } = await build({ version: 1, fallback: "en", texts: { en: { "*": "Call us" } } });
  const plan = JSON.parse(written.get(".claimseal/plan.json") as string) as Plan;
  expect(plan.messages?.languageFrom).toEqual([]);
});

const changed = (changes: object): object => ({ ...MESSAGES, ...changes });
const text = (code: string, words: unknown): object => changed({ texts: { en: { [code]: words } } });

test.for<readonly [string, unknown, string]>([
  ["no object", [], "expected an object"],
  [
    "an unknown member",
    changed({ language: "en" }),
    "no member language; it has version, fallback, languageFrom, texts",
  ],
  ["another version", changed({ version: 2 }), "version: expected 1"],
  ["a fallback without texts", changed({ fallback: "fr" }), "fallback: expected one of the languages of `texts`"],
  [
    "another attribute to read the language from",
    changed({ languageFrom: ["user.email"] }),
    "languageFrom: expected a list of `user.locale` and `client.metadata.NAME`",
  ],
  [
    "a list in the list of places",
    changed({ languageFrom: [["user.locale"]] }),
    "languageFrom: expected a list of `user.locale` and `client.metadata.NAME`",
  ],
  ["no texts", changed({ texts: null, fallback: "en" }), "texts: expected texts by language"],
  [
    "a language in upper case",
    changed({ texts: { en: {}, "de-AT": {} } }),
    "texts.de-AT: expected a language tag in lower case",
  ],
  ["a code that is none", text("SOURCE_UNAVALIABLE", "x"), "texts.en.SOURCE_UNAVALIABLE: no refusal has this code"],
  ["a code the map has not", text("MAP_BANNED", "x"), "texts.en.MAP_BANNED: no refusal has this code"],
  ["a text that is none", text("DEADLINE", 1), "texts.en.DEADLINE: expected a text"],
  ["an empty text", text("DEADLINE", " "), "texts.en.DEADLINE: expected a text"],
  ["a long text", text("DEADLINE", "x".repeat(201)), "texts.en.DEADLINE: expected at most 200 characters"],
  ["two lines", text("DEADLINE", "a\nb"), "texts.en.DEADLINE: a line end, or a character that nobody sees"],
  ["text that turns around", text("DEADLINE", "a\u202eb"), "a line end, or a character that nobody sees"],
  ["a place to fill in", text("DEADLINE", "Hello {email}"), "braces: nothing is filled in"],
  ["a full stop", text("DEADLINE", "Try again."), "ends with a full stop, and Cognito adds one"],
])("%s is refused with its place", async ([, messages, problem]) => {
  const { exit, err, written } = await build(messages);
  expect([exit, written.size]).toEqual([1, 0]);
  expect(err).toMatch(/messages\.json: /);
  expect(err).toContain(problem);
});

test("all problems are told at once, and no text is repeated", async () => {
  const { err } = await build({ version: 0, texts: { en: { nora: "nora@example.com {x}." } } });
  expect(err.split("\n").filter((line) => line.includes("messages.json"))).toHaveLength(5);
  expect(err).not.toContain("example.com");
});

test("a file that is not there, or no JSON, is told like any other", async () => {
  expect(await ran(["build", MAP, "--messages", "nowhere.json"])).toMatchObject({ exit: 3 });
  const { exit, err } = await ran(["build", MAP, "--messages", "m.json"], { "m.json": "{nora@example.com" });
  expect(exit).toBe(3);
  expect(err).toContain("m.json: not valid JSON");
  expect(err).not.toContain("nora");
});

test("the how-to page's catalogue builds", async () => {
  const page = readFileSync("docs/how-to/word-refusals.md", "utf8");
  const [, example = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  expect(await build(JSON.parse(example))).toMatchObject({ exit: 0, err: "" });
});

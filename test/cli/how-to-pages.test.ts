import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { createTestKit, type KitOpenerOptions } from "../../local/testing.ts";
import { typeErrors } from "../claims/reports/type-errors.ts";
import { accessToken, careKey, laterKey, service } from "../resource-server/service.ts";
import { ran } from "./recorded-io.ts";

const MAP = "mappings/clinic-eu.claims.yaml";
const TESTS = "mappings/clinic-eu.claims.test.yaml";
const map = readFileSync(MAP, "utf8");
const page = (name: string): string => readFileSync(`docs/how-to/${name}.md`, "utf8");
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].flatMap(([, , of, block = ""]) =>
    of === language ? [block] : [],
  );

/** A text with the changes of a page made: what stands there before, and beside, has to be there once. */
function changed(text: string, diffs: readonly string[]): string {
  return diffs.reduce((from, diff) => {
    const lines = diff.trimEnd().split("\n");
    const side = (gone: string): string =>
      lines
        .filter((line) => !line.startsWith(gone))
        .map((line) => line.slice(1))
        .join("\n");
    const before = side("+");
    expect(from.split(before)).toHaveLength(2);
    return from.replace(before, () => side("-"));
  }, text);
}

const checked = (text: string) => ran(["check", MAP, "--strict"], { [MAP]: text });
const diffOf = (text: string) => ran(["diff", "old.yaml", MAP], { "old.yaml": map, [MAP]: text });

describe("the page on adding a claim", () => {
  const text = page("add-a-claim");
  const now = changed(map, blocks(text, "diff"));
  const [row = "", cases = ""] = blocks(text, "yaml");
  const tests = readFileSync(TESTS, "utf8");
  const tested = (content: string) =>
    ran(["test", TESTS, "--coverage", "--threshold", "100"], { [MAP]: now, [TESTS]: content });

  test("leads to a map that passes, and to the difference that is shown", async () => {
    expect(await checked(now)).toMatchObject({ exit: 0 });
    expect((await diffOf(now)).out.trimEnd()).toBe(blocks(text, "text")[0]?.trimEnd());
  });

  test("says rightly that two things are not shown, and its cases show them", async () => {
    const before = await tested(tests);
    expect([before.exit, /\d+ warnings?/.exec(before.out)?.[0]]).toEqual([1, "2 warnings"]);
    const partners = "  partners:\n    - {";
    expect(tests.split(partners)).toHaveLength(2);
    const after = await tested(tests.replace(partners, () => row + partners) + cases);
    expect(after.out).toContain("✓ a ward of another form is left out");
    expect([after.exit, after.err]).toEqual([0, ""]);
  });

  test("leads to a type that may be undefined", async () => {
    const { out } = await ran(["types", MAP, "--resource-server", "care-api"], { [MAP]: now });
    expect(out).toContain("readonly ward?: string;");
  });
});

describe("the page on adding a resource server", () => {
  const text = page("add-a-resource-server");
  const diffs = blocks(text, "diff");
  const now = changed(map, diffs);

  test("is stopped by the size where it says so, and passes with the limit raised", async () => {
    const tooLong = await checked(changed(map, diffs.slice(0, -1)));
    expect([tooLong.exit, tooLong.out.match(/error (CS\d+)/)?.[1]]).toEqual([1, "CS602"]);
    expect(await checked(now)).toMatchObject({ exit: 0 });
  });

  test("leads to the differences that are shown", async () => {
    expect((await diffOf(now)).out.trimEnd()).toBe(blocks(text, "text")[0]?.trimEnd());
  });

  test("says rightly that tests fail, because somebody else opens a name", async () => {
    const tests = readFileSync(TESTS, "utf8").replace(
      "\nenv:\n",
      "\nenv:\n  ROTA_KEY_ARN: arn:aws:kms:eu-central-1:111122223333:key/rota\n",
    );
    const { exit, out } = await ran(["test", TESTS], { [MAP]: now, [TESTS]: tests });
    expect(exit).toBe(1);
    expect(out).toContain("opened.rota-api");
    expect(out).toContain("an envelope with `legal_name`");
  });

  test("names what the stack then makes", async () => {
    const { written } = await ran(["build", MAP], { [MAP]: now });
    const resources = String([...written].find(([path]) => path.endsWith("resources.json"))?.[1]);
    for (const id of ["RotaApiKey", "RotaApiKeyArn", "RotaApiResourceServer"]) expect(resources).toContain(`"${id}"`);
    expect(text).toContain("`RotaApiKeyArn`");
  });

  test("shows an opener that compiles", () => {
    const [code = ""] = blocks(text, "ts");
    const opener = resolve("resource-server/open.ts");
    expect(typeErrors({ "service.ts": code.replace('"claimseal/open"', JSON.stringify(opener)) })).toBe("");
  });
});

describe("the page on rotating keys", () => {
  const text = page("rotate-keys");

  test("changes the map so that it passes, and nobody reads more", async () => {
    const now = changed(map, blocks(text, "diff"));
    expect(await checked(now)).toMatchObject({ exit: 0 });
    expect(await ran(["diff", "old.yaml", MAP, "--fail-on", "widen"], { "old.yaml": map, [MAP]: now })).toMatchObject({
      exit: 0,
    });
  });

  test("is right: with both keys every token opens, whichever key it was sealed under", async () => {
    expect(text).toContain("keys: [NEW_KEY_ARN, OLD_KEY_ARN]");
    const { opener, envelope } = service({ seal: { mode: "envelope", keys: [laterKey, careKey] } });
    for (const keyId of [careKey, laterKey]) {
      const token = accessToken({ sealed_care_api: envelope({ licence_no: "DE-1" }, { keyId }) });
      expect((await opener.open(token)).sealed["licence_no"]?.reveal()).toBe("DE-1");
    }
  });

  test("is right: with the old key alone, a token under the new one is refused as it says", async () => {
    const { opener, envelope } = service({ seal: { mode: "envelope", keys: [careKey] } });
    const token = accessToken({ sealed_care_api: envelope({}, { keyId: laterKey }) });
    await expect(opener.open(token)).rejects.toMatchObject({ status: 401, publicCode: "SEALED_INVALID" });
    expect(text).toContain("answers 401, `SEALED_INVALID`");
  });
});

test("coverage comes to its end in a process of its own too, which nothing holds while a table does not answer", async () => {
  const argv = ["dist/cli/main.js", "test", TESTS, "--coverage", "--threshold", "100"];
  const { stdout } = await promisify(execFile)(process.execPath, argv);
  expect(stdout).toContain("in all        100 %");
});

/** What both pages on a change of triggers have services do. */
const TAKES_BOTH = "createOpener({ ...options, map: null, seal: { ...seal, optional: true } });\n";

test("with the options of both pages a service takes tokens from before and after, and of neither more than is in it", async () => {
  for (const name of ["move-from-a-hand-written-trigger", "leave-claimseal"]) {
    expect(blocks(page(name), "js")).toEqual([TAKES_BOTH]);
  }
  const options: KitOpenerOptions = { map: null, optional: true };
  const kit = await createTestKit({ map: "clinic-eu", resourceServers: { "care-api": { scopes: ["chart.read"] } } });
  const both = kit.opener("care-api", options);
  const sealed = await both.open(await kit.mint({ sealed: { "care-api": { legal_name: "Anna Testmann" } } }));
  expect(sealed.sealed["legal_name"]?.reveal()).toBe("Anna Testmann");
  for (const flaw of ["ungoverned", "without-envelope"] as const) {
    const token = await kit.mint({ flaw });
    expect((await both.open(token)).sealed["legal_name"]).toBeUndefined();
    await expect(kit.opener("care-api").open(token)).rejects.toMatchObject({ name: "OpenerError" });
  }
  await expect(both.open(await kit.mint({ flaw: "broken-envelope" }))).rejects.toMatchObject({
    code: "SEALED_INTEGRITY",
  });
});

test("the codes on the page on moving are what the check says of such maps", () => {
  const codes = readFileSync("docs/reference/check-codes.md", "utf8");
  const rows = [...page("move-from-a-hand-written-trigger").matchAll(/^\| \[`(CS\d+)`\]\(\S+#(cs\d+)\) \|/gm)];
  expect(rows).toHaveLength(3);
  for (const [, code = "", anchor] of rows) {
    expect(anchor).toBe(code.toLowerCase());
    expect(codes).toMatch(new RegExp(`^### ${code}$`, "m"));
  }
});

test.for([
  ["move-from-a-hand-written-trigger", "check"],
  ["move-from-a-hand-written-trigger", "test"],
  ["move-from-a-hand-written-trigger", "build"],
  ["leave-claimseal", "docs"],
])("the commands of %s run: %s", async ([name = "", command]) => {
  const lines = blocks(page(name), "sh").flatMap((block) => block.split("\n"));
  const typed = lines.flatMap((line) =>
    line.replace(/^ *(?:npx )?/, "").startsWith(`claimseal ${command} `) ? [line] : [],
  );
  expect(typed).toHaveLength(1);
  const [argv = ""] = (typed[0] ?? "").replace(/^ *(?:npx )?claimseal /, "").split(" > ");
  expect(await ran(argv.trim().split(/ +/))).toMatchObject({ exit: 0 });
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const page = readFileSync("docs/reference/requirements.md", "utf8");
const [held = "", open = ""] = page.split("## Not yet held by a test");

/** One row of the tables: a number, what is required, and the tests that hold it. */
const rows = [...held.matchAll(/^\| ((?:E|REQ-)\d\d) \| (.+) \| (.+) \|$/gm)].map(
  ([, number = "", requirement = "", tests = ""]) => ({
    number,
    requirement,
    tests: tests.split("<br>").map((each) => /^`(test\/[^`]+\.ts)`: (.+)$/.exec(each)?.slice(1) ?? [each]),
  }),
);
const notYet = [...open.matchAll(/^\| ((?:E|REQ)-[\w-]+) \| (.+) \| (.+) \| (.+) \|$/gm)];

test("every requirement names a test that is there", () => {
  const missing = rows.flatMap(({ number, tests }) =>
    tests
      .filter(([file = "", title = ""]) => !existsSync(file) || !holds(readFileSync(file, "utf8"), title))
      .map(([file, title]) => `${number}: ${file}: ${title}`),
  );
  expect(missing).toEqual([]);
});

test("a title counts only where it is a test's, and whole", () => {
  const file =
    'describe.for(rooms)("a room", () => {});\ntest.for([[1, "a row"]])(\n  "opens %s",\n  () => {},\n);\nexpect("text", 1);';
  expect(["opens %s", "a room", "opens", "a row", "text"].map((title) => holds(file, title))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("no requirement is left out, and those without a test say why", () => {
  const numbers = rows.map(({ number }) => number);
  const envelope = numbers.filter((number) => number.startsWith("E"));
  expect(envelope).toEqual(envelope.map((_, index) => `E${String(index + 1).padStart(2, "0")}`));
  expect(envelope.length).toBeGreaterThanOrEqual(60);
  const wanted = [...Array.from({ length: 22 }, (_, index) => index + 1), 62, 64];
  const named = [...numbers, ...notYet.map(([, number]) => number)];
  expect(
    wanted.map((number) => `REQ-${String(number).padStart(2, "0")}`).filter((each) => !named.includes(each)),
  ).toEqual([]);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(notYet).toHaveLength(open.split("\n").filter((line) => /^\| (E|REQ)-/.test(line)).length);
});

test("what only documents can say is said in them", () => {
  const said = (file: string): string => readFileSync(file, "utf8").replaceAll(/\s+/g, " ");
  expect(said("docs/reference/envelope.md")).toContain("CloudTrail, with the subject in the clear");
  const security = said("SECURITY.md");
  for (const sentence of [
    "Whoever may change a key's policy can read what is sealed under it.",
    "Whoever may invoke the function directly can ask it what a person's token would hold.",
    "Neither AES-GCM nor AES key wrap commits to its key.",
    "What is promised is a bounded life, not erasure.",
  ]) {
    expect(security).toContain(sentence);
  }
});

test("no reader and no example knows a person by an address or a username", () => {
  const files = ["resource-server", "examples", "docs/how-to"].flatMap(filesBelow);
  const readable = files.filter((file) => /\.(ts|js|mjs|py|java|md)$/.test(file));
  const identifying =
    /\b(?:claims|payload|token)(?:\??\.|\["|\['|\.get\(")(?:email|phone_number|username|preferred_username)\b/;
  expect(readable.length).toBeGreaterThan(30);
  expect(readable.filter((file) => identifying.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("what seals and opens names no algorithm but its own", () => {
  const sources = readdirSync("crypto").map((file) => [file, readFileSync(`crypto/${file}`, "utf8")] as const);
  const ciphers = sources.flatMap(([, text]) =>
    [...text.matchAll(/create(?:C|Dec)ipheriv\(\s*"([^"]+)"/g)].map(([, name]) => name),
  );
  expect(new Set(ciphers)).toEqual(new Set(["aes-256-gcm", "id-aes256-wrap"]));
  const strangers = sources.filter(([, text]) =>
    /node:zlib|inflate|deflate|pbkdf2|scrypt|privateDecrypt|-cbc|RSA1_5|PBES2/i.test(text),
  );
  expect(strangers.map(([file]) => file)).toEqual([]);
});

/** Every file below a folder; what was installed there is none of ours. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules")
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
}

/** Whether a file has a test of exactly this title: the first argument of `test`, or of what `test.for(...)` returns. */
function holds(text: string, title: string): boolean {
  const quoted = `["\`']${title.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}["\`']`;
  return [...text.matchAll(new RegExp(String.raw`\(\s*${quoted},`, "g"))].some(({ index }) => {
    const before = text.slice(0, index);
    return isTest(before.endsWith(")") ? before.slice(0, openingOf(before)) : before);
  });
}

const isTest = (before: string): boolean => /\btest(?:\.\w+)*(?:<[^()]*>)?$/.test(before);

/** Where the parenthesis opens that a text closes with. */
function openingOf(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ")") depth += 1;
    if (text[at] === "(") depth -= 1;
    if (depth === 0) return at;
  }
  return 0;
}

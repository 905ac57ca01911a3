import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_MATCHED_CHARACTERS } from "../../../claims/evaluate/pattern.ts";
import { checkPattern } from "../../../claims/language/check-pattern.ts";
import { bundleRe2 } from "../../../tools/bundle.mjs";
import { CORPUS } from "./corpus.ts";
import { type Attack, runHostile } from "./run-hostile.ts";

const folder = mkdtempSync(join(tmpdir(), "claimseal-re2-"));
const file = join(folder, "re2.mjs");
const module = pathToFileURL(file).href;

beforeAll(async () => {
  await bundleRe2(file);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const allowed = CORPUS.filter(({ refused }) => refused === undefined);
const attacksOf = (length: number): Attack[] =>
  allowed.map(({ name, pattern, attack }) => ({ name, pattern, text: attack(length) }));

test("the corpus has at least forty patterns that pass the check, each under a name of its own", () => {
  expect(allowed.length).toBeGreaterThanOrEqual(40);
  expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  expect(attacksOf(MAX_MATCHED_CHARACTERS).map(({ text }) => text.length)).toEqual(
    allowed.map(() => MAX_MATCHED_CHARACTERS),
  );
});

test.for(CORPUS)("the check has its say: $name", ({ pattern, refused }) => {
  expect(checkPattern(pattern)?.problem ?? "nothing against it").toMatch(refused ?? /^nothing against it$/);
});

describe("against texts of 2,048 characters made to hold up an engine", () => {
  test("the deployed engine finishes every pattern", async () => {
    const outcome = await runHostile("ours", attacksOf(MAX_MATCHED_CHARACTERS), { killAfterMs: 20_000, module });
    expect(outcome).toMatchObject({ finished: true });
    expect(outcome.finished && outcome.verdicts.size).toBe(allowed.length);
  });

  // What shows that the test above can fail.
  test.for([
    "a repetition in a repetition",
    "an alternation where one begins another",
    "a repeated group with an optional separator",
    "many optionals before as many letters",
    "e-mail: a domain in labels",
    "URL: a host in optional dots",
    "semantic version: identifiers and numbers",
    "number: groups of digits",
  ])("JavaScript's own does not finish: %s", async (name) => {
    const attacks = attacksOf(MAX_MATCHED_CHARACTERS).filter((attack) => attack.name === name);
    expect(await runHostile("RegExp", attacks, { killAfterMs: 500 })).toEqual({ finished: false, busyWith: name });
  });
});

test("on short texts, which it can finish, JavaScript's engine gives the same answers", async () => {
  const attacks = attacksOf(12);
  const limits = { killAfterMs: 20_000, module };
  const [ours, theirs] = [await runHostile("ours", attacks, limits), await runHostile("RegExp", attacks, limits)];
  expect(ours).toMatchObject({ finished: true });
  expect(ours).toEqual(theirs);
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ran } from "./recorded-io.ts";

const MAP = "mappings/b2b-saas.claims.yaml";
const TESTS = "mappings/b2b-saas.claims.test.yaml";
const POLICIES = ["--emit", "serverless"];

test("it is said on standard error, through npx where npx was typed, and never beside JSON", async () => {
  expect(await ran(["iam", MAP, ...POLICIES])).toMatchObject({ exit: 0, err: "", next: "npx osls package" });
  expect((await ran(["check", MAP])).next).toBe(`claimseal test ${TESTS} --coverage`);
  expect((await ran(["check", MAP], {}, { npm_command: "exec" })).next).toBe(`npx claimseal test ${TESTS} --coverage`);
  expect((await ran(["check", MAP, "--format", "json"])).next).toBeUndefined();
  expect((await ran(["diff", MAP, MAP, "--json"])).next).toBeUndefined();
});

test("a name that a shell would take apart is quoted", async () => {
  const map = "it's a map.claims.yaml";
  const { next } = await ran(["check", map], { [map]: readFileSync(MAP, "utf8") });
  expect(next).toBe(String.raw`claimseal test 'it'\''s a map.claims.test.yaml' --coverage`);
});

import { createSecretKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { evaluate, type Look, type World } from "../../../claims/evaluate/evaluate.ts";
import { compilePattern } from "../../../claims/evaluate/re2-pattern.ts";
import { tokenValue } from "../../../claims/evaluate/token-value.ts";
import type { Fact, RowValue, Value } from "../../../claims/facts.ts";
import { expressionsPage } from "../../../claims/language/expressions-page.ts";
import { FUNCTION_GROUPS, type FunctionEntry } from "../../../claims/language/function-entries.ts";
import { FORMS } from "../../../claims/language/language.ts";
import { pseudonymizer } from "../../../crypto/pseudonym.ts";
import { compile } from "./a-language.ts";

const entries = FUNCTION_GROUPS.flatMap((group) => group.entries);

/** The person of the page. */
const facts: Readonly<Record<string, Value>> = {
  "user.email": "nora@example.com",
  "staff.wards": ["icu", "er"],
  "staff.address": new Map([["city", "Bonn"]]),
  memberships: [row("acme", ["admin", "user"]), row("umbrella", ["user"])],
  now: new Date("2026-11-23T10:00:00Z"),
};

function row(org: string, roles: readonly string[]): RowValue {
  const present = (value: Value): Fact => ({ state: "present", value });
  return {
    attributes: new Map([
      ["org", present(org)],
      ["roles", present(roles)],
    ]),
  };
}

const look: Look = (reference) => {
  const value = facts[reference.join(".")];
  return value === undefined ? { state: "absent" } : { state: "present", value };
};
const pseudonymize = pseudonymizer(createSecretKey(Buffer.alloc(32, 7)), "eu-central-1_Example01");
const world: World = {
  look,
  matches: (pattern, text) => compilePattern(pattern).occursIn(text),
  pseudonym: (attribute, value) => pseudonymize({ kind: "client", id: "web" }, attribute, value),
};

describe("the page on expressions", () => {
  test("is what tools/write-pages.mjs writes", () => {
    const [, generated = ""] = readFileSync("docs/reference/expressions.md", "utf8").split(/<!-- generated[^\n]*-->\n/);
    expect(generated.trim()).toBe(expressionsPage());
  });

  test("has everything an expression may call, once, and nothing else", () => {
    expect(entries.map(({ name }) => name).toSorted()).toEqual([...FORMS.keys()].toSorted());
  });

  test.for<FunctionEntry>(entries)("says what the example of $name comes to", ({ example: [expression, comesTo] }) => {
    const { compiled, findings } = compile(expression);
    expect(findings).toEqual([]);
    const outcome = compiled && evaluate(compiled.expr, world);
    expect(outcome?.known ? JSON.stringify(tokenValue(outcome.value)) : "unknown").toBe(comesTo);
  });
});

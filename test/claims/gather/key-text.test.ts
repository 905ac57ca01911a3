import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "../../../claims/facts.ts";
import { keyTexts } from "../../../claims/gather/key-text.ts";
import type { TemplatePart } from "../../../claims/plan.ts";

const [a, b]: TemplatePart[] = [{ ref: ["user", "a"] }, { ref: ["user", "b"] }];
const known = (facts: { readonly [name: string]: Fact }) => (reference: readonly string[]) =>
  facts[reference[1] ?? ""] ?? { state: "absent" as const };
const present = (value: string): Fact => ({ state: "present", value });

function fill(template: readonly TemplatePart[], ...values: readonly string[]): string | undefined {
  const [first = "", second = ""] = values;
  return keyTexts({ pk: template }, known({ a: present(first), b: present(second) }))?.["pk"];
}

test("a key is its fixed text with every reference filled in", () => {
  expect(fill(["STAFF#", a as TemplatePart], "u1")).toBe("STAFF#u1");
  expect(fill([a as TemplatePart, "#", b as TemplatePart, "#END"], "u1", "t1")).toBe("u1#t1#END");
  expect(fill(["EVERYBODY"])).toBe("EVERYBODY");
});

const smuggled: readonly [what: string, template: readonly (TemplatePart | undefined)[], values: readonly string[]][] =
  [
    ["a value with a separator in it", [a, "#", b], ["a#b", "c"]],
    ["a value with the prefix in it", ["STAFF#", a], ["STAFF#u2"]],
    ["a separator that begins in a value", [a, "##", b], ["x#", "y"]],
    ["a separator that ends in a value", [a, "##", b], ["x", "#y"]],
    ["a separator made of two values' ends", [a, "-", b, "#--#"], ["x", "y#-"]],
    ["two values without anything between them", [a, b], ["x", "y"]],
    ["an empty value", ["STAFF#", a], [""]],
    ["half of a character", ["STAFF#", a], ["x\ud800"]],
    ["more than a key can hold", ["STAFF#", a], ["x".repeat(1_019)]],
  ];

test.for(smuggled)("no key is built of %s", ([, template, values]) => {
  expect(fill(template as TemplatePart[], ...values)).toBeUndefined();
});

test.for<Fact>([
  { state: "absent" },
  { state: "invalid" },
  { state: "failed" },
  { state: "present", value: 7n },
  { state: "present", value: ["u1"] },
])("no key is built of a value that is no known text: %o", (fact) => {
  expect(keyTexts({ pk: ["STAFF#", a as TemplatePart] }, known({ a: fact }))).toBeUndefined();
});

test("one attribute that cannot be filled in leaves no key at all", () => {
  const key = { pk: ["STAFF"], sk: [a as TemplatePart] };
  expect(keyTexts(key, known({ a: present("x") }))).toEqual({ pk: "STAFF", sk: "x" });
  expect(keyTexts(key, known({}))).toBeUndefined();
});

test("whatever the fixed text is, two subjects who fill in different values never get the same key", () => {
  const sign = fc.string({ unit: fc.constantFrom("#", "-", "a"), minLength: 1, maxLength: 3 });
  const value = fc.string({ unit: fc.constantFrom("#", "-", "a", "b"), maxLength: 4 });
  const template = fc
    .tuple(fc.option(sign), sign, fc.option(sign))
    .map(
      ([before, between, after]) => [before, a, between, b, after].filter((part) => part !== null) as TemplatePart[],
    );
  const built = { times: 0 };
  fc.assert(
    fc.property(template, fc.tuple(value, value), fc.tuple(value, value), (parts, mine, yours) => {
      const [my, your] = [fill(parts, ...mine), fill(parts, ...yours)];
      if (my === undefined || your === undefined || JSON.stringify(mine) === JSON.stringify(yours)) return;
      built.times += 1;
      expect(my).not.toBe(your);
    }),
    { numRuns: 20_000 },
  );
  expect(built.times).toBeGreaterThan(100);
});

test("every key an honest value needs can be built: only texts of the template stand in its way", () => {
  const honest = fc.string({ unit: fc.constantFrom("a", "b", "-", "7"), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(honest, honest, (first, second) => {
      expect(fill(["ORG#", a as TemplatePart, "#", b as TemplatePart], first, second)).toBe(`ORG#${first}#${second}`);
    }),
  );
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Language } from "../../local/playground/messages.ts";
import { knowledgeAt, proposalsAt, sayingOf } from "../../playground/editors/map-knowledge.ts";
import { placeInMap } from "../../playground/editors/place-in-map.ts";

/** The place of `|` in a text, which the text does not have otherwise. */
const placeOf = (text: string) => {
  const at = text.indexOf("|");
  const place = placeInMap(text.replace("|", ""), at);
  return [place.steps.join("/"), place.role, place.key];
};

test.for<[text: string, place: readonly [string, string, string | null]]>([
  ["|", ["", "key", null]],
  ["version: |", ["", "value", "version"]],
  ["version: 1\nna|", ["", "key", null]],
  ["pool:\n  ev|", ["pool", "key", null]],
  ["pool:\n  events: V|", ["pool", "value", "events"]],
  ["pool:\n  events: V3\n|", ["", "key", null]],
  ["pool:\n  events: V3\n  |", ["pool", "key", null]],
  ["inputs:\n  user.custom:employer: { type: string, cl|", ["inputs/user.custom:employer", "key", null]],
  ["inputs:\n  user.email: { type: string, class: |", ["inputs/user.email", "value", "class"]],
  ['inputs:\n  user.email: { class: pii, purpose: "a: b, c", |', ["inputs/user.email", "key", null]],
  ["sources:\n  staff:\n    dynamodb: { key: { p| } }", ["sources/staff/dynamodb/key", "key", null]],
  ["sources:\n  staff:\n    residency: [eu-|]", ["sources/staff", "value", "residency"]],
  ["profiles:\n  a:\n    refuse:\n      - { when: |, code: X }", ["profiles/a/refuse/*", "value", "when"]],
  ["profiles:\n  a:\n    refuse:\n      - when: staff|", ["profiles/a/refuse/*", "value", "when"]],
  ["profiles:\n  a:\n    refuse:\n    - when: b\n      co|", ["profiles/a/refuse/*", "key", null]],
  ["profiles:\n  a:\n    scopes: [{ add: [x], wh| }]", ["profiles/a/scopes/*", "key", null]],
  ["profiles:\n  a: # b: {\n    claims:\n      c: { value: staff.|", ["profiles/a/claims/c", "value", "value"]],
  ["a: {\n  b: 1,\n  c|", ["a", "key", null]],
  ["a: { b: { c: 1 }, d|", ["a", "key", null]],
  ["a: 'it''s { not' \nb|", ["", "key", null]],
])("in %j one is at %j", ([text, place]) => {
  expect(placeOf(text)).toEqual(place);
});

test("wherever one is in the maps that ship, there is a place, of a key or of a value", () => {
  for (const name of ["clinic-eu", "b2b-saas", "platform-m2m"]) {
    const text = readFileSync(`mappings/${name}.claims.yaml`, "utf8");
    for (let offset = 0; offset <= text.length; offset += 97) {
      const { role, key, from } = placeInMap(text, offset);
      expect(role === "value" || key === null).toBe(true);
      expect(from).toBeLessThanOrEqual(text.length);
    }
  }
});

const key = (name: string, more: object = {}) => ({
  name,
  about: `about ${name}`,
  required: false,
  values: [],
  expression: false,
  ...more,
});
const language: Language = {
  places: {
    "": {
      about: "a map",
      names: null,
      keys: [key("version", { required: true }), key("define", { expression: true })],
    },
    define: { about: "definitions", names: "definition", keys: [] },
    "inputs/*": { about: "an input", names: null, keys: [key("class", { values: ["open", "pii", "sensitive"] })] },
    "profiles/*/claims/*": { about: "a claim", names: null, keys: [key("value", { expression: true })] },
  },
  functions: [{ name: "pseudonym", form: "pseudonym(TEXT)", about: "a keyed hash" }],
};
const references = [
  { text: "staff.licenceNo", type: "string", class: "pii", trust: "operator", purpose: "register" },
] as const;
const proposed = (text: string): readonly string[] => {
  const at = text.indexOf("|");
  return proposalsAt(language, references, placeInMap(text.replace("|", ""), at)).map(({ insert }) => insert);
};

test("keys are proposed where keys are written, values of a closed list where one of them is, references in expressions", () => {
  expect(proposed("ver|")).toEqual(["version: ", "define: "]);
  expect(proposed("inputs:\n  user.email: { |")).toEqual(["class: "]);
  expect(proposed("inputs:\n  user.email: { class: |")).toEqual(["open", "pii", "sensitive"]);
  expect(proposed("profiles:\n  a:\n    claims:\n      b: { value: |")).toEqual(["staff.licenceNo", "pseudonym"]);
  expect(proposed("define:\n  mine: |")).toEqual(["staff.licenceNo", "pseudonym"]);
  expect(proposed("nothing:\n  known: |")).toEqual([]);
});

test("a place that names more is known before one that is any name's", () => {
  const both = {
    ...language,
    places: { "a/*": { about: "any", names: null, keys: [] }, "a/b": { about: "b", names: null, keys: [] } },
  };
  expect(knowledgeAt(both, ["a", "b"])?.about).toBe("b");
  expect(knowledgeAt(both, ["a", "c"])?.about).toBe("any");
  expect(knowledgeAt(both, ["__proto__"])).toBeUndefined();
});

test("a reference is explained by its type, class, trust and purpose, a key and a function by what they are", () => {
  const inClaim = placeInMap("profiles:\n  a:\n    claims:\n      b: { value: ", 45);
  expect(sayingOf(language, references, inClaim, "staff.licenceNo")).toEqual({
    title: "staff.licenceNo",
    about: "string, pii, trusted as operator; for: register",
  });
  expect(sayingOf(language, references, inClaim, "pseudonym")).toEqual({
    title: "pseudonym(TEXT)",
    about: "a keyed hash",
  });
  expect(sayingOf(language, references, placeInMap("", 0), "version")?.title).toBe("version (required)");
  expect(sayingOf(language, references, placeInMap("", 0), "strange")).toBeUndefined();
});

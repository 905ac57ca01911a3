import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readMapTest } from "../../../local/map-tests/read-map-test.ts";
import { EVENT, HEAD, ranTest, toldFindings } from "./a-map-test.ts";

const CASE = `cases:\n  - { name: it, event: ${EVENT}, expect: { access: { role: manager } } }\n`;

test("a test is read with the place of everything in it", () => {
  const { read, findings } = readMapTest(HEAD + CASE);
  expect(findings).toEqual([]);
  expect(read?.test).toMatchObject({ version: 1, map: "./shop.claims.yaml", hooks: { rota: { team: "night" } } });
  expect(read?.test.cases[0]?.event).toMatchObject({ client: "web1", scopes: ["openid", "email"] });
  expect(read?.at(["cases", "0", "expect", "access", "role"])).toEqual({ line: 15, column: 156 });
});

test("rows and expectations keep null, repeated items and every kind of value", () => {
  const rows = 'tables: { staff: [{ a: null, b: [1, 1, "x", "x"], c: { d: [{}] }, e: true, f: -2.5 }] }';
  const expected = "opened: { shop-api: { staff_name: null } }, access: { role: [a, a] }";
  const { read } = readMapTest(
    `version: 1\nmap: m\nclock: 2026-11-22T10:00:00Z\n${rows}\ncases: [{ name: it, event: e.json, expect: { ${expected} } }]\n`,
  );
  expect(JSON.parse(JSON.stringify(read?.test))).toMatchObject({
    tables: { rows: { staff: [{ a: null, b: [1, 1, "x", "x"], c: { d: [{}] }, e: true, f: -2.5 }] } },
    cases: [{ expect: { opened: { "shop-api": { staff_name: null } }, access: { role: ["a", "a"] } } }],
  });
});

const caseOf = (rest: string): string => `cases:\n  - { name: it, ${rest} }\n`;

test.for([
  ["an unknown key", HEAD.replace("clock:", "clok:") + CASE, "3:1 CS103 unknown key `clok` Write `clock`."],
  [
    "no clock",
    HEAD.replace(/clock.*\n/, "") + CASE,
    "1:1 CS104 the test has no `clock` Add `clock`: when everything happens, such as `2026-11-22T10:00:00Z`.",
  ],
  [
    "a clock without a zone",
    HEAD.replace("10:00:00Z", "10:00:00") + CASE,
    "3:8 CS106 `clock` of the test is not an instant Write an instant, such as `2026-11-22T10:00:00Z`.",
  ],
  ["no cases", `${HEAD}cases: []\n`, "13:8 CS111 `cases` of the test is empty Write a list: `[...]`."],
  [
    "a number that YAML changes",
    HEAD.replace("role: manager", "role: 0123") + CASE,
    '7:46 CS105 attribute `role`: `0123` becomes the number 123 Quote it: `"0123"`.',
  ],
  [
    "a row that is none",
    HEAD.replace(/- \{ pk: STAFF#u1.*/, "- 5") + CASE,
    "7:7 CS105 table `staff` is a number, not a map",
  ],
  [
    "a fault that is none",
    HEAD + caseOf(`event: ${EVENT}, faults: { staff: down }, expect: { access: {} }`),
    "14:153 CS106 fault `staff` cannot be `down` Write `unavailable`, `stall`, `late`, `missing`, `absent` or `invalid`.",
  ],
  ["nothing at all", "", "1:1 CS101 a file of map tests is a map of keys, not nothing Begin with `version: 1`."],
  ["a list", "- a\n", "1:1 CS101 a file of map tests is a map of keys, not a list Begin with `version: 1`."],
  [
    "two cases of one name",
    HEAD + CASE + CASE.replace("cases:\n", ""),
    "15:7 CS111 case 0 has the same name Say in each name what only this case shows.",
  ],
  [
    "an expectation of nothing",
    HEAD + caseOf(`event: ${EVENT}, expect: {}`),
    "CS111 `expect` says nothing Write what the tokens hold, or `refused: CODE`.",
  ],
  [
    "a refusal beside something else",
    HEAD + caseOf(`event: ${EVENT}, expect: { refused: DEADLINE, access: {} }`),
    "CS111 a refused token has nothing else to expect Keep `refused` alone.",
  ],
  [
    "a later case",
    HEAD + caseOf("event: { like: 0 }, expect: { access: {} }"),
    "14:26 CS106 `like` is 0, and this is case 0: only an earlier one can be copied Write the event out.",
  ],
  [
    "a text that stands anywhere by chance",
    HEAD + caseOf(`event: ${EVENT}, expect: { nowhere: [Anna] }`),
    "CS106 `Anna` has 4 bytes: a token can hold it by chance Look for 8 bytes or more; use `absent` for a claim.",
  ],
  [
    "a pattern that takes more than linear time",
    HEAD + caseOf(`event: ${EVENT}, expect: { access: { role: { matches: "(?=a)" } } }`),
    "looking ahead or behind takes more than linear time, and is not there Write a pattern in RE2 syntax.",
  ],
  [
    "a pattern deep inside",
    HEAD + caseOf(`event: ${EVENT}, expect: { id: { role: [{ a: { matches: "(" } }] } }`),
    "Write a pattern in RE2 syntax.",
  ],
  [
    "a hook that answers with text",
    HEAD.replace("{ team: night }", "fails") + CASE,
    "12:10 CS106 hook `rota` answers with a row or `null` Write `{ ATTRIBUTE: VALUE }` or `null`; for one that fails, write a fault of its source.",
  ],
] as const)("%s is a finding, and nothing runs", async ([, text, told]) => {
  const { findings, results } = await ranTest(text.startsWith("\n") ? text.slice(1) : text);
  expect(toldFindings(findings).join("\n")).toContain(told);
  expect(results).toEqual([]);
});

test("a broken test is never read by half, whatever is taken out of it", () => {
  const text = HEAD + CASE;
  fc.assert(
    fc.property(fc.nat(text.length), fc.integer({ min: 1, max: 40 }), (from, length) => {
      const { read, findings } = readMapTest(text.slice(0, from) + text.slice(from + length));
      expect(read === null).toBe(findings.length > 0);
    }),
    { numRuns: 100 },
  );
});

test("JSON is read as YAML is", () => {
  const json = {
    version: 1,
    map: "m",
    clock: "2026-11-22T10:00:00Z",
    cases: [{ name: "it", event: "e", expect: { id: {} } }],
  };
  expect(readMapTest(JSON.stringify(json), "json").findings).toEqual([]);
  expect(toldFindings(readMapTest("{", "json").findings)[0]).toMatch(/^1:\d CS101 /);
});

test("the repository's own tests are read without a finding", () => {
  const { findings } = readMapTest(readFileSync("mappings/clinic-eu.claims.test.yaml", "utf8"));
  expect(findings).toEqual([]);
});

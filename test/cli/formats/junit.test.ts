import { describe, expect, test } from "vitest";
import { FLAWED_MAP, SMALL_MAP } from "../a-small-map.ts";
import { ran } from "../recorded-io.ts";
import { type Element, readXml } from "./strict-xml.ts";

async function suites(paths: readonly string[], files: Record<string, string> = {}): Promise<Element> {
  return readXml((await ran(["check", ...paths, "--format", "junit"], files)).out);
}
const elements = ({ children }: Element): readonly Element[] => children.filter((child) => typeof child !== "string");

test("a map without findings is one case that passes", async () => {
  const root = await suites(["clean.yaml"], { "clean.yaml": SMALL_MAP });
  expect(root.attributes).toEqual({ name: "claimseal check", tests: "1", failures: "0", errors: "0" });
  const [suite] = elements(root) as [Element];
  expect(elements(suite)).toEqual([
    {
      name: "testcase",
      attributes: {
        name: "clean.yaml: no findings",
        classname: "clean.yaml",
        file: "clean.yaml",
      },
      children: [],
    },
  ]);
});

test("an error is a case that fails, a warning one that passes and says so; the counts are those of the cases", async () => {
  const text = FLAWED_MAP.replace("usernames: any", "usernames: opaque");
  const root = await suites(["m.yaml", "clean.yaml"], { "m.yaml": text, "clean.yaml": SMALL_MAP });
  expect(root.attributes).toMatchObject({ tests: "3", failures: "1" });
  const [suite, clean] = elements(root) as [Element, Element];
  expect(suite.attributes).toMatchObject({ name: "m.yaml", tests: "2", failures: "1", skipped: "0" });
  expect(clean.attributes).toMatchObject({ tests: "1", failures: "0" });
  const cases = elements(suite).map((each) => [each.attributes["name"], elements(each)[0]] as const);
  const [[warned, output], [failed, failure]] = cases as [(typeof cases)[0], (typeof cases)[0]];
  expect(warned).toMatch(/^CS601 profiles\.clerk\.claims\.shop_id/);
  expect(output).toMatchObject({ name: "system-out", children: [expect.stringContaining("\nwarning CS601  ")] });
  expect(failed).toBe("CS401 profiles.clerk.claims.tax_no.value");
  expect(failure).toMatchObject({
    name: "failure",
    attributes: { type: "CS401", message: expect.stringContaining("staff.taxNo -> claims.tax_no.value -> ") },
    children: [expect.stringMatching(/^m\.yaml:\d+:\d+\nerror CS401 {2}[\s\S]*\nfix: /)],
  });
});

test("cases of one code and place have names of their own", async () => {
  const root = await suites(["m.yaml"], { "m.yaml": "version: 1\n" });
  const [suite] = elements(root) as [Element];
  const names = elements(suite).map(({ attributes }) => attributes["name"]);
  expect(names.length).toBeGreaterThan(3);
  expect(new Set(names).size).toBe(names.length);
});

describe("the reader these tests use", () => {
  const declared = (text: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${text}`;
  test("reads elements, attributes, text and the entities", () => {
    expect(readXml(declared('<a b="&lt;&#10;"><c/>x &amp; y</a>'))).toEqual({
      name: "a",
      attributes: { b: "<\n" },
      children: [{ name: "c", attributes: {}, children: [] }, "x & y"],
    });
  });
  const broken = [
    "<a>",
    "<a></b>",
    "<a>&nbsp;</a>",
    "<a>& </a>",
    "<a>]]></a>",
    '<a b="1" b="2"/>',
    "<a b='1'/>",
    "<a/>x",
    "<a>\u0001</a>",
    "<a>\ud800</a>",
  ];
  test.for(broken)("refuses %j", (text) => {
    expect(() => readXml(declared(text))).toThrow(Error);
  });
});

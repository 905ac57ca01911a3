import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { CODES } from "../../../claims/codes.ts";
import { FLAWED_MAP, lineOf, SMALL_MAP } from "../a-small-map.ts";
import { ran } from "../recorded-io.ts";
import { SARIF_SHAPE } from "./sarif-shape.ts";

const ajv = new Ajv({ strict: true, allErrors: true });
// RFC 3986: unreserved and reserved characters, and bytes in percent form.
ajv.addFormat("uri-reference", /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-F]{2})*$/);
const fits = ajv.compile(SARIF_SHAPE);

type Result = {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { physicalLocation: { artifactLocation: { uri: string }; region: object } }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
};
type Log = {
  readonly runs: readonly [
    { tool: { driver: { name: string; version: string; rules: { id: string }[] } }; results: Result[] },
  ];
};

async function log(text: string, path = "map.claims.yaml"): Promise<Log["runs"][0]> {
  const { out } = await ran(["check", path, "--format", "sarif"], { [path]: text });
  const read = JSON.parse(out) as Log;
  expect(fits(read) ? [] : fits.errors).toEqual([]);
  return read.runs[0];
}

test("every code that occurs is a rule with its title, reason, remedy and example", async () => {
  const { tool, results } = await log(FLAWED_MAP);
  const { name, version, rules } = tool.driver;
  expect([name, version]).toEqual(["claimseal", "1.2.3"]);
  expect(rules.map(({ id }) => id)).toEqual(["CS401", "CS601", "CS712"]);
  const { title = "", why = "", remedy = "" } = CODES["CS401"] ?? {};
  expect(rules[0]).toEqual({
    id: "CS401",
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: `${why}\n\n${remedy}`,
      markdown: expect.stringMatching(/^Access tokens [^\n]*\n\n\*\*Remedy\.\*\* Seal it[\s\S]*```yaml\n[^`]* phone: /),
    },
    defaultConfiguration: { level: "error" },
  });
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
});

test("error, warning and info are error, warning and note, each at its line and column", async () => {
  const { results } = await log(FLAWED_MAP);
  const places = results.map(({ ruleId, level, locations }) => [ruleId, level, locations[0]?.physicalLocation.region]);
  expect(places).toContainEqual(["CS712", "note", { startLine: 6, startColumn: 3 }]);
  expect(places).toContainEqual([
    "CS601",
    "warning",
    { startLine: expect.any(Number), startColumn: expect.any(Number) },
  ]);
  const line = lineOf(FLAWED_MAP, "staff.taxNo");
  expect(places).toContainEqual(["CS401", "error", { startLine: line, startColumn: 25 }]);
});

test("a fingerprint stays when lines move, and two findings never share one", async () => {
  const prints = async (text: string): Promise<unknown[]> =>
    (await log(text)).results.map(({ partialFingerprints }) => partialFingerprints["claimMapPlace/v1"]);
  const before = await prints(FLAWED_MAP);
  expect(new Set(before).size).toBe(before.length);
  expect(before.length).toBeGreaterThan(2);
  expect(await prints(`# moved\n\n\n${FLAWED_MAP}`)).toEqual(before);
});

test("braces are no placeholders and brackets no links in a message", async () => {
  const { results } = await log(SMALL_MAP.replace("version: 1", 'version: 1\n"{0}[see](http://x.example)": 1'));
  const [text = ""] = results.map(({ message }) => message.text).filter((each) => each.includes("see"));
  expect(text).toContain("{{0}}[see] (http://x.example)");
});

test("paths are URI references, relative where they were given so", async () => {
  const uri = async (path: string): Promise<unknown> =>
    (await log("version: 2\n", path)).results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
  expect(await uri("maps/a b:ü#1.yaml")).toBe("maps/a%20b%3A%C3%BC%231.yaml");
  expect(await uri("/srv/maps/a b.yaml")).toBe("file:///srv/maps/a%20b.yaml");
});

test("several maps are one run; without findings there are no rules and no results", async () => {
  const { exit, out } = await ran(["check", "clean.yaml", "m.yaml", "--format", "sarif"], {
    "clean.yaml": SMALL_MAP,
    "m.yaml": "version: 2\n",
  });
  expect(exit).toBe(1);
  const several = JSON.parse(out) as Log;
  expect(fits(several)).toBe(true);
  expect(several.runs).toHaveLength(1);
  expect(
    new Set(several.runs[0].results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri)),
  ).toEqual(new Set(["m.yaml"]));
  expect(await log(SMALL_MAP)).toMatchObject({ tool: { driver: { rules: [] } }, results: [] });
});

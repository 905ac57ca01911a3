import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkClaimMap } from "../claims/check.ts";
import { claimMapShape } from "../claims/shape/claim-map-shape.ts";
import { mapTestShape } from "../claims/shape/map-test-shape.ts";
import { shapePage } from "../claims/shape/shape-page.ts";
import { FAULTS_OF } from "../local/map-tests/faulty-parts.ts";
import { readMapTest } from "../local/map-tests/read-map-test.ts";
import { type OpenerCode, OpenerError } from "../resource-server/opener-error.ts";
import { MAP_REFUSAL_TEXT, REFUSAL_TEXTS } from "../triggers/refusal.ts";

const page = (name: string): string => readFileSync(`docs/reference/${name}.md`, "utf8");
const headings = (text: string): string[] => [...text.matchAll(/^## ([A-Z_]+)$/gm)].map(([, code]) => code as string);

test("every refusal code has an entry, and its text is the one people see", () => {
  const text = page("refusal-codes");
  // A map's own codes have one entry between them.
  const texts = { ...REFUSAL_TEXTS, MAP_: MAP_REFUSAL_TEXT };
  expect(headings(text).toSorted()).toEqual(Object.keys(texts).toSorted());
  const rows = [...text.matchAll(/^\| ([^|`]+) \| (`[^|]+) \|$/gm)];
  const shown = rows.flatMap(([, said = "", codes = ""]) =>
    [...codes.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => [code, said] as const),
  );
  expect(Object.fromEntries(shown)).toEqual(texts);
});

test("every code of the opener has an entry, with the status and public code it has in the source", () => {
  const text = page("opener-codes");
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| `([A-Z_]+)` \|$/gm)];
  expect(headings(text)).toEqual(rows.map(([, code]) => code));
  for (const [, code, status, publicCode] of rows) {
    const error = new OpenerError(code as OpenerCode, "");
    expect([error.code, String(error.status), error.publicCode]).toEqual([code, status, publicCode]);
  }
  const source = readFileSync("resource-server/opener-error.ts", "utf8");
  const union = /type OpenerCode =([^;]+);/.exec(source)?.[1] ?? "";
  expect([...union.matchAll(/"([A-Z_]+)"/g)].map(([, code = ""]) => code).toSorted()).toEqual(
    headings(text).toSorted(),
  );
});

test("the environment page names the variables the function reads, and no others", () => {
  const names = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name = ""]) => name);
  const sources = ["triggers/handler.ts", "triggers/trigger.ts", "triggers/pools-served.ts"]
    .map((file) => readFileSync(file, "utf8"))
    .join();
  const read = names(sources, /\b(?:process\.env|environment)\["(\w+)"\]/g);
  const told = names(page("environment"), /^\| `((?:CLAIMSEAL|AWS)_\w+)`/gm);
  expect([...new Set(read)].toSorted()).toEqual(told.toSorted());
});

test("the map on the README's first screen is taken from the example it names, line by line and in order", () => {
  const excerpt = /```yaml\n([^`]*)```/.exec(readFileSync("README.md", "utf8"))?.[1]?.trimEnd().split("\n") ?? [];
  expect(excerpt).toHaveLength(12);
  const whole = readFileSync("mappings/clinic-eu.claims.yaml", "utf8").split("\n");
  let from = 0;
  const missing = excerpt.filter((line) => {
    const at = whole.indexOf(line, from);
    from = at < 0 ? from : at + 1;
    return at < 0;
  });
  expect(missing).toEqual([]);
});

test("the tutorial does as it says: the claim in the clear is a leak, the sealed one is none", () => {
  const text = readFileSync("docs/tutorials/first-token.md", "utf8");
  const [attribute = "", clear = "", sealed = ""] = [...text.matchAll(/```yaml\n([^`]*)```/g)].map(([, yaml]) => yaml);
  const map = readFileSync("mappings/clinic-eu.claims.yaml", "utf8");
  const withClaim = (claim: string): string =>
    map
      .replace(/(\n {6}suspended: {2}\{ type[^\n]*\n)/, `$1${attribute}`)
      .replace(/(\n {6}profession: \{ value[^\n]*\n)/, `$1${claim}`);
  const leak = checkClaimMap(withClaim(clear)).findings.filter(({ level }) => level === "error");
  expect(leak.map(({ code }) => code)).toEqual(["CS401"]);
  expect(checkClaimMap(withClaim(sealed))).toMatchObject({ ok: true });
});

test("the page on the claim map lists the keys the reader takes, as `node tools/write-pages.mjs` writes them", () => {
  const [, generated = ""] = page("claim-map").split(/<!-- generated[^\n]*-->\n/);
  expect(generated.trim()).toBe(shapePage(claimMapShape));
});

test("the page on map tests lists the keys the reader takes, and the faults there are", () => {
  const [written = "", generated = ""] = page("map-tests").split(/<!-- generated[^\n]*-->\n/);
  expect(generated.trim()).toBe(shapePage(mapTestShape, "the test"));
  const told = [...written.matchAll(/^\| *(?:`([^`]*)`)? *\| `(\w+)` \| \S.*\|$/gm)].map(([, , fault]) => fault);
  expect(told).toEqual(Object.values(FAULTS_OF).flat());
});

test("the first case of the how-to on map tests is one that the reader takes", () => {
  const text = readFileSync("docs/how-to/test-a-claim-map.md", "utf8");
  const [, example = ""] = /```yaml\n([^`]*)```/.exec(text) ?? [];
  expect(readMapTest(example)).toMatchObject({ findings: [], read: { test: { version: 1 } } });
});

test("every code of a start that fails has an entry", () => {
  const source = readFileSync("claims/claims-error.ts", "utf8");
  const union = /type PlanProblem =([^;]+);/.exec(source)?.[1] ?? "";
  const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(5);
  expect(headings(page("start-codes")).toSorted()).toEqual(codes.toSorted());
});

test("the page on the environment names every variable that stops a start", () => {
  const named = [...readFileSync("triggers/event-logging.ts", "utf8").matchAll(/variable: "([A-Z_]+)"/g)];
  expect(named.length).toBeGreaterThan(3);
  for (const [, variable] of named) expect(page("environment")).toContain(`\`${variable}\``);
});

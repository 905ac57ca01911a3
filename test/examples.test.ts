import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ran } from "./cli/recorded-io.ts";

const FOLDERS = ["mappings", "examples/maps"];
const maps = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".claims.yaml"))
    .map((file) => `${folder}/${file}`),
);

test("there are three maps to run and seven of real situations", () => {
  expect(maps.map((map) => map.split("/").slice(0, -1).join("/"))).toEqual([
    ...Array<string>(3).fill("mappings"),
    ...Array<string>(7).fill("examples/maps"),
  ]);
});

test.for(maps)("%s passes a strict check", async (map) => {
  const { exit, out } = await ran(["check", map, "--strict"]);
  expect(out).not.toMatch(/^ +(error|warning)/m);
  expect(exit).toBe(0);
});

test.for(maps)("the tests of %s pass, and show all there is to show", async (map) => {
  const tests = map.replace(/yaml$/, "test.yaml");
  const { exit, out, err } = await ran(["test", tests, "--coverage", "--threshold", "100"]);
  expect(out).not.toContain("✗");
  expect(out).toContain("in all        100 %");
  expect(out).toMatch(/^\d+ passed$/m);
  expect([exit, err]).toEqual([0, ""]);
});

test.for(maps)("%s and its tests say where their schemas are", (map) => {
  const up = map.startsWith("mappings") ? ".." : "../..";
  const first = (file: string): string => readFileSync(file, "utf8").split("\n", 1)[0] ?? "";
  expect(first(map)).toBe(`# yaml-language-server: $schema=${up}/schema/claim-map.v1.json`);
  expect(first(map.replace(/yaml$/, "test.yaml"))).toBe(
    `# yaml-language-server: $schema=${up}/schema/claim-map-test.v1.json`,
  );
});

test("every example has its paragraph", () => {
  const page = readFileSync("examples/maps/README.md", "utf8");
  const linked = [...page.matchAll(/\]\(([\w-]+\.claims\.yaml)\)/g)].map(([, file]) => `examples/maps/${file}`);
  expect(linked.toSorted()).toEqual(maps.filter((map) => map.startsWith("examples/")).toSorted());
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { exampleOfTests, type PlayExample } from "./example.ts";

/** Where maps with tests are in this package, seen from `local/playground/` and from `dist/local/playground/`. */
const ROOT = import.meta.url.endsWith(".ts") ? "../../" : "../../../";
const FOLDERS = ["mappings/", "examples/maps/"];

/** The maps that come with the package, each with the cases of its tests; those that are not there are left out. */
export function packagedExamples(): readonly PlayExample[] {
  return FOLDERS.flatMap((folder) => {
    const path = fileURLToPath(new URL(ROOT + folder, import.meta.url));
    if (!existsSync(path)) return [];
    const maps = readdirSync(path).filter((file) => file.endsWith(".claims.yaml"));
    return maps.toSorted().flatMap((file) => {
      const name = file.replace(/\.claims\.yaml$/, "");
      const tests = `${path}${name}.claims.test.yaml`;
      if (!existsSync(tests)) return [];
      return exampleOfTests(name, readFileSync(path + file, "utf8"), readFileSync(tests, "utf8")) ?? [];
    });
  });
}

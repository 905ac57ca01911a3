import { percentOf } from "../../local/map-tests/coverage.ts";
import { COUNTED } from "../../local/map-tests/coverage-item.ts";
import type { MapCoverage } from "../map-coverage.ts";
import { textReport } from "./text.ts";
import { visible } from "./visible.ts";

/** What no test shows, each with its place in the map; then how much they do show, and how large their tokens are. */
export function coverageText(coverage: MapCoverage, colour: boolean): string {
  const { path, text, findings, counts, total, sizes } = coverage;
  const rows = [
    ...COUNTED.map((kind) => [kind, `${counts[kind].covered} of ${counts[kind].of}`]),
    ["in all", `${percentOf(total)} %`],
  ];
  const tokens = [["access token", sizes.access] as const, ["ID token", sizes.id] as const].flatMap(([name, size]) =>
    size ? [[name, `${size.median} bytes at the median, ${size.most} at most; the limit is ${size.limit}`]] : [],
  );
  return [
    ...(findings.length > 0 ? [textReport({ path, text, findings }, colour), ""] : []),
    visible(`coverage of ${path}`),
    ...[...rows, ...tokens].map(([name = "", said = ""]) => `  ${name.padEnd(12)}  ${said}`),
  ].join("\n");
}

import type { Finding } from "../../claims/finding.ts";
import { type CheckedText, counts } from "../findings.ts";
import { withoutCaret } from "./own-caret.ts";
import { visible } from "./visible.ts";

const COMMANDS = { error: "error", warning: "warning", info: "notice" } as const;

/**
 * Findings as workflow commands, which GitHub shows beside the lines of a pull request; then a line that counts.
 * Source: GitHub Docs, "Workflow commands for GitHub Actions".
 */
export function githubReport({ path, findings }: CheckedText): string {
  // The counting line begins with a word of ours: a path can look like a command.
  return [...findings.map((finding) => annotation(path, finding)), `claimseal check ${counts(path, findings)}`].join(
    "\n",
  );
}

function annotation(path: string, { level, line, column, code, message, fix }: Finding): string {
  const properties = Object.entries({ file: path, line, col: column, title: `claimseal ${code}` });
  const written = properties.map(([name, value]) => `${name}=${property(String(value))}`).join(",");
  return `::${COMMANDS[level]} ${written}::${data(`${withoutCaret(message)}\nfix: ${fix}`)}`;
}

/** What a command's text may hold: the runner undoes exactly these. */
function data(text: string): string {
  return visible(text).replaceAll("%", "%25").replaceAll("\n", "%0A");
}

/** A property ends at `,` or `::`. */
function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

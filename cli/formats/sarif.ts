import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { CODES } from "../../claims/codes.ts";
import type { Finding } from "../../claims/finding.ts";
import { EXAMPLES } from "../code-examples/all-examples.ts";
import type { CheckedText } from "../findings.ts";
import { identities } from "./identities.ts";
import { withoutCaret } from "./own-caret.ts";
import { visible, visibleJson } from "./visible.ts";

const LEVELS = { error: "error", warning: "warning", info: "note" } as const;

/**
 * Findings as a SARIF 2.1.0 log with one run: the codes that occur as rules with their reason and remedy, each finding
 * as a result. Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
 */
export function sarifReport(files: readonly CheckedText[], version: string): string {
  const codes = [...new Set(files.flatMap(({ findings }) => findings.map(({ code }) => code)))].toSorted();
  return visibleJson({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "claimseal", version, rules: codes.map(rule) } },
        columnKind: "utf16CodeUnits",
        results: files.flatMap((file) => results(file, codes)),
      },
    ],
  });
}

function rule(code: string): object {
  const entry = CODES[code];
  if (entry === undefined) return { id: code };
  const { level, title, why, remedy } = entry;
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${remedy}`, markdown: `${why}\n\n**Remedy.** ${remedy}${exampleOf(code)}` },
    defaultConfiguration: { level: LEVELS[level] },
  };
}

function exampleOf(code: string): string {
  const example = EXAMPLES[code];
  if (example === undefined) return "";
  const fenced = (yaml: string): string => `\`\`\`yaml\n${yaml}\n\`\`\``;
  return `\n\nFor example:\n\n${fenced(example.broken)}\n\nMended:\n\n${fenced(example.mended)}`;
}

function results({ path, findings }: CheckedText, codes: readonly string[]): readonly object[] {
  const names = identities(findings);
  return findings.map(({ code, level, line, column, message, fix }: Finding, index) => ({
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[level],
    message: { text: messageText(`${withoutCaret(message)}\nfix: ${fix}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path) },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
    // The place in the map, not in the file: a finding stays the same one when lines move.
    partialFingerprints: {
      "claimMapPlace/v1": createHash("sha256")
        .update(names[index] ?? code)
        .digest("hex")
        .slice(0, 32),
    },
  }));
}

/** Braces are placeholders in a SARIF message (3.11.5) and `[text](target)` is a link (3.11.6); ours are neither. */
function messageText(text: string): string {
  return visible(text).replaceAll(/[{}]/g, "$&$&").replaceAll("](", "] (");
}

/** A path as a URI reference: relative to the repository's root where it was given so. */
function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(visible(path)).href;
  return visible(path).replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}

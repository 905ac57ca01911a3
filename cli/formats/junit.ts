import { type CheckedText, counts } from "../findings.ts";
import { identities } from "./identities.ts";
import { withoutCaret } from "./own-caret.ts";
import { visible } from "./visible.ts";

/**
 * Findings as JUnit XML, the form CI systems read: a suite for each map, a test case for each finding. Errors fail;
 * warnings and infos pass and say so in their output. A map without findings is one case that passes.
 */
export function junitReport(files: readonly CheckedText[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: "claimseal check", ...totals(files) })}>`,
    ...files.map(suite),
    "</testsuites>",
  ].join("\n");
}

function totals(files: readonly CheckedText[]): Readonly<Record<string, number>> {
  const cases = files.reduce((sum, { findings }) => sum + Math.max(1, findings.length), 0);
  const failures = files.flatMap(({ findings }) => findings).filter(({ level }) => level === "error").length;
  return { tests: cases, failures, errors: 0 };
}

function suite(file: CheckedText): string {
  const { path, findings } = file;
  const names = identities(findings);
  const cases = findings.map(({ level, code, line, column, message, fix }, index) => {
    const told = escaped(`${path}:${line}:${column}\n${level} ${code}  ${message}\nfix: ${fix}`);
    return [
      `    <testcase${attributes({ name: names[index] ?? code, classname: path, file: path, line })}>`,
      level === "error"
        ? `      <failure${attributes({ type: code, message: withoutCaret(message) })}>${told}</failure>`
        : `      <system-out>${told}</system-out>`,
      "    </testcase>",
    ].join("\n");
  });
  const clean = `    <testcase${attributes({ name: counts(path, []), classname: path, file: path })}/>`;
  return [
    `  <testsuite${attributes({ name: path, ...totals([file]), skipped: 0 })}>`,
    ...(cases.length === 0 ? [clean] : cases),
    "  </testsuite>",
  ].join("\n");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll("\n", "&#10;")}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** What is no character of XML 1.0 (section 2.2) is shown as one; `>` too, since `]]>` may not stand in text. */
function escaped(text: string): string {
  return visible(text).replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
